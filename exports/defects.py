"""Owns the row defects that are cheap to see in a text; they warn and never refuse.

Each was met in published rows of this kind of benchmark: requirements numbered with a gap, code
that lost its indentation, a line of the question that stands there twice.
"""

import itertools
import re
from enum import StrEnum
from typing import Final

CODE_TYPE: Final = "code-without-comments"

_NUMBER: Final = re.compile(
    r"^ {0,3}(?:[(（](\d{1,2})[)）]|(\d{1,2})(?:[.．](?!\d)|[、)）]))", re.M
)
_FLAT_BLOCK: Final = re.compile(r"^(?:def|class|for|while|if) .*:[ \t]*\r?\n[^\s#]", re.M)
_LONG_LINE: Final = 20


class Defect(StrEnum):
    """What looks wrong with a row."""

    NUMBERING_GAP = "numbering_gap"
    LOST_INDENTATION = "lost_indentation"
    REPEATED_LINE = "repeated_line"


SENTENCES: Final = {
    Defect.NUMBERING_GAP: "The numbers of the reference leave a gap: a requirement may be missing.",
    Defect.LOST_INDENTATION: "Code in the reference has lost its indentation and does not run.",
    Defect.REPEATED_LINE: "A line of the prompt stands there twice.",
}


def row_defects(type_id: str, *, prompt: str, reference: str) -> tuple[Defect, ...]:
    """Find what looks wrong with a question and its reference."""
    found: list[Defect] = []
    if type_id == CODE_TYPE:
        if _FLAT_BLOCK.search(reference):
            found.append(Defect.LOST_INDENTATION)
    elif _has_gap(reference):
        found.append(Defect.NUMBERING_GAP)
    lines = [line for line in map(str.strip, prompt.split("\n")) if len(line) >= _LONG_LINE]
    if len(set(lines)) < len(lines):
        found.append(Defect.REPEATED_LINE)
    return tuple(found)


def _has_gap(reference: str) -> bool:
    numbers = [int(match[1] or match[2]) for match in _NUMBER.finditer(reference)]
    # Numbers that start over belong to several lists: nothing can be said about a gap.
    rising = all(first < second for first, second in itertools.pairwise(numbers))
    return rising and bool(numbers) and numbers[0] == 1 and numbers[-1] != len(numbers)
