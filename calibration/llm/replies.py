"""Owns what a model answered: text, reasoning, how it ended, and what it used.

A refusal, a filtered answer and one cut by its length are results, kept and counted; what is no
answer at all is a fault (`calibration.llm.faults`).
"""

from dataclasses import dataclass
from enum import StrEnum

from db.hashing import Json


class Finish(StrEnum):
    """How an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"
    TOOL_CALLS = "tool_calls"
    # The server did not say, or said a word of its own, which the raw reply keeps.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How many tokens were counted; None where nobody said.

    Attributes:
        input_tokens: Tokens of the question, cached ones included.
        output_tokens: Tokens of the answer, reasoning included.
        reasoning_tokens: Those of the output that were reasoning.
        cached_tokens: Those of the input that the provider had in its cache.
        is_estimated: The server counted nothing, and input and output are our upper bounds.
    """

    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer.

    Attributes:
        text: What it said; None when it was refused, filtered, cut before the first word, or asks
            for a tool. A refusal's own words are the text where the server gives them.
        reasoning: What it thought, where the server or a flagged model shows it; else None.
        snapshot: The model's name exactly as returned.
        provider_request_id: The provider's name for this call; "" if it gives none.
        latency_ms: From handing the request over to having the whole answer.
        raw: The body as it came, without a key should it hold one.
        is_simulated: It says of itself that no model wrote it.
    """

    text: str | None
    reasoning: str | None
    finish: Finish
    snapshot: str
    usage: Usage
    provider_request_id: str
    latency_ms: int
    raw: Json
    is_simulated: bool
