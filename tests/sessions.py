"""Owns a browser tab without a browser: one session with the real server over its websocket.

It sends what Streamlit's frontend sends and times what the server needs for it, from the request
to the end of the script; nothing is drawn.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


class ScriptFailed(Exception):
    """The script showed an exception, or did not run to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one request.

    Attributes:
        seconds: From the request to the end of the script.
        size: Bytes received.
        elements: Everything that the script drew, in the order it came.
    """

    seconds: float
    size: int
    elements: tuple[Element, ...]

    def text(self) -> str:
        """Everything drawn, as the protocol's own text, for looking words up."""
        return "\n".join(_strings(element) for element in self.elements)

    def button(self, key: str) -> str:
        """Give the id of the first button whose key begins so.

        Raises:
            LookupError: The page has none.
        """
        for element in self.elements:
            if element.WhichOneof("type") == "button" and f"-{key}" in element.button.id:
                return str(element.button.id)
        raise LookupError(f"no button {key!r}")


@dataclass(slots=True, kw_only=True)
class Tab:
    """One open tab.

    Attributes:
        page: The page's address, without slash.
        query: The rest of the address, without question mark.
    """

    connection: ClientConnection
    page: str
    query: str
    page_hash: str = ""
    cached: set[str] = field(default_factory=set)

    async def rerun(self, *, click: str | None = None) -> Answer:
        """Ask for the page again, as after a click, and wait for its end.

        Args:
            click: Id of a button to press.

        Raises:
            ScriptFailed: The page shows an exception.
        """
        request = BackMsg()
        asked = request.rerun_script
        asked.query_string, asked.page_script_hash = self.query, self.page_hash
        # As the frontend does: the name of the address until the server has said which page it is.
        asked.page_name = "" if self.page_hash else self.page
        asked.cached_message_hashes.extend(sorted(self.cached))
        asked.context_info.timezone, asked.context_info.locale = "UTC", "en-GB"
        if click is not None:
            state = asked.widget_states.widgets.add()
            state.id, state.trigger_value = click, True
        begin = time.perf_counter()
        await self.connection.send(request.SerializeToString())
        return await self._finished(begin)

    async def _finished(self, begin: float) -> Answer:
        elements: list[Element] = []
        size = 0
        while True:
            data = await self.connection.recv(decode=False)
            size += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if message.metadata.cacheable:
                self.cached.add(message.hash)
            if kind == "new_session":
                elements, size = [], len(data)
            elif kind == "navigation":
                self.page_hash = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "page_not_found":
                raise ScriptFailed(f"there is no page {self.page!r}")
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                elements.append(message.delta.new_element)
                _refuse_exception(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished in FINISHED:
                seconds = time.perf_counter() - begin
                return Answer(seconds=seconds, size=size, elements=tuple(elements))
            elif kind == "script_finished" and message.script_finished != (
                ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                raise ScriptFailed("the script could not be compiled")


@asynccontextmanager
async def open_tab(url: str, page: str, query: str = "") -> AsyncIterator[Tab]:
    """Open a tab on a running app; nothing is asked for yet.

    Args:
        url: The app's address, such as ``http://localhost:8600``.
        page: The page's address, without slash.
        query: The rest of the address, without question mark.
    """
    place = urlsplit(url)
    address = f"ws://{place.netloc}/_stcore/stream"
    async with connect(
        address,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        compression=None,
        open_timeout=60,
    ) as connection:
        yield Tab(connection=connection, page=page, query=query)


def _refuse_exception(element: Element) -> None:
    if element.WhichOneof("type") == "exception":
        raise ScriptFailed(f"{element.exception.type}: {element.exception.message}")


def _strings(message: Message) -> str:
    return "\n".join(_walk(message))


def _walk(message: Message) -> Iterator[str]:
    for descriptor, value in message.ListFields():
        values = value if descriptor.is_repeated else [value]
        for one in values:
            if isinstance(one, str):
                yield one
            elif isinstance(one, Message):
                yield from _walk(one)
