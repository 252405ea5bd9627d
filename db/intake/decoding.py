"""Owns the step from bytes to text: UTF-8 with or without a byte-order mark, and nothing else."""

import codecs
from typing import Final

from db.intake.errors import FileRefused
from db.intake.problems import RowProblems

_WIDE: Final = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes, *, subject: str) -> str:
    """Decode a text file; a byte-order mark is dropped.

    Raises:
        FileRefused: Another encoding, blank, or old Macintosh line ends.
    """
    wide = _wide_encoding(data)
    if wide:
        raise FileRefused(f"{subject} is {wide} text; save it as UTF-8 and hand it in again.")
    marked = data.startswith(codecs.BOM_UTF8)
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + (len(codecs.BOM_UTF8) if marked else 0)
        raise FileRefused(_not_utf8(data, offset, subject=subject)) from error
    if not text.strip():
        raise FileRefused(f"{subject} is empty; hand in a file with at least one row.")
    if "\r" in text and "\n" not in text:
        raise FileRefused(
            f"{subject} ends its lines with CR alone, so that row 1 has no end; save it with LF or "
            "CRLF line ends and hand it in again."
        )
    return text


def _wide_encoding(data: bytes) -> str | None:
    for mark, name in _WIDE:
        if data.startswith(mark):
            return name
    start = data[:4]
    if len(start) == 4 and [byte == 0 for byte in start] in ([0, 1, 0, 1], [1, 0, 1, 0]):
        return "UTF-16"
    return None


def _not_utf8(data: bytes, offset: int, *, subject: str) -> str:
    lines = RowProblems(unit="line")
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            lines.add(number, "other bytes")
    return (
        f"{subject} is not UTF-8 text: {lines.phrase()}, the first 0x{data[offset]:02x} at byte "
        f"offset {offset:,}; save it as UTF-8 and hand it in again."
    )
