"""Owns what one file would add: the facts themselves, and how the report counts them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from db.engine import Session
from db.labels import Label, LabelWithdrawal, RequirementLabel
from db.responses import Response
from db.verdicts import Judge, Verdict
from exports.advice import ImportAdvice

Fact: TypeAlias = Response | Label | RequirementLabel | LabelWithdrawal | Judge | Verdict


@dataclass(slots=True, kw_only=True)
class Arrivals:
    """What a file brings, in an order in which it can be stored.

    Attributes:
        counts: Rows by source or judge.
    """

    facts: list[Fact] = field(default_factory=list)
    created: int = 0
    corrected: int = 0
    unchanged: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    new_judges: Sequence[str] = ()
    advice: tuple[ImportAdvice, ...] = ()


# Compares checked rows with what the workspace holds; the text is the id of who imports.
Settle: TypeAlias = Callable[[Session, str], Arrivals]
