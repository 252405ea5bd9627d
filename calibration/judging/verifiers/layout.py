"""Owns the verifiers of how a text is laid out: paragraphs, list markers, indentation."""

import re
from collections.abc import Collection
from typing import Final

from calibration.judging.verifiers.approved import approved_cases
from calibration.judging.verifiers.fences import passage_at
from calibration.judging.verifiers.outcome import (
    Outcome,
    counted,
    counted_between,
    failed,
    passed,
    undecidable,
)
from calibration.judging.verifiers.parameters import Kind, Parameter, Value, Values, choice
from calibration.judging.verifiers.scripts import is_seen
from calibration.judging.verifiers.shared import (
    LIMITS,
    WHERE_CODE,
    WHERE_WHOLE,
    limits_of,
    refuse_limits,
)
from calibration.judging.verifiers.verifier import Verifier
from calibration.judging.verifiers.wording import Wording

_LEAD: Final = r"[ \t　]*(?:>[ \t]?)*[ \t　]*[*_]{0,3}"
_HAN: Final = "[一二三四五六七八九十]{1,3}"
_MARKERS: Final = {
    "bullets": re.compile(
        r"[ \t　]*(?:>[ \t]?)*[ \t　]*(?:[-*+–—⁃][ \t　]"
        r"|[•●○■□▪▫◦‣◆◇★☆►▶➤➢➔✓✔✅☑✗✘❌·])"
    ),
    "numbers": re.compile(
        rf"{_LEAD}(?:\d{{1,3}}[.．](?!\d)|\d{{1,3}}[)）、]|[(（]\d{{1,3}}[)）]|\d\ufe0f?\u20e3"
        rf"|[①-⑳⑴-⒛㉑-㉟❶-❿]|{_HAN}[、.．)）]|[(（]{_HAN}[)）]|第{_HAN}、)"
    ),
    "letters": re.compile(
        rf"{_LEAD}(?:(?:[A-Za-z]|[ivx]{{2,4}}|[IVX]{{2,4}})[.)）](?=[ \t])|[(（][A-Za-z][)）]"
        r"|[A-Za-z]、|[甲乙丙丁戊己庚辛壬癸]、)"
    ),
    "headings": re.compile(r" {0,3}#{1,6}(?=[ \t]|$)"),
}
_RULE: Final = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*")
# "A. Smith" begins a sentence as well as it begins the first item of a list.
_INITIAL: Final = re.compile(r"[ \t　]*([A-Z])\.[ \t]+[A-Z]")
_DOUBT: Final = Wording(
    en="A line begins with a letter that may be a marker or the initial of a name.",
    zh="有一行以字母开头，无法判断是列表标记还是人名缩写。",
)


