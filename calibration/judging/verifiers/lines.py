"""Owns the verifiers of lines: how many, numbered how, and what they begin and end with."""

from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.numbering import STYLES, numeral_pattern
from calibration.judging.verifiers.outcome import Outcome, counted, failed, passed
from calibration.judging.verifiers.parameters import Kind, Parameter, Values, choice
from calibration.judging.verifiers.passage import Passage, line_starts
from calibration.judging.verifiers.scripts import is_word_character
from calibration.judging.verifiers.sentences import words
from calibration.judging.verifiers.shared import (
    LIMITS,
    WHERE_WHOLE,
    limits_of,
    refuse_limits,
)
from calibration.judging.verifiers.verifier import Verifier
from calibration.judging.verifiers.wording import Wording

MOST_NUMBERED: Final = 99


def _verify_lines(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    skips = values.text("blank") == "skip"
    kept = [n for n, line in enumerate(passage.lines) if line.strip() or not skips]
    least, most = limits_of(values)
    beyond = passage.places_of_lines(kept[most : most + 1]) if most is not None else []
    return counted(len(kept), least=least, most=most, en="lines", zh="行", beyond=beyond)


def _verify_numbered(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    lines = [(n, line) for n, line in enumerate(passage.lines) if line.strip()]
    count, most_words = values.number("count") or 0, values.number("most_words")
    bad, reached = [], 0
    for number, line in lines:
        following = numeral_pattern(values.text("style"), reached + 1)
        match = following.match(line) if reached < count else None
        said = line[match.end() :] if match else ""
        too_long = most_words is not None and len(words(said)) > most_words
        reached += match is not None
        if not any(one.isalnum() for one in said) or too_long:
            bad.append(number)
    if reached == count and not bad:
        return passed(en=f"Lines numbered in order: {count:,}.", zh=f"共{count}行，依次编号。")
    if not bad:
        return failed(
            en=f"Lines: {len(lines):,}, exactly {count:,} numbered ones asked for.",
            zh=f"共{len(lines)}行，应恰好为{count}行带编号的文字。",
        )
    return failed(
        en=f"Lines that are not among the {count:,} numbered ones asked for: {len(bad):,} of "
        f"{len(lines):,}.",
        zh=f"在{len(lines)}行中，有{len(bad)}行不属于要求的{count}行带编号的文字。",
        where=passage.places_of_lines(bad),
    )


def _refuse_count(values: Values) -> Wording | None:
    if 1 <= (values.number("count") or 0) <= MOST_NUMBERED:
        return None
    return Wording(
        en=f"count is {values.number('count')}; write a number from 1 to {MOST_NUMBERED}",
        zh=f"count 的值是{values.number('count')}，请写1到{MOST_NUMBERED}的数字",
    )


def _verify_edges(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    starts, ends = values.words("starts"), values.words("ends")
    pieces = _pieces(passage, each_line=values.text("each") == "line")
    if not pieces:
        return failed(en="The text is empty.", zh="正文为空。")
    bad = []
    for start, piece in pieces:
        # Bold text begins behind its asterisks, unless they are what is asked for.
        shown = (piece, piece.strip("*_"))
        if starts and not any(_begins(text, one) for one in starts for text in shown):
            bad.append(start)
        elif ends and not any(text.endswith(ends) for text in shown):
            bad.append(start + max(len(piece) - 20, 0))
    if not bad:
        return passed(en="Beginnings and ends are as asked for.", zh="开头和结尾都符合要求。")
    return failed(
        en=f"Beginnings or ends otherwise than asked for: {len(bad):,} of {len(pieces):,}.",
        zh=f"共{len(pieces)}处，其中{len(bad)}处的开头或结尾不符合要求。",
        where=passage.places(bad),
    )


def _pieces(passage: Passage, *, each_line: bool) -> list[tuple[int, str]]:
    starts = line_starts(passage.text) if each_line else [0]
    texts = passage.lines if each_line else [passage.text]
    return [
        (start + len(text) - len(text.lstrip()), text.strip())
        for start, text in zip(starts, texts, strict=False)
        if text.strip()
    ]


def _begins(piece: str, wanted: str) -> bool:
    """Say whether a text begins with a word, and not with a longer one."""
    behind = piece[len(wanted) : len(wanted) + 1]
    goes_on = is_word_character(wanted[-1]) and bool(behind) and is_word_character(behind)
    return piece.startswith(wanted) and not goes_on


def _refuse_edges(values: Values) -> Wording | None:
    if values.words("starts") or values.words("ends"):
        return None
    return Wording(
        en="nothing is asked of beginnings and ends; write starts, ends or both",
        zh="没有写明对开头和结尾的要求，请写 starts、ends 或两者都写",
    )


LINES: Final = Verifier(
    name="lines",
    version="2",
    about=Wording(en="how many lines there are", zh="行数"),
    example="lines most=12 where=code",
    parameters=(
        *LIMITS,
        choice(
            "blank", Wording(en="whether empty lines count", zh="空行是否计入"), "count", "skip"
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_lines,
    cases=approved_cases("lines"),
    refuse=refuse_limits,
)
NUMBERED_LINES: Final = Verifier(
    name="numbered_lines",
    version="2",
    about=Wording(
        en="exactly so many lines that are not empty, numbered in order, and nothing else",
        zh="除空行外恰好有若干行，依次编号，没有其他内容",
    ),
    example="numbered_lines count=6 style=1.",
    parameters=(
        Parameter(
            name="count",
            kind=Kind.NUMBER,
            about=Wording(en="how many lines", zh="行数"),
            is_required=True,
        ),
        Parameter(
            name="style",
            kind=Kind.CHOICE,
            about=Wording(en="how the first number is written", zh="第一个编号的写法"),
            default="1.",
            legal=STYLES,
        ),
        Parameter(
            name="most_words",
            kind=Kind.NUMBER,
            about=Wording(en="the most words behind a number", zh="编号后面最多的词数"),
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_numbered,
    cases=approved_cases("numbered_lines"),
    refuse=_refuse_count,
)
EDGES: Final = Verifier(
    name="edges",
    version="2",
    about=Wording(
        en="what the text, or each of its lines, begins and ends with",
        zh="全文或每一行以什么开头、以什么结尾",
    ),
    example="edges ends=？ each=line",
    parameters=(
        Parameter(
            name="starts",
            kind=Kind.LIST,
            about=Wording(en="beginnings, one of which must stand there", zh="允许的开头"),
        ),
        Parameter(
            name="ends",
            kind=Kind.LIST,
            about=Wording(en="ends, one of which must stand there", zh="允许的结尾"),
        ),
        choice(
            "each",
            Wording(
                en="ask it of the whole text, or of each line that is not empty",
                zh="针对全文，或者针对每个非空的行",
            ),
            "text",
            "line",
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_edges,
    cases=approved_cases("edges"),
    refuse=_refuse_edges,
)
