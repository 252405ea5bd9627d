"""Owns JSON rows: an array of objects, or one object per line.

What JSON readers disagree on is refused with its row: NaN and infinities, whole numbers beyond 64
bits, a key twice in one object, lone surrogates, NUL characters, deep nesting.
"""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, cast

from db.intake.errors import FileRefused
from db.intake.json_size import check_values
from db.intake.limits import Limits
from db.intake.parsed import (
    MEND_ROWS,
    Parsed,
    check_columns,
    refuse_cells_limit,
    refuse_rows_limit,
)
from db.intake.problems import RowProblems
from db.intake.table import Row, Unit, Value

_INT64: Final = 2**63
_INT64_DIGITS: Final = 19
_END: Final = object()


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Stand in a parsed tree for something that cannot be taken in."""

    phrase: str


def parse_array(text: str, *, limits: Limits, subject: str) -> Parsed:
    """Parse a whole JSON text that is one array of objects; rows are numbered from 1.

    Raises:
        FileRefused: Not JSON, not an array, no rows, too many rows, keys or values.
        RowsRefused: Elements that are no objects or hold what is not taken in.
    """
    check_values(text, limits=limits, subject=subject)
    try:
        values = _DECODER.decode(text)
    except RecursionError as error:
        raise FileRefused(
            f"{subject} nests lists and objects more than {limits.depth} deep; flatten it."
        ) from error
    except json.JSONDecodeError as error:
        several = error.msg == "Extra data"
        way_out = "name it .jsonl if each line is an object" if several else "mend it there"
        raise FileRefused(
            f"{subject} is not JSON: {error.msg.lower()} in line {error.lineno}, column "
            f"{error.colno}; {way_out} and hand it in again."
        ) from error
    if not isinstance(values, list):
        raise FileRefused(f"{subject} is not an array of objects; put [ ] around its rows.")
    if not values:
        raise FileRefused(f"{subject} has no rows; add at least one object to the array.")
    if len(values) > limits.rows:
        refuse_rows_limit(limits, subject=subject)
    numbers = range(1, len(values) + 1)
    return _collect(values, numbers, unit="element", limits=limits, subject=subject)


def parse_lines(text: str, *, limits: Limits, subject: str) -> Parsed:
    """Parse one JSON object per line; blank lines are passed over but counted.

    Raises:
        FileRefused: An array, too many lines, keys or values.
        RowsRefused: Lines that are no JSON objects or hold what is not taken in.
    """
    if text.lstrip().startswith("["):
        raise FileRefused(f"{subject} is one JSON array; name it .json.")
    check_values(text, limits=limits, subject=subject)
    values: list[object] = []
    numbers: list[int] = []
    for number, line in enumerate(_lines(text), start=1):
        if not line or line.isspace():
            if number > limits.cells:
                refuse_cells_limit(limits, subject=subject, what="lines")
            continue
        if len(values) == limits.rows:
            refuse_rows_limit(limits, subject=subject)
        numbers.append(number)
        try:
            values.append(_DECODER.decode(line))
        except RecursionError:
            values.append(_too_deep(limits))
        except json.JSONDecodeError:
            values.append(_Flaw("no valid JSON"))
    return _collect(values, numbers, unit="line", limits=limits, subject=subject)


def _lines(text: str) -> Iterator[str]:
    """Give line by line what str.split would give at once, which for blank lines is a bomb."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _collect(
    values: Sequence[object],
    numbers: Sequence[int],
    *,
    unit: Unit,
    limits: Limits,
    subject: str,
) -> Parsed:
    problems = RowProblems(unit=unit)
    columns: dict[str, None] = {}
    for number, value in zip(numbers, values, strict=True):
        fault = row_fault(value, limits=limits)
        if fault:
            problems.add(number, fault)
        elif len(columns) <= limits.columns:
            columns.update(dict.fromkeys(cast(Row, value)))
    problems.refuse(subject, way_out=MEND_ROWS)
    check_columns(list(columns), limits=limits, subject=subject)
    return Parsed(
        columns=tuple(columns),
        rows=tuple(cast(Sequence[Row], values)),
        numbers=numbers if isinstance(numbers, range) else tuple(numbers),
        unit=unit,
    )


def row_fault(row: object, *, limits: Limits) -> str | None:
    """Find what in a row cannot be taken in, as a noun phrase; None when it is a clean object.

    The search keeps its own stack, so depth costs no recursion; it holds one iterator per level,
    so width costs no memory.
    """
    if isinstance(row, _Flaw):
        return row.phrase
    if not isinstance(row, dict):
        return "no object"
    stack: list[Iterator[object]] = [iter((row,))]
    while stack:
        value = next(stack[-1], _END)
        if value is _END:
            stack.pop()
        elif isinstance(value, str):
            fault = _text_fault(value, limits=limits)
            if fault:
                return fault
        elif isinstance(value, _Flaw):
            return value.phrase
        elif isinstance(value, dict | list):
            if len(stack) > limits.depth:
                return _too_deep(limits).phrase
            inside = chain(value, value.values()) if isinstance(value, dict) else value
            stack.append(iter(inside))
    return None


def _text_fault(text: str, *, limits: Limits) -> str | None:
    if len(text) > limits.field_chars:
        return f"a text of more than {limits.field_chars:,} characters"
    if "\0" in text:
        return "a NUL character"
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return "half a character (a lone surrogate)"
    return None


def _too_deep(limits: Limits) -> _Flaw:
    return _Flaw(f"lists and objects nested more than {limits.depth} deep")


def _constant(name: str) -> object:
    return _Flaw(f"{name}, which is no JSON number")


def _float(text: str) -> float | _Flaw:
    value = float(text)
    return value if math.isfinite(value) else _Flaw("a number too large to store")


def _int(text: str) -> int | _Flaw:
    if len(text.lstrip("-")) <= _INT64_DIGITS:
        value = int(text)
        if -_INT64 <= value < _INT64:
            return value
    return _Flaw("a whole number beyond 64 bits")


def _object(pairs: list[tuple[str, Value]]) -> Row | _Flaw:
    # Lines are parsed one by one: without this each line would hold its own copy of every key.
    row = {sys.intern(key): value for key, value in pairs}
    return row if len(row) == len(pairs) else _Flaw("the same key twice in one object")


_DECODER: Final = json.JSONDecoder(
    parse_constant=cast(Callable[[str], float], _constant),
    parse_float=_float,
    parse_int=_int,
    object_pairs_hook=_object,
)
