"""Owns the routes that passwords are posted to, and the cookie that answers.

Only this app's own pages may post: the browser says where a request comes from. Nothing is taken
from the address and nothing redirects.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.cookies import cookie_name
from app.settings import load_settings
from curation.sign_in.passwords import NotSignedIn, choose_password, sign_in
from curation.sign_in.sessions import (
    LONGEST,
    NewSession,
    SignedIn,
    hash_token,
    sign_out,
    who,
)
from db.engine import Engine, open_engine, reading
from db.errors import GainsayError

LARGEST_BODY: Final = 16_384
Typed = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class NameAndPassword(BaseModel):
    """What somebody signs in with."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    handle: Typed
    password: Typed


class OldAndNew(BaseModel):
    """What somebody changes their password with."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    old: Typed
    new: Typed


def login_routes() -> list[Route]:
    """List the routes."""
    return [
        Route("/sign-in", _guarded(_sign_in), methods=["POST"]),
        Route("/password", _guarded(_choose_password), methods=["POST"]),
    ]


def is_own_page(request: Request) -> bool:
    """Say whether a page of this app asks: by what the browser says, which a page cannot change."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    if site is not None:
        return site == "same-origin"
    # Browsers leave the first header out on plain HTTP from another machine.
    return urlsplit(origin).netloc == request.headers.get("host")


def _guarded(
    answer: Callable[[Request, bytes], Response],
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        if not is_own_page(request) or not kind.startswith("application/json"):
            return _refused("foreign", "Only pages of this app may post here.", status=403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                return _refused("large", "The request is too large.", status=413)
        try:
            return await run_in_threadpool(answer, request, body)
        except ValidationError:
            return _refused("malformed", "The form was not filled in.", status=400)
        except GainsayError as error:
            return _refused("invalid", str(error), status=400)

    return endpoint


def _sign_in(request: Request, body: bytes) -> Response:
    typed = NameAndPassword.model_validate_json(body)
    now = datetime.now(UTC)
    begun = sign_in(_engine(), typed.handle, typed.password, now=now)
    if isinstance(begun, NotSignedIn):
        return _refused("wrong", "This name and password do not fit.", status=403)
    before = _token(request)
    if before:
        sign_out(_engine(), hash_token(before), now=now)
    return _begun(request, begun)


def _choose_password(request: Request, body: bytes) -> Response:
    typed = OldAndNew.model_validate_json(body)
    now = datetime.now(UTC)
    with reading(_engine()) as session:
        found = who(session, hash_token(_token(request)), now=now)
    if not isinstance(found, SignedIn) or found.is_solo:
        return _refused("ended", "Nobody is signed in here any more.", status=403)
    begun = choose_password(_engine(), found.annotator_id, old=typed.old, new=typed.new, now=now)
    if isinstance(begun, NotSignedIn):
        return _refused("old", "The present password is not right.", status=403)
    return _begun(request, begun)


def _begun(request: Request, begun: NewSession) -> Response:
    response = Response(status_code=204, headers={"cache-control": "no-store"})
    response.set_cookie(
        cookie_name(request.headers.get("host")),
        begun.token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        # Behind a proxy that ends TLS only the browser knows how it came.
        secure=request.headers.get("origin", "").startswith("https://"),
    )
    return response


def _refused(code: str, sentence: str, *, status: int) -> Response:
    return JSONResponse(
        {"refused": code, "sentence": sentence},
        status_code=status,
        headers={"cache-control": "no-store"},
    )


def _token(request: Request) -> str:
    return request.cookies.get(cookie_name(request.headers.get("host")), "")


@cache
def _engine() -> Engine:
    return open_engine(load_settings().database_url)
