"""Owns the reading of an answer: the body of a chat completion as a reply, or a fault.

What came is kept whole. Nothing is guessed: without choices, a message, a text or a model's name it
is garbage, and what is merely unusual (a refusal, a cut, an unknown ending) is said as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from calibration.llm.redaction import as_list, as_mapping, as_text
from calibration.llm.replies import Finish, Usage
from db.hashing import Json

THINK: Final = "<think>"
THOUGHT: Final = "</think>"
# A count above that is none: no answer is so long, and its price would not fit into the ledger.
MOST_TOKENS: Final = 10**9

# Words of servers for how an answer ended.
_FINISHES: Final[dict[str, Finish]] = {
    "stop": Finish.STOP,
    "end_turn": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "eos": Finish.STOP,
    "eos_token": Finish.STOP,
    "length": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "model_length": Finish.LENGTH,
    "content_filter": Finish.CONTENT_FILTER,
    "sensitive": Finish.CONTENT_FILTER,
    "safety": Finish.CONTENT_FILTER,
    "recitation": Finish.CONTENT_FILTER,
    "refusal": Finish.REFUSAL,
    "tool_calls": Finish.TOOL_CALLS,
    "function_call": Finish.TOOL_CALLS,
    "tool_use": Finish.TOOL_CALLS,
}
# Endings that say that the server failed in the middle.
BROKEN_ENDINGS: Final = frozenset(
    {"error", "network_error", "abort", "insufficient_system_resource"}
)


class NoAnswer(ValueError):
    """A body that holds no answer; ``str(error)`` says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a chat completion says.

    Attributes:
        ending: The server's own word for how it ended; "" if it said none.
        usage: None when it counted nothing.
    """

    text: str | None
    reasoning: str | None
    finish: Finish
    ending: str
    snapshot: str
    usage: Usage | None


def read_answer(body: Json, *, shows_think_tags: bool) -> Answer:
    """Read a chat completion.

    Args:
        body: JSON as it came.
        shows_think_tags: The text of this model begins with its reasoning, in tags.

    Raises:
        NoAnswer: Something is missing that every answer has.
    """
    outer = as_mapping(body)
    if not as_list(outer.get("choices")):
        raise NoAnswer("it has no choices")
    choice = as_mapping(as_list(outer["choices"])[0])
    message = as_mapping(choice.get("message"))
    if not message:
        raise NoAnswer("its first choice has no message")
    snapshot = as_text(outer.get("model"))
    if not snapshot:
        raise NoAnswer("it does not say which model answered")
    ending = as_text(choice.get("finish_reason"))
    finish = _finish(ending, message)
    spoken = _spoken(message)
    if shows_think_tags:
        spoken = _untagged(spoken)
    if spoken.text is None and finish in (Finish.STOP, Finish.UNKNOWN):
        raise NoAnswer("its message has no content")
    return Answer(
        text=spoken.text,
        reasoning=spoken.reasoning,
        finish=finish,
        ending=ending,
        snapshot=snapshot,
        usage=_usage(as_mapping(outer.get("usage"))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    text: str | None
    reasoning: str | None


def _finish(ending: str, message: Mapping[str, Json]) -> Finish:
    if as_text(message.get("refusal")):
        return Finish.REFUSAL
    known = _FINISHES.get(ending.lower(), Finish.UNKNOWN)
    if as_list(message.get("tool_calls")) and known in (Finish.STOP, Finish.UNKNOWN):
        return Finish.TOOL_CALLS
    return known


def _spoken(message: Mapping[str, Json]) -> _Spoken:
    content = message.get("content")
    parts = [as_mapping(part) for part in as_list(content)]
    if parts:
        text: str | None = "".join(as_text(part.get("text")) for part in parts)
    else:
        text = content if isinstance(content, str) else None
    if not text:
        text = as_text(message.get("refusal")) or text
    reasoning = (
        as_text(message.get("reasoning_content"))
        or as_text(message.get("reasoning"))
        or "".join(_thoughts(part) for part in parts)
    )
    return _Spoken(text=text, reasoning=reasoning or None)


def _thoughts(part: Mapping[str, Json]) -> str:
    """Read the reasoning in one part of a content: a text, or parts of its own."""
    inner = part.get("thinking")
    if isinstance(inner, str):
        return inner
    return "".join(as_text(as_mapping(one).get("text")) for one in as_list(inner))


def _untagged(spoken: _Spoken) -> _Spoken:
    if spoken.text is None or spoken.reasoning is not None:
        return spoken
    before, closed, after = spoken.text.partition(THOUGHT)
    # Some templates write the first tag into the question, so that only the last one comes back.
    opened = before.lstrip().startswith(THINK)
    if not closed and not opened:
        return spoken
    thought = before.lstrip().removeprefix(THINK).strip()
    return _Spoken(text=after.lstrip() if closed else None, reasoning=thought or None)


def _usage(usage: Mapping[str, Json]) -> Usage | None:
    asked, written = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    # Every question has a token at least: a server that says 0 did not count.
    if not asked or written is None:
        return None
    details = as_mapping(usage.get("completion_tokens_details"))
    total = _count(usage, "total_tokens")
    cached = (
        _count(as_mapping(usage.get("prompt_tokens_details")), "cached_tokens"),
        _count(usage, "prompt_cache_hit_tokens"),
        _count(usage, "cached_tokens"),
    )
    return Usage(
        input_tokens=asked,
        # Some leave the reasoning out of the completion and count it in the total only.
        output_tokens=written if total is None else max(written, total - asked),
        reasoning_tokens=_count(details, "reasoning_tokens"),
        cached_tokens=next((count for count in cached if count is not None), None),
    )


def _count(counts: Mapping[str, Json], name: str) -> int | None:
    count = counts.get(name)
    if isinstance(count, float) and count.is_integer():
        count = int(count)
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < MOST_TOKENS:
        return None
    return count
