"""A planted key is looked for in everything a fault and a reply leave behind."""

import asyncio
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from calibration.llm.faults import ModelFault
from calibration.llm.openai_client import OpenAIModel
from calibration.llm.replies import Reply
from tests.llm.asking import CANARY, PROVIDER, SPEC, question
from tests.llm.certificates import self_signed
from tests.llm.fault_server import (
    Behaviour,
    FaultServer,
    Received,
    answer,
    close_early,
    close_silently,
    endless,
    free_port,
    hang,
    no_http,
    reply,
    reset,
)
from tests.llm.refusals import REFUSALS


def echoing(status: int) -> Behaviour:
    """Answer with everything that was sent, as a careless proxy does."""

    async def behave(received: Received, writer: asyncio.StreamWriter) -> None:
        echo = {"error": {"message": f"Rejected: {received.headers}"}, "headers": received.headers}
        named = {"x-request-id": received.headers["authorization"]}
        await reply(status, echo, headers=named)(received, writer)

    return behave


async def echo_as_page(received: Received, writer: asyncio.StreamWriter) -> None:
    page = f"<html>{received.headers}</html>"
    await reply(200, page, kind="text/html")(received, writer)


async def echo_cut(received: Received, writer: asyncio.StreamWriter) -> None:
    await reply(200, f'{{"headers": "{received.headers["authorization"]}')(received, writer)


async def echo_in_answer(received: Received, writer: asyncio.StreamWriter) -> None:
    body = answer(received.headers["authorization"], reasoning_content=CANARY, **{CANARY: CANARY})
    await reply(200, {**body, "id": CANARY})(received, writer)


async def echo_as_model(received: Received, writer: asyncio.StreamWriter) -> None:
    await reply(200, answer(model=CANARY))(received, writer)


async def echo_no_http(received: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(f"{received.headers}\r\n\r\n".encode())


async def echo_bad_header(received: Received, writer: asyncio.StreamWriter) -> None:
    line = received.headers["authorization"]
    writer.write(f"HTTP/1.1 200 OK\r\nbad header {line}\x00\r\n\r\n".encode())


BEHAVIOURS: dict[str, Behaviour] = {
    "whole": reply(200, answer()),
    "in-answer": echo_in_answer,
    "as-model": echo_as_model,
    "page": echo_as_page,
    "cut": echo_cut,
    "no-http-echo": echo_no_http,
    "bad-header": echo_bad_header,
    "reset": reset,
    "hang": hang,
    "close-early": close_early,
    "close-silently": close_silently,
    "no-http": no_http,
    "endless": endless(),
    "garbage": reply(200, "[]"),
    "redirect": reply(302, headers={"location": "http://127.0.0.1:1/"}),
    **{f"echo-{code}": echoing(code) for code in (200, 302, 400, 401, 403, 404, 429, 500, 503)},
}


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        for name in ("openai", "httpx2", "httpcore2", "aiohttp", "asyncio"):
            caplog.set_level(logging.DEBUG, logger=name)
        yield caplog


def traces(base_url: str, *, timeout: float, key: str = CANARY) -> str:
    """Everything that one call leaves behind, as text: with the locals of our own frames."""
    left: list[str] = []

    async def once() -> None:
        model = OpenAIModel(
            replace(PROVIDER, base_url=base_url), key, specs=[SPEC], largest_reply=100_000
        )
        async with model:
            left.append(repr(model))
            try:
                found: Reply | ModelFault = await model.ask(question(base_url), timeout=timeout)
            except ModelFault as error:
                found = error
                left.extend(traceback.format_exception(error))
                left.append(f"hangs on {error.__context__!r} {error.__cause__!r}")
        left.append(f"{found!r} {found} {getattr(found, 'args', '')} {vars_of(found)}")

    asyncio.run(once())
    return "\n".join(left)


def vars_of(found: object) -> str:
    return " ".join(repr(getattr(found, name)) for name in dir(found) if not name.startswith("__"))


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS.keys())
def test_the_key_is_in_no_fault_reply_log_or_traceback(
    server: FaultServer, everything_logged: pytest.LogCaptureFixture, behaviour: Behaviour
) -> None:
    server.behaviour = behaviour
    left = traces(server.base_url, timeout=0.5 if behaviour is hang else 20)
    assert server.received[-1].headers["authorization"] == f"Bearer {CANARY}"
    assert "canary" not in left
    assert "canary" not in everything_logged.text
    assert left.count("hangs on None None") == left.count("Traceback")


def test_the_key_is_nowhere_after_any_refusal(
    server: FaultServer, everything_logged: pytest.LogCaptureFixture
) -> None:
    for refusal in REFUSALS:
        server.behaviour = reply(refusal.status, refusal.body)
        assert "canary" not in traces(server.base_url, timeout=20), refusal.name
    assert "canary" not in everything_logged.text


def test_the_key_is_nowhere_when_no_connection_comes_about(
    tmp_path: Path, everything_logged: pytest.LogCaptureFixture
) -> None:
    with free_port() as port:
        left = traces(f"http://127.0.0.1:{port}/v1", timeout=20)
    left += traces("http://models.invalid/v1", timeout=20)
    left += traces("http://127.0.0.1:1/v1", timeout=20, key=f"{CANARY}é")
    with FaultServer(reply(200, answer()), tls=self_signed(tmp_path)) as server:
        left += traces(server.base_url, timeout=20)
    assert "canary" not in left
    assert "canary" not in everything_logged.text
