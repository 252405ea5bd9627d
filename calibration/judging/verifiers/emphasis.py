"""Owns the marks of emphasis in Markdown: signs that a reader does not see."""

import re
from typing import Final

MARKS: Final = frozenset("*_")
_STARS: Final = re.compile(r"\*{1,3}")
_UNDERSCORES: Final = re.compile(
    r"(?<![^\W_])(_{1,3})(?=[^\s_])[^_\r\n]{0,500}[^\s_](\1)(?![^\W_])"
)


def emphasis_marks(text: str) -> frozenset[int]:
    """Give the offsets of asterisks and underscores that make what they enclose bold or slanted.

    An asterisk between blanks, or a single one inside of a word, is a sign like any other.
    """
    found: set[int] = set()
    for match in _STARS.finditer(text):
        before, behind = (
            text[max(match.start() - 1, 0) : match.start()].strip(),
            text[match.end() : match.end() + 1].strip(),
        )
        if bool(before) is not bool(behind) or (before and behind and len(match[0]) > 1):
            found.update(range(match.start(), match.end()))
    for match in _UNDERSCORES.finditer(text):
        found.update(range(match.start(1), match.end(1)))
        found.update(range(match.start(2), match.end(2)))
    return frozenset(found)
