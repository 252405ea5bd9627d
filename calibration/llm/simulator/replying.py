"""Owns the reply: what a model wrote, cut where it has to be, as a chat completion.

The same request under the same seed gives the same bytes; therefore ``created`` is always 0.
"""

from dataclasses import dataclass
from typing import Final

from calibration.llm.identity import SIMULATED_FINGERPRINT
from calibration.llm.simulator.answering import answer
from calibration.llm.simulator.asked import Asked, tokens_of
from calibration.llm.simulator.chance import share
from calibration.llm.simulator.drafting import draft
from calibration.llm.simulator.judging import judge
from calibration.llm.simulator.models import Craft
from calibration.llm.simulator.settings import Settings
from db.hashing import Json

_CRAFTS: Final = {Craft.ANSWERS: answer, Craft.DRAFTS: draft, Craft.JUDGES: judge}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A chat completion with what it used."""

    body: dict[str, Json]
    input_tokens: int
    output_tokens: int


def complete(asked: Asked, settings: Settings) -> Completion:
    """Reply to a request."""
    written = _CRAFTS[asked.model.craft](asked, settings)
    thought = tokens_of(written.reasoning)
    text = _stopped(written.text, asked.stop)
    room = max(0, asked.max_tokens - thought)
    kept = _cut(text, room)
    spent = min(asked.max_tokens, thought + tokens_of(kept))
    used = tokens_of(asked.text)
    message: dict[str, Json] = {"role": "assistant", "content": kept}
    if written.reasoning:
        message["reasoning_content"] = _cut(written.reasoning, asked.max_tokens)
    usage: dict[str, Json] = {
        "prompt_tokens": used,
        "completion_tokens": spent,
        "total_tokens": used + spent,
        "completion_tokens_details": {"reasoning_tokens": min(thought, spent)},
    }
    body: dict[str, Json] = {
        "id": f"chatcmpl-simulated-{_name(asked, settings)}",
        "object": "chat.completion",
        "created": 0,
        "model": asked.model.name,
        "system_fingerprint": SIMULATED_FINGERPRINT,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop" if kept == text else "length",
                "message": message,
            }
        ],
        "usage": usage,
    }
    return Completion(body=body, input_tokens=used, output_tokens=spent)


def _name(asked: Asked, settings: Settings) -> str:
    return f"{int(share(settings.seed, 'name', asked.identity) * 2**53):014x}"


def _stopped(text: str, stops: tuple[str, ...]) -> str:
    places = [place for place in (text.find(stop) for stop in stops) if place >= 0]
    return text[: min(places)] if places else text


def _cut(text: str, most: int) -> str:
    """Keep as much of a text as there is room for."""
    if tokens_of(text) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens_of(text[:middle]) <= most else (low, middle - 1)
    return text[:low]
