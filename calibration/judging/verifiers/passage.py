"""Owns the part of a response that a verifier looks at, and where its places are in the whole.

Invariant: a place always counts lines and columns of the whole response, whatever was cut out.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from calibration.judging.verifiers.outcome import MOST_PLACES, Place

LONGEST_EXCERPT: Final = 60
LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a response.

    Attributes:
        text: The part, without the indentation of its fence.
        first_line: The line of the response that the part begins on, from 1.
        shifts: Per line of the part, how many characters were cut off before it; empty for none.
    """

    text: str
    first_line: int = 1
    shifts: tuple[int, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The lines of the part; a line break at the end begins no further one."""
        return split_lines(self.text)

    def place(self, offset: int) -> Place:
        """Locate one offset of the part."""
        return self.places([offset])[0]

    def places(self, offsets: Iterable[int]) -> list[Place]:
        """Locate offsets of the part in the response: the first 20, as many as are shown."""
        starts = line_starts(self.text)
        found = []
        for offset in islice(offsets, MOST_PLACES):
            line = bisect_right(starts, offset) - 1
            shift = self.shifts[line] if line < len(self.shifts) else 0
            found.append(
                Place(
                    line=self.first_line + line,
                    column=offset - starts[line] + shift + 1,
                    excerpt=_excerpt(self.text, offset),
                )
            )
        return found

    def places_of_lines(self, numbers: Iterable[int]) -> list[Place]:
        """Locate lines of the part, counted from 0, at their first visible character."""
        starts = line_starts(self.text)
        offsets = []
        for number in islice(numbers, MOST_PLACES):
            start = starts[min(number, len(starts) - 1)]
            line = _excerpt(self.text, start, most=len(self.text))
            offsets.append(start + len(line) - len(line.lstrip()))
        return self.places(offsets)


def split_lines(text: str) -> list[str]:
    """Split a text at line feeds and carriage returns, and at nothing else."""
    lines = LINE_BREAK.split(text)
    if lines and not lines[-1]:
        lines.pop()
    return lines


def line_starts(text: str) -> list[int]:
    """Give the offset at which each line begins, the empty one after the last break too."""
    return [0, *(match.end() for match in LINE_BREAK.finditer(text))]


def _excerpt(text: str, offset: int, *, most: int = LONGEST_EXCERPT) -> str:
    window = text[offset : offset + most + 1]
    line = LINE_BREAK.split(window, maxsplit=1)[0]
    return line if len(line) <= most else line[:most] + "…"
