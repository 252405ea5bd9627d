"""Owns comma-separated text: strict quoting, one width, every cell as text.

Rows are numbered as a spreadsheet numbers them: the header is row 1, a blank line counts, a quoted
cell with line breaks is still one row.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final

from db.intake.errors import FileRefused
from db.intake.limits import DEFAULT_LIMITS, Limits
from db.intake.parsed import (
    MEND_ROWS,
    Parsed,
    check_columns,
    refuse_cells_limit,
    refuse_rows_limit,
)
from db.intake.problems import RowProblems
from db.intake.table import Row

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")

# The module's own limit (131,072) is process-wide and ends the parse; ours counts all such rows.
csv.field_size_limit(DEFAULT_LIMITS.unpacked_bytes)


def parse(text: str, *, limits: Limits, subject: str) -> Parsed:
    """Parse a whole csv text.

    Raises:
        FileRefused: No header, no rows, bad column names, broken quoting, too many rows or cells.
        RowsRefused: Rows of another width, with NUL characters or over-long cells.
    """
    records = _records(text, limits=limits, subject=subject)
    header_number, header = next(((n, cells) for n, cells in records if cells), (0, []))
    _check_header(header, text=text, limits=limits, subject=subject)
    width = len(header)
    has_nul = "\0" in text
    problems = RowProblems()
    if has_nul and any("\0" in name for name in header):
        problems.add(header_number, "a NUL character")
    rows: list[Row] = []
    numbers: list[int] = []
    for number, cells in records:
        if not cells:
            continue
        if len(rows) + len(problems) >= limits.rows:
            refuse_rows_limit(limits, subject=subject)
        fault = _fault(cells, width=width, has_nul=has_nul, limits=limits)
        if fault:
            problems.add(number, fault)
            continue
        rows.append(dict(zip(header, cells, strict=True)))
        numbers.append(number)
    problems.refuse(subject, way_out=MEND_ROWS)
    if not rows:
        raise FileRefused(f"{subject} has a header but no rows; add at least one row.")
    return Parsed(columns=tuple(header), rows=tuple(rows), numbers=_compact(numbers), unit="row")


def _records(text: str, *, limits: Limits, subject: str) -> Iterator[tuple[int, list[str]]]:
    """Parse record by record, counting the cells of good, bad and blank ones alike."""
    reader = csv.reader(_lines(text, limits=limits, subject=subject), strict=True)
    number = seen = 0
    try:
        for number, cells in enumerate(reader, start=1):
            seen += len(cells) or 1
            if seen > limits.cells:
                refuse_cells_limit(limits, subject=subject)
            yield number, cells
    except csv.Error as error:
        fault = "a quote that is never closed" if "end of data" in str(error) else "a stray quote"
        raise FileRefused(
            f"{subject} is refused: {fault} in row {number + 1}; double every quote inside a "
            "quoted cell and close each cell."
        ) from error


def _lines(text: str, *, limits: Limits, subject: str) -> Iterator[str]:
    """Give the lines of a text with their ends; one with too many commas never becomes a list.

    io.StringIO would do the same at four bytes a character.
    """
    for found in _LINE.finditer(text):
        line = found[0]
        if line.count(",") >= limits.cells:
            refuse_cells_limit(limits, subject=subject)
        yield line


def _check_header(header: list[str], *, text: str, limits: Limits, subject: str) -> None:
    if text.lstrip()[:1] in ("{", "["):
        raise FileRefused(f"{subject} looks like JSON; name it .json or .jsonl.")
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and sign in header[0]:
            raise FileRefused(
                f"{subject} separates its cells with {name}; save it with commas between cells."
            )
    check_columns(header, limits=limits, subject=subject)
    if max(map(len, header)) > limits.field_chars:
        raise FileRefused(
            f"{subject} has a column name of more than {limits.field_chars:,} characters; shorten "
            "it."
        )
    # The first name may be blank: pandas writes its index so.
    blank = [place for place, name in enumerate(header, start=1) if place > 1 and not name]
    if blank:
        raise FileRefused(f"{subject} has no name over column {blank[0]}; name or delete it.")


def _fault(cells: list[str], *, width: int, has_nul: bool, limits: Limits) -> str | None:
    if len(cells) != width:
        return f"another number of cells than the header's {width:,}"
    if max(map(len, cells)) > limits.field_chars:
        return f"a cell of more than {limits.field_chars:,} characters"
    if has_nul and any("\0" in cell for cell in cells):
        return "a NUL character"
    return None


def _compact(numbers: list[int]) -> Sequence[int]:
    whole = range(numbers[0], numbers[-1] + 1)
    return whole if len(whole) == len(numbers) else tuple(numbers)
