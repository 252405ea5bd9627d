"""Owns what the page Runs shows: every run as a line, and one run closely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from calibration.runs.permission import may_spend
from calibration.runs.watching import RunHead, RunView, list_heads, load_view
from db.engine import Session
from db.ledger.queries.catalogue import models
from db.ledger.queries.run_counts import count_runs
from db.ledger.runs import RunEvent
from db.queries.annotators import list_annotators

ON_A_PAGE: Final = 15
ALERT_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """Every run, newest first, a page at a time.

    Attributes:
        total: How many runs there are.
        has_models: Whether any model was entered, so that a run can be begun.
        names: Handles of people by their ids.
    """

    heads: tuple[RunHead, ...]
    total: int
    pages: int
    has_models: bool
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRun:
    """One run, closely.

    Attributes:
        may_steer: Whether the person may pause, resume, cancel it and raise its cap.
        names: Handles of people by their ids.
    """

    view: RunView
    may_steer: bool
    names: Mapping[str, str]

    def who(self, event: RunEvent) -> str:
        """Name who did it; a program by its own name."""
        return self.names.get(event.actor, event.actor)


def load_runs(work: Session, ledger: Session, *, page: int = 1) -> RunList:
    """Read one page of the list of runs."""
    total = count_runs(ledger)
    pages = max(1, -(-total // ON_A_PAGE))
    first = (min(max(page, 1), pages) - 1) * ON_A_PAGE
    return RunList(
        heads=list_heads(ledger, count=first + ON_A_PAGE)[first:],
        total=total,
        pages=pages,
        has_models=bool(models(ledger)),
        names=_names(work),
    )


def load_one(
    work: Session, ledger: Session, run_id: str, *, annotator_id: str, now: datetime
) -> OneRun:
    """Read one run.

    Raises:
        NotFound: There is none.
    """
    return OneRun(
        view=load_view(ledger, run_id, now=now),
        may_steer=may_spend(work, annotator_id),
        names=_names(work),
    )


def cap_share(head: RunHead) -> float:
    """Say how much of the cap is used, 0-1."""
    return min(1.0, head.used_micro / head.cap_micro)


def is_near_cap(head: RunHead) -> bool:
    """Say whether four fifths of the cap are used."""
    return cap_share(head) >= ALERT_SHARE


def is_moving(head: RunHead) -> bool:
    """Say whether its figures still change by themselves."""
    return head.may_pause or head.in_flight > 0


def _names(work: Session) -> Mapping[str, str]:
    return {row.id: row.handle for row in list_annotators(work)}
