"""Owns the one door for tabular files that people hand in: bounded, typed, refused in one sentence.

`read_table(path)` and `read_upload(name, data)` give a frozen `Table` of plain rows, or raise one
sentence that names the file, the rows and the way out. Nothing here writes, and nothing fetches.
"""

from db.intake.door import read_table, read_upload
from db.intake.errors import FileMissing, FileRefused, RowsRefused
from db.intake.limits import DEFAULT_LIMITS, Limits
from db.intake.problems import RowProblems, shown
from db.intake.table import Row, Table, Value, require_columns

__all__ = [
    "DEFAULT_LIMITS",
    "FileMissing",
    "FileRefused",
    "Limits",
    "Row",
    "RowProblems",
    "RowsRefused",
    "Table",
    "Value",
    "read_table",
    "read_upload",
    "require_columns",
    "shown",
]
