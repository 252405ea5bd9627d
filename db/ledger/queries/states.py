"""Owns what people do with a run: pause, resume, cancel, raise its cap; each is noted."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.errors import Conflict, Invalid, NotFound
from db.ledger.calls import Call, CallState, RunCall, RunCallState
from db.ledger.queries.books import recount
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

MICRO = 1_000_000


def locked_run(session: Session, run_id: str) -> Run:
    """Load a run for a change.

    Raises:
        NotFound: There is none.
    """
    query = select(Run).where(col(Run.id) == run_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound(f"There is no run {run_id!r}; 'gainsay run list' shows all.")
    return found


def pause_run(session: Session, run_id: str, *, actor: str, reason: str, now: datetime) -> Run:
    """Let no further call of a run begin; those under way are finished.

    Raises:
        Conflict: It is not being worked on.
    """
    run = locked_run(session, run_id)
    if run.state not in ACTIVE:
        raise _refusal(run, "paused", "queued or running")
    run.state, run.pause_reason, run.note = RunState.PAUSED, PauseReason.PERSON, reason
    _tell(session, run, RunEventKind.PAUSED, actor, reason, now)
    return run


def resume_run(session: Session, run_id: str, *, actor: str, now: datetime) -> Run:
    """Let a paused run go on.

    Raises:
        Conflict: It is not paused.
    """
    run = locked_run(session, run_id)
    if run.state is not RunState.PAUSED:
        raise _refusal(run, "resumed", "paused")
    # Queued again: whoever looks sees that no worker has begun yet.
    run.state, run.pause_reason, run.note = RunState.QUEUED, None, ""
    _tell(session, run, RunEventKind.RESUMED, actor, "", now)
    return run


def cancel_run(session: Session, run_id: str, *, actor: str, reason: str, now: datetime) -> Run:
    """End a run: what was not sent is skipped, what is under way is finished and kept.

    Raises:
        Conflict: It has ended.
    """
    run = locked_run(session, run_id)
    if run.state not in (*ACTIVE, RunState.PAUSED):
        raise _refusal(run, "cancelled", "queued, running or paused")
    run.state, run.pause_reason, run.note, run.ended_at = RunState.CANCELLED, None, reason, now
    under_way = (
        select(Call.payer_position)
        .where(col(Call.payer_run_id) == run_id, col(Call.state) == CallState.SENT)
        .scalar_subquery()
    )
    session.execute(
        sa.update(RunCall)
        .where(
            col(RunCall.run_id) == run_id,
            col(RunCall.state) == RunCallState.PENDING,
            col(RunCall.position).not_in(under_way),
        )
        .values(state=RunCallState.SKIPPED)
    )
    recount(session, run)
    _tell(session, run, RunEventKind.CANCELLED, actor, reason, now)
    return run


def raise_cap(session: Session, run_id: str, *, cap_micro: int, actor: str, now: datetime) -> Run:
    """Let a run cost more; one that waits for it goes on.

    Raises:
        Conflict: It has ended.
        Invalid: The cap is not above the one it has.
    """
    run = locked_run(session, run_id)
    if run.state not in (*ACTIVE, RunState.PAUSED):
        raise _refusal(run, "given more", "queued, running or paused")
    if cap_micro <= run.cap_micro:
        raise Invalid(
            f"The cap is {run.cap_micro / MICRO:.6f} USD and {cap_micro / MICRO:.6f} is not more; "
            "pause or cancel the run to spend less."
        )
    before, run.cap_micro, run.is_alerted = run.cap_micro, cap_micro, False
    _tell(
        session,
        run,
        RunEventKind.CAP_RAISED,
        actor,
        f"{before / MICRO:.6f} to {cap_micro / MICRO:.6f} USD",
        now,
    )
    if run.pause_reason is PauseReason.BUDGET:
        resume_run(session, run_id, actor=actor, now=now)
    return run


def fail_run(session: Session, run_id: str, *, note: str, actor: str, now: datetime) -> None:
    """End a run that the program itself cannot go on with."""
    run = locked_run(session, run_id)
    if run.state in ACTIVE:
        run.state, run.note, run.ended_at = RunState.FAILED, note, now
        _tell(session, run, RunEventKind.FAILED, actor, note, now)


def set_day_budget(session: Session, cap_micro: int | None) -> None:
    """Set what all runs of the workspace may cost in a day (UTC); None for no limit.

    Raises:
        Invalid: It is less than nothing.
    """
    if cap_micro is not None and cap_micro < 0:
        raise Invalid(f"A day's budget is {cap_micro / MICRO} USD; give 0 or more, or none.")
    row = session.get(Budget, 1)
    if row is None:
        session.add(Budget(id=1, day_cap_micro=cap_micro))
    else:
        row.day_cap_micro = cap_micro


def day_budget(session: Session, day: str) -> tuple[int | None, BudgetDay]:
    """Give the cap of a day, and what was used of it."""
    row = session.get(Budget, 1)
    used = session.get(BudgetDay, day) or BudgetDay(day=day)
    return (None if row is None else row.day_cap_micro), used


def _refusal(run: Run, what: str, legal: str) -> Conflict:
    return Conflict(
        f"The run {run.id!r} is {run.state.value} and cannot be {what}; only one that is {legal} "
        "can."
    )


def _tell(
    session: Session, run: Run, kind: RunEventKind, actor: str, reason: str, now: datetime
) -> None:
    session.add(RunEvent(run_id=run.id, at=now, actor=actor, kind=kind, reason=reason))
