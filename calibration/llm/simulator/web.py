"""Owns the simulator's HTTP face: models, chat completions and the account.

Whatever goes out carries the mark, errors too; a body that cannot be read is refused, and nothing
that a client sends ends the server.
"""

import asyncio
import hmac
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calibration.llm.identity import SIMULATED_FINGERPRINT, SIMULATED_HEADER
from calibration.llm.prices import actual
from calibration.llm.redaction import read_json
from calibration.llm.replies import Usage
from calibration.llm.simulator.account import Account, Entry
from calibration.llm.simulator.asked import Asked, Refused, read_request
from calibration.llm.simulator.failing import CHARGED, RETRY_AFTER, WEB_PAGE, Luck, LuckStream
from calibration.llm.simulator.models import MODELS
from calibration.llm.simulator.replying import Completion, complete
from calibration.llm.simulator.settings import Settings
from db.hashing import Json

LARGEST_BODY: Final = 4_000_000
HANG_SECONDS: Final = 3_600.0
GLANCE_SECONDS: Final = 0.25
NEWEST: Final = 1_000
_REFUSALS: Final = {
    "429": (429, "rate_limit_exceeded", "Rate limit reached in the simulation."),
    "429-bare": (429, "rate_limit_exceeded", "Rate limit reached in the simulation."),
    "wrong-key": (401, "invalid_api_key", "Incorrect API key provided, in the simulation."),
}


class Simulator:
    """One simulator: its models, its luck and its account."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.is_closing: Callable[[], bool] = lambda: False
        self._luck = LuckStream(settings)
        self._account = Account()

    def app(self) -> Starlette:
        """Give the application that serves it."""
        return Starlette(
            routes=[
                Route("/v1/models", self.models),
                Route("/v1/chat/completions", self.complete, methods=["POST"]),
                Route("/log", self.log),
            ],
            middleware=[Middleware(_Marked)],
        )

    async def models(self, _request: Request) -> Response:
        """List the models, as OpenAI does, with what the simulator knows of each."""
        specs = [(model, model.spec("simulated", price=self._settings.price)) for model in MODELS]
        return JSONResponse(
            {
                "object": "list",
                "data": [
                    {
                        "id": model.name,
                        "object": "model",
                        "created": 0,
                        "owned_by": SIMULATED_FINGERPRINT,
                        "does": model.craft.value,
                        "supports_schema": model.supports_schema,
                        "can_think": model.can_think,
                        "context_tokens": spec.context_tokens,
                        "input_price": spec.input_price,
                        "output_price": spec.output_price,
                    }
                    for model, spec in specs
                ],
            }
        )

    async def log(self, request: Request) -> Response:
        """Give the account; ``?newest=`` says how many single calls."""
        wanted = request.query_params.get("newest", str(NEWEST))
        newest = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 0
        return JSONResponse(self._account.to_json(newest=newest))

    async def complete(self, request: Request) -> Response:
        """Answer a chat completion."""
        try:
            asked = read_request(await _body(request))
            self._check_key(request)
        except Refused as refused:
            return _error(refused.status, refused.code, refused.message)
        luck = self._luck.draw()
        if luck.fault in _REFUSALS:
            status, code, message = _REFUSALS[luck.fault]
            self._enter(asked, luck, status=status)
            headers = {"Retry-After": RETRY_AFTER} if luck.fault == "429" else {}
            return _error(status, code, message, headers=headers)
        quota = self._settings.quota
        if quota is not None and self._account.charged >= quota:
            self._enter(asked, luck, status=429, fault="quota")
            return _error(429, "insufficient_quota", "The simulated credit is used up.")
        done = complete(asked, self._settings)
        status = {"500": 500, "hang": 0}.get(luck.fault, 200)
        self._enter(asked, luck, status=status, done=done)
        seconds = HANG_SECONDS if luck.fault == "hang" else luck.seconds
        await self._wait(request, seconds)
        return _spoilt(luck.fault, done)

    def _enter(
        self,
        asked: Asked,
        luck: Luck,
        *,
        status: int,
        fault: str | None = None,
        done: Completion | None = None,
    ) -> None:
        spec = asked.model.spec("simulated", price=self._settings.price)
        used = (done.input_tokens, done.output_tokens) if done else (0, 0)
        usage = Usage(input_tokens=used[0], output_tokens=used[1])
        self._account.enter(
            Entry(
                number=luck.number,
                request=asked.identity,
                model=asked.model.name,
                status=status,
                fault=luck.fault if fault is None else fault,
                charged=done is not None and luck.fault in CHARGED,
                input_tokens=used[0],
                output_tokens=used[1],
                micro=actual(spec, usage) or 0,
            )
        )

    async def _wait(self, request: Request, seconds: float) -> None:
        """Let time pass, but no longer than somebody waits for the answer."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.is_closing():
            if seconds <= GLANCE_SECONDS:
                await asyncio.sleep(left)
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, GLANCE_SECONDS)):
                    # The body was read, so the next thing that is heard is that the client left.
                    await request.receive()
                    return

    def _check_key(self, request: Request) -> None:
        if not self._settings.key:
            return
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), self._settings.key.encode()):
            raise Refused(401, "invalid_api_key", "Incorrect API key provided.")


class _Marked:
    """Puts the simulator's mark on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                mark = (SIMULATED_HEADER.encode("ascii"), b"1")
                message = {**message, "headers": [*message.get("headers", []), mark]}
            await send(message)

        await self._app(scope, receive, marked)


async def _body(request: Request) -> Json:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise Refused(413, "too_large", f"A request has at most {LARGEST_BODY} bytes.")
        value = read_json(body.decode("utf-8"))
        # What was sent with half characters cannot be answered: nothing could be hashed.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refused(400, "invalid_json", "The body is no JSON text in UTF-8.") from None
    except ClientDisconnect:
        raise Refused(400, "gone", "The client left.") from None
    return value


def _spoilt(fault: str, done: Completion) -> Response:
    match fault:
        case "hang":
            return Response(status_code=504)
        case "500":
            return _error(500, "server_error", "The simulated server broke.")
        case "garbage":
            return Response(WEB_PAGE, media_type="text/html")
        case "cut":
            whole = json.dumps(done.body, ensure_ascii=False)
            return Response(whole[: len(whole) * 2 // 3], media_type="application/json")
        case _:
            return JSONResponse(done.body)


def _error(
    status: int, code: str, message: str, *, headers: dict[str, str] | None = None
) -> Response:
    error = {"message": message, "type": code, "param": None, "code": code}
    return JSONResponse({"error": error}, status_code=status, headers=headers)
