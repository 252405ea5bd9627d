"""Owns how bad rows are collected and told: all are counted, at most 20 are named.

A problem is a noun phrase ("a NUL character") and the row it stands in; equal phrases share one
list of rows. Memory stays small however many rows are bad.
"""

from typing import Final

from db.intake.errors import RowsRefused

NAMED_ROWS: Final = 20
_PHRASES: Final = NAMED_ROWS
_SHOWN_CHARS: Final = 60


def shown(value: object) -> str:
    """Quote a value for a message: `repr`, so that no control character acts, cut at 60."""
    if isinstance(value, str) and len(value) > _SHOWN_CHARS:
        return f"{value[:_SHOWN_CHARS]!r}..."
    text = repr(value)
    return text if len(text) <= 2 * _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."


def shown_list(values: list[str], *, most: int = 10) -> str:
    """Quote several values, the first ten of them, then how many more there are."""
    listed = ", ".join(shown(value) for value in values[:most])
    rest = len(values) - most
    return f"{listed} and {rest:,} more" if rest > 0 else listed


class RowProblems:
    """Collect what is wrong with rows, then refuse the file in one sentence.

    Args:
        unit: What a row is called in this file: "row", "line" or "element".
    """

    def __init__(self, *, unit: str = "row") -> None:
        self._unit = unit
        self._first: dict[str, list[int]] = {}
        self._counts: dict[str, int] = {}
        self._other = 0

    def add(self, number: int, phrase: str) -> None:
        """Note one problem of one row.

        Args:
            number: The number under which a person finds the row (`Table.row_number`).
            phrase: A noun phrase that " in row 7" can follow.
        """
        if phrase not in self._counts:
            if len(self._counts) == _PHRASES:
                self._other += 1
                return
            self._counts[phrase] = 0
            self._first[phrase] = []
        self._counts[phrase] += 1
        if len(self._first[phrase]) < NAMED_ROWS:
            self._first[phrase].append(number)

    def __len__(self) -> int:
        return sum(self._counts.values()) + self._other

    def phrase(self) -> str:
        """Tell all problems: "a NUL character in rows 3 and 9; ..."; at most 20 row numbers."""
        left = NAMED_ROWS
        parts = []
        for phrase, numbers in self._first.items():
            count = self._counts[phrase]
            named = numbers[:left]
            left -= len(named)
            parts.append(f"{phrase} in {self._rows(named, count=count)}")
        if self._other:
            parts.append(f"{self._other:,} more problem{'s' if self._other > 1 else ''}")
        return "; ".join(parts)

    def refuse(self, subject: str, *, way_out: str) -> None:
        """Raise when anything was collected; do nothing when all rows are good.

        Args:
            subject: What is refused: "The gold file 'gold.csv'" (`Table.subject`).
            way_out: What the person does next, as an imperative without a full stop.

        Raises:
            RowsRefused: At least one problem was added.
        """
        if len(self):
            raise RowsRefused(f"{subject} is refused: {self.phrase()}; {way_out}.")

    def _rows(self, named: list[int], *, count: int) -> str:
        if not named:
            return f"{count:,} {self._unit}{'s' if count > 1 else ''}"
        if count == 1:
            return f"{self._unit} {named[0]}"
        rest = count - len(named)
        if rest:
            return f"{self._unit}s {', '.join(map(str, named))} and {rest:,} more"
        return f"{self._unit}s {', '.join(map(str, named[:-1]))} and {named[-1]}"
