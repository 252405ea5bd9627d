"""Owns what follows when signing in with an identity provider fails: the sign-in page, told why.

Streamlit answers with a bare line of text, or with the sign-in page and not a word, and logs a
traceback. Here the browser always comes back to the sign-in page, whose address names the failure,
and the log has one line.
"""

import logging
import re
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FAILED: Final = "sign_in_failed"
LOGGER: Final = "streamlit.web.server.starlette.starlette_auth_routes"
LOGGED_CHARS: Final = 200
_BEGINS: Final = "/auth/login"
_COMES_BACK: Final = "/oauth2callback"
# What Streamlit keeps an identity in; emptied, it is quoted.
_KEPT: Final = b"_streamlit_user="
_CODE: Final = re.compile(r"[a-z_]{1,40}")


class Failure(StrEnum):
    """Why nobody is signed in."""

    SILENT = "silent"
    REFUSED = "refused"
    UNUSABLE = "unusable"


class BackToSignIn:
    """Sends the browser back to the sign-in page where a provider's part came to nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not path.endswith((_BEGINS, _COMES_BACK)):
            await self._app(scope, receive, send)
            return
        is_replaced = False

        async def answer(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start":
                failure = _failure(path, scope, message)
                if failure is not None:
                    is_replaced = True
                    message = _back(path, failure, message)
            elif is_replaced:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, answer)


def tell_failures_in_a_line() -> None:
    """Have what fails with a provider logged in one line, without a traceback."""
    logging.getLogger(LOGGER).addFilter(_in_a_line)


def _failure(path: str, scope: Scope, message: Message) -> Failure | None:
    if path.endswith(_BEGINS):
        return Failure.SILENT if message["status"] >= 400 else None
    cookies = [value for name, value in message["headers"] if name.lower() == b"set-cookie"]
    if any(one.startswith(_KEPT) and not one.startswith(_KEPT + b'""') for one in cookies):
        return None
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return Failure.REFUSED if "error" in asked else Failure.UNUSABLE


def _back(path: str, failure: Failure, message: Message) -> Message:
    # Relative, so that it is right below an address of the app's own as well.
    up = "../" if path.endswith(_BEGINS) else "./"
    kept = [(name, value) for name, value in message["headers"] if name.lower() == b"set-cookie"]
    return {
        **message,
        "status": 302,
        "headers": [
            *kept,
            (b"location", f"{up}?{FAILED}={failure.value}".encode()),
            (b"content-length", b"0"),
            (b"cache-control", b"no-store"),
        ],
    }


def _in_a_line(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[1] is not None:
        record.msg = f"{record.getMessage()} {_told(record.exc_info[1])}"
        record.args, record.exc_info, record.exc_text = None, None, None
    return True


def _told(error: BaseException) -> str:
    name = type(error).__name__
    if type(error).__module__.startswith("authlib."):
        # A provider's own words might repeat what it was sent; its code is a word.
        code = str(getattr(error, "error", ""))
        return f"{name}: {code}" if _CODE.fullmatch(code) else name
    said = " ".join(str(error).split())[:LOGGED_CHARS]
    return f"{name}: {''.join(char if char.isprintable() else ' ' for char in said)}"
