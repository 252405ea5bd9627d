"""Owns what the simulator knows about a response: does it follow, and is it factually right.

In this order: what the request says itself, what the simulator wrote, what verifiers decide of the
requirements in the reference, and a coin. Truth never depends on the judge or on its prompt.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from calibration.judging.checks import Checks, read_item_checks
from calibration.judging.rule_judge import RuleJudge
from calibration.llm.simulator.blocks import Blocks
from calibration.llm.simulator.chance import share
from calibration.llm.simulator.generic import generic_role
from calibration.llm.simulator.scenarios import Scenario, plain, scenarios
from db.hashing import Json
from db.requirements import parse_requirements

# How often the coin says that an unknown response follows.
COIN: Final = 0.45
# Types in which what follows is usually factually wrong.
AGAINST_FACTS: Final = frozenset({"deliberately-incorrect-answers", "counterfactual-answering"})

_NUMBERS: Final = {
    **{
        word: number
        for number, word in enumerate(("one", "two", "three", "four", "five", "six"), 1)
    },
    **{word: number for number, word in enumerate("一二三四五六", 1)},
    "两": 2,
}
_COUNT: Final = rf"({'|'.join(_NUMBERS)}|[1-9]\d?)"


class KnownBy(StrEnum):
    """Where the truth comes from."""

    REQUEST = "request"
    OWN_TEXT = "own_text"
    RULES = "rules"
    COIN = "coin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth about a response.

    Attributes:
        is_right: Whether what it says is true in the world, following aside.
        is_near: It fails in one point only, so that it is easily missed.
    """

    follows: bool
    is_right: bool
    is_near: bool
    known_by: KnownBy


def truth_of(blocks: Blocks, type_id: str, *, said: Json, seed: int) -> Truth:
    """Decide about the response in a judge's prompt.

    Args:
        blocks: What the judge is shown.
        type_id: The type that it is about.
        said: What the request says of itself: 1, 0 or nothing.
        seed: For the coin.
    """
    if said in (0, 1) and not isinstance(said, float):
        return _truth(bool(said), type_id, KnownBy.REQUEST)
    own = _own(blocks.response)
    if own is not None:
        return own
    ruled = _ruled(blocks)
    if ruled is not None:
        return _truth(ruled, type_id, KnownBy.RULES)
    follows = share(seed, "truth", blocks.reference, plain(blocks.response)) < COIN
    return _truth(follows, type_id, KnownBy.COIN)


def _truth(follows: bool, type_id: str, known_by: KnownBy) -> Truth:
    is_right = follows != (type_id in AGAINST_FACTS)
    return Truth(follows=follows, is_right=is_right, is_near=False, known_by=known_by)


def _own(response: str) -> Truth | None:
    found = _written().get(plain(response))
    if found is not None:
        scenario, role = found
        return Truth(
            follows=role == "follows",
            is_right=scenario.factually_right[role] != "no",
            is_near=role == "near_miss",
            known_by=KnownBy.OWN_TEXT,
        )
    generic = generic_role(response)
    if generic is None:
        return None
    role = generic[1]
    is_right = (role == "follows") != (generic[0] in AGAINST_FACTS)
    return Truth(
        follows=role == "follows",
        is_right=is_right,
        is_near=role == "near_miss",
        known_by=KnownBy.OWN_TEXT,
    )


@cache
def _written() -> dict[str, tuple[Scenario, str]]:
    return {
        plain(text): (scenario, role)
        for scenario in scenarios()
        for role, text in scenario.responses.items()
    }


def _ruled(blocks: Blocks) -> bool | None:
    """Let verifiers decide what the reference asks; None when they cannot."""
    if not blocks.reference.strip() or not blocks.response.strip():
        return None
    requirements = parse_requirements(blocks.reference)
    lines = [
        f"{number} part: {check}"
        for number, requirement in enumerate(requirements, 1)
        for check in _checks(requirement)
    ]
    found = read_item_checks("\n".join(lines), requirements=len(requirements))
    if not lines or not isinstance(found, Checks):
        return None
    if RuleJudge(checks=found).judge(blocks.response).failed:
        return False
    return True if {check.requirement for check in found.checks} == _all(requirements) else None


def _all(requirements: list[str]) -> set[int]:
    return set(range(1, len(requirements) + 1))


def _number(word: str) -> int:
    return _NUMBERS.get(word.lower()) or int(word)


_Write = Callable[[re.Match[str]], str]

_RULES: Final[tuple[tuple[str, _Write], ...]] = (
    (
        r"single block|without any line break|no line breaks?|一整段|没有换行|不换行",
        lambda _: "lines exactly=1",
    ),
    (r"no capital letter|没有大写字母", lambda _: "characters forbidden=capitals"),
    (r"\bno digit|没有数字", lambda _: "characters forbidden=digits"),
    (r"no exclamation mark|没有感叹号", lambda _: "punctuation marks=!！ most=0"),
    (
        r"no comment|comment-free|没有(?:任何)?注释|不含注释",
        lambda _: "no_comments language=python",
    ),
    (
        rf"exactly {_COUNT} sentences|恰好(?:有)?{_COUNT}句",
        lambda hit: f"length unit=sentences exactly={_number(hit[1] or hit[2])}",
    ),
    (
        rf"exactly {_COUNT} lines|恰好(?:有)?{_COUNT}行",
        lambda hit: f"lines exactly={_number(hit[1] or hit[2])} blank=skip",
    ),
)


def _checks(requirement: str) -> list[str]:
    hits = ((re.search(words, requirement, re.IGNORECASE), write) for words, write in _RULES)
    return [write(hit) for hit, write in hits if hit]
