"""Owns restoring a backup into a place that holds nothing, whole or not at all.

The backup itself is only read: a copy is upgraded and checked first, then it becomes the
workspace. What the copy says is what the restored workspace says, row for row, but for sessions:
whoever was signed in when the backup was made signs in again.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from db.backups.appearing import appearing
from db.backups.copying import (
    copy_still_file,
    load,
    opened,
    portable_tables,
    refuse_damaged,
)
from db.engine import mapped_errors, set_journal, shown_url, sqlite_file
from db.errors import Conflict, External, GainsayError, Invalid, NotFound
from db.migrations import current, head, refuse_unknown, upgrade
from db.migrations.schema import exclusive, migrate
from db.sign_ins import LoginSession
from db.verification import check_database, verify_history

HEADER = b"SQLite format 3\x00"
BESIDE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore brought back.

    Attributes:
        schema_before: Schema of the backup.
        schema: Schema of the workspace now.
        checked: How many things of each kind were looked at.
    """

    schema_before: str
    schema: str
    checked: Mapping[str, int]


def restore(file: Path, engine: sa.Engine) -> Restored:
    """Make a workspace from a backup.

    Args:
        file: The backup; it is only read.
        engine: A SQLite file that is not there yet, or a PostgreSQL database without tables.

    Raises:
        NotFound: There is no such backup.
        Invalid: It is no backup, it is damaged, or a newer program wrote it.
        Conflict: The target holds something.
        External: The target cannot be written.
    """
    _refuse_no_backup(file)
    _refuse_filled(engine)
    target = sqlite_file(engine)
    if target is not None:
        with appearing(target) as part:
            restored = _prepare(file, part)
            with opened(part) as copy:
                set_journal(copy, "WAL")
        return restored
    with tempfile.TemporaryDirectory(prefix="gainsay-restore-") as folder:
        part = Path(folder) / "workspace.db"
        restored = _prepare(file, part)
        with opened(part) as copy, copy.connect() as source, mapped_errors():
            _fill(engine, source, restored)
    return restored


def _refuse_no_backup(file: Path) -> None:
    """Refuse what cannot be a backup, before anything is done.

    Raises:
        NotFound: There is no such file.
        Invalid: It is no SQLite file.
    """
    shown, is_database = os.fspath(file), False
    try:
        if not os.path.lexists(file):
            raise NotFound(f"There is no backup {shown!r}; 'gainsay db backup' makes one.")
        if file.is_file():
            with file.open("rb") as stream:
                is_database = stream.read(len(HEADER)) == HEADER
    except OSError as error:
        raise Invalid(f"The backup {shown!r} cannot be read ({error.strerror}).") from error
    if not is_database:
        raise Invalid(f"{shown!r} is no backup; name a file that 'gainsay db backup' wrote.")


def _refuse_filled(engine: sa.Engine) -> None:
    """Refuse a target that holds anything.

    Raises:
        Conflict: With what is there.
    """
    file = sqlite_file(engine)
    if file is not None:
        there = [f"{file}{end}" for end in BESIDE if os.path.lexists(f"{file}{end}")]
    else:
        with mapped_errors():
            inspector = sa.inspect(engine)
            there = sorted([*inspector.get_table_names(), *inspector.get_view_names()])
    if there:
        raise Conflict(
            f"A backup is restored into a new place only, and {shown_url(engine)!r} holds "
            f"{there[0]!r}; name an absent file or an empty database with --db, or a new "
            "GAINSAY_HOME."
        )


def _prepare(file: Path, part: Path) -> Restored:
    """Copy a backup, bring the copy to this program's schema and check it."""
    try:
        refuse_damaged(file)
        copy_still_file(file, part)
    except sqlite3.Error as error:
        raise Invalid(
            f"The backup {os.fspath(file)!r} could not be copied ({error}), so nothing was "
            "restored; check that there is room, or restore an older one."
        ) from error
    with opened(part) as copy:
        before = current(copy)
        if before is None:
            raise Invalid(
                f"{os.fspath(file)!r} is no backup of a workspace, but a database of something "
                "else; name a file that 'gainsay db backup' wrote."
            )
        refuse_unknown(copy, before)
        _upgrade(copy, file)
        found = check_database(copy)
        if found.ok:
            _end_sessions(copy)
        set_journal(copy, "DELETE")
    if not found.ok:
        raise Invalid(
            f"The backup {os.fspath(file)!r} is damaged, so nothing was restored; restore an "
            f"older one ({len(found.findings)} findings): {found.summary}"
        )
    return Restored(schema_before=before, schema=head(), checked=found.checked)


def _upgrade(copy: sa.Engine, file: Path) -> None:
    try:
        upgrade(copy)
    except GainsayError as error:
        raise Invalid(
            f"The backup {os.fspath(file)!r} cannot be brought to this program's schema "
            f"({error}); nothing was restored."
        ) from error


def _end_sessions(copy: sa.Engine) -> None:
    """End every session when it was last used: the backup may be older than its end."""
    ended = sa.update(LoginSession).where(col(LoginSession.ended_at).is_(None))
    with mapped_errors(), copy.begin() as connection:
        connection.execute(ended.values(ended_at=col(LoginSession.seen_at)))


def _fill(engine: sa.Engine, source: sa.Connection, restored: Restored) -> None:
    """Fill an empty PostgreSQL database in one transaction."""
    with exclusive(engine) as sink:
        # Again: the lock is held now, and somebody may have been here meanwhile.
        _refuse_filled(engine)
        migrate(sink, restored.schema)
        with _foreign_keys_later(sink):
            load(source, sink, portable_tables(source))
        with Session(sink, join_transaction_mode="rollback_only") as session:
            found = verify_history(session)
        if not found.ok or found.checked != restored.checked:
            raise External(
                f"The restored rows are not the backup's, so nothing was kept: {found.summary}"
            )


@contextmanager
def _foreign_keys_later(sink: sa.Connection) -> Iterator[None]:
    """Check foreign keys at the end of the block, in whatever order rows come."""
    keys = sink.execute(
        sa.text(
            "SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', conrelid::regclass, conname) "
            "FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable "
            "AND connamespace = current_schema()::regnamespace"
        )
    ).scalars()
    alterations = sorted(keys)
    for alteration in alterations:
        sink.exec_driver_sql(f"{alteration} DEFERRABLE INITIALLY DEFERRED")
    yield
    # At once: what is still pending would forbid the alterations below.
    sink.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for alteration in alterations:
        sink.exec_driver_sql(f"{alteration} NOT DEFERRABLE")
