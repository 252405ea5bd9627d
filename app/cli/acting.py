"""Owns who acts on models at the command line, and on which databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calibration.runs.entering import Actor


@contextmanager
def acting(database_url: str | None) -> "Iterator[Actor]":
    """Open a workspace and its ledger for a change by the local annotator.

    Raises:
        NotFound: There is no workspace.
        Conflict: Its schema is not this program's.
    """
    from app.cli.actor import local_annotator
    from app.cli.ledgers import existing_ledger
    from calibration.runs.entering import Actor

    with existing_ledger(database_url) as (workspace, ledger):
        yield Actor(
            workspace=workspace,
            ledger=ledger,
            id=local_annotator(workspace),
            now=datetime.now(UTC),
        )
