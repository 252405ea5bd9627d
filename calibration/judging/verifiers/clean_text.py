"""Owns the verifiers that compare a response with a clean text: typos, and what may differ.

Typos are declared by number: a sentence of the response must differ from the same sentence of the
clean text in so many words, or characters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.outcome import (
    Outcome,
    counted,
    failed,
    passed,
    undecidable,
)
from calibration.judging.verifiers.parameters import Kind, Parameter, Values, choice, quoted
from calibration.judging.verifiers.passage import Passage
from calibration.judging.verifiers.scripts import folded, is_han
from calibration.judging.verifiers.sentences import Piece, sentences, words
from calibration.judging.verifiers.shared import LIMITS, WHERE_WHOLE, limits_of, refuse_limits
from calibration.judging.verifiers.verifier import PYTHON, Verifier
from calibration.judging.verifiers.wording import Wording

MOST_COMPARED: Final = 600
_BLANKS: Final = re.compile(r"\s+")
_CLEAN: Final = Parameter(
    name="clean",
    kind=Kind.TEXT,
    about=Wording(en="the text without typos", zh="没有错字的原文"),
    is_required=True,
)


def _verify_typos(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    pair = _side_by_side(passage.text, values)
    if isinstance(pair, Outcome):
        return pair
    by_word = values.text("unit") == "word"
    mine, theirs = (_tokens(piece, by_word=by_word) for piece in pair)
    if values.words("misspelt"):
        return _declared(passage, mine, theirs, values.words("misspelt"))
    differing = _differing(mine, theirs)
    if differing is None:
        return undecidable(
            en="The texts differ in too many places to compare.", zh="两段文字差别太大，无法对照。"
        )
    least, most = limits_of(values)
    return counted(
        differing.count,
        least=least,
        most=most,
        en=f"{values.text('unit')}s that differ from the clean text",
        zh="处与原文不同",
        beyond=passage.places(differing.places),
    )


def _declared(
    passage: Passage, mine: Sequence[Piece], theirs: Sequence[Piece], wanted: Sequence[str]
) -> Outcome:
    """Say whether the declared words, and no others, are written otherwise."""
    if len(mine) != len(theirs):
        return undecidable(
            en=f"Pieces in the response: {len(mine):,}, in the clean text: {len(theirs):,}; "
            "they cannot be laid side by side.",
            zh=f"回答有{len(mine)}个词（字），原文有{len(theirs)}个，无法逐一对照。",
        )
    pairs = list(zip(mine, theirs, strict=True))
    bad = [one.start for one, clean in pairs if (one.text != clean.text) != (clean.text in wanted)]
    if not bad:
        return passed(
            en="The declared words, and no others, are misspelt.",
            zh="写错的正是指定的词（字），没有其他错误。",
        )
    return failed(
        en=f"Misspelt where it should not be, or the other way round: {len(bad):,}.",
        zh=f"有{len(bad)}处该错而未错，或者不该错而错。",
        where=passage.places(bad),
    )


def _side_by_side(text: str, values: Values) -> tuple[Piece, Piece] | Outcome:
    """Take the texts to compare, or the sentence of each that is asked for."""
    number, clean = values.number("sentence"), values.text("clean")
    if number is None:
        return Piece(start=0, text=text), Piece(start=0, text=clean)
    mine, theirs = sentences(text), sentences(clean)
    if len(mine) != len(theirs):
        return undecidable(
            en=f"Sentences in the response: {len(mine):,}, in the clean text: {len(theirs):,}; "
            "they cannot be laid side by side.",
            zh=f"回答有{len(mine)}句，原文有{len(theirs)}句，无法逐句对照。",
        )
    return mine[number - 1], theirs[number - 1]


def _tokens(piece: Piece, *, by_word: bool) -> list[Piece]:
    said = folded(piece.text, ignore_case=False)
    if by_word:
        return [Piece(start=piece.start + one.start, text=one.text) for one in words(said)]
    return [
        Piece(start=piece.start + place, text=character)
        for place, character in enumerate(said)
        if character.isalnum()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Differing:
    """How many pieces differ, and where those that are seen to begin."""

    count: int
    places: Sequence[int]


def _differing(mine: Sequence[Piece], theirs: Sequence[Piece]) -> _Differing | None:
    """Count replaced, added and left out pieces; None when there are too many to compare."""
    places: list[int] = []
    if len(mine) == len(theirs):
        pairs = zip(mine, theirs, strict=True)
        places = [one.start for one, other in pairs if one.text != other.text]
        if len(places) <= 2:
            return _Differing(count=len(places), places=places)
    lead = 0
    while lead < min(len(mine), len(theirs)) and mine[lead].text == theirs[lead].text:
        lead += 1
    tail = 0
    while (
        tail < min(len(mine), len(theirs)) - lead and mine[-1 - tail].text == theirs[-1 - tail].text
    ):
        tail += 1
    left, right = mine[lead : len(mine) - tail], theirs[lead : len(theirs) - tail]
    if max(len(left), len(right)) > MOST_COMPARED:
        return None
    count = _distance([piece.text for piece in left], [piece.text for piece in right])
    if len(places) != count:
        places = [left[0].start] if left else []
    return _Differing(count=count, places=places)


def _distance(left: Sequence[str], right: Sequence[str]) -> int:
    """Count the fewest replacements, additions and removals between two sequences."""
    row = list(range(len(right) + 1))
    for number, one in enumerate(left, start=1):
        above, row[0] = row[0], number
        for place, other in enumerate(right, start=1):
            above, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, above + (one != other)),
            )
    return row[-1]


def _refuse_typos(values: Values) -> Wording | None:
    against = _refuse_declared(values) if values.words("misspelt") else refuse_limits(values)
    number = values.number("sentence")
    count = len(sentences(values.text("clean")))
    if against is None and number is not None and not 1 <= number <= count:
        return Wording(
            en=f"sentence is {number} and the clean text has {count} sentences; write 1 to {count}",
            zh=f"sentence 的值是{number}，而原文有{count}句，请写1到{count}",
        )
    return against


def _refuse_declared(values: Values) -> Wording | None:
    """Say that a declared word is not in the clean text, or that a number is asked for too."""
    clean = Piece(start=0, text=values.text("clean"))
    tokens = {one.text for one in _tokens(clean, by_word=values.text("unit") == "word")}
    for word in values.words("misspelt"):
        if word not in tokens:
            return Wording(
                en=f"{quoted(word)} is no {values.text('unit')} of the clean text; write it as it "
                "stands there",
                zh=f"{quoted(word)} 不是原文中的词（字），请照原文书写",
            )
    if limits_of(values) == (None, None):
        return None
    return Wording(
        en="misspelt is given together with a number; write one or the other",
        zh="misspelt 不能与数目同时使用，请只写一种",
    )


def _verify_same(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    mask = values.text("may_differ")
    mine, theirs = _masked(passage.text, mask), _masked(values.text("clean"), mask)
    for one, other in zip(mine, theirs, strict=False):
        if one.text != other.text:
            return _different(passage, one.start)
    if len(mine) == len(theirs):
        return passed(
            en="But for what may differ it is the clean text.",
            zh="除允许不同之处外，与原文一致。",
        )
    surplus = [piece.start for piece in mine[len(theirs) :] if piece.text != " "]
    return _different(passage, surplus[0] if surplus else len(passage.text))


def _different(passage: Passage, offset: int) -> Outcome:
    return failed(
        en="It differs from the clean text where it may not.",
        zh="在不允许不同的地方与原文不一致。",
        where=passage.places([offset]),
    )


def _masked(text: str, may_differ: str) -> list[Piece]:
    """Cut a text into pieces; each one that may differ says only what it is."""
    pieces: list[Piece] = []
    place, end = len(text) - len(text.lstrip()), len(text.rstrip())
    for word in words(text) if may_differ == "words" else []:
        pieces += _signs(text, place, word.start, may_differ)
        pieces.append(Piece(start=word.start, text="word"))
        place = word.start + len(word.text)
    return [*pieces, *_signs(text, place, end, may_differ)]


def _signs(text: str, start: int, end: int, may_differ: str) -> list[Piece]:
    found: list[Piece] = []
    for place in range(start, end):
        character = text[place]
        if character.isspace():
            if not found or found[-1].text != " ":
                found.append(Piece(start=place, text=" "))
        elif may_differ == "han" and is_han(character):
            found.append(Piece(start=place, text="han"))
        else:
            found.append(Piece(start=place, text=character))
    return found


def _verify_is(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    said = _BLANKS.sub(" ", passage.text.strip())
    furthest = 0
    for wanted in values.words("texts"):
        parts = _BLANKS.sub(" ", wanted).split("*")
        if _fits(said, parts):
            return passed(en="The text is one of those asked for.", zh="正文与要求的文字之一一致。")
        furthest = max(furthest, _agreeing(said, parts[0]))
    return failed(
        en="The text is none of those asked for.",
        zh="正文与要求的文字都不一致。",
        where=passage.places([min(furthest, len(passage.text))]),
    )


def _fits(text: str, parts: Sequence[str]) -> bool:
    """Match a text with parts between which anything may stand, without backtracking."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not text.startswith(first) or len(text) < len(first) + len(last):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return text.endswith(last) and place <= end


