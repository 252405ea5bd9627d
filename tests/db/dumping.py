"""Owns reading a whole database, so that two of them can be compared row for row."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from db.backups.copying import opened, portable_tables


def dump(engine: Engine) -> dict[str, list[str]]:
    """Give every row of every table as text, whatever the database and the order of its rows."""
    with engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in portable_tables(connection)
        }


def dump_of(file: Path) -> dict[str, list[str]]:
    """Give every row of a SQLite file."""
    with opened(file) as engine:
        return dump(engine)
