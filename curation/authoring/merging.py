"""Owns merging two changes of one text: word by word, in Chinese and Japanese sign by sign.

What only one side changed is taken over; where both changed, both texts stay, between marks, for
a person to decide. Nothing that either side wrote is left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, groupby
from typing import Final

# A person who merges has to take these lines out; ``checks`` refuses a text that still holds one.
THEIRS_MARK: Final = "<<<<<<<"
BETWEEN_MARK: Final = "======="
MINE_MARK: Final = ">>>>>>>"

# Han, kana: scripts that write no blanks between words.
_DENSE: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_TOKEN: Final = re.compile(rf"[{_DENSE}]|[^\W{_DENSE}]+|[^\S\n]+|.", re.DOTALL)
# Comparing takes the product of the lengths; past this, whole lines are compared first.
_SMALL: Final = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeConflict:
    """A place that both sides changed.

    Attributes:
        start: Where the marks begin in the merged text.
        end: Where they end.
    """

    start: int
    end: int
    base: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedText:
    """Both changes in one text."""

    text: str
    conflicts: tuple[MergeConflict, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hunk:
    """A stretch of the base and of the side that replaces it."""

    base_start: int
    base_end: int
    side_start: int
    side_end: int

    def moved(self, base_by: int, side_by: int) -> "_Hunk":
        """Give the same stretch in texts that have this much more before it."""
        return _Hunk(
            base_start=self.base_start + base_by,
            base_end=self.base_end + base_by,
            side_start=self.side_start + side_by,
            side_end=self.side_end + side_by,
        )


def three_way(base: str, theirs: str, mine: str) -> MergedText:
    """Merge two changes of a text.

    Args:
        base: What both started from.
        theirs: What the one made of it.
        mine: What the other made of it.

    Returns:
        The text with both changes. Where both changed the same place, or places that touch, it
        holds theirs and mine between lines of marks.
    """
    tokens = [_TOKEN.findall(text) for text in (base, theirs, mine)]
    return _written(tokens[0], tokens[1], tokens[2])


def holds_marks(text: str) -> bool:
    """Tell whether marks of a merge are left in a text."""
    lines = {line.strip() for line in text.splitlines()}
    return THEIRS_MARK in lines or MINE_MARK in lines


def _written(base: list[str], theirs: list[str], mine: list[str]) -> MergedText:
    text = ""
    conflicts: list[MergeConflict] = []
    at = 0
    for start, end, their_hunks, my_hunks in _regions(_hunks(base, theirs), _hunks(base, mine)):
        text += "".join(base[at:start])
        at = end
        before = "".join(base[start:end])
        their_text = _side(base, theirs, their_hunks, start, end)
        my_text = _side(base, mine, my_hunks, start, end)
        if not my_hunks or their_text == my_text:
            text += their_text
        elif not their_hunks:
            text += my_text
        else:
            marked = _marked(text, their_text, my_text)
            conflicts.append(
                MergeConflict(
                    start=len(text),
                    end=len(text) + len(marked),
                    base=before,
                    theirs=their_text,
                    mine=my_text,
                )
            )
            text += marked
    return MergedText(text=text + "".join(base[at:]), conflicts=tuple(conflicts))


def _marked(before: str, theirs: str, mine: str) -> str:
    """Put two texts between lines of marks; the marks stand alone on their lines."""
    opening = "" if not before or before.endswith("\n") else "\n"
    parts = [opening, THEIRS_MARK, "\n", theirs, _to_line(theirs), BETWEEN_MARK, "\n", mine]
    return "".join([*parts, _to_line(mine), MINE_MARK, "\n"])


def _to_line(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"


def _hunks(base: Sequence[str], side: Sequence[str]) -> list[_Hunk]:
    """List what a side changed, in order."""
    before = _shared(base, side)
    after = _shared(base[before:][::-1], side[before:][::-1])
    base, side = base[before : len(base) - after], side[before : len(side) - after]
    small = len(base) * len(side) <= _SMALL
    found = _compared(base, side) if small else _compared_by_lines(base, side)
    return [hunk.moved(before, before) for hunk in found]


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """Count the tokens that both begin with."""
    for count, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return count
    return min(len(first), len(second))


def _compared(
    base: Sequence[str], side: Sequence[str], *, skip_frequent: bool = False
) -> list[_Hunk]:
    matcher = SequenceMatcher(None, base, side, autojunk=skip_frequent)
    return [
        _Hunk(base_start=a, base_end=b, side_start=c, side_end=d)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def _compared_by_lines(base: Sequence[str], side: Sequence[str]) -> list[_Hunk]:
    """Compare whole lines, then within what differs where that is small enough."""
    base_lines, side_lines = _lines(base), _lines(side)
    base_at, side_at = _starts(base_lines), _starts(side_lines)
    found: list[_Hunk] = []
    whole = [["".join(line) for line in lines] for lines in (base_lines, side_lines)]
    # Frequent lines, empty ones above all, would each be compared with all their like.
    for hunk in _compared(whole[0], whole[1], skip_frequent=True):
        a, b = base_at[hunk.base_start], base_at[hunk.base_end]
        c, d = side_at[hunk.side_start], side_at[hunk.side_end]
        if (b - a) * (d - c) <= _SMALL:
            found.extend(one.moved(a, c) for one in _compared(base[a:b], side[c:d]))
        else:
            found.append(_Hunk(base_start=a, base_end=b, side_start=c, side_end=d))
    return found


def _lines(tokens: Sequence[str]) -> list[list[str]]:
    ends = [0, *accumulate(token == "\n" for token in tokens)]
    numbered = zip(ends, tokens, strict=False)
    return [[token for _, token in group] for _, group in groupby(numbered, lambda pair: pair[0])]


def _starts(lines: Sequence[Sequence[str]]) -> list[int]:
    """Give where each line starts, and where the last one ends."""
    return [0, *accumulate(len(line) for line in lines)]


def _regions(
    theirs: list[_Hunk], mine: list[_Hunk]
) -> Iterator[tuple[int, int, list[_Hunk], list[_Hunk]]]:
    """Group changes that overlap or touch into stretches of the base."""
    waiting = sorted(
        [(hunk.base_start, hunk.base_end, 0, hunk) for hunk in theirs]
        + [(hunk.base_start, hunk.base_end, 1, hunk) for hunk in mine],
        key=lambda entry: entry[:3],
    )
    while waiting:
        start, end, side, hunk = waiting.pop(0)
        sides: tuple[list[_Hunk], list[_Hunk]] = ([], [])
        sides[side].append(hunk)
        while waiting and waiting[0][0] <= end:
            _, next_end, side, hunk = waiting.pop(0)
            end = max(end, next_end)
            sides[side].append(hunk)
        yield start, end, *sides


def _side(base: list[str], side: list[str], hunks: list[_Hunk], start: int, end: int) -> str:
    """Give what a side made of a stretch of the base."""
    text, at = "", start
    for hunk in hunks:
        text += "".join(base[at : hunk.base_start])
        text += "".join(side[hunk.side_start : hunk.side_end])
        at = hunk.base_end
    return text + "".join(base[at:end])
