"""Owns what every format's parser gives back to the door, and the checks that all formats share."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from db.intake.errors import FileRefused
from db.intake.limits import Limits
from db.intake.problems import shown_list
from db.intake.table import Row, Unit

MEND_ROWS = "mend these places and hand the file in again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Hold the rows of one file; the meaning of each field is `Table`'s."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: Sequence[int]
    unit: Unit


def refuse_rows_limit(limits: Limits, *, subject: str) -> NoReturn:
    """Refuse a file with more rows than the limit."""
    raise FileRefused(
        f"{subject} has more than {limits.rows:,} rows, which is the limit; cut it into smaller "
        "files."
    )


def refuse_cells_limit(limits: Limits, *, subject: str, what: str = "cells") -> NoReturn:
    """Refuse a file with more cells (JSON: values) than the limit."""
    raise FileRefused(
        f"{subject} has more than {limits.cells:,} {what}, which is the limit; cut it into smaller "
        "files."
    )


def check_columns(columns: Sequence[str], *, limits: Limits, subject: str) -> None:
    """Refuse no column at all, too many columns, and names that occur twice.

    Raises:
        FileRefused: One of these; the sentence names the limit or the names.
    """
    if not columns:
        raise FileRefused(f"{subject} has no columns; name at least one and hand it in again.")
    if len(columns) > limits.columns:
        raise FileRefused(
            f"{subject} has {len(columns):,} columns where {limits.columns:,} is the limit; keep "
            "only those that are needed."
        )
    if len(set(columns)) < len(columns):
        twice = [name for name, times in Counter(columns).items() if times > 1]
        raise FileRefused(
            f"{subject} has more than one column called {shown_list(twice)}; rename or delete one."
        )
