"""Owns where the ledger and the run engine keep their data, beside a workspace's database.

SQLite: two more files in the same folder, named after the workspace's. PostgreSQL: the schemas
``ledger`` and ``dbos`` of the same database.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from db.engine import open_engine, sqlite_file, sqlite_url

SCHEMA: Final = "ledger"


def open_ledger(workspace: Engine) -> Engine:
    """Open the ledger of a workspace; nothing is created or migrated."""
    file = ledger_file(workspace)
    if file is not None:
        return open_engine(sqlite_url(file))
    return open_engine(workspace.url.render_as_string(hide_password=False), schema=SCHEMA)


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
