"""Owns the one way out to a model: a request goes to its provider, a reply or a fault comes back.

The openai package writes the request and reads the status; it retries nothing. Every fault is
raised outside of a handler, so no foreign error hangs on it, and after the key was taken out.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

import httpx2
from openai import APIStatusError, AsyncOpenAI

from calibration.llm.bodies import request_body
from calibration.llm.faults import FaultKind, ModelFault
from calibration.llm.fitting import asks_schema, misfit
from calibration.llm.identity import is_marked_simulated
from calibration.llm.listing import Listing, read_listing
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.reading import Exchange, read_reply
from calibration.llm.replies import Reply
from calibration.llm.requests import ChatRequest
from calibration.llm.sentences import named
from calibration.llm.wire import LARGEST_REPLY, Wire

LOGGER: Final = logging.getLogger(__name__)


class OpenAIModel:
    """Asks the models of one provider; an async context manager, used in the loop that opens it."""

    def __init__(
        self,
        provider: Provider,
        key: str | None,
        *,
        specs: Iterable[ModelSpec] = (),
        clock: Callable[[], float] = time.time,
        largest_reply: int = LARGEST_REPLY,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            provider: Whom to ask.
            key: What it wants to see; None when it needs none, or when there is none.
            specs: What is known of its models; one that is not among them is asked as it is.
            clock: Seconds since 1970, for servers that name a time to come back at.
            largest_reply: Bytes of an answer after which it is given up.
        """
        self._provider = provider
        self._key = (key or "").strip() or None
        self._specs = {spec.name: spec for spec in specs if spec.provider_id == provider.id}
        self._clock = clock
        self._largest_reply = largest_reply
        self._client: AsyncOpenAI | None = None

    def __repr__(self) -> str:
        return f"OpenAIModel({self._provider.id!r})"

    async def __aenter__(self) -> Self:
        """Open the connections.

        Raises:
            Invalid: The provider's CA bundle cannot be read.
        """
        wire = Wire(self._provider, self._key, largest_reply=self._largest_reply)
        self._client = AsyncOpenAI(
            # The package insists on one and never gets it: the wire adds it at the last moment.
            api_key="held-by-the-wire",
            admin_api_key="",
            organization="",
            project="",
            webhook_secret="",
            base_url=self._provider.base_url,
            max_retries=0,
            http_client=httpx2.AsyncClient(transport=wire, trust_env=False),
        )
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def ask(self, request: ChatRequest, *, timeout: float) -> Reply:
        """Ask once.

        Args:
            request: What to ask; its provider is this one.
            timeout: Seconds for the whole exchange.

        Raises:
            ModelFault: There is no answer.
        """
        spec = self._specs.get(request.model) or ModelSpec(
            provider_id=self._provider.id, name=request.model, supports_schema=True
        )
        client = self._checked(request, spec)
        started = time.monotonic()
        response = await self._post(client, request_body(request, spec), request.model, timeout)
        return read_reply(
            Exchange(
                provider=self._provider,
                spec=spec,
                request=request,
                key=self._key,
                response=response,
                latency_ms=round((time.monotonic() - started) * 1000),
                now=self._clock(),
            )
        )

    async def list_models(self, *, timeout: float) -> Listing:
        """Ask the provider which models it has; whatever goes wrong is an empty list."""
        if self._client is None:
            return Listing()
        try:
            response = await self._client.get(
                "/models", cast_to=httpx2.Response, options={"timeout": timeout}
            )
        except APIStatusError as error:
            response = error.response
        except ModelFault:
            return Listing()
        found = read_listing(response.status_code, response.content, key=self._key)
        return replace(found, is_simulated=is_marked_simulated(response.headers, {}))

    def _checked(self, request: ChatRequest, spec: ModelSpec) -> AsyncOpenAI:
        provider, client = self._provider, self._client
        if client is None:
            raise self._unsent(FaultKind.BAD_REQUEST, "is not open: use it in 'async with'")
        if (request.provider_id, request.base_url.rstrip("/")) != (provider.id, provider.base_url):
            raise self._unsent(
                FaultKind.BAD_REQUEST,
                f"was handed a request for {request.provider_id!r} at {request.base_url!r}: plan "
                "it anew, for the provider was changed since",
            )
        if provider.key_name and self._key is None:
            raise self._unsent(
                FaultKind.NO_KEY,
                f"needs the key {provider.key_name!r}, and there is none: put it into the "
                "environment or, under [keys], into secrets.toml",
            )
        if self._key is not None and not (self._key.isascii() and self._key.isprintable()):
            raise self._unsent(
                FaultKind.WRONG_KEY,
                f"has a key {provider.key_name!r} with signs in it that no key has: copy it again",
            )
        if asks_schema(request) and not spec.supports_schema:
            raise self._unsent(
                FaultKind.SCHEMA_REFUSED,
                f"is asked for a JSON schema by {spec.name!r}, which is entered as taking none: "
                "plan the request without, or switch structured output on for this model",
            )
        unfit = misfit(request, spec)
        if unfit:
            raise self._unsent(FaultKind.BAD_REQUEST, f"has {spec.name!r}, which {unfit}")
        return client

    def _unsent(self, kind: FaultKind, what: str) -> ModelFault:
        sentence = f"{named(self._provider).capitalize()} {what}."
        return ModelFault(sentence, kind=kind, was_sent=False)

    async def _post(
        self, client: AsyncOpenAI, body: dict[str, object], model: str, timeout: float
    ) -> httpx2.Response:
        odd: str
        try:
            return await client.post(
                "/chat/completions",
                cast_to=httpx2.Response,
                body=body,
                options={"timeout": timeout},
            )
        except APIStatusError as error:
            return error.response
        except ModelFault:
            raise
        except Exception as error:
            odd = type(error).__name__
        LOGGER.error("provider %s: a request broke with %s", self._provider.id, odd)
        raise ModelFault(
            f"{named(self._provider).capitalize()}: a request to {model!r} broke in a way that is "
            f"not known ({odd}), so report it.",
            kind=FaultKind.CONNECTION_LOST,
            was_sent=True,
        )
