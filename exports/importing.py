"""Owns taking items in: everything is checked before anything is written, one transaction, one event.

`plan_import` says what an import would do; `import_items` does it. Importing the same file again
changes nothing and records nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from db.engine import Engine
from db.intake import Table

Progress: TypeAlias = Callable[[int, int], None]


class ImportForm(StrEnum):
    """Which of the two forms a file has."""

    SIX_COLUMNS = "six_columns"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCount:
    """How many rows of one type and language a file has."""

    type_id: str
    type_label: str
    language_id: str
    language_label: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAdvice:
    """Something that is legal and yet worth a look.

    Attributes:
        kind: Stable word, so that screens can translate it.
        sentence: The same for a person, in English, with count and row numbers.
        rows: How many rows it concerns.
        numbers: The first twenty of their numbers in the file.
    """

    kind: str
    sentence: str
    rows: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        file: The file's name without folders.
        sha256: Hexadecimal SHA-256 of its bytes.
        written: False for a plan, and when nothing was new.
        created: Rows that became new items.
        revised: Rows that became a new revision of an item.
        unchanged: Rows that the workspace had already.
        counts: Rows by type and language, in the order of the taxonomy.
        ignored_columns: Columns of a six-column file that are left out.
    """

    file: str
    sha256: str
    form: ImportForm
    written: bool
    rows: int
    created: int
    revised: int
    unchanged: int
    counts: tuple[ImportCount, ...]
    ignored_columns: tuple[str, ...]
    advice: tuple[ImportAdvice, ...]


def plan_import(engine: Engine, table: Table, *, progress: Progress | None = None) -> ImportReport:
    """Say what importing a table would do; nothing is written.

    Args:
        engine: The workspace.
        table: From ``db.intake.read_table(path, what="items")``.
        progress: Called now and then with rows done and rows in all.

    Raises:
        RowsRefused: Rows are bad; all are counted.
        FileRefused: Columns are missing or unknown.
    """
    raise NotImplementedError


def import_items(
    engine: Engine,
    table: Table,
    *,
    actor_id: str,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a table in one transaction with one history event.

    Args:
        engine: The workspace.
        table: From ``db.intake.read_table(path, what="items")``.
        actor_id: Who imports.
        now: The moment; it becomes the creation time of what is new.
        progress: Called now and then with rows done and rows in all.

    Raises:
        RowsRefused: Rows are bad; all are counted.
        FileRefused: Columns are missing or unknown.
    """
    raise NotImplementedError
