"""Owns what servers mean by a refusal: the kind of fault behind a status and an error body.

Servers that call themselves compatible agree on statuses only in part. The words below were read in
the documentation and sources of OpenAI, vLLM, llama.cpp, Ollama, DeepSeek, DashScope, Moonshot,
Zhipu, SiliconFlow, OpenRouter, Gemini and Anthropic; each row is shown by a test.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from calibration.llm.faults import FaultKind
from calibration.llm.redaction import as_mapping, read_json
from db.hashing import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerError:
    """What a server said was wrong.

    Attributes:
        code: Its code and type, in lower case, blanks between them.
        message: Its sentence; "" when it gave none, or a web page.
    """

    code: str
    message: str

    @property
    def words(self) -> str:
        """Code and message in lower case, to look for words in."""
        return f"{self.code} {self.message}".lower()


_CONTEXT: Final = re.compile(
    r"context_length_exceeded|exceed_context_size|context (?:length|window|size)"
    r"|prompt is too long|input is too long|range of input length|exceeded model token limit"
    r"|input length.{0,40}(?:exceed|maximum)|too many (?:input )?tokens|input token count"
    r"|reduce the length|\b1261\b|prompt 超长|输入长度"
)
_SCHEMA: Final = re.compile(r"response_format|json_schema|structured output|guided_json|jsonschema")
_FILTER: Final = re.compile(
    r"data_inspection_failed|datainspectionfailed|content_filter|content_policy|inappropriate"
    r"|moderation|flagged|content exists risk|\b1301\b|content management policy|敏感"
)
_MODEL: Final = re.compile(
    r"model_not_found|model_not_exist|modelnotfound|not a valid model|no endpoints found"
    r"|model.{0,120}(?:not exist|not found|no access|not have access)"
    # "This model does not support images" is about a parameter.
    r"|model(?: \S{1,80})? is not supported"
    r"|(?:unknown|invalid|no such) model\b|\bmodel unknown|\b1211\b|模型不存在"
)
_QUOTA: Final = re.compile(
    r"insufficient_quota|insufficient balance|insufficient_balance|exceeded_current_quota"
    r"|billing_hard_limit|billing_not_active|credit balance|arrearage|freetieronly|free tier"
    r"|overdue|account balance|余额|欠费|\b1113\b|insufficient credits|payment required"
)
# DashScope calls a limit per minute a quota, too.
_PACE: Final = re.compile(r"allocated quota|requests? (?:rate|limit)|rate limit|per minute")
_KEY: Final = re.compile(
    r"invalid_api_key|incorrect api key|api key not valid|invalid api key|authentication"
)
_BUSY: Final = re.compile(r"overloaded|overload|engine_overloaded|system is busy|too busy|1305")


def read_error(text: str) -> ServerError:
    """Read the body of an error in any of the shapes that servers give it."""
    try:
        body = read_json(text)
    except (ValueError, RecursionError):
        return ServerError(code="", message="" if text.lstrip().startswith("<") else text)
    return error_of(body)


def error_of(body: Json) -> ServerError:
    """Read a JSON error: ``{"error": {...}}``, ``{"error": "..."}``, or the fields themselves."""
    outer = as_mapping(body)
    inner: Mapping[str, Json] = as_mapping(outer.get("error")) or outer
    message = inner.get("message") or inner.get("detail") or outer.get("error") or ""
    codes = [inner.get("code"), inner.get("type"), outer.get("code")]
    return ServerError(
        code=" ".join(str(code) for code in codes if isinstance(code, str | int)).lower(),
        message=message if isinstance(message, str) else str(message),
    )


def kind_of_refusal(status: int, error: ServerError) -> FaultKind:
    """Say what a status that is no success means, with what the body says about it."""
    if status < 400:
        return FaultKind.REDIRECTED
    if status >= 500:
        return _server_side(status)
    match status:
        case 401:
            return FaultKind.WRONG_KEY
        case 402:
            return FaultKind.QUOTA
        case 403:
            return _forbidden(error.words)
        case 404 | 405 | 410:
            return FaultKind.UNKNOWN_MODEL if _names_model(error) else FaultKind.WRONG_PATH
        case 408:
            return FaultKind.TIMEOUT
        case 409:
            return FaultKind.CONFLICT
        case 425 | 429:
            return _too_many(error.words)
        case _:
            return _bad(status, error.words)


def _server_side(status: int) -> FaultKind:
    if status in (503, 529):
        return FaultKind.OVERLOADED
    # A gateway that gave up on the server behind it; that one may have done the work.
    return FaultKind.TIMEOUT if status in (504, 524) else FaultKind.SERVER_ERROR


def _forbidden(words: str) -> FaultKind:
    if _QUOTA.search(words):
        return FaultKind.QUOTA
    if _FILTER.search(words):
        return FaultKind.INPUT_FILTERED
    return FaultKind.UNKNOWN_MODEL if _MODEL.search(words) else FaultKind.WRONG_KEY


def _too_many(words: str) -> FaultKind:
    if _QUOTA.search(words) and not _PACE.search(words):
        return FaultKind.QUOTA
    return FaultKind.OVERLOADED if _BUSY.search(words) else FaultKind.RATE_LIMITED


def _bad(status: int, words: str) -> FaultKind:
    if _CONTEXT.search(words):
        return FaultKind.CONTEXT_OVERFLOW
    if _FILTER.search(words):
        return FaultKind.INPUT_FILTERED
    if _SCHEMA.search(words):
        return FaultKind.SCHEMA_REFUSED
    if _QUOTA.search(words):
        return FaultKind.QUOTA
    if _MODEL.search(words):
        return FaultKind.UNKNOWN_MODEL
    if _KEY.search(words):
        return FaultKind.WRONG_KEY
    return FaultKind.REQUEST_TOO_LARGE if status == 413 else FaultKind.BAD_REQUEST


def _names_model(error: ServerError) -> bool:
    return "model" in error.words or bool(_MODEL.search(error.words))
