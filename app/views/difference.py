"""Owns the difference between two texts, word by word; Chinese is compared by character."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_TOKENS = 5_000

# A run of letters and digits outside the scripts without spaces, a run of blanks, or one sign.
_TOKEN = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff]+|[ \t]+|.", re.DOTALL)


class Change(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A piece of text that stayed, came or went."""

    change: Change
    text: str


def difference(before: str, after: str) -> tuple[Stretch, ...]:
    """Compare two texts.

    The stretches that are the same or removed give ``before`` back, those that are the same or
    added give ``after``. Very long texts are compared line by line.
    """
    old, new = _tokens(before), _tokens(after)
    if max(len(old), len(new)) > MOST_TOKENS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        removed, added = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if removed == added:
            found.append(Stretch(change=Change.SAME, text=removed))
            continue
        if removed:
            found.append(Stretch(change=Change.REMOVED, text=removed))
        if added:
            found.append(Stretch(change=Change.ADDED, text=added))
    return tuple(found)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)
