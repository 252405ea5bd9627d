"""Owns warning about columns that a reader of JSON takes for moments.

The JSON loader of `datasets` guesses types by column: where every text looks like a date, none
comes back as a text. The parquet files state their types.
"""

import re
from collections.abc import Sequence
from typing import Final

from exports.columns import SIX_COLUMNS
from exports.rows import Cells

_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}([ T]\d{2}(:\d{2}(:\d{2})?)?(Z|[+-]\d{2}(:?\d{2})?)?)?",
    re.ASCII,
)


def moment_columns(rows: Sequence[Cells]) -> tuple[str, ...]:
    """Name the columns whose every text looks like a date; nothing for no rows.

    Args:
        rows: With the six columns.
    """
    return tuple(
        name
        for name in SIX_COLUMNS
        if rows and all(_MOMENT.fullmatch(str(row[name])) for row in rows)
    )


def moment_advice(columns: Sequence[str]) -> tuple[str, ...]:
    """Say what happens to columns of ``moment_columns``, one sentence each."""
    return tuple(
        f"Every text of the column {name!r} looks like a date: readers of the JSON file turn "
        "them into moments; point them to the parquet file."
        for name in columns
    )
