"""Owns what the intake door gives out: plain rows, and the number under which people find each.

Values are JSON values (csv: always text, an empty cell is ""); never NaN, an infinity, a lone
surrogate or a NUL. A key that a JSON row lacks is absent from its dict: read rows with `get`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from db.intake.errors import FileRefused
from db.intake.problems import RowProblems, shown_list

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Row: TypeAlias = dict[str, Value]
Unit: TypeAlias = Literal["row", "line", "element"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Hold one file's rows.

    Attributes:
        name: The file's name, without folders.
        what: What the file is for, as sentences say it: "gold", "verdicts".
        columns: Column names in the order of the file (JSON: of first appearance); no repeats.
        rows: One plain dict per row, in file order; not to be changed.
        numbers: Per row its number in the file: a csv row as a spreadsheet counts (header is 1), a
            jsonl line, an element of a json array or a parquet row from 1.
        unit: What such a number counts.
        sha256: Hexadecimal SHA-256 of the bytes handed in, before any decompression.
    """

    name: str
    what: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: Sequence[int]
    unit: Unit
    sha256: str

    @property
    def first_row_number(self) -> int:
        """Give the number of the first row; a table has at least one."""
        return self.numbers[0]

    @property
    def subject(self) -> str:
        """Name the file at the start of a sentence: "The gold file 'gold.csv'"."""
        return subject_of(self.what, self.name)

    def row_number(self, index: int) -> int:
        """Give the number under which a person finds ``rows[index]`` in the file."""
        return self.numbers[index]

    def problems(self) -> RowProblems:
        """Start an empty collection of row problems that speaks this file's units."""
        return RowProblems(unit=self.unit)


def subject_of(what: str, name: str) -> str:
    """Name a file at the start of a sentence."""
    return f"The {what} file {name!r}"


def require_columns(table: Table, names: Sequence[str]) -> None:
    """Refuse a table that lacks columns, naming all that are missing and those it has.

    Raises:
        FileRefused: At least one name is not among ``table.columns``.
    """
    missing = [name for name in names if name not in table.columns]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise FileRefused(
            f"{table.subject} lacks the column{plural} {shown_list(missing)}; "
            f"it has {shown_list(list(table.columns), most=20)}: add or rename what is missing."
        )
