"""Owns what a verifier says about a response: passed, failed or undecidable, why and where.

Undecidable is a value with a reason (no code block, unknown language, too long), never a failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from calibration.judging.verifiers.wording import Wording

MOST_PLACES: Final = 20


class Result(StrEnum):
    """What a verifier found."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a response something was found.

    Attributes:
        line: From 1; lines end at a line feed, a carriage return, or both.
        column: From 1, in characters.
        excerpt: What stands there, cut to the line and to 60 characters; may be empty.
    """

    line: int
    column: int
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a verifier found in one response.

    Attributes:
        what: One sentence that says what was found, or why nothing could be decided.
        where: The first 20 places that show it; empty when something is missing altogether.
    """

    result: Result
    what: Wording
    where: tuple[Place, ...] = ()


def passed(*, en: str, zh: str) -> Outcome:
    """Say that a response does what is asked."""
    return Outcome(result=Result.PASSED, what=Wording(en=en, zh=zh))


def failed(*, en: str, zh: str, where: Sequence[Place] = ()) -> Outcome:
    """Say that a response does not do what is asked, and where."""
    what = Wording(en=en, zh=zh)
    return Outcome(result=Result.FAILED, what=what, where=tuple(where[:MOST_PLACES]))


def undecidable(*, en: str, zh: str) -> Outcome:
    """Say why nothing can be decided."""
    return Outcome(result=Result.UNDECIDABLE, what=Wording(en=en, zh=zh))


def counted_between(
    fewest: int,
    found: int,
    *,
    least: int | None,
    most: int | None,
    doubt: Wording,
    otherwise: Outcome,
) -> Outcome:
    """Take an outcome, unless some of what was counted may not count and that decides.

    Args:
        fewest: What counts for certain.
        found: What may count, with that.
        least: The fewest that pass; None for no limit.
        most: The most that pass; None for no limit.
        doubt: Why it cannot be told.
        otherwise: What to say when every number in between says the same.
    """
    low, high = least or 0, found if most is None else most
    is_settled = low <= fewest <= found <= high or found < low or fewest > high
    return otherwise if is_settled else undecidable(en=doubt.en, zh=doubt.zh)


def counted(
    count: int,
    *,
    least: int | None,
    most: int | None,
    en: str,
    zh: str,
    beyond: Sequence[Place] = (),
) -> Outcome:
    """Compare a count with its limits.

    Args:
        count: What was counted.
        least: The fewest that pass; None for no limit.
        most: The most that pass; None for no limit.
        en: What was counted, in English, such as ``lines``.
        zh: The same in Chinese with its measure word, such as ``行``.
        beyond: Where those stand that are too many.
    """
    if least == most and least is not None:
        wanted_en, wanted_zh = f"exactly {least:,}", f"应恰好为{least}{zh}"
    elif least is None:
        wanted_en, wanted_zh = f"at most {most:,}", f"最多允许{most}{zh}"
    elif most is None:
        wanted_en, wanted_zh = f"at least {least:,}", f"至少要有{least}{zh}"
    else:
        wanted_en, wanted_zh = f"{least:,} to {most:,}", f"应为{least}到{most}{zh}"
    said_en = f"{en[0].upper()}{en[1:]}: {count:,}, {wanted_en} asked for."
    said_zh = f"共{count}{zh}，{wanted_zh}。"
    if (least is None or count >= least) and (most is None or count <= most):
        return passed(en=said_en, zh=said_zh)
    is_over = most is not None and count > most
    return failed(en=said_en, zh=said_zh, where=beyond if is_over else ())
