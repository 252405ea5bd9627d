"""Owns where the ledger and the run engine keep their data, beside a workspace's database.

SQLite: two more files in the same folder, named after the workspace's. PostgreSQL: the schemas
``ledger`` and ``dbos`` of the same database.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from db.engine import (
    ensure_folder,
    mapped_errors,
    open_engine,
    set_journal,
    sqlite_file,
    sqlite_url,
)

SCHEMA: Final = "ledger"
ASK_SECONDS: Final = 0.1
ENGINE_LOCK: Final = 4_720_198_555  # any number but the others, the same in every process


def open_ledger(workspace: Engine) -> Engine:
    """Open the ledger of a workspace; nothing is created or migrated."""
    file = ledger_file(workspace)
    if file is not None:
        return open_engine(sqlite_url(file))
    return open_engine(workspace.url.render_as_string(hide_password=False), schema=SCHEMA)


@contextmanager
def beside_open(workspace: Engine) -> Iterator[Engine]:
    """Open the ledger of a workspace for the block."""
    ledger = open_ledger(workspace)
    try:
        yield ledger
    finally:
        ledger.dispose()


def ledger_file(workspace: Engine) -> Path | None:
    """Name the ledger's SQLite file; None on PostgreSQL."""
    file = sqlite_file(workspace)
    return None if file is None else beside(file, SCHEMA)


def engine_url(workspace: Engine) -> str:
    """Name the run engine's database; may hold a password."""
    file = sqlite_file(workspace)
    if file is not None:
        return sqlite_url(beside(file, "engine").absolute())
    return workspace.url.render_as_string(hide_password=False)


def beside(file: Path, what: str) -> Path:
    """Name the file of a workspace that holds something else: ``gainsay-ledger.db``."""
    return file.with_name(f"{file.stem}-{what}{file.suffix}")


@contextmanager
def prepared_engine_place(workspace: Engine) -> Iterator[None]:
    """Hold the run engine's database ready for its tables: one process at a time makes them.

    On SQLite the file gets its write-ahead log first; on PostgreSQL an advisory lock is held.
    """
    if workspace.dialect.name == "sqlite":
        engine = open_engine(engine_url(workspace))
        try:
            ensure_folder(engine)
            set_journal(engine, "WAL")
        finally:
            engine.dispose()
        yield
        return
    with mapped_errors(), workspace.connect() as connection:
        while not _try_lock(connection):
            time.sleep(ASK_SECONDS)
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": ENGINE_LOCK})
            connection.commit()


def _try_lock(connection: sa.Connection) -> bool:
    # Asked again and again, not waited for: an index that another process builds concurrently
    # waits for every statement that is under way, this one's waiting included.
    lock = sa.text("SELECT pg_try_advisory_lock(:key)")
    got: bool = connection.execute(lock, {"key": ENGINE_LOCK}).scalar_one()
    connection.commit()
    return got
