"""Owns databases that are written once per session, of which tests get copies.

To copy one takes a tenth of the time that migrating and filling one takes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from db.engine import Engine, open_engine
from db.migrations import upgrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A database to be copied.

    Attributes:
        name: Tells it from all others of the suite.
        write: Migrates and fills an empty database, given its URL, and closes it.
    """

    name: str
    write: Callable[[str], None]


def filled(name: str, fill: Callable[[Engine], object]) -> Original:
    """Describe a migrated database that a function filled."""

    def write(url: str) -> None:
        # Closing the last connection writes SQLite's log back: then the file is the whole database.
        engine = open_engine(url)
        try:
            upgrade(engine)
            fill(engine)
        finally:
            engine.dispose()

    return Original(name=name, write=write)


MIGRATED = filled("migrated", lambda _: None)
