"""Owns a browser's side of the app's websocket, without a browser: any message, true or forged."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

SECONDS = 60
XSRF = "_streamlit_xsrf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the server sent for one run."""

    messages: tuple[ForwardMsg, ...]

    @property
    def sent(self) -> str:
        """Everything that was sent, as text."""
        return "\n".join(str(message) for message in self.messages)

    @property
    def texts(self) -> tuple[str, ...]:
        """The paragraphs, headings and alerts that a person would read."""
        found = []
        for message in self.messages:
            element = message.delta.new_element
            kind = element.WhichOneof("type")
            if kind in {"markdown", "heading", "alert"}:
                found.append(str(getattr(element, kind).body))
        return tuple(found)

    @property
    def buttons(self) -> dict[str, str]:
        """Ids of the buttons, by their key."""
        drawn = [message.delta.new_element.button.id for message in self.messages]
        return {one.split("-", 2)[2]: one for one in drawn if one}

    @property
    def fragments(self) -> frozenset[str]:
        """Ids of what the page runs alone."""
        found = {message.delta.fragment_id for message in self.messages}
        return frozenset(found - {""})

    @property
    def redirected_to(self) -> str:
        """Where the page sends the browser to sign in; empty when it does not."""
        asked = [one.auth_redirect.url for one in self.messages if one.HasField("auth_redirect")]
        return asked[-1] if asked else ""


@dataclass(slots=True)
class Tab:
    """One open connection, and what it was told.

    Attributes:
        session: Its id at the server.
        pages: Hashes of the pages, by address.
    """

    line: ClientConnection
    session: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    def run(self, page: str = "", *, query: str = "", pressed: Sequence[str] = ()) -> Screen:
        """Ask for a run and wait for its end.

        Args:
            page: Address of the page, or the hash of one.
            query: What follows the question mark.
            pressed: Ids of buttons, all with one gesture.
        """
        self.send(page, query=query, pressed=pressed)
        return Screen(messages=tuple(self._until_ended()))

    def send(
        self, page: str, *, query: str = "", pressed: Sequence[str] = (), fragment: str = ""
    ) -> None:
        """Ask for a run, or for a fragment of a page alone: one that is unknown never ends."""
        asked = BackMsg()
        asked.rerun_script.query_string = query
        if page in self.pages.values():
            asked.rerun_script.page_script_hash = page
        else:
            asked.rerun_script.page_name = page
        asked.rerun_script.fragment_id = fragment
        states = [WidgetState(id=one, trigger_value=True) for one in pressed]
        asked.rerun_script.widget_states.widgets.extend(states)
        self.line.send(asked.SerializeToString())

    def _until_ended(self) -> Iterator[ForwardMsg]:
        while True:
            told = self.line.recv(SECONDS)
            assert isinstance(told, bytes)
            message = ForwardMsg.FromString(told)
            if message.HasField("new_session"):
                self.session = message.new_session.initialize.session_id
            if message.HasField("navigation"):
                self.pages = {
                    one.url_pathname: one.page_script_hash for one in message.navigation.app_pages
                }
            yield message
            if message.HasField("script_finished") and message.script_finished in ENDS:
                return

    def close(self) -> None:
        """Close the connection, as a tab that is closed does."""
        self.line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


ENDS = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)


@contextmanager
def open_tab(url: str, *, cookies: Mapping[str, str], session: str = "") -> Iterator[Tab]:
    """Connect as a tab does.

    Args:
        url: Of the app.
        cookies: What the browser shows, by name.
        session: Id of a session to go on with, one's own or not.
    """
    host = url.removeprefix("http://")
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    # Without it the server does not believe the cookie of an identity.
    said = ["streamlit", cookies.get(XSRF, "none"), *([session] if session else [])]
    with connect(
        f"ws://{host}/_stcore/stream",
        origin=Origin(url),
        subprotocols=[Subprotocol(one) for one in said],
        additional_headers={"cookie": header} if header else {},
        proxy=None,
        max_size=None,
    ) as line:
        yield Tab(line)
