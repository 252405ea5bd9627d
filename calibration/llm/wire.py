"""Owns the bytes: one HTTP request, one answer read to its end, and what broke on the way.

No redirect is followed, so the key reaches the provider's host only. An answer is read up to a cap.
Faults are raised outside of any handler, so that no foreign error, whose parts hold the key, hangs
on them.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2

from calibration.llm.addresses import is_loopback
from calibration.llm.breaks import diagnosed
from calibration.llm.faults import FaultKind, ModelFault
from calibration.llm.providers import Provider
from calibration.llm.redaction import without_key
from calibration.llm.sentences import named
from db.errors import Invalid

LARGEST_REPLY: Final = 32 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
# Below the five seconds after which uvicorn, and vLLM with it, closes an idle connection: a request
# on one that is just being closed is lost, and nobody knows whether it was paid.
KEEP_ALIVE_SECONDS: Final = 4.0
CHUNK: Final = 64 * 1024

# Of what the openai package writes, and reads from environment variables of its own, only these.
_SENT: Final = ("accept", "content-type", "user-agent")
# The body is handed on decoded and whole.
_OF_THE_WIRE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(slots=True)
class Progress:
    """How far one request came."""

    was_sent: bool = False


class Wire(httpx2.AsyncBaseTransport):
    """Carries requests of one provider over aiohttp; built in the event loop that uses it."""

    def __init__(self, provider: Provider, key: str | None, *, largest_reply: int) -> None:
        self._provider = provider
        self._key = key
        self._largest_reply = largest_reply
        self._host = urlsplit(provider.base_url).hostname or ""
        self._proxy = _proxy_for(provider.base_url, self._host)
        tracing = aiohttp.TraceConfig()
        tracing.on_request_headers_sent.append(_note_sent)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS, ssl=_tls(provider)
            ),
            trace_configs=[tracing],
            # Nothing comes from ~/.netrc, and no cookie of a provider is kept.
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    def __repr__(self) -> str:
        return f"Wire({self._provider.id!r})"

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request and read its whole answer.

        Raises:
            ModelFault: No whole answer came.
        """
        progress = Progress()
        seconds = request.extensions["timeout"]["read"]
        broken: Exception
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(request, progress)
        except (aiohttp.ClientError, OSError, ValueError, ModelFault) as error:
            broken = error
        raise self._fault(broken, was_sent=progress.was_sent, seconds=seconds)

    async def _exchange(self, request: httpx2.Request, progress: Progress) -> httpx2.Response:
        async with self._session.request(
            request.method,
            str(request.url),
            data=request.content or None,
            headers=_headers(request.headers, self._key),
            allow_redirects=False,
            proxy=self._proxy,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
            trace_request_ctx=progress,
        ) as response:
            body = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK):
                body += chunk
                if len(body) > self._largest_reply:
                    raise self._too_large(response.status)
            # The packages above log some of these.
            headers = [
                (name.encode(), without_key(value, self._key).encode())
                for name, value in response.headers.items()
                if name.lower() not in _OF_THE_WIRE
            ]
            return httpx2.Response(
                response.status, headers=headers, content=bytes(body), request=request
            )

    def _too_large(self, status: int) -> ModelFault:
        return ModelFault(
            f"An answer of {named(self._provider)} is longer than {self._largest_reply} bytes and "
            "was not read to its end: check the base URL and lower max_tokens.",
            kind=FaultKind.REPLY_TOO_LARGE,
            was_sent=True,
            status=status,
        )

    def _fault(self, error: Exception, *, was_sent: bool, seconds: float) -> ModelFault:
        if isinstance(error, ModelFault):
            return error
        found = diagnosed(error, host=self._host, was_sent=was_sent, seconds=seconds)
        return ModelFault(
            f"{named(self._provider).capitalize()}: {found.what}.",
            kind=found.kind,
            was_sent=was_sent,
            sample=without_key(f"{type(error).__name__}: {error}", self._key),
        )


async def _note_sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _parameters: object
) -> None:
    context.trace_request_ctx.was_sent = True


def _headers(headers: Mapping[str, str], key: str | None) -> dict[str, str]:
    kept = {name: headers[name] for name in _SENT if name in headers}
    named = {} if key is None else {"authorization": f"Bearer {key}"}
    return {**kept, **named, "accept-encoding": "gzip, deflate"}


def _proxy_for(base_url: str, host: str) -> str | None:
    # A server on this machine is never asked through a proxy elsewhere.
    if is_loopback(base_url) or proxy_bypass(host):
        return None
    return getproxies().get(urlsplit(base_url).scheme)


def _tls(provider: Provider) -> ssl.SSLContext | bool:
    if urlsplit(provider.base_url).scheme == "http":
        return True
    if not provider.ca_bundle:
        return httpx2.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=provider.ca_bundle)
    except (OSError, ValueError):
        raise Invalid(
            f"The CA bundle {provider.ca_bundle!r} of {named(provider)} cannot be read: name a PEM "
            "file with at least one certificate."
        ) from None
