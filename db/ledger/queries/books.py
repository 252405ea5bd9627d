"""Owns the rows that many calls change together: runs, days, paces; locked in one order.

Always the worker's slot first, then runs, days and paces by their keys, then calls: two workers
that settle at once wait for each other and never for ever.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.errors import Conflict
from db.ledger.calls import RunCall, RunCallState
from db.ledger.queries.settlement import Holder, ModelName
from db.ledger.runs import (
    ACTIVE,
    Budget,
    BudgetDay,
    PauseReason,
    Run,
    RunEvent,
    RunEventKind,
    RunState,
)
from db.ledger.workers import Pace, WorkerSlot

RowT = TypeVar("RowT")
ALERT_PERCENT = 80
ENGINE_ACTOR = "gainsay worker"


class Fenced(Conflict):
    """This worker's place was given to another; it may spend nothing more."""


def refuse_fenced(session: Session, holder: Holder) -> None:
    """Check that a worker still has its place, and keep it until the transaction ends.

    Raises:
        Fenced: Another has it.
    """
    query = select(WorkerSlot).where(col(WorkerSlot.slot) == holder.slot).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.fence != holder.fence or not row.is_live:
        raise Fenced(
            f"The worker's place {holder.slot} was given to another worker meanwhile; nothing more "
            "was sent. Start the worker again."
        )


class Books:
    """The rows of runs, days and paces that one transaction has locked."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        self.session = session
        self.now = now
        self.today = now.astimezone(UTC).date().isoformat()
        self.runs: dict[str, Run] = {}
        self.days: dict[str, BudgetDay] = {}
        self.paces: dict[ModelName, Pace] = {}
        self._day_cap: int | None = None

    def lock(self, runs: Iterable[str], days: Iterable[str], models: Iterable[ModelName]) -> None:
        """Lock these rows; a day or pace that is not there is made."""
        session = self.session
        ordered = select(Run).where(col(Run.id).in_(set(runs))).order_by(col(Run.id))
        self.runs = {run.id: run for run in session.exec(_locked(ordered))}
        wanted = {*days, self.today}
        those = select(BudgetDay).where(col(BudgetDay.day).in_(wanted))
        query = _locked(those.order_by(col(BudgetDay.day)))
        self.days = {row.day: row for row in session.exec(query)}
        if missing := sorted(wanted - self.days.keys()):
            _insert_missing(session, BudgetDay, [_new_day(day) for day in missing])
            self.days = {row.day: row for row in session.exec(query)}
        for provider_id, model in sorted(set(models)):
            self.paces[provider_id, model] = self._pace(provider_id, model)
        budget = session.get(Budget, 1)
        self._day_cap = None if budget is None else budget.day_cap_micro

    def _pace(self, provider_id: str, model: str) -> Pace:
        query = _locked(
            select(Pace).where(col(Pace.provider_id) == provider_id, col(Pace.model) == model)
        )
        found = self.session.exec(query).one_or_none()
        if found is None:
            row = {"provider_id": provider_id, "model": model, "next_start_us": 0, "in_flight": 0}
            _insert_missing(self.session, Pace, [row])
            found = self.session.exec(query).one()
        return found

    def move(
        self, run_id: str, day: str, *, reserved: int = 0, spent: int = 0, unconfirmed: int = 0
    ) -> None:
        """Move money of a run and of a day alike."""
        for row in (self.runs[run_id], self.days[day]):
            if reserved:
                row.reserved_micro += reserved
            if spent:
                row.spent_micro += spent
            if unconfirmed:
                row.unconfirmed_micro += unconfirmed

    def room(self, run: Run, estimate: int) -> PauseReason | None:
        """Say which cap a further estimate would pass, the run's or the day's; None for neither."""
        if _taken(run) + estimate > run.cap_micro:
            return PauseReason.BUDGET
        if self._day_cap is not None and _taken(self.days[self.today]) + estimate > self._day_cap:
            return PauseReason.DAY_BUDGET
        return None

    def may_come_back(self, run: Run, reason: PauseReason) -> bool:
        """Whether calls in flight may still give back money that they reserved."""
        row = run if reason is PauseReason.BUDGET else self.days[self.today]
        return row.reserved_micro > 0

    def pause(self, run: Run, reason: PauseReason, note: str) -> None:
        """Pause a run that is active."""
        if run.state in ACTIVE:
            run.state, run.pause_reason, run.note = RunState.PAUSED, reason, note
            self.tell(run, RunEventKind.PAUSED, note)

    def tell(self, run: Run, kind: RunEventKind, reason: str = "") -> None:
        """Note what happened to a run."""
        self.session.add(
            RunEvent(run_id=run.id, at=self.now, actor=ENGINE_ACTOR, kind=kind, reason=reason)
        )

    def start(self, run: Run) -> None:
        """Say that the first call of a run begins."""
        if run.state is RunState.QUEUED:
            run.state, run.started_at = RunState.RUNNING, run.started_at or self.now
            self.tell(run, RunEventKind.STARTED)

    def close(self) -> None:
        """Warn of caps that are nearly reached, and end runs that have nothing left to do."""
        for run in self.runs.values():
            if not run.is_alerted and _taken(run) * 100 >= run.cap_micro * ALERT_PERCENT:
                run.is_alerted = True
                self.tell(run, RunEventKind.ALERT, f"{ALERT_PERCENT} % of the cap are used.")
            # A paused one too: its last calls were under way, and nothing is left to resume.
            if (
                run.state in (*ACTIVE, RunState.PAUSED)
                and run.done + run.failed + run.skipped >= run.total
            ):
                self._end(run)
        day = self.days[self.today]
        if self._day_cap is not None and _taken(day) * 100 >= self._day_cap * ALERT_PERCENT:
            day.is_alerted = True

    def _end(self, run: Run) -> None:
        """End a run once its counters are what its rows say."""
        self.session.flush()
        recount(self.session, run)
        if run.done + run.failed + run.skipped == run.total:
            run.state, run.ended_at = RunState.DONE, self.now
            run.pause_reason, run.note = None, ""
            if run.failed == run.total and run.total:
                run.state, run.note = RunState.FAILED, "Every call failed."
            self.tell(run, RunEventKind(run.state.value), run.note)


def recount(session: Session, run: Run) -> None:
    """Set a run's counters of calls to what its rows say."""
    query = (
        select(RunCall.state, sa.func.count())
        .where(col(RunCall.run_id) == run.id)
        .group_by(col(RunCall.state))
    )
    counts = dict(session.exec(query).all())
    run.done = counts.get(RunCallState.DONE, 0)
    run.failed = counts.get(RunCallState.FAILED, 0)
    run.skipped = counts.get(RunCallState.SKIPPED, 0)


def _taken(row: Run | BudgetDay) -> int:
    return row.spent_micro + row.reserved_micro + row.unconfirmed_micro


def _new_day(day: str) -> dict[str, object]:
    money = dict.fromkeys(("spent_micro", "reserved_micro", "unconfirmed_micro"), 0)
    return {"day": day, "is_alerted": False, **money}


def _locked(query: SelectOfScalar[RowT]) -> SelectOfScalar[RowT]:
    return query.with_for_update().execution_options(populate_existing=True)


def _insert_missing(session: Session, table: type, rows: list[dict[str, object]]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(table).values(rows).on_conflict_do_nothing())
