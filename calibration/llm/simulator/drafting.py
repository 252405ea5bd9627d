"""Owns the drafts: whole items as the authoring form has them, marked as simulated in their text.

The mark stands at the beginning of prompt, twin and notes and of the reference's opening line, and
of every reason. Responses carry none: their form is what is judged.
"""

import random
import re
from collections.abc import Mapping
from typing import Final

from calibration.llm.redaction import as_mapping
from calibration.llm.simulator.asked import Asked
from calibration.llm.simulator.chance import dice
from calibration.llm.simulator.kinds import (
    FALLBACK,
    domain_name,
    language_of,
    named_domain,
    named_type,
)
from calibration.llm.simulator.scenarios import (
    LANGUAGES,
    ROLES,
    Scenario,
    scenarios_of,
    type_ids,
)
from calibration.llm.simulator.settings import Settings
from calibration.llm.simulator.shapes import filled
from calibration.llm.simulator.written import Written
from db.hashing import Json, canonical_json

MARK: Final = "[simulated]"
MOST_AT_ONCE: Final = 50
# Names under which a schema may ask for several items.
LISTS: Final = ("items", "drafts", "candidates")

_COUNT: Final = re.compile(
    r"\b(\d{1,3}) (?:\w+ )?(?:items|drafts|candidates)|(\d{1,3}) ?(?:道|个)题"
)
_CHINESE: Final = re.compile(r"\bchinese\b|\bzh\b|中文|汉语", re.IGNORECASE)
_ENGLISH: Final = re.compile(r"\benglish\b|\ben\b|英文|英语", re.IGNORECASE)
_OPENINGS: Final = {
    "en": (
        "For a practice round",
        "A question from a colleague",
        "For the evening class",
        "From the exercise book",
        "For Tuesday's group",
    ),
    "zh": ("练习用题", "同事提的一个问题", "夜校课堂", "练习册选题", "周二小组讨论"),
}
_REASONS: Final = {
    "en": ("It meets every requirement.", "It does what is usual.", "It fails in one point."),
    "zh": ("每条要求都满足。", "它照常规去做了。", "只有一条要求没有满足。"),
}


def draft(asked: Asked, settings: Settings) -> Written:
    """Draft one item, or as many as were asked for."""
    stream = dice(settings.seed, "draft", asked.identity)
    type_id, language_id = _type(asked), _language(asked)
    drafts = [
        _defective(
            _item(type_id, language_id, named_domain(asked.text), stream),
            stream,
            rate=min(1.0, asked.model.defects / settings.skill),
        )
        for _ in range(_count(asked))
    ]
    if asked.schema is not None:
        return Written(text=canonical_json(_in_schema(asked.schema, drafts, stream)))
    many: Json = {"items": drafts} if len(drafts) > 1 else drafts[0]
    text = canonical_json(many)
    if stream.random() < asked.model.defects / 2 / settings.skill:
        # It cannot hold back a remark around its JSON.
        text = f"Here is the draft:\n```json\n{text}\n```\nI hope that this helps."
    return Written(text=text)


def _item(type_id: str, language_id: str, domain: str, stream: random.Random) -> dict[str, Json]:
    scenario = stream.choice(scenarios_of(type_id, language_id))
    opening = stream.choice(_OPENINGS[language_id])
    opening = _opening(opening, domain, language_id, stream.randrange(1, 1000))
    return {
        "type": type_id,
        "language": language_id,
        "domain": domain,
        "prompt": f"{opening}\n\n{scenario.prompt}",
        "reference": f"{MARK} {scenario.reference}",
        "requirements": list(scenario.requirements),
        "checks": scenario.checks,
        "twin": f"{opening}\n\n{scenario.twin}",
        "notes": f"{MARK} {scenario.notes}",
        "responses": [_response(scenario, role) for role in ROLES],
    }


def _opening(words: str, domain: str, language_id: str, number: int) -> str:
    if language_id == "zh":
        subject = f"（{domain_name(domain)}）" if domain else ""
        return f"{MARK} {words}{subject}第{number}题："
    subject = f" ({domain})" if domain else ""
    return f"{MARK} {words}{subject}, number {number}:"


def _response(scenario: Scenario, role: str) -> dict[str, Json]:
    reason = _REASONS[scenario.language_id][ROLES.index(role)]
    return {
        "role": role,
        "label": "follows" if role == "follows" else "does_not_follow",
        "factually_right": scenario.factually_right[role],
        "failed": list(scenario.failed[role]),
        "reason": f"{MARK} {reason}",
        "text": scenario.responses[role],
    }


def _defective(item: dict[str, Json], stream: random.Random, *, rate: float) -> dict[str, Json]:
    """Spoil a draft at a rate, in one of the ways that reviewers are to notice."""
    if stream.random() >= rate:
        return item
    responses = item["responses"]
    assert isinstance(responses, list)
    match stream.choice(("twin", "gap", "near_miss", "notes")):
        case "twin":
            return item | {"twin": item["prompt"]}
        case "gap":
            return item | {"reference": str(item["reference"]).replace("\n2. ", "\n4. ", 1)}
        case "near_miss":
            same = as_mapping(responses[0])["text"]
            return item | {"responses": [*responses[:2], {**responses[2], "text": same}]}
        case _:
            return item | {"notes": MARK}


def _in_schema(
    schema: Mapping[str, Json], drafts: list[dict[str, Json]], stream: random.Random
) -> Json:
    fields = as_mapping(schema.get("properties"))
    lists = [name for name in LISTS if as_mapping(fields.get(name)).get("type") == "array"]
    known: Mapping[str, Json] = {lists[0]: drafts} if lists else drafts[0]
    return filled(schema, known, stream)


def _type(asked: Asked) -> str:
    own = asked.own.get("type")
    return str(own) if own in type_ids() else named_type(asked.text) or FALLBACK


def _language(asked: Asked) -> str:
    if asked.own.get("language") in LANGUAGES:
        return language_of(asked)
    wanted = (bool(_CHINESE.search(asked.text)), bool(_ENGLISH.search(asked.text)))
    if wanted[0] != wanted[1]:
        return "zh" if wanted[0] else "en"
    return language_of(asked)


def _count(asked: Asked) -> int:
    own = asked.own.get("count")
    found = _COUNT.search(asked.text)
    if isinstance(own, int) and not isinstance(own, bool):
        wanted = own
    else:
        wanted = int(found[1] or found[2]) if found else 1
    return max(1, min(MOST_AT_ONCE, wanted))
