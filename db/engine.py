"""Owns the door to the database: opening it, transactions, and the errors it raises.

A function that takes a ``Session`` never commits; one that takes an ``Engine`` opens its own short
transactions with ``writing`` or ``reading``. Sessions keep no rows alive past their block.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Engine, exc
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from db import facts
from db.errors import Conflict, External, GainsayError, Invalid

__all__ = [
    "Engine",
    "Session",
    "ensure_folder",
    "lock_workspace",
    "mapped_errors",
    "open_engine",
    "reading",
    "redacted",
    "set_journal",
    "shown_url",
    "sqlite_file",
    "sqlite_url",
    "writing",
]

BUSY_MILLISECONDS = 5_000
# A writer asks for this long, in rounds of growing pauses of which one lasts this long.
WRITE_WAIT_SECONDS = 30
ASKING_MILLISECONDS = 20
WRITE = "gainsay_write"
WORKSPACE_LOCK = 4_720_198_554  # any number but the migrations', the same in every process


def open_engine(url: str, *, schema: str | None = None) -> Engine:
    """Open a workspace database; nothing is created or migrated.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.
        schema: On PostgreSQL, where unqualified names live; None for the usual one.

    Raises:
        Invalid: The URL is malformed or names another kind of database.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "postgresql":
        options = {"options": f"-csearch_path={schema}"} if schema else {}
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args=options)
    # The pool gives each thread's block its own connection; a file needs no more than that.
    engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_MILLISECONDS / 1_000})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def redacted(url: str) -> str:
    """Give the URL as it may be shown: a password becomes ``***``."""
    return _shown(_parse(url))


def shown_url(engine: Engine) -> str:
    """Give an engine's URL as it may be shown."""
    return _shown(engine.url)


def sqlite_url(file: Path) -> str:
    """Write the URL of a SQLite file, whatever characters its path has."""
    return f"sqlite:///{quote(os.fspath(file), safe='/')}"


def _shown(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}"
    return url.render_as_string(hide_password=True)


def sqlite_file(engine: Engine) -> Path | None:
    """Name the file behind a SQLite engine; None for PostgreSQL."""
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    return Path(engine.url.database)


def set_journal(engine: Engine, mode: Literal["WAL", "DELETE"]) -> None:
    """Set how a SQLite file is written, which the file remembers; on PostgreSQL, do nothing.

    With the write-ahead log readers and writers go on beside each other; without it the file alone
    is the whole database.

    Raises:
        External: The file cannot be written, or somebody is writing.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        try:
            # Past SQLAlchemy, which begins a transaction: inside one this PRAGMA does nothing.
            cursor.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.Error as error:
            raise External(
                f"The database {_shown(engine.url)!r} cannot be written to ({error}); check its "
                "rights and its disk.",
                retryable=True,
            ) from error
        finally:
            cursor.close()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a short transaction that commits when the block ends and rolls back when it raises.

    On SQLite it takes the write lock at once (``BEGIN IMMEDIATE``): a transaction that reads
    before it writes would otherwise fail with "database is locked".
    """
    with mapped_errors(), engine.connect() as plain:
        connection = plain.execution_options(**{WRITE: True})
        with Session(connection, expire_on_commit=False) as session:
            facts.guard(session)
            yield session
            session.commit()


def lock_workspace(session: Session) -> None:
    """Let one process at a time set a workspace up; SQLite's write lock does that already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": WORKSPACE_LOCK})


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a short transaction that always rolls back."""
    with mapped_errors(), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn what the database driver raises into the project's errors."""
    try:
        yield
    except GainsayError:
        raise
    except StaleDataError as error:
        raise Conflict(
            "Somebody else changed this meanwhile; nothing was saved. Load it again and compare."
        ) from error
    except exc.IntegrityError as error:
        raise Conflict(
            f"The database refused the change ({_cause(error)}); nothing was saved."
        ) from error
    except exc.DBAPIError as error:
        raise External(
            f"The database could not be used ({_cause(error)}); nothing was saved. Check that it "
            "is there, not full, writable and reachable, then run 'gainsay db check'.",
            retryable=True,
        ) from error


def _parse(url: str) -> sa.URL:
    legal = "use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        # The text is not echoed, nor the error that quotes it: it may hold a password.
        raise Invalid(f"The database URL cannot be read; {legal}.") from None
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        if "password" in parsed.query or "@" in (parsed.host or ""):
            raise Invalid(
                "A password belongs between the user's name and the host, with @ written as %40; "
                f"{legal}."
            )
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise Invalid(f"The database kind {parsed.drivername!r} is not supported; {legal}.")
    file = parsed.database or ""
    if file in {"", ":memory:"} or file.startswith("file:"):
        raise Invalid(f"A workspace cannot live in memory; {legal}.")
    if parsed.query or "\0" in file:
        raise Invalid(f"A SQLite URL has no options after '?' (write ? as %3F); {legal}.")
    return parsed.set(database=os.path.expanduser(file) if file.startswith("~/") else file)


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # The driver's own transaction handling is off: _begin_sqlite says how each one begins.
    connection.isolation_level = None
    # The write-ahead log is a property of the file: an upgrade sets it, opening changes nothing.
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    if not connection.get_execution_options().get(WRITE, False):
        connection.exec_driver_sql("BEGIN")
    elif not _begin_writing(connection.connection.driver_connection):  # type: ignore[arg-type]
        # What fails now is told in the words of SQLAlchemy, like everything else.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_writing(connection: sqlite3.Connection) -> bool:
    """Take the write lock, asking a hundred times a second.

    SQLite itself soon asks only ten times a second and in no order: among writers that never pause
    one can be passed over for longer than anybody waits.
    """
    deadline = time.monotonic() + WRITE_WAIT_SECONDS
    connection.execute(f"PRAGMA busy_timeout = {ASKING_MILLISECONDS}")
    try:
        while time.monotonic() < deadline:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    return False
            else:
                return True
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    return False


def _cause(error: exc.DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    return lines[0].rstrip(".")


def ensure_folder(engine: Engine) -> None:
    """Create a SQLite file and its folder, readable by their owner only.

    Raises:
        External: The folder cannot be created.
    """
    file = sqlite_file(engine)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The log files beside it take the rights of the file.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise External(
            f"The database file {os.fspath(file)!r} cannot be created ({error.strerror}); choose "
            "another folder with GAINSAY_HOME."
        ) from error
