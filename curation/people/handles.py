"""Owns the names of people in the workspace: what a handle may be, and which are too alike.

Handles are shown to everybody and typed to sign in, so that two people are never told apart by
case, width or a character that cannot be seen.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

from db.base import new_id
from db.errors import Conflict, Invalid

LONGEST: Final = 40
# Pseudonyms of those who left, of exports, ids, and machines of the program.
RESERVED: Final = ("person-", "rater-", "annotator-", "gainsay-")
_PUNCTUATION: Final = frozenset("-_. '·")
# Letters and marks that are drawn as nothing.
_UNSEEN: Final = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)


def folded(handle: str) -> str:
    """Give what handles are compared by: without case, width and doubled spaces."""
    wide = unicodedata.normalize("NFKC", handle).casefold()
    return " ".join(unicodedata.normalize("NFKC", wide).split())


def check_handle(handle: str, *, taken: Iterable[str]) -> str:
    """Give a handle as it is stored.

    Args:
        handle: As it was typed.
        taken: Every other handle of the workspace.

    Raises:
        Invalid: It is empty, too long, reserved, or has characters that a name does not have.
        Conflict: Somebody has it, or one that differs by case or width only.
    """
    name = unicodedata.normalize("NFC", handle.strip())
    if not name or len(name) > LONGEST:
        raise Invalid(
            f"The handle {handle!r} has {len(name)} characters; use 1 to {LONGEST} characters."
        )
    bad = sorted({char for char in name if not _is_legal(char)})
    if bad or unicodedata.category(name[0])[0] not in "LN":
        shown = ", ".join(ascii(char) for char in bad) or repr(name[0])
        raise Invalid(
            f"The handle {handle!r} cannot be used because of {shown}; begin with a letter or "
            "digit, and use letters, digits, spaces and - _ . ' only."
        )
    key = folded(name)
    if key.startswith(RESERVED):
        raise Invalid(
            f"The handle {handle!r} begins like a name of the program; choose one that does not "
            f"begin with {', '.join(RESERVED)}."
        )
    for other in taken:
        if folded(other) == key:
            raise Conflict(
                f"The handle {handle!r} is taken: there is an annotator {other!r}, and names that "
                "differ only by case or width are not told apart; choose another."
            )
    return name


def make_pseudonym(*, taken: Iterable[str]) -> str:
    """Make the name of somebody who left; it says nothing about them."""
    names = set(taken)
    while (name := new_id("person")[: len("person-") + 8]) in names:
        continue
    return name


def _is_legal(char: str) -> bool:
    return char in _PUNCTUATION or (unicodedata.category(char)[0] in "LNM" and char not in _UNSEEN)
