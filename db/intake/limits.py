"""Owns how much the intake door takes in; every limit is checked before the memory is spent."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bound one file.

    Attributes:
        file_bytes: Size on disk, read from the directory entry before any byte of the file.
        unpacked_bytes: Size after gzip or parquet decompression.
        field_chars: Characters in one cell or one JSON string.
        columns: Columns, or different keys over all JSON rows.
        rows: Rows without the header.
        cells: Rows times columns; in JSON the values, lists and objects (an empty one counts as
            two). A csv row of another width counts as wide as it is, and a blank line as one. A
            few bytes make a cell, so the other limits alone would let a small file take all memory.
        depth: Lists and objects inside one another in a JSON row; the row itself is 1.
    """

    file_bytes: int = 256 * MIB
    unpacked_bytes: int = 256 * MIB
    field_chars: int = 1_000_000
    columns: int = 1_000
    rows: int = 1_000_000
    cells: int = 10_000_000
    depth: int = 32


DEFAULT_LIMITS: Final = Limits()


def size_text(size: int) -> str:
    """Write a size for a person: whole MiB where it is one, else bytes with separators."""
    return f"{size // MIB:,} MiB" if size >= MIB and size % MIB == 0 else f"{size:,} bytes"
