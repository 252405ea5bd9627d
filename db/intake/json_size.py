"""Owns how many values a JSON text stands for, counted before any of them exists.

`[]` is two bytes in a file and 72 in memory. Every comma and every opening bracket outside a text
adds one value, so that an empty list counts as two at most; those inside a text add none, and are
told apart only where it matters.
"""

import re
from typing import Final

from db.intake.limits import Limits
from db.intake.parsed import refuse_cells_limit

_SIGN: Final = re.compile(r'\\[^\n]|["\n,\[{]')


def check_values(text: str, *, limits: Limits, subject: str) -> None:
    """Refuse a JSON text, or one of JSON lines, that stands for too many values.

    Raises:
        FileRefused: There are more than ``limits.cells`` values, lists and objects together.
    """
    if text.count(",") + text.count("[") + text.count("{") <= limits.cells:
        return
    seen, quoted = 0, False
    for found in _SIGN.finditer(text):
        sign = found[0]
        if sign == '"':
            quoted = not quoted
        elif sign == "\n":
            # No text of JSON holds a raw line end: a line that is broken does not hide the next.
            quoted = False
        elif not quoted and sign in ",[{":
            seen += 1
            if seen > limits.cells:
                refuse_cells_limit(limits, subject=subject, what="values")
