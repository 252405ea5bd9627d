"""Owns copying a whole workspace as it was at one moment, while others read and write it.

The copy is a SQLite file of the same schema, closed and without a log beside it. Between two
kinds of database the rows travel through their columns' types, table by table.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from db.base import UtcDateTime
from db.engine import mapped_errors, open_engine, set_journal, sqlite_file, sqlite_url
from db.errors import External, NotFound
from db.migrations.schema import exclusive, migrate

BATCH = 2_000
VERSION_TABLE = "alembic_version"


def copy_workspace(engine: sa.Engine, target: Path) -> None:
    """Copy a database into an empty file; nobody waits for it.

    Raises:
        External: The database cannot be read, or the file cannot be written.
    """
    file = sqlite_file(engine)
    if file is not None:
        try:
            copy_file(file, target)
        except sqlite3.Error as error:
            raise External(
                f"The database {str(file)!r} could not be copied ({error}); nothing was kept. "
                "Check that there is room, then run 'gainsay db check'."
            ) from error
        return
    with mapped_errors(), _snapshot(engine) as source:
        version = MigrationContext.configure(source).get_current_revision()
        if version is None:
            raise NotFound("The database holds no workspace, so there is nothing to back up.")
        with opened(target) as copy:
            with exclusive(copy) as sink:
                migrate(sink, version)
                load(source, sink, portable_tables(sink))
            set_journal(copy, "DELETE")


def copy_file(file: Path, target: Path) -> None:
    """Copy a SQLite database, in use or not, into an empty file.

    Raises:
        sqlite3.Error: The source is no sound database, or the file cannot be written.
    """
    # Not SQLite's backup in steps: it begins again whenever another process writes, so under a
    # steady load it may never end. VACUUM INTO reads one snapshot, for which no writer waits in
    # WAL; unlike a copy of the pages it leaves deleted texts behind and writes the indexes anew.
    _vacuum(f"{file.absolute().as_uri()}?mode=ro", target)


def copy_still_file(file: Path, target: Path) -> None:
    """Copy a SQLite database that nobody writes into an empty file, leaving nothing beside it.

    Raises:
        sqlite3.Error: The source is no sound database, or the file cannot be written.
    """
    _vacuum(_still(file), target)


def _vacuum(uri: str, target: Path) -> None:
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as source:
        source.execute("VACUUM INTO ?", (str(target.absolute()),))


def _still(file: Path) -> str:
    # Of a file that was copied by hand SQLite would make a log, also where nothing can be
    # written; it may not where it is told that nobody writes. A log that is there is read.
    real = file.resolve()
    logged = any(os.path.lexists(f"{real}{end}") for end in ("-wal", "-journal"))
    return f"{real.as_uri()}?mode=ro{'' if logged else '&immutable=1'}"


def refuse_damaged(file: Path) -> None:
    """Have SQLite check a file that nobody writes, before anything trusts what it reads there.

    Raises:
        sqlite3.Error: With the first thing that is wrong.
    """
    with closing(sqlite3.connect(_still(file), uri=True)) as source:
        (line,) = source.execute("PRAGMA integrity_check(1)").fetchone()
        if line != "ok":
            raise sqlite3.DatabaseError(line)
        broken = source.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise sqlite3.DatabaseError(f"a row of {broken[0]!r} has no parent")


@contextmanager
def opened(file: Path) -> Iterator[sa.Engine]:
    """Open a SQLite file for the length of the block."""
    engine = open_engine(sqlite_url(file.absolute()))
    try:
        yield engine
    finally:
        engine.dispose()


def portable_tables(connection: sa.Connection) -> tuple[sa.TableClause, ...]:
    """List the tables of a database, of whatever schema, with types that every database has."""
    inspector = sa.inspect(connection)
    return tuple(
        sa.table(
            name,
            *(
                sa.column(str(column["name"]), _portable(column["type"]))
                for column in inspector.get_columns(name)
            ),
        )
        for name in sorted(inspector.get_table_names())
        if name != VERSION_TABLE
    )


def load(
    source: sa.Connection, sink: sa.Connection, tables: Sequence[sa.TableClause]
) -> Mapping[str, int]:
    """Replace every row of the sink with the source's; foreign keys must be off or deferred.

    Returns:
        How many rows each table has now.
    """
    counts = {}
    for table in tables:
        sink.execute(sa.delete(table))
        counts[table.name] = 0
        for rows in _batches(source, table):
            sink.execute(sa.insert(table), rows)
            counts[table.name] += len(rows)
    return counts


def _batches(source: sa.Connection, table: sa.TableClause) -> Iterator[list[dict[str, Any]]]:
    query = sa.select(*table.columns).execution_options(yield_per=BATCH)
    with source.execute(query) as result:
        for rows in result.mappings().partitions():
            yield [dict(row) for row in rows]


def _portable(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    if isinstance(kind, sa.DateTime):
        return UtcDateTime()
    if isinstance(kind, sa.JSON):
        return sa.JSON(none_as_null=True)
    return kind.as_generic()


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Read a PostgreSQL database as it is at one moment."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        names = sa.inspect(engine).get_table_names()
        quote = connection.dialect.identifier_preparer.quote
        if names:
            # Before the first query, which takes the snapshot: from here on no upgrade can change
            # a table whose rows the snapshot still has to give. Reading and writing go on.
            tables = ", ".join(quote(name) for name in sorted(names))
            connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS SHARE MODE")
        yield connection
