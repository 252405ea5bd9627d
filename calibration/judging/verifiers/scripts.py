"""Owns what characters are: Han, letters, punctuation, blanks; and texts folded for comparing.

A folded text has as many characters as the text itself, so that offsets stay what they are.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

HAN: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_HAN: Final = re.compile(f"[{HAN}]")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Curly quotes, hyphens and blanks that keyboards write in one way and models in another.
_PLAIN: Final = dict.fromkeys(map(ord, "’‘ʼ‛"), 0x27) | dict.fromkeys(map(ord, "‐‑"), 0x2D)
_BLANK: Final = dict.fromkeys((0xA0, 0x2007, 0x202F), 0x20)
_JOINER: Final = "\u200d"
_FOLDED: Final = _FULL_WIDTH | _PLAIN | _BLANK
_TILDES: Final = "~～"


def is_han(character: str) -> bool:
    """Say whether a character is Han, iteration marks and the zero 〇 included."""
    return _HAN.match(character) is not None


def is_punctuation(character: str) -> bool:
    """Say whether a character is a punctuation mark; tildes are, currency signs are not."""
    return unicodedata.category(character).startswith("P") or character in _TILDES


def is_seen(character: str) -> bool:
    """Say whether a reader sees a character; blanks and marks without width are not seen."""
    return not character.isspace() and unicodedata.category(character) not in {"Cf", "Cc"}


def is_word_character(character: str) -> bool:
    """Say whether a character would join a Latin word that stands beside it."""
    return (character.isalnum() or character == "_") and not is_han(character)


def is_invisible(character: str) -> bool:
    """Say whether a character only shapes its neighbours: no width, or a variant of a sign."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def sign_starts(text: str) -> list[int]:
    """Give the offset of every sign that a reader counts: a letter with its marks is one.

    So are a line break of two characters, a flag, and an emoji with all that is joined to it.
    """
    found: list[int] = []
    flags = 0
    for place, character in enumerate(text):
        before = text[place - 1] if place else ""
        is_flag = "\U0001f1e6" <= character <= "\U0001f1ff"
        flags = flags + 1 if is_flag else 0
        goes_on = (
            is_invisible(character)
            or before == _JOINER
            or (character == "\n" and before == "\r")
            or unicodedata.category(character) in {"Mn", "Me"}
            or "\U0001f3fb" <= character <= "\U0001f3ff"
            or (is_flag and flags % 2 == 0)
        )
        if not (goes_on and (found or is_invisible(character))):
            found.append(place)
    return found


def folded(text: str, *, ignore_case: bool) -> str:
    """Write full-width signs as half-width ones, letters small if asked, 1 for 1."""
    narrow = text.translate(_FOLDED)
    if not ignore_case:
        return narrow
    small = narrow.lower()
    # A few capitals become two characters; then each is changed only when it stays one.
    return small if len(small) == len(narrow) else "".join(map(_small, narrow))


def _small(character: str) -> str:
    small = character.lower()
    return small if len(small) == 1 else character


CLASSES: Final[Mapping[str, Callable[[str], bool]]] = {
    "han": is_han,
    "latin": lambda one: unicodedata.category(one)[0] == "L" and one.isascii(),
    "letters": lambda one: unicodedata.category(one)[0] in "LM" and not is_invisible(one),
    "capitals": str.isupper,
    "lower_case": str.islower,
    "digits": str.isdigit,
    "punctuation": is_punctuation,
    "symbols": lambda one: unicodedata.category(one)[0] == "S" and not is_punctuation(one),
    "blanks": lambda one: one.isspace() and one not in "\r\n",
    "line_breaks": lambda one: one in "\r\n",
}
