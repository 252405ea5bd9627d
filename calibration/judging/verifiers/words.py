"""Owns the verifiers of words and phrases: required, forbidden, counted.

A word stands by itself when no Latin letter or digit joins it; Han characters join nothing, so a
Chinese word is found wherever it stands. Full-width and half-width signs are the same, and so are
curly and straight apostrophes; emphasis and line breaks within a phrase do not hide it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.emphasis import MARKS, emphasis_marks
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.outcome import Outcome, counted, failed, passed
from calibration.judging.verifiers.parameters import Kind, Parameter, Values, choice, quoted
from calibration.judging.verifiers.passage import Passage, line_starts
from calibration.judging.verifiers.scripts import folded, is_invisible, is_word_character
from calibration.judging.verifiers.shared import LIMITS, WHERE_WHOLE, limits_of, refuse_limits
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording

MOST_LISTED: Final = 5
_LISTED: Final = Parameter(
    name="words",
    kind=Kind.LIST,
    about=Wording(en="words or phrases", zh="词语"),
    is_required=True,
)
_HOW: Final = (
    choice("case", Wording(en="whether capitals matter", zh="是否区分大小写"), "ignore", "exact"),
    choice(
        "match",
        Wording(
            en="words by themselves, or also parts of longer ones",
            zh="单独成词，或者也可以是更长的词的一部分",
        ),
        "word",
        "part",
    ),
    choice(
        "blanks",
        Wording(
            en="whether blanks matter, as in 31 + 29 and 31+29",
            zh="是否区分空格，例如 31 + 29 与 31+29",
        ),
        "count",
        "ignore",
    ),
    WHERE_WHOLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _LaidOut:
    """A text as it is searched.

    Attributes:
        read: The text without what is left out.
        offsets: Where each character of it stands in the passage.
        searched: What is searched, folded.
        kept: Where each character of that stands in ``read``.
    """

    read: str
    offsets: Sequence[int]
    searched: str
    kept: Sequence[int]


class _Finder:
    """A text in which words are looked for, and where its characters are in the passage.

    Marks of emphasis are left out, and blanks in a row, line breaks too, are one blank.
    """

    def __init__(self, text: str, values: Values) -> None:
        self._ignores_blanks = values.text("blanks") == "ignore"
        self._ignores_case = values.text("case") == "ignore"
        self._whole_words = values.text("match") == "word"
        self._bare = self._laid_out(text, emphasis_marks(text))
        self._raw = self._laid_out(text, frozenset())

    def find(self, word: str) -> Iterator[int]:
        """Give the offsets at which a word begins."""
        text = self._raw if set(word) & MARKS else self._bare
        wanted = self._fold("".join(word.split()) if self._ignores_blanks else word)
        place = text.searched.find(wanted)
        while place >= 0:
            start, end = text.kept[place], text.kept[place + len(wanted) - 1] + 1
            if not self._whole_words or self._stands_alone(text.read, wanted, start, end):
                yield text.offsets[start]
            place = text.searched.find(wanted, place + len(wanted))

    def _laid_out(self, text: str, left_out: frozenset[int]) -> _LaidOut:
        offsets: list[int] = []
        for place, character in enumerate(text):
            is_second = character.isspace() and offsets and text[offsets[-1]].isspace()
            if place not in left_out and not is_second and not is_invisible(character):
                offsets.append(place)
        read = "".join(" " if text[n].isspace() else text[n] for n in offsets)
        kept = [n for n, one in enumerate(read) if not (self._ignores_blanks and one == " ")]
        searched = self._fold("".join(read[n] for n in kept))
        return _LaidOut(read=read, offsets=offsets, searched=searched, kept=kept)

    def _fold(self, text: str) -> str:
        return folded(" ".join(re.split(r"\s+", text)), ignore_case=self._ignores_case)

    def _stands_alone(self, text: str, word: str, start: int, end: int) -> bool:
        before, behind = text[max(start - 1, 0) : start], text[end : end + 1]
        joined_before = is_word_character(word[0]) and before and is_word_character(before)
        joined_behind = is_word_character(word[-1]) and behind and is_word_character(behind)
        return (
            not joined_before and not joined_behind and not self._in_number(text, word, start, end)
        )

    def _in_number(self, text: str, word: str, start: int, end: int) -> bool:
        """Say whether digits are part of a longer number, as 3 is in 3.5."""
        before, behind = text[max(start - 2, 0) : start], text[end : end + 2]
        goes_on = word[-1].isdigit() and behind[:1] in {".", ","} and behind[1:].isdigit()
        begun = word[0].isdigit() and before[1:] in {".", ","} and before[:1].isdigit()
        return goes_on or begun


def _verify_required(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    wanted, needs_all = values.words("words"), values.text("need") == "all"
    lacking = []
    missing: dict[str, None] = {}
    for start, piece in _pieces(passage, each_line=values.text("each") == "line"):
        finder = _Finder(piece, values)
        absent = [word for word in wanted if next(finder.find(word), None) is None]
        if absent and (needs_all or len(absent) == len(wanted)):
            lacking.append(start)
            missing.update(dict.fromkeys(absent))
    if not lacking:
        return passed(en="The words asked for are there.", zh="要求的词语都出现了。")
    listed = ", ".join(quoted(word) for word in list(missing)[:MOST_LISTED])
    joined = "" if needs_all else " (one is enough)"
    return failed(
        en=f"Missing: {listed}{joined}.",
        zh=f"缺少：{listed}{'' if needs_all else '（有其中一个即可）'}。",
        where=passage.places(lacking) if values.text("each") == "line" else (),
    )


def _pieces(passage: Passage, *, each_line: bool) -> list[tuple[int, str]]:
    if not each_line:
        return [(0, passage.text)]
    starts = line_starts(passage.text)
    lines = zip(starts, passage.lines, strict=False)
    return [(start, line) for start, line in lines if line.strip()] or [(0, "")]


def _verify_forbidden(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    finder = _Finder(passage.text, values)
    places = {word: list(finder.find(word)) for word in values.words("words")}
    found = sorted({start for starts in places.values() for start in starts})
    if not found:
        return passed(en="No forbidden word was found.", zh="没有发现禁用的词语。")
    listed = ", ".join([quoted(word) for word, starts in places.items() if starts][:MOST_LISTED])
    return failed(
        en=f"Forbidden words found: {listed}.",
        zh=f"出现了禁用的词语：{listed}。",
        where=passage.places(found),
    )


def _verify_count(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    finder = _Finder(passage.text, values)
    found = sorted({start for word in values.words("words") for start in finder.find(word)})
    least, most = limits_of(values)
    beyond = passage.places(found[most or 0 :])
    return counted(
        len(found),
        least=least,
        most=most,
        en="occurrences of these words",
        zh="处这些词语",
        beyond=beyond,
    )


REQUIRED_WORDS: Final = Verifier(
    name="required_words",
    version="2",
    about=Wording(
        en="words or phrases that must be there, all or any of them",
        zh="必须出现的词语，要求全部出现或出现其一",
    ),
    example='required_words words="our presenter,Salt Roads"',
    parameters=(
        _LISTED,
        choice(
            "need", Wording(en="all of them, or any one", zh="全部出现，或者出现其一"), "all", "any"
        ),
        choice(
            "each",
            Wording(
                en="in the text, or in each line that is not empty",
                zh="在全文中，或者在每个非空行中",
            ),
            "text",
            "line",
        ),
        *_HOW,
    ),
    verify=_verify_required,
    cases=approved_cases("required_words"),
    depends=(PYTHON,),
)
FORBIDDEN_WORDS: Final = Verifier(
    name="forbidden_words",
    version="2",
    about=Wording(en="words or phrases that may not be there", zh="不允许出现的词语"),
    example='forbidden_words words="first,second,then"',
    parameters=(_LISTED, *_HOW),
    verify=_verify_forbidden,
    cases=approved_cases("forbidden_words"),
    depends=(PYTHON,),
)
WORD_COUNT: Final = Verifier(
    name="word_count",
    version="2",
    about=Wording(en="how often some words stand there, all together", zh="指定词语出现的总次数"),
    example="word_count words=river exactly=3",
    parameters=(_LISTED, *LIMITS, *_HOW),
    verify=_verify_count,
    cases=approved_cases("word_count"),
    refuse=refuse_limits,
    depends=(PYTHON,),
)
