"""Owns the way from a path or an upload to a table: what is refused before it is parsed.

The size is read from the directory entry before the first byte, devices and pipes are never
opened, and decompression stops at the limit. The standard csv and json modules parse, because
they alone give text as it stands and the row of an error at 0.2 s for 100,000 rows; pandas and
pyarrow would guess types and fold empty cells into NaN. Parquet is pyarrow's.
"""

import errno
import gzip
import hashlib
import io
import os
import stat
import zlib
from pathlib import Path
from typing import Final

from db.intake import columnar, delimited, json_rows
from db.intake.decoding import decode
from db.intake.errors import FileMissing, FileRefused
from db.intake.limits import DEFAULT_LIMITS, Limits, size_text
from db.intake.parsed import Parsed
from db.intake.table import Table, subject_of

FORMATS: Final = (".csv", ".csv.gz", ".json", ".jsonl", ".jsonl.gz", ".parquet")
_MAGIC: Final = (
    (b"PAR1", "a parquet file", "name it .parquet"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet workbook", "save the sheet as CSV UTF-8"),
    (b"PK\x05\x06", "an empty zip archive", "save the table as CSV UTF-8"),
    (b"\x1f\x8b", "gzip-compressed", "name it .csv.gz or .jsonl.gz"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet workbook", "save the sheet as CSV UTF-8"),
    (b"SQLite format 3\x00", "an SQLite database", "export the table as csv"),
    (b"BZh", "bzip2-compressed", "unpack it"),
    (b"\xfd7zXZ\x00", "xz-compressed", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "unpack it"),
    (b"%PDF-", "a PDF document", "save the table as CSV UTF-8"),
)


def read_table(
    path: str | Path, *, limits: Limits = DEFAULT_LIMITS, what: str = "verdicts"
) -> Table:
    """Read one tabular file from disk; a symbolic link to a regular file is followed.

    Args:
        path: The file; its name ends in one of `FORMATS`.
        limits: What is refused as too large.
        what: What the file is for, as sentences say it.

    Raises:
        FileMissing: Nothing is there.
        FileRefused: It cannot be opened, is no regular file, too large, or not what its name says.
        RowsRefused: Rows are malformed; all are counted.
    """
    where = Path(path)
    data = _load(where, limits=limits, subject=subject_of(what, where.name or str(where)))
    return read_upload(where.name, data, limits=limits, what=what)


def read_upload(
    name: str, data: bytes, *, limits: Limits = DEFAULT_LIMITS, what: str = "verdicts"
) -> Table:
    """Read one tabular file that came as bytes; ``name`` decides the format, never a path.

    Raises:
        FileRefused: Too large, empty, or not what its name says.
        RowsRefused: Rows are malformed; all are counted.
    """
    subject = subject_of(what, name)
    ending = _ending(name, subject=subject)
    if len(data) > limits.file_bytes:
        raise FileRefused(_too_large(len(data), limits=limits, subject=subject))
    if not data:
        raise FileRefused(f"{subject} is empty; hand in a file with at least one row.")
    parsed = _parse(data, ending=ending, limits=limits, subject=subject)
    return Table(
        name=name,
        what=what,
        columns=parsed.columns,
        rows=parsed.rows,
        numbers=parsed.numbers,
        unit=parsed.unit,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _parse(data: bytes, *, ending: str, limits: Limits, subject: str) -> Parsed:
    if ending == ".parquet":
        return columnar.parse(data, limits=limits, subject=subject)
    if ending.endswith(".gz"):
        data = _unpack(data, limits=limits, subject=subject)
    _check_magic(data, subject=subject)
    text = decode(data, subject=subject)
    if ending.startswith(".csv"):
        return delimited.parse(text, limits=limits, subject=subject)
    if ending.startswith(".jsonl"):
        return json_rows.parse_lines(text, limits=limits, subject=subject)
    return json_rows.parse_array(text, limits=limits, subject=subject)


def _ending(name: str, *, subject: str) -> str:
    lower = name.lower()
    for ending in FORMATS:
        if lower.endswith(ending):
            return ending
    raise FileRefused(
        f"{subject} has a name of no known format; the name must end in {', '.join(FORMATS[:-1])} "
        f"or {FORMATS[-1]}."
    )


def _load(path: Path, *, limits: Limits, subject: str) -> bytes:
    try:
        entry = path.stat()
        if stat.S_ISDIR(entry.st_mode):
            raise FileRefused(f"{subject} is a directory; name a file inside it.")
        if not stat.S_ISREG(entry.st_mode):
            raise FileRefused(f"{subject} is a device or a pipe; hand in a regular file.")
        _ending(path.name, subject=subject)
        if entry.st_size > limits.file_bytes:
            raise FileRefused(_too_large(entry.st_size, limits=limits, subject=subject))
        # A regular file never blocks; one swapped for a pipe since the stat must not either.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:
            data = file.read(limits.file_bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(f"{subject} does not exist at {str(path)!r}; check the path.") from error
    except PermissionError as error:
        raise FileRefused(f"{subject} may not be read by this user; mend its rights.") from error
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO).lower()
        raise FileRefused(f"{subject} cannot be opened: {reason}; check the path.") from error
    except ValueError as error:
        raise FileRefused(f"{subject} has a path with a NUL character; check the path.") from error
    return data


def _too_large(size: int, *, limits: Limits, subject: str) -> str:
    return (
        f"{subject} is too large: {size_text(size)} where {size_text(limits.file_bytes)} is the "
        "limit; cut it into smaller files."
    )


def _unpack(data: bytes, *, limits: Limits, subject: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        raise FileRefused(f"{subject} is not gzip-compressed as its name says; drop the .gz.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(limits.unpacked_bytes + 1)
    except EOFError as error:
        raise FileRefused(
            f"{subject} is cut short: its gzip stream has no end; copy it again."
        ) from error
    except (OSError, zlib.error) as error:
        raise FileRefused(
            f"{subject} is damaged: its gzip stream does not unpack; copy it again."
        ) from error
    if len(unpacked) > limits.unpacked_bytes:
        raise FileRefused(
            f"{subject} unpacks to more than {size_text(limits.unpacked_bytes)}, which is the "
            "limit; cut it into smaller files."
        )
    if not unpacked:
        raise FileRefused(f"{subject} is empty; hand in a file with at least one row.")
    return unpacked


def _check_magic(data: bytes, *, subject: str) -> None:
    for magic, found, way_out in _MAGIC:
        if data.startswith(magic):
            raise FileRefused(f"{subject} is {found} by its first bytes; {way_out}.")
