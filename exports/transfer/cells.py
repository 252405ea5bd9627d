"""Owns reading the cells of one row in our own forms: checked, nothing guessed, all told.

A reader notes what is wrong and gives a harmless value, so that one pass finds every bad row.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

from db.intake import Row, RowProblems, Table, Value, shown
from exports.advice import AdviceBook
from exports.transfer.forms import Kind, Progress, column_names
from exports.transfer.protection import bare

MEND: Final = "mend these places and hand the file in again"
NAME_CHARS: Final = 200
FIRST_YEAR: Final = 1970
_ID_CHARS: Final = 100
_EXACT: Final = 2.0**53
_EVERY: Final = 1_000
_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
# Tabulator and line ends are text; the rest of C0 and DEL steer terminals and break readers.
_CONTROL: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE: Final = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WHOLE: Final = re.compile(r"[0-9]{1,9}(\.0+)?")
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False, "1": True, "0": False}

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


@dataclass(slots=True, kw_only=True)
class Sheet:
    """What the checks of one file share.

    Attributes:
        names: Under which name the file has each column.
        wanted: What is legal, by kind of problem, for the end of the sentence.
    """

    table: Table
    names: Mapping[str, str]
    now: datetime
    problems: RowProblems
    advice: AdviceBook
    wanted: dict[str, str] = field(default_factory=dict)

    @property
    def is_csv(self) -> bool:
        """Whether cells may be protected from being run as formulas."""
        return self.table.name.lower().endswith((".csv", ".csv.gz"))

    def refuse(self) -> None:
        """Refuse the file when any row is bad.

        Raises:
            RowsRefused: All bad rows are counted.
        """
        ways = [*self.wanted.values(), MEND]
        self.problems.refuse(self.table.subject, way_out="; ".join(ways))

    def rows(self, progress: Progress | None) -> Iterator["RowReader"]:
        """Go through the rows, telling every thousand of them."""
        total = len(self.table.rows)
        for index, row in enumerate(self.table.rows):
            if progress is not None and index % _EVERY == 0:
                progress(index, total)
            yield RowReader(self, row, self.table.row_number(index))
        if progress is not None:
            progress(total, total)


def open_sheet(table: Table, kind: Kind, *, now: datetime) -> Sheet:
    """Check the columns of a file and get ready for its rows.

    Raises:
        FileRefused: Columns are missing, unknown, or there twice.
    """
    return Sheet(
        table=table,
        names=column_names(table, kind),
        now=now,
        problems=table.problems(),
        advice=AdviceBook(unit=table.unit),
    )


class RowReader:
    """Read the cells of one row and note what is wrong."""

    def __init__(self, sheet: Sheet, row: Row, number: int) -> None:
        self.number = number
        self._sheet = sheet
        self._row = row
        self._before = len(sheet.problems)

    @property
    def is_good(self) -> bool:
        """Whether nothing was wrong so far."""
        return len(self._sheet.problems) == self._before

    def problem(self, phrase: str, *, way_out: str | None = None) -> None:
        """Note what is wrong with the row, and once per file what is legal."""
        self._sheet.problems.add(self.number, phrase)
        if way_out is not None:
            self._sheet.wanted.setdefault(way_out, way_out)

    def value(self, name: str) -> Value:
        """Give a cell as it stands; None when it is absent."""
        column = self._sheet.names.get(name)
        return None if column is None else self._row.get(column)

    def text(self, name: str) -> str | None:
        """Read a text verbatim; None when it is absent or null."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.problem(f"a {self._name(name)} that is no text")
            return ""
        if self._sheet.is_csv and (found := bare(value)) != value:
            self._sheet.advice.add("protection", self.number, _PROTECTION)
            value = found
        if _CONTROL.search(value):
            self.problem(f"a control character in {self._name(name)}")
        elif not value.isascii() and _SURROGATE.search(value):
            self.problem(f"half a character (a lone surrogate) in {self._name(name)}")
        return value

    def line(self, name: str) -> str:
        """Read a name: one line of at most 200 characters; empty when there is none.

        Raters are often numbered: a whole number is the name that it is written as.
        """
        value = self.value(name)
        if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        found = self.text(name) or ""
        if len(found) > NAME_CHARS:
            self.problem(f"a {self._name(name)} of more than {NAME_CHARS} characters")
        elif _LINE.search(found):
            self.problem(f"a line end or a control character in {self._name(name)}")
        elif found and not found.strip():
            self.problem(f"a blank {self._name(name)}")
        return found

    def identifier(self, name: str) -> str | None:
        """Read an id: small letters, digits, single - _ and full stops, a letter first."""
        found = self.text(name)
        if not found:
            return None
        if len(found) > _ID_CHARS or not _ID.fullmatch(found):
            self.problem(f"the {self._name(name)} {shown(found)}")
            self._sheet.wanted.setdefault(
                "ids",
                f"ids have at most {_ID_CHARS} characters a-z, 0-9, single -, _ and full stops, a "
                "letter first",
            )
        return found

    def choice(self, name: str, legal: Iterable[ChoiceT]) -> ChoiceT | None:
        """Read one of several words; None when there is none."""
        found = self.text(name)
        if not found:
            return None
        by_word = {member.value: member for member in legal}
        if found not in by_word:
            self.problem(f"the unknown {self._name(name)} {shown(found)}")
            words = ", ".join(map(repr, by_word))
            self._sheet.wanted.setdefault(f"choice {name}", f"{self._name(name)} is one of {words}")
        return by_word.get(found)

    def flag(self, name: str) -> bool | None:
        """Read true or false; None when there is neither."""
        value = self.value(name)
        if value is None or value == "":
            return None
        found = value if isinstance(value, bool) else _FLAGS.get(str(value).lower())
        if found is None:
            self.problem(f"the {self._name(name)} {shown(value)}")
            self._sheet.wanted.setdefault("flags", "flags are true or false")
        return found

    def decided(self, name: str, words: Mapping[str, ChoiceT]) -> ChoiceT | None:
        """Read a decision by one of its words or numbers; None when the word is unknown.

        A table program may have written 1 as 1.0; an empty cell is the word "".
        """
        value = self.value(name)
        word = "" if value is None else value
        if isinstance(word, float) and word.is_integer():
            word = int(word)
        if isinstance(word, int) and not isinstance(word, bool):
            word = str(word)
        if isinstance(word, str):
            number = word.removesuffix(".0") if word[:1].isdecimal() else word
            found = words.get(number)
            if found is not None:
                return found
        self.problem(f"the {self._name(name)} {shown(value)}")
        legal = ", ".join(map(repr, filter(None, words)))
        self._sheet.wanted.setdefault(
            f"decided {name}", f"a {self._name(name)} is one of {legal}, or empty"
        )
        return None

    def whole(self, name: str) -> int | None:
        """Read a whole number from 0 to 999,999,999; None when there is none."""
        value = self.value(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not _WHOLE.fullmatch(str(value)):
            self.problem(
                f"the {self._name(name)} {shown(value)}, which is no number from 0 to 999999999"
            )
            return None
        return int(str(value).partition(".")[0])

    def moment(self, name: str) -> datetime | None:
        """Read a moment with its time zone that is not in the future; None when there is none."""
        found = self.text(name)
        if not found:
            return None
        try:
            at = datetime.fromisoformat(found)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None or not FIRST_YEAR < at.year < 9_999:
            self.problem(f"the {self._name(name)} {shown(found)}")
            self._sheet.wanted.setdefault(
                "moments", "a moment has date, time and zone, such as '2026-03-01T12:00:00+00:00'"
            )
            return None
        if at > self._sheet.now:
            self.problem(f"a {self._name(name)} in the future")
        return at.astimezone(UTC)

    def unpacked(self, name: str) -> Value:
        """Read a list or an object; a text holds it as JSON. None when there is none."""
        value = self.value(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            found: Value = json.loads(value, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            found = value
        return found

    def _name(self, name: str) -> str:
        return self._sheet.names.get(name, name)


def _once(pairs: list[tuple[str, Value]]) -> Value:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("the same key twice in one object")
    return found


_PROTECTION: Final = (
    "An apostrophe that kept a cell from being run as a formula was taken away: the text begins "
    "with the sign after it."
)
