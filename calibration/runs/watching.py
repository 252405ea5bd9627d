"""Owns what a person sees of a run: how far it is, how fast, what it costs, and what failed.

Everything is read from the run's row, so it takes microseconds; only why calls failed is counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from db.engine import Session
from db.ledger.queries.watching import (
    PACE_SECONDS,
    FailedTries,
    ModelTries,
    answers_lately,
    failed_tries,
    list_runs,
    load_run,
    model_tries,
    run_events,
)
from db.ledger.runs import ACTIVE, Run, RunEvent, RunState

MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """A run, as a line of a list. Money is micro-dollars.

    Attributes:
        hits: How many of the done had their answer in the ledger and cost nothing.
        unconfirmed_micro: What tries may have cost of which no answer came.
    """

    id: str
    name: str
    kind: str
    state: str
    pause_reason: str | None
    note: str
    total: int
    done: int
    failed: int
    skipped: int
    hits: int
    in_flight: int
    spent_micro: int
    reserved_micro: int
    unconfirmed_micro: int
    cap_micro: int
    estimate_low_micro: int
    estimate_high_micro: int
    is_simulated: bool
    is_alerted: bool
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def settled(self) -> int:
        """How many calls have a result, of whatever kind."""
        return self.done + self.failed + self.skipped

    @property
    def share(self) -> float:
        """How far it is, 0-1."""
        return self.settled / self.total if self.total else 1.0

    @property
    def used_micro(self) -> int:
        """What counts against the cap."""
        return self.spent_micro + self.reserved_micro + self.unconfirmed_micro

    @property
    def expected_micro(self) -> int | None:
        """What the whole run will cost if it goes on as so far; None before the first answer."""
        paid = self.done - self.hits
        if paid <= 0:
            return None
        left = self.total - self.settled
        used = self.spent_micro + self.unconfirmed_micro
        return round(used + left * used / paid)

    @property
    def may_pause(self) -> bool:
        """Whether it can be paused."""
        return self.state in ACTIVE

    @property
    def may_resume(self) -> bool:
        """Whether it can be resumed."""
        return self.state == RunState.PAUSED

    @property
    def may_cancel(self) -> bool:
        """Whether it can be cancelled, or its cap be raised."""
        return self.may_pause or self.may_resume


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run, seen closely.

    Attributes:
        per_minute: Answers per minute, over the last minute; None while nothing is made.
        seconds_left: How long it takes at this pace; None when nobody can say.
    """

    head: RunHead
    per_minute: float | None
    seconds_left: float | None
    failures: tuple[FailedTries, ...]
    models: tuple[ModelTries, ...]
    events: tuple[RunEvent, ...]


def list_heads(session: Session, *, count: int = 100) -> tuple[RunHead, ...]:
    """Give the newest runs."""
    return tuple(_head(run) for run in list_runs(session, count=count))


def load_head(session: Session, run_id: str) -> RunHead:
    """Give one run's row, as often as a page likes.

    Raises:
        NotFound: There is none.
    """
    return _head(load_run(session, run_id))


def load_view(session: Session, run_id: str, *, now: datetime) -> RunView:
    """Give a run with its pace, its failures and what happened to it.

    Raises:
        NotFound: There is none.
    """
    head = load_head(session, run_id)
    pace = _pace(session, head, now)
    left = head.total - head.settled
    return RunView(
        head=head,
        per_minute=pace,
        seconds_left=60 * left / pace if pace else None,
        failures=tuple(failed_tries(session, head.id)),
        models=tuple(model_tries(session, head.id)),
        events=tuple(run_events(session, head.id)),
    )


def _pace(session: Session, head: RunHead, now: datetime) -> float | None:
    if head.state != RunState.RUNNING or head.started_at is None:
        return None
    window = min(timedelta(seconds=PACE_SECONDS), max(now - head.started_at, timedelta(seconds=1)))
    return answers_lately(session, head.id, now=now) * 60 / window.total_seconds()


def _head(run: Run) -> RunHead:
    names = [name for name in RunHead.__slots__ if name not in ("state", "pause_reason")]
    fields = {name: getattr(run, name) for name in names}
    reason = None if run.pause_reason is None else run.pause_reason.value
    return RunHead(state=run.state.value, pause_reason=reason, **fields)
