"""Owns keeping csv cells from being run as formulas, so that it can be undone exactly.

A text that begins like a formula gets an apostrophe in front, and so does one that begins with
apostrophes before such a sign: taking one away then gives every text back. Numbers are left alone.
"""

import re
from typing import Final

_SIGNS: Final = "=+\\-@\t\r\n＝＋－＠"
_BARE: Final = re.compile(f"'*[{_SIGNS}]")
_PROTECTED: Final = re.compile(f"'+[{_SIGNS}]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def protected(text: str) -> str:
    """Give the text as it stands in a csv cell."""
    if _BARE.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def bare(cell: str) -> str:
    """Give the text that a csv cell stands for; the inverse of ``protected``."""
    return cell[1:] if _PROTECTED.match(cell) else cell
