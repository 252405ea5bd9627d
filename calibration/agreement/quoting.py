"""Owns how an option is written so that a person can paste it into a shell; always one line."""

import shlex
from collections.abc import Iterable

from db.intake import shown

_MOST_CHARS = 200


def pasted(text: str) -> str:
    """Quote a text as one shell word; what does not print becomes a code of bash's $'...'."""
    if text.isprintable():
        return shlex.quote(text)
    inside = "".join(c if c.isprintable() and c not in "\\'" else _code(c) for c in text)
    return f"$'{inside}'"


def where_options(conditions: Iterable[tuple[str, str]]) -> str:
    """Write filters as options: "--where order=original --where 'subset=a b'".

    A condition that is too long to paste is shown cut.
    """
    written = [f"{column}={text}" for column, text in conditions]
    return " ".join(
        f"--where {pasted(one) if len(one) <= _MOST_CHARS else shown(one)}" for one in written
    )


def _code(char: str) -> str:
    if char in "\\'":
        return "\\" + char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
