"""A raw HTTP server on this machine that answers as a behaviour tells it, and breaks as told.

It runs in a thread of its own with an event loop of its own, so that nothing it does is hidden by
the loop of the client, and it writes bytes itself, so that it can reset, hang and cut.
"""

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

# The first byte of a TLS handshake; servers of plain HTTP answer it with 400.
TLS_HELLO = b"\x16"

Behaviour = Callable[["Received", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


def answer(
    text: str | None = "ready", *, model: str = "model-a", finish: str | None = "stop", **more: Any
) -> dict[str, Any]:
    """A chat completion; ``more`` goes into its message."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": text, **more},
            }
        ],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def reply(
    status: int = 200,
    body: object = "",
    *,
    headers: Mapping[str, str] | None = None,
    kind: str = "application/json",
) -> Behaviour:
    """Answer whole: text and bytes as they are, anything else as JSON."""
    if isinstance(body, bytes):
        content = body
    else:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()

    async def behave(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(head(status, len(content), headers or {}, kind) + content)
        await writer.drain()

    return behave


def head(status: int, length: int, headers: Mapping[str, str], kind: str) -> bytes:
    fields = {
        "content-type": kind,
        "content-length": str(length),
        "connection": "close",
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode()


async def reset(_: Received, writer: asyncio.StreamWriter) -> None:
    """Tear the connection down with a reset, after the request was read."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang(_: Received, __: asyncio.StreamWriter) -> None:
    """Say nothing at all."""
    await asyncio.sleep(30)


async def hang_after_headers(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(head(200, 500, {}, "application/json"))
    await writer.drain()
    await asyncio.sleep(30)


async def drip(_: Received, writer: asyncio.StreamWriter) -> None:
    """Send a body byte by byte, never long enough without one to look hung."""
    content = json.dumps(answer()).encode()
    writer.write(head(200, len(content), {}, "application/json"))
    for byte in content:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def close_early(_: Received, writer: asyncio.StreamWriter) -> None:
    """Promise a longer body than is sent."""
    content = json.dumps(answer()).encode()
    writer.write(head(200, len(content) + 100, {}, "application/json") + content)
    await writer.drain()


async def close_silently(_: Received, __: asyncio.StreamWriter) -> None:
    """Close in order, without an answer."""


async def no_http(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n")
    await writer.drain()


def endless(chunk: bytes = b" " * 65536) -> Behaviour:
    """Send a body without end."""

    async def behave(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
        while True:
            writer.write(chunk)
            await writer.drain()

    return behave


async def keep_open(received: Received, writer: asyncio.StreamWriter) -> None:
    """Answer and wait for the next request on the same connection."""
    await reply(200, answer(), headers={"connection": "keep-alive"})(received, writer)


@dataclass(slots=True)
class FaultServer:
    """The server; ``behaviour`` is what the next requests meet."""

    behaviour: Behaviour = field(default_factory=reply)
    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _stop: Callable[[], object] = list
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(ready),), daemon=True)
        self._thread.start()
        assert ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        assert self._thread is not None
        self._thread.join(20)

    async def _serve(self, ready: threading.Event) -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(stopped.set)
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stopped.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._answer(reader, writer)
            while self.behaviour is keep_open:
                await self._answer(reader, writer)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            writer.close()
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(1)
        if first == TLS_HELLO:
            await reply(400)(Received(method="", path="", headers={}, body=b""), writer)
        request = await _read(first, reader)
        self.received.append(request)
        await self.behaviour(request, writer)


async def _read(first: bytes, reader: asyncio.StreamReader) -> Received:
    top, *lines = (first + await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = top.split(" ")
    headers = dict(_field(line) for line in lines if line)
    length = int(headers.get("content-length", "0"))
    body = await reader.readexactly(length)
    return Received(method=method, path=path, headers=headers, body=body)


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


@contextlib.contextmanager
def free_port() -> Iterator[int]:
    """A port that refuses: bound, and nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
