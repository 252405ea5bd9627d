"""Owns taking a file in: all is checked before anything is written, one transaction, one event.

`plan_transfer` says what an import would do, `transfer` does it. Importing the same file again
changes nothing and records nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from db.engine import Engine, Session, lock_workspace, reading, writing
from db.intake import Table
from db.queries.roles import require_for_all
from db.queries.transfer import is_changed_since, newest_event
from db.recording import recording
from db.roles import Role
from exports.transfer.arrivals import Arrivals, Settle
from exports.transfer.forms import Kind, Progress, TransferCount, TransferReport
from exports.transfer.labels import check_labels
from exports.transfer.responses import check_responses
from exports.transfer.verdicts import check_verdicts

Check: TypeAlias = Callable[[Table, datetime, Progress | None], Settle]

CHECKS: Final[Mapping[Kind, Check]] = {
    Kind.RESPONSES: check_responses,
    Kind.LABELS: check_labels,
    Kind.VERDICTS: check_verdicts,
}


def plan_transfer(
    engine: Engine,
    table: Table,
    *,
    kind: Kind,
    actor_id: str,
    now: datetime,
    progress: Progress | None = None,
) -> TransferReport:
    """Say what importing a table would do; nothing is written.

    Args:
        engine: The workspace.
        table: From ``db.intake.read_table(path, what=kind)``.
        kind: What the file holds.
        actor_id: Who would import.
        now: The moment; what a file says of the future is refused.
        progress: Called now and then with rows done and rows in all.

    Raises:
        Forbidden: The actor is no lead for everything.
        RowsRefused: Rows are bad; all are counted.
        FileRefused: Columns are missing, unknown, or there twice.
    """
    with reading(engine) as session:
        require_for_all(session, actor_id, Role.LEAD)
    settle = CHECKS[kind](table, now, progress)
    with reading(engine) as session:
        arrivals = settle(session, actor_id)
    return _report(table, kind, arrivals, written=False)


def transfer(
    engine: Engine,
    table: Table,
    *,
    kind: Kind,
    actor_id: str,
    now: datetime,
    progress: Progress | None = None,
) -> TransferReport:
    """Import a table in one transaction with one history event.

    Args:
        engine: The workspace.
        table: From ``db.intake.read_table(path, what=kind)``.
        kind: What the file holds.
        actor_id: Who imports.
        now: The moment; it becomes the creation time of what the file gives none.
        progress: Called now and then with rows done and rows in all.

    Raises:
        Forbidden: The actor is no lead for everything.
        RowsRefused: Rows are bad; all are counted.
        FileRefused: Columns are missing, unknown, or there twice.
    """
    with reading(engine) as session:
        require_for_all(session, actor_id, Role.LEAD)
    settle = CHECKS[kind](table, now, progress)
    # Most of the work is done before anybody has to wait; the lock of SQLite keeps all out.
    with reading(engine) as session:
        seq = newest_event(session)
        arrivals = settle(session, actor_id)
    with writing(engine) as session:
        # Two imports at once must not both find that a rater has not labelled a response yet.
        lock_workspace(session)
        require_for_all(session, actor_id, Role.LEAD)
        if is_changed_since(session, seq):
            arrivals = CHECKS[kind](table, now, None)(session, actor_id)
        report = _report(table, kind, arrivals, written=bool(arrivals.facts))
        if arrivals.facts:
            _store(session, arrivals, report, actor_id=actor_id, now=now)
    return report


def _store(
    session: Session,
    arrivals: Arrivals,
    report: TransferReport,
    *,
    actor_id: str,
    now: datetime,
) -> None:
    with recording(
        session,
        now=now,
        actor_id=actor_id,
        action=f"{report.kind}.import",
        subject_kind="workspace",
        subject_id="1",
    ) as record:
        for fact in arrivals.facts:
            record.add(fact)
        record.after.update(
            {
                "file": report.file,
                "sha256": report.sha256,
                "rows": report.rows,
                "created": report.created,
                "corrected": report.corrected,
                "unchanged": report.unchanged,
            }
        )


def _report(table: Table, kind: Kind, arrivals: Arrivals, *, written: bool) -> TransferReport:
    return TransferReport(
        kind=kind,
        file=table.name,
        sha256=table.sha256,
        written=written,
        rows=len(table.rows),
        created=arrivals.created,
        corrected=arrivals.corrected,
        unchanged=arrivals.unchanged,
        counts=tuple(
            TransferCount(name=name, rows=rows) for name, rows in sorted(arrivals.counts.items())
        ),
        new_judges=tuple(arrivals.new_judges),
        advice=arrivals.advice,
    )
