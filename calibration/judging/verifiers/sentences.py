"""Owns how words and sentences are told apart, in English and in Chinese.

Words: each Han character is one; else runs of letters and digits, with apostrophes, hyphens and
decimal points inside. Sentences end at 。！？ or at . ! ? before a blank, and at every line break;
an abbreviation, an initial and the number of a list item end none.
"""

import re
from dataclasses import dataclass
from typing import Final

from calibration.judging.verifiers.scripts import HAN

# Marks that combine with a letter, and signs without width, are part of its word.
_LETTER: Final = rf"[^\W_{HAN}][\u0300-\u036f\u00ad\u200b-\u200d]*"
WORD: Final = re.compile(
    rf"[{HAN}]|(?:{_LETTER})++(?:['’‘\-‐‑.,:_](?:{_LETTER})++)*+",
)
_CLOSERS: Final = "\"'”’」』）)》】〉］]*_"
_END: Final = re.compile(r"[。！？!?]+|\.+|…+")
_ABBREVIATIONS: Final = frozenset(
    {
        *("mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "cf", "approx", "dept", "ca"),
        *("mt", "gen", "sen", "rep", "rev", "capt", "col", "sgt", "lt", "gov", "hon", "mme", "viz"),
    }
)
_MAY_END: Final = frozenset({"etc", "inc", "ltd", "co", "corp", "jr", "sr", "al", "ph.d"})
_BEFORE_NUMBERS: Final = frozenset({"no", "nos", "fig", "vol", "p", "pp", "ch", "sec", "art"})
_MONTHS: Final = frozenset(
    {*("jan", "feb", "mar", "apr", "jun", "jul"), *("aug", "sep", "sept", "oct", "nov", "dec")}
)
_DOTTED: Final = re.compile(r"[A-Za-z](?:\.[A-Za-z])+")
_QUOTES: Final = '"”’」』'
_HEADING: Final = re.compile(r" {0,3}#{1,6} ")
_SHOWN: Final = re.compile(r"\S")
_BLANK: Final = re.compile(r"[\s(（\"“]")
_LONGEST_NUMBER: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word or a sentence, with where it begins."""

    start: int
    text: str


def words(text: str) -> list[Piece]:
    """List the words of a text."""
    found = []
    for match in WORD.finditer(text):
        found.extend(_parts(match))
    return found


def _parts(match: re.Match[str]) -> list[Piece]:
    """Split what full stops, commas and colons join, unless they stand between digits."""
    pieces, start = [], 0
    text = match[0]
    if _DOTTED.fullmatch(text) and match.string[match.end() : match.end() + 1] == ".":
        return [Piece(start=match.start(), text=text)]
    for place, sign in enumerate(text):
        between_digits = text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()
        if sign in ".,:" and not between_digits:
            pieces.append(Piece(start=match.start() + start, text=text[start:place]))
            start = place + 1
    pieces.append(Piece(start=match.start() + start, text=text[start:]))
    return pieces


def sentences(text: str) -> list[Piece]:
    """List the sentences of a text, each with its marks; what holds no letter is none."""
    found: list[Piece] = []
    for line in re.finditer(r"[^\r\n]+", text):
        start = 0
        for match in _END.finditer(line[0]):
            end = _behind(line[0], match.end())
            if match.start() >= start and _ends(line[0], start, match, end):
                _add(found, line, start, end)
                start = end
        _add(found, line, start, len(line[0]))
    return found


def doubtful_ends(text: str) -> int:
    """Count the sentences of a text that are none to every reader.

    A heading may be none. What ends with an abbreviation before a capital ("the U.S. Army"), with
    an ellipsis or with a quotation mark may go on.
    """
    count = 0
    pieces = sentences(text)
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        if _HEADING.match(text, text.rfind("\n", 0, piece.start) + 1):
            count += 1
            continue
        is_last = following is None or "\n" in text[piece.start : following.start]
        if is_last:
            continue
        bare = piece.text.rstrip(_CLOSERS)
        word = _BLANK.split(bare.rstrip("."))[-1]
        is_dotted = bare.endswith(".") and (
            _DOTTED.fullmatch(word) or word.lower() in _MAY_END or len(word) == 1
        )
        quotes = set(piece.text[len(bare) :]) & set(_QUOTES)
        count += bool(is_dotted or quotes or bare.endswith(("...", "…")))
    return count


def _behind(line: str, place: int) -> int:
    while place < len(line) and line[place] in _CLOSERS:
        place += 1
    return place


def _ends(line: str, start: int, match: re.Match[str], end: int) -> bool:
    sign = match[0][0]
    behind = line[end : end + 1]
    shown = _SHOWN.search(line, end)
    if shown is None or sign in "。！？":
        return True
    following = shown[0] if behind.isspace() else ""
    if sign == "…" or match[0].startswith(".."):
        return bool(following) and not following.islower()
    if not following:
        # In Chinese text a half-width mark ends a sentence without a blank behind it.
        return sign in "!?" and not behind.isascii()
    if end > match.end() and following.islower():
        return False
    return match[0] != "." or not _is_abbreviated(line, start, match.start(), shown.start())


def _is_abbreviated(line: str, start: int, place: int, following: int) -> bool:
    """Say whether the full stop at a place belongs to the word before it."""
    if start == 0 and place <= _LONGEST_NUMBER:
        said = line[:place].strip(" \t(（")
        if said.isdigit() or len(said) == 1:
            return True
    before = _BLANK.split(line[max(start, place - 40) : place])
    word, following_sign = before[-1], line[following]
    if word.lower() in _ABBREVIATIONS:
        return True
    if _DOTTED.fullmatch(word) or word.lower() in _MAY_END:
        return following_sign.islower() or following_sign.isdigit()
    if word.lower() in _BEFORE_NUMBERS | _MONTHS:
        return following_sign.isdigit()
    if len(word) == 1 and word.isupper() and word != "I":
        # "J. K. Rowling", "John F. Kennedy", but "the answer is B. Nothing else fits".
        another = line[following + 1 : following + 2] == "." and following_sign.isupper()
        return another or not before[:-1] or before[-2][:1].isupper()
    return False


def _add(found: list[Piece], line: re.Match[str], start: int, end: int) -> None:
    text = line[0][start:end]
    if not any(character.isalnum() for character in text):
        return
    lead = len(text) - len(text.lstrip())
    found.append(Piece(start=line.start() + start + lead, text=text.strip()))