def _verify_paragraphs(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    is_full = [any(map(is_seen, line)) for line in passage.lines]
    full = [number for number, said in enumerate(is_full) if said]
    if values.text("by") == "blank_line":
        full = [number for number in full if number == 0 or not is_full[number - 1]]
    least, most = limits_of(values)
    beyond = passage.places_of_lines(full[most or 0 :])
    return counted(len(full), least=least, most=most, en="paragraphs", zh="个段落", beyond=beyond)


def _refuse_kinds(value: Value) -> Wording | None:
    entries = value if isinstance(value, tuple) else ()
    unknown = [entry for entry in entries if entry not in _MARKERS]
    legal = ", ".join(_MARKERS)
    if not unknown:
        return None
    return Wording(
        en=f"kinds holds {unknown[0]!r}; use some of: {legal}",
        zh=f"kinds 中有 {unknown[0]!r}，可用的值有：{legal}",
    )


def _verify_markers(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    kinds = [_MARKERS[kind] for kind in values.words("kinds")]
    lines = passage.lines
    marked = [
        number
        for number, line in enumerate(lines)
        if any(kind.match(line) for kind in kinds) and not _RULE.fullmatch(line)
    ]
    initials = {number: _INITIAL.match(lines[number]) for number in marked}
    letters = {match[1] for match in initials.values() if match}
    doubtful = {n for n, match in initials.items() if match and not _goes_on(match[1], letters)}
    least, most = limits_of(values)

    beyond = passage.places_of_lines(marked[most or 0 :])
    return counted_between(
        len(marked) - len(doubtful),
        len(marked),
        least=least,
        most=most,
        doubt=_DOUBT,
        otherwise=counted(
            len(marked), least=least, most=most, en="list markers", zh="个列表标记", beyond=beyond
        ),
    )


def _goes_on(letter: str, letters: Collection[str]) -> bool:
    """Say whether a letter stands in a row with another one, as list markers do."""
    return bool({chr(ord(letter) - 1), chr(ord(letter) + 1)} & set(letters))


def _verify_indentation(text: str, values: Values) -> Outcome:
    passage = passage_at(text, values.text("where"))
    if isinstance(passage, Outcome):
        return passage
    style, width = values.text("style"), values.number("width")
    if style != "none" and not any(line.strip() and line[0] in " \t" for line in passage.lines):
        return undecidable(
            en="No line is indented, so there is no indentation to look at.",
            zh="没有任何缩进的行，因此无从判断缩进方式。",
        )
    bad = []
    for number, line in enumerate(passage.lines):
        indent = line[: len(line) - len(line.lstrip())]
        if indent and line.strip() and not _fits(indent, style, width):
            bad.append(number)
    if bad:
        return failed(
            en=f"Lines indented otherwise than asked for: {len(bad):,}.",
            zh=f"有{len(bad)}行的缩进不符合要求。",
            where=passage.places_of_lines(bad),
        )
    return passed(en="Every line is indented as asked for.", zh="各行缩进都符合要求。")


def _fits(indent: str, style: str, width: int | None) -> bool:
    if style == "none":
        return False
    if style == "tabs":
        return set(indent) == {"\t"}
    return set(indent) == {" "} and len(indent) % (width or 1) == 0


def _refuse_width(values: Values) -> Wording | None:
    width = values.number("width")
    if width is None or (values.text("style") == "spaces" and width >= 1):
        return None
    return Wording(
        en=f"width is {width} with style={values.text('style')}; write a width from 1, and only "
        "with style=spaces",
        zh=f"width 的值是{width}，style 的值是 {values.text('style')}；width 至少为1，"
        "而且只能与 style=spaces 同用",
    )


PARAGRAPHS: Final = Verifier(
    name="paragraphs",
    version="2",
    about=Wording(en="how many paragraphs there are", zh="段落数"),
    example="paragraphs exactly=1",
    parameters=(
        *LIMITS,
        choice(
            "by",
            Wording(
                en="a paragraph ends at every line break, or only at an empty line",
                zh="每次换行都另起一段，或者只有空行才分段",
            ),
            "line",
            "blank_line",
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_paragraphs,
    cases=approved_cases("paragraphs"),
    refuse=refuse_limits,
)
LIST_MARKERS: Final = Verifier(
    name="list_markers",
    version="2",
    about=Wording(
        en="how many lines begin with a bullet, a number or a letter of a list",
        zh="以项目符号、编号或字母标记开头的行数",
    ),
    example="list_markers most=0",
    parameters=(
        *LIMITS,
        Parameter(
            name="kinds",
            kind=Kind.LIST,
            about=Wording(
                en="some of bullets, numbers, letters, headings",
                zh="bullets（项目符号）、numbers（编号）、letters（字母）、headings（标题）中的几种",
            ),
            default=("bullets", "numbers", "letters"),
            refuse=_refuse_kinds,
        ),
        WHERE_WHOLE,
    ),
    verify=_verify_markers,
    cases=approved_cases("list_markers"),
    refuse=refuse_limits,
)
INDENTATION: Final = Verifier(
    name="indentation",
    version="2",
    about=Wording(
        en="lines are indented with tabs, with spaces by a width, or not at all",
        zh="各行用制表符缩进、按宽度用空格缩进，或者不缩进",
    ),
    example="indentation style=spaces width=2",
    parameters=(
        Parameter(
            name="style",
            kind=Kind.CHOICE,
            about=Wording(en="with what", zh="缩进方式"),
            is_required=True,
            legal=("spaces", "tabs", "none"),
        ),
        Parameter(
            name="width",
            kind=Kind.NUMBER,
            about=Wording(
                en="spaces per level; any number when left out", zh="每级的空格数，不写则不限"
            ),
        ),
        WHERE_CODE,
    ),
    verify=_verify_indentation,
    cases=approved_cases("indentation"),
    refuse=_refuse_width,
)
