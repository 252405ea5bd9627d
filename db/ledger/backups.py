"""Owns backing up the ledger beside a workspace's backup, and bringing it back.

The backup of ``one.db`` is ``one-ledger.db``, taken after it: whatever the workspace made of an
answer, the answer is there too. Brought back, every answer is applied once more, which changes
nothing where it was; what was under way when the backup was made is unconfirmed.
"""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import select

from db.backups.appearing import appearing
from db.backups.copying import (
    copy_file,
    copy_still_file,
    load,
    opened,
    portable_tables,
    refuse_damaged,
)
from db.engine import mapped_errors, set_journal, shown_url, sqlite_file, writing
from db.errors import Conflict, External, Invalid
from db.ledger.calls import RunCall
from db.ledger.migrations import current, upgrade
from db.ledger.migrations.names import VERSION_TABLE
from db.ledger.place import SCHEMA, beside
from db.ledger.queries.slots import clear_slot
from db.ledger.verification import check_ledger
from db.ledger.workers import WorkerSlot
from db.migrations.schema import exclusive

NUMBERED = ("attempt", "model_price", "run_event")


def ledger_backup(workspace_backup: Path) -> Path:
    """Name the ledger's backup beside a workspace's."""
    return beside(workspace_backup, SCHEMA)


def back_up_ledger(ledger: sa.Engine, workspace_backup: Path) -> Path | None:
    """Copy a ledger beside a workspace's backup and check the copy; None when there is none.

    Raises:
        Conflict: Something has that name.
        Invalid: The ledger is damaged.
        External: It cannot be read, or the file cannot be written.
    """
    if current(ledger) is None:
        return None
    target = ledger_backup(workspace_backup)
    with appearing(target) as part:
        _copy(ledger, part)
        with opened(part) as copy:
            found = check_ledger(copy)
            set_journal(copy, "DELETE")
        if not found.ok:
            raise Invalid(
                f"The ledger's backup was not kept, for the ledger is damaged; run 'gainsay db "
                f"check': {found.summary}"
            )
    return target


def refuse_filled_ledger(ledger: sa.Engine) -> None:
    """Check that a backup may be restored there.

    Raises:
        Conflict: A ledger is there.
    """
    file = sqlite_file(ledger)
    if current(ledger) is not None if file is None else os.path.lexists(file):
        raise Conflict(
            f"A backup is restored into a new place only, and {shown_url(ledger)!r} holds a ledger "
            "already; name an absent file or an empty database with --db, or a new GAINSAY_HOME."
        )


def restore_ledger(workspace_backup: Path, ledger: sa.Engine, *, now: datetime) -> bool:
    """Bring a ledger back, if one is beside the workspace's backup, and say whether.

    Raises:
        Conflict: A ledger is there.
        Invalid: The backup is damaged, or a newer program wrote it.
    """
    source = ledger_backup(workspace_backup)
    if not source.exists():
        return False
    refuse_filled_ledger(ledger)
    try:
        refuse_damaged(source)
        target = sqlite_file(ledger)
        if target is not None:
            with appearing(target) as part:
                copy_still_file(source, part)
                with opened(part) as copy:
                    upgrade(copy)
                    _begin_anew(copy, now)
        else:
            _fill(source, ledger)
            _begin_anew(ledger, now)
    except sqlite3.Error as error:
        raise Invalid(
            f"The ledger's backup {os.fspath(source)!r} could not be read ({error}); the workspace "
            "is restored without its calls. Restore an older backup, or go on without them."
        ) from error
    return True


def _copy(ledger: sa.Engine, part: Path) -> None:
    file = sqlite_file(ledger)
    if file is not None:
        try:
            copy_file(file, part)
        except sqlite3.Error as error:
            raise External(
                f"The ledger {os.fspath(file)!r} could not be copied ({error}); check that there "
                "is room, then run 'gainsay db check'."
            ) from error
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with opened(part) as copy:
        upgrade(copy)
        reading_all = ledger.connect().execution_options(**options)
        with mapped_errors(), reading_all as source, exclusive(copy) as sink:
            load(source, sink, _tables(sink))


def _fill(source: Path, ledger: sa.Engine) -> None:
    upgrade(ledger)
    with (
        opened(source) as copy,
        copy.connect() as rows,
        mapped_errors(),
        exclusive(ledger) as sink,
    ):
        tables = {table.name: table for table in _tables(rows)}
        # Parents before children: foreign keys are checked at once.
        load(rows, sink, [tables[name] for name in _in_order(sink) if name in tables])
        for name in NUMBERED:
            sink.execute(
                sa.text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                    f"(SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
                )
            )


def _in_order(connection: sa.Connection) -> list[str]:
    ordered = sa.inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name is not None]


def _tables(connection: sa.Connection) -> tuple[sa.TableClause, ...]:
    return tuple(one for one in portable_tables(connection) if one.name != VERSION_TABLE)


def _begin_anew(ledger: sa.Engine, now: datetime) -> None:
    with writing(ledger) as session:
        for row in session.exec(select(WorkerSlot)).all():
            row.is_live, row.fence = False, row.fence + 1
            session.flush()
            clear_slot(session, row.slot, now=now)
        session.execute(sa.update(RunCall).values(applied_at=None))
