"""Owns when two cells of two files are the same value: they compare as text after normalising.

Spaces at both ends go; a whole number loses ".0"; true and false in any of their three usual
spellings are `true` and `false`, which are not 1 and 0. All else stays as it was written: `007`,
`1.10`, `1e3` and `A` differ from `7`, `1.1`, `1000` and `a`. Nothing at all is the empty text.
"""

import re
from functools import lru_cache
from typing import Final

from db.intake import Value

_WHOLE: Final = re.compile(r"(-?(?:0|[1-9][0-9]*))\.0+")
_TRUTHS: Final = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false"}


def text_of(value: Value) -> str:
    """Normalise one cell of any format to the text it compares as; missing gives "".

    Args:
        value: A single value; never a list or an object (`Sheet` refuses these with their rows).
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return _text(value) if isinstance(value, str) else str(value)


@lru_cache(maxsize=65_536)
def _text(text: str) -> str:
    text = text.strip()
    whole = _WHOLE.fullmatch(text)
    if whole:
        text = whole.group(1)
    return "0" if text == "-0" else _TRUTHS.get(text, text)
