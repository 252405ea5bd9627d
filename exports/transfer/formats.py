"""Owns writing rows of our own forms as csv, JSON or parquet: equal rows give equal bytes.

Rows are written as they come, so that a large export needs little memory.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import IO, Final, Protocol, cast

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import parquet

from db.errors import Invalid
from exports.transfer.lines import Cell, Line
from exports.transfer.protection import protected

ENDINGS: Final = (".csv", ".csv.gz", ".json", ".jsonl", ".jsonl.gz", ".parquet")
_GROUP_ROWS: Final = 5_000
_TYPES: Final = {
    "failed": pa.list_(pa.int64()),
    "repeat": pa.int64(),
    "verdict": pa.int64(),
    "is_simulated": pa.bool_(),
    "is_demonstration": pa.bool_(),
    "is_surplus": pa.bool_(),
    "response_is_simulated": pa.bool_(),
}


class Write(Protocol):
    """Write rows in one format and say how many there were."""

    def __call__(self, out: IO[bytes], lines: Iterable[Line], columns: Sequence[str]) -> int:
        """Write them."""
        ...


def format_of(name: str) -> Write:
    """Find the format that a file's name asks for.

    Raises:
        Invalid: The name ends in none of them.
    """
    ending = next((end for end in ENDINGS if name.lower().endswith(end)), None)
    if ending is None:
        raise Invalid(
            f"The name {name!r} says no format; it must end in {', '.join(ENDINGS[:-1])} or "
            f"{ENDINGS[-1]}."
        )
    return _WRITERS[ending]


def write_csv(out: IO[bytes], lines: Iterable[Line], columns: Sequence[str]) -> int:
    """Write csv; no cell of it runs as a formula."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    rows = 0
    for rows, line in enumerate(lines, start=1):  # noqa: B007 - counts
        writer.writerow([protected(_flat(line[name])) for name in columns])
    text.detach()
    return rows


def write_json_lines(out: IO[bytes], lines: Iterable[Line], columns: Sequence[str]) -> int:
    """Write one JSON object per line."""
    rows = 0
    for rows, line in enumerate(lines, start=1):  # noqa: B007 - counts
        out.write(_object(line, columns) + b"\n")
    return rows


def write_json(out: IO[bytes], lines: Iterable[Line], columns: Sequence[str]) -> int:
    """Write one JSON array with an object per line."""
    rows = 0
    out.write(b"[")
    for rows, line in enumerate(lines, start=1):
        out.write((b",\n" if rows > 1 else b"\n") + _object(line, columns))
    out.write(b"\n]\n")
    return rows


def write_parquet(out: IO[bytes], lines: Iterable[Line], columns: Sequence[str]) -> int:
    """Write parquet with explicit types; objects are JSON texts in it."""
    schema = pa.schema([pa.field(name, _TYPES.get(name, pa.string())) for name in columns])
    rest, rows = iter(lines), 0
    with parquet.ParquetWriter(out, schema, version="2.6", compression="snappy") as writer:
        while group := list(islice(rest, _GROUP_ROWS)):
            cells = [
                {
                    name: _packed(value) if isinstance(value, dict) else value
                    for name, value in line.items()
                }
                for line in group
            ]
            writer.write_table(pa.Table.from_pylist(cells, schema=schema))
            rows += len(group)
    return rows


def _zipped(write: Write) -> Write:
    def write_zipped(out: IO[bytes], lines: Iterable[Line], columns: Sequence[str]) -> int:
        # No name and no time in the header: equal rows give equal bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
            return write(cast("IO[bytes]", packed), lines, columns)

    return write_zipped


_WRITERS: Final[dict[str, Write]] = {
    ".csv": write_csv,
    ".csv.gz": _zipped(write_csv),
    ".json": write_json,
    ".jsonl": write_json_lines,
    ".jsonl.gz": _zipped(write_json_lines),
    ".parquet": write_parquet,
}


def _object(line: Line, columns: Sequence[str]) -> bytes:
    return json.dumps({name: line[name] for name in columns}, ensure_ascii=False).encode("utf-8")


def _flat(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return _packed(value)
    return "" if value is None else str(value)


def _packed(value: dict[str, str] | list[int]) -> str:
    return json.dumps(value, separators=(",", ":")) if value else ""
