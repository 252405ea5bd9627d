"""Owns what a blind reader of the starter set may see, and the keys that are kept from them.

Invariant: nothing returned by ``blind_prompts`` or ``blind_responses`` tells slug, type, role,
label or reason; identifiers carry no meaning and no order.
"""

import hashlib
import random
from dataclasses import dataclass

from curation.starter.content import StarterItem, StarterResponse, load_starter_items


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindResponse:
    """What a blind judge of one response sees."""

    prompt: str
    reference: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseKey:
    """Which response a blind identifier stands for; not for the judge."""

    slug: str
    response: StarterResponse


def blind_prompts() -> dict[str, str]:
    """Give the prompt of every item under an opaque identifier, in the order of identifiers."""
    prompts = {_opaque("prompt", item.slug): item.prompt for item in load_starter_items()}
    return dict(sorted(prompts.items()))


def prompt_key() -> dict[str, str]:
    """Give the slug that each identifier of ``blind_prompts`` stands for."""
    key = {_opaque("prompt", item.slug): item.slug for item in load_starter_items()}
    return dict(sorted(key.items()))


def blind_responses(random_state: int) -> dict[str, BlindResponse]:
    """Give every response under an opaque identifier, shuffled.

    Args:
        random_state: Seed of the order and of the identifiers; the same seed gives the same sheet.
    """
    return {
        identifier: BlindResponse(prompt=item.prompt, reference=item.reference, text=response.text)
        for identifier, item, response in _shuffled(random_state)
    }


def response_key(random_state: int) -> dict[str, ResponseKey]:
    """Give the response that each identifier of ``blind_responses`` stands for, same seed."""
    return {
        identifier: ResponseKey(slug=item.slug, response=response)
        for identifier, item, response in _shuffled(random_state)
    }


def _shuffled(random_state: int) -> list[tuple[str, StarterItem, StarterResponse]]:
    rows = [
        (_opaque("response", f"{random_state}/{item.slug}/{number}"), item, response)
        for item in load_starter_items()
        for number, response in enumerate(item.responses)
    ]
    random.Random(random_state).shuffle(rows)
    return rows


def _opaque(kind: str, name: str) -> str:
    return kind[0] + hashlib.sha256(f"{kind}/{name}".encode()).hexdigest()[:8]
