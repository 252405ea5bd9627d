"""Owns what becomes of a response: a reply, or the fault that it stands for.

Faults are raised outside of handlers: a JSON error holds the text it could not read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx2

from calibration.llm.answers import BROKEN_ENDINGS, Answer, NoAnswer, read_answer
from calibration.llm.dialects import ServerError, error_of, kind_of_refusal, read_error
from calibration.llm.faults import FaultKind, ModelFault
from calibration.llm.identity import is_marked_simulated, is_right_model
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.redaction import as_list, as_mapping, as_text, read_json, storable, without_key
from calibration.llm.replies import Reply
from calibration.llm.requests import ChatRequest
from calibration.llm.sentences import named, refusal_sentence
from calibration.llm.tokens import estimated_usage
from calibration.llm.waits import retry_after
from db.hashing import Json

REQUEST_IDS: Final = ("x-request-id", "request-id", "x-ds-trace-id", "x-siliconcloud-trace-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question and the bytes that came back.

    Attributes:
        now: Seconds since 1970 when they had come.
    """

    provider: Provider
    spec: ModelSpec
    request: ChatRequest
    key: str | None
    response: httpx2.Response
    latency_ms: int
    now: float

    def __repr__(self) -> str:
        return f"Exchange({self.provider.id!r}, {self.request.model!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """A body as JSON, or why it is none."""

    value: Json = None
    problem: str = ""


def read_reply(exchange: Exchange) -> Reply:
    """Read a response.

    Raises:
        ModelFault: It is no answer, or not one of the model that was asked.
    """
    status = exchange.response.status_code
    if not 200 <= status < 300:
        raise _refusal(exchange, status, read_error(_text(exchange)))
    body = _body(exchange)
    if body.problem:
        raise _garbage(exchange, body.problem)
    if as_mapping(body.value).get("error") and not as_list(as_mapping(body.value).get("choices")):
        raise _error_within(exchange, body.value)
    answer = _answer(exchange, body.value)
    if isinstance(answer, str):
        raise _garbage(exchange, answer)
    _check_source(exchange, answer, body.value)
    if answer.ending.lower() in BROKEN_ENDINGS:
        raise _refusal(exchange, 500, ServerError(code="", message=answer.ending))
    return _reply(exchange, answer, body.value)


def _reply(exchange: Exchange, answer: Answer, body: Json) -> Reply:
    usage = answer.usage or estimated_usage(
        exchange.request,
        texts=(answer.reasoning, answer.text),
        may_hide_tokens=exchange.spec.is_reasoning or exchange.spec.can_think,
    )
    is_marked = is_marked_simulated(exchange.response.headers, body)
    return Reply(
        text=answer.text,
        reasoning=answer.reasoning,
        finish=answer.finish,
        snapshot=answer.snapshot,
        usage=usage,
        provider_request_id=_request_id(exchange) or as_text(as_mapping(body).get("id")),
        latency_ms=exchange.latency_ms,
        raw=body,
        is_simulated=is_marked or exchange.provider.is_simulated,
    )


def _check_source(exchange: Exchange, answer: Answer, body: Json) -> None:
    provider, asked = exchange.provider, exchange.spec.name
    if not provider.is_simulated and is_marked_simulated(exchange.response.headers, body):
        raise _fault(
            exchange,
            FaultKind.UNMARKED_SIMULATOR,
            f"Behind {named(provider)} is a simulator, and it is not marked as one: mark it as "
            "simulated, or correct its base URL.",
        )
    if not is_right_model(exchange.spec, answer.snapshot):
        raise _fault(
            exchange,
            FaultKind.WRONG_MODEL,
            f"{named(provider).capitalize()} was asked for "
            f"{exchange.spec.snapshot_expected or asked!r} and {answer.snapshot!r} answered: enter "
            "that as the expected snapshot of the model if it is right, or ask for another.",
        )


def _body(exchange: Exchange) -> _Body:
    text = _text(exchange)
    if not text.strip():
        return _Body(problem="it is empty")
    if text.lstrip().startswith("<"):
        return _Body(problem="it is a web page")
    try:
        return _Body(value=storable(read_json(text), exchange.key))
    except (ValueError, RecursionError):
        return _Body(problem="it is no JSON, or was cut off")


def _answer(exchange: Exchange, body: Json) -> Answer | str:
    try:
        return read_answer(body, shows_think_tags=exchange.spec.shows_think_tags)
    except NoAnswer as error:
        return str(error)


def _refusal(exchange: Exchange, status: int, error: ServerError) -> ModelFault:
    kind = kind_of_refusal(status, error)
    if kind is FaultKind.WRONG_KEY and exchange.key is None:
        kind = FaultKind.NO_KEY
    sentence = refusal_sentence(
        kind,
        provider=exchange.provider,
        model=exchange.request.model,
        status=status,
        said=without_key(error.message, exchange.key),
    )
    return _fault(exchange, kind, sentence, status=status)


def _error_within(exchange: Exchange, body: Json) -> ModelFault:
    """Read an error that came with a success status, as gateways send it."""
    code = str(as_mapping(as_mapping(body).get("error")).get("code"))
    status = int(code) if re.fullmatch("[45][0-9][0-9]", code) else 500
    return _refusal(exchange, status, error_of(body))


def _garbage(exchange: Exchange, problem: str) -> ModelFault:
    return _fault(
        exchange,
        FaultKind.GARBAGE,
        f"{named(exchange.provider).capitalize()} answered {exchange.request.model!r} with "
        f"something that is no chat completion: {problem}, so try again, or check the base URL.",
    )


def _fault(
    exchange: Exchange, kind: FaultKind, sentence: str, *, status: int | None = None
) -> ModelFault:
    return ModelFault(
        sentence,
        kind=kind,
        was_sent=True,
        retry_after=retry_after(exchange.response.headers, now=exchange.now),
        status=status or exchange.response.status_code,
        sample=without_key(_text(exchange), exchange.key),
        provider_request_id=_request_id(exchange),
    )


def _text(exchange: Exchange) -> str:
    return exchange.response.content.decode("utf-8-sig", "replace")


def _request_id(exchange: Exchange) -> str:
    headers: Mapping[str, str] = exchange.response.headers
    return next((headers[name][:200] for name in REQUEST_IDS if headers.get(name)), "")
