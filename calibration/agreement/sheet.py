"""Owns a handed-in table as columns of normalised text, each worked out once and kept.

A study looks at the same columns for every judge, filter and group; rows are positions from 0.
"""

from collections.abc import Mapping, Sequence

from calibration.agreement.cell import text_of
from db.intake import Table, require_columns, shown


class Sheet:
    """Give the columns of a table as text, and the rows that hold a given text."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._texts: dict[str, Sequence[str]] = {}
        self._places: dict[str, Mapping[str, Sequence[int]]] = {}

    def __contains__(self, column: str) -> bool:
        return column in self.table.columns

    def __len__(self) -> int:
        return len(self.table.rows)

    def texts(self, column: str) -> Sequence[str]:
        """Give a column, one text per row; "" where a cell is missing.

        Raises:
            FileRefused: There is no such column.
            RowsRefused: Cells of the column hold a list or an object.
        """
        if column not in self._texts:
            self._texts[column] = self._column(column)
        return self._texts[column]

    def places(self, column: str) -> Mapping[str, Sequence[int]]:
        """Give the rows of each text in a column, both in the order of the file."""
        if column not in self._places:
            places: dict[str, list[int]] = {}
            for row, text in enumerate(self.texts(column)):
                places.setdefault(text, []).append(row)
            self._places[column] = places
        return self._places[column]

    def holds_lists(self, column: str) -> bool:
        """Whether any cell of a column is a list or an object, so that it has no text."""
        return any(isinstance(cells.get(column), list | dict) for cells in self.table.rows)

    def refuse_empty(self, column: str, rows: Sequence[int]) -> None:
        """Refuse the file when any of these rows has an empty cell in a column.

        Raises:
            RowsRefused: At least one cell is empty.
        """
        texts, problems = self.texts(column), self.table.problems()
        for row in rows:
            if not texts[row]:
                problems.add(self.table.row_number(row), f"an empty {shown(column)}")
        problems.refuse(self.table.subject, way_out="fill the cells or delete the rows")

    def _column(self, column: str) -> Sequence[str]:
        require_columns(self.table, [column])
        problems = self.table.problems()
        texts = []
        for row, cells in enumerate(self.table.rows):
            value = cells.get(column)
            if isinstance(value, list | dict):
                problems.add(self.table.row_number(row), f"a list or an object as {shown(column)}")
            else:
                texts.append(text_of(value))
        problems.refuse(self.table.subject, way_out="give one value per cell")
        return texts
