"""Owns the places of workers: taking one, saying that one lives, and clearing up after the dead."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.errors import Conflict
from db.ledger.calls import Attempt, AttemptOutcome, CallState, RunCall, RunCallState
from db.ledger.queries.books import Books, refuse_fenced
from db.ledger.queries.call_rows import CallRow, read_sent_calls, write_calls
from db.ledger.queries.settlement import Holder
from db.ledger.queries.settling import free_call
from db.ledger.runs import RunState
from db.ledger.workers import WorkerSlot

STALE = timedelta(seconds=60)
MOST_SLOTS = 32
LOST = "The worker was gone before it could say what became of this try."


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The process that takes a place."""

    pid: int
    host: str
    program: str


def take_slot(
    session: Session, process: Process, *, now: datetime, is_alive: Callable[[int], bool]
) -> Holder:
    """Take the lowest place that nobody holds; the calls of whoever held it before are cleared.

    A place is free when its worker gave it back, has not been heard of for a minute, or ran on
    this machine and is gone.

    Raises:
        Conflict: Every place is held.
    """
    rows = {row.slot: row for row in session.exec(_all_slots())}
    for slot in range(1, MOST_SLOTS + 1):
        row = rows.get(slot)
        if row is not None and _is_held(row, process, now, is_alive):
            continue
        if row is None:
            row = WorkerSlot(
                slot=slot,
                fence=0,
                is_live=False,
                pid=0,
                host="",
                program="",
                started_at=now,
                heartbeat_at=now,
            )
            session.add(row)
        row.fence += 1
        row.is_live, row.pid, row.host, row.program = (
            True,
            process.pid,
            process.host,
            process.program,
        )
        row.started_at = row.heartbeat_at = now
        session.flush()
        clear_slot(session, slot, now=now)
        return Holder(slot=slot, fence=row.fence)
    raise Conflict(f"All {MOST_SLOTS} places of workers are held; stop one, or start no more.")


def beat(session: Session, holder: Holder, *, now: datetime) -> None:
    """Say that a worker lives.

    Raises:
        Fenced: Its place was given to another.
    """
    refuse_fenced(session, holder)
    row = session.get_one(WorkerSlot, holder.slot)
    row.heartbeat_at = now


def give_back(session: Session, holder: Holder, *, now: datetime) -> None:
    """Give a place back; calls that are still in flight become unconfirmed."""
    row = session.get(WorkerSlot, holder.slot, with_for_update=True)
    if row is not None and row.fence == holder.fence:
        row.is_live, row.heartbeat_at = False, now
        row.fence += 1
        session.flush()
        clear_slot(session, holder.slot, now=now)


def take_from_dead(session: Session, *, but: int, now: datetime) -> list[int]:
    """Clear the calls of workers that were not heard of for a minute, and name their places."""
    query = (
        select(WorkerSlot)
        .where(
            col(WorkerSlot.slot) != but,
            col(WorkerSlot.is_live),
            # Far ahead too: the clock was set back, and its worker has not been heard of since.
            sa.or_(
                col(WorkerSlot.heartbeat_at) < now - STALE,
                col(WorkerSlot.heartbeat_at) > now + STALE,
            ),
        )
        .order_by(col(WorkerSlot.slot))
    )
    dead = session.exec(query.with_for_update()).all()
    for row in dead:
        row.is_live = False
        row.fence += 1
    session.flush()
    for row in dead:
        clear_slot(session, row.slot, now=now)
    return [row.slot for row in dead]


def clear_slot(session: Session, slot: int, *, now: datetime) -> int:
    """Make every call that a place left in flight unconfirmed, and give it back; say how many.

    The fence of the place must have grown before, in this transaction.
    """
    calls = list(read_sent_calls(session, slot).values())
    if not calls:
        return 0
    books = Books(session, now=now)
    books.lock(
        {call.payer_run_id for call in calls if call.payer_run_id},
        {call.day for call in calls if call.day},
        {(call.provider_id, call.model) for call in calls},
    )
    for call in calls:
        _lose(session, books, call, now)
    write_calls(session, calls)
    books.close()
    return len(calls)


def _lose(session: Session, books: Books, call: CallRow, now: datetime) -> None:
    assert call.payer_run_id is not None
    run = books.runs[call.payer_run_id]
    session.add(
        Attempt(
            call_hash=call.hash,
            run_id=run.id,
            number=call.tries,
            started_at=call.sent_at or now,
            ended_at=now,
            outcome=AttemptOutcome.LOST,
            message=LOST,
            day=call.day or books.today,
            unconfirmed_micro=call.reserved_micro,
            slot=call.owner_slot or 0,
        )
    )
    free_call(books, call, spent=0, unconfirmed=call.reserved_micro)
    # A worker that dies is no fault of the call: the try does not count.
    call.state, call.tries, call.ended_at = CallState.WAITING, call.tries - 1, now
    if run.state is RunState.CANCELLED:
        link = session.get(RunCall, (run.id, call.payer_position))
        if link is not None and link.state is RunCallState.PENDING:
            link.state = RunCallState.SKIPPED
            run.skipped += 1


def _all_slots() -> SelectOfScalar[WorkerSlot]:
    return select(WorkerSlot).order_by(col(WorkerSlot.slot)).with_for_update()


def _is_held(
    row: WorkerSlot, process: Process, now: datetime, is_alive: Callable[[int], bool]
) -> bool:
    if not row.is_live or abs(now - row.heartbeat_at) > STALE:
        return False
    if row.host != process.host:
        return True
    return row.pid != process.pid and is_alive(row.pid)


def is_running(pid: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def dead_slots(session: Session, *, but: int) -> list[int]:
    """Name the places that nobody holds."""
    query = select(WorkerSlot.slot).where(
        col(WorkerSlot.is_live).is_(False), col(WorkerSlot.slot) != but
    )
    return list(session.exec(query))