def _agreeing(text: str, other: str) -> int:
    pairs = zip(text, other, strict=False)
    return next((n for n, (one, two) in enumerate(pairs) if one != two), min(len(text), len(other)))


TYPOS: Final = Verifier(
    name="typos",
    version="2",
    about=Wording(
        en="how many words or characters differ from a clean text, as a whole or in one sentence",
        zh="与原文相比，全文或某一句中有多少个词或字不同",
    ),
    example="typos clean=@clean sentence=2 exactly=1",
    parameters=(
        _CLEAN,
        Parameter(
            name="sentence",
            kind=Kind.NUMBER,
            about=Wording(en="which sentence; all when left out", zh="第几句，不写则为全文"),
        ),
        choice(
            "unit",
            Wording(en="count words or characters", zh="按词或按字计数"),
            "word",
            "character",
        ),
        Parameter(
            name="misspelt",
            kind=Kind.LIST,
            about=Wording(
                en="instead of a number: the words of the clean text to misspell, and no others",
                zh="不写数目而写明原文中要写错的词（字），其他的都不能错",
            ),
        ),
        *LIMITS,
        WHERE_WHOLE,
    ),
    verify=_verify_typos,
    cases=approved_cases("typos"),
    refuse=_refuse_typos,
    depends=(PYTHON,),
)
SAME_TEXT: Final = Verifier(
    name="same_text",
    version="2",
    about=Wording(
        en="the text is a clean text, but for what may differ: nothing, words, or Han characters",
        zh="除允许不同之处（无、单词或汉字）外，与原文一致",
    ),
    example="same_text clean=@clean may_differ=words",
    parameters=(
        _CLEAN,
        choice(
            "may_differ",
            Wording(en="what may be replaced, one for one", zh="允许逐一替换的内容"),
            "nothing",
            "words",
            "han",
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_same,
    cases=approved_cases("same_text"),
    depends=(PYTHON,),
)
TEXT_IS: Final = Verifier(
    name="text_is",
    version="2",
    about=Wording(
        en="the text is one of these; * stands for anything",
        zh="正文与其中之一一致，* 代表任意内容",
    ),
    example='text_is texts="yes,no"',
    parameters=(
        Parameter(
            name="texts",
            kind=Kind.LIST,
            about=Wording(en="the texts, in a block one per line", zh="这些文字，多行时每行一个"),
            is_required=True,
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_is,
    cases=approved_cases("text_is"),
    depends=(PYTHON,),
)
