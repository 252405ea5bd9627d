"""Owns how verbs reach the ledger: that of a workspace that is there and up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.engine import Engine


@contextmanager
def existing_ledger(database_url: str | None) -> "Iterator[tuple[Engine, Engine]]":
    """Open a workspace and its ledger, which is made where there is none.

    Raises:
        NotFound: There is no workspace.
        Conflict: Its schema is not this program's.
    """
    from app.workspace import existing, upgrade_ledger
    from db.ledger.place import open_ledger

    with existing(database_url) as workspace:
        upgrade_ledger(workspace)
        ledger = open_ledger(workspace)
        try:
            yield workspace, ledger
        finally:
            ledger.dispose()
