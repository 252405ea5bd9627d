"""Owns finding out whether a ledger's totals are what its rows say."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.engine import reading
from db.ledger.calls import Attempt, Call, CallState, RunCall, RunCallState
from db.ledger.migrations import check, current
from db.ledger.runs import BudgetDay, Run
from db.verification import Verification


def check_ledger(ledger: sa.Engine) -> Verification:
    """Compare every total of a ledger with its rows; a ledger that was never made is well."""
    findings = check(ledger)
    if findings or current(ledger) is None:
        return Verification(checked={}, findings=findings)
    with reading(ledger) as session:
        counted = {
            "runs": session.exec(select(sa.func.count()).select_from(Run)).one(),
            "calls": session.exec(select(sa.func.count()).select_from(Call)).one(),
        }
        found = (*_check_runs(session), *_check_days(session))
    return Verification(checked=counted, findings=found)


def _check_runs(session: Session) -> Iterator[str]:
    states = (RunCallState.DONE, RunCallState.FAILED, RunCallState.SKIPPED)
    counts = (
        sa.select(
            col(RunCall.run_id).label("run_id"),
            *(_count(col(RunCall.state) == state).label(state.value) for state in states),
            sa.func.count().label("total"),
        )
        .group_by(col(RunCall.run_id))
        .subquery()
    )
    rows = sa.select(Run, counts).join(counts, counts.c.run_id == col(Run.id))
    for run, _, done, failed, skipped, total in session.execute(rows):
        if (run.done, run.failed, run.skipped, run.total) != (done, failed, skipped, total):
            yield f"The run {run.id!r} does not count its calls as its rows do."
        yield from _check_money(session, run)


def _check_money(session: Session, run: Run) -> Iterator[str]:
    tries = session.execute(
        sa.select(_sum(Attempt.spent_micro), _sum(Attempt.unconfirmed_micro)).where(
            col(Attempt.run_id) == run.id
        )
    ).one()
    reserved, sent = session.execute(
        sa.select(_sum(Call.reserved_micro), sa.func.count()).where(
            col(Call.payer_run_id) == run.id, col(Call.state) == CallState.SENT
        )
    ).one()
    if tuple(tries) != (run.spent_micro, run.unconfirmed_micro):
        yield f"The run {run.id!r} cost something else than its tries did."
    if (reserved, sent) != (run.reserved_micro, run.in_flight):
        yield f"The run {run.id!r} reserves something else than its calls under way do."


def _check_days(session: Session) -> Iterator[str]:
    rows = session.execute(
        sa.select(
            col(BudgetDay.day),
            col(BudgetDay.spent_micro),
            col(BudgetDay.unconfirmed_micro),
            _sum(Attempt.spent_micro),
            _sum(Attempt.unconfirmed_micro),
        )
        .outerjoin(Attempt, col(Attempt.day) == col(BudgetDay.day))
        .group_by(col(BudgetDay.day), col(BudgetDay.spent_micro), col(BudgetDay.unconfirmed_micro))
    )
    for day, spent, unconfirmed, tried, tried_unconfirmed in rows:
        if (spent, unconfirmed) != (tried, tried_unconfirmed):
            yield f"The day {day} cost something else than its tries did."


def _count(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _sum(column: int) -> "sa.ColumnElement[int]":
    return sa.cast(sa.func.coalesce(sa.func.sum(column), 0), sa.BigInteger)
