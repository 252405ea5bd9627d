"""Owns how checks are written: the lines, named texts and blocks, before anything is known of them.

    @clean <<END                     a text by name, until the line END
    1: no_comments language=python   requirement, verifier, parameters
    2 part: typos clean=@clean       "part": it decides only a part of the requirement
    3: answers right=2 key=<<KEY     a block as a value, until the line KEY

Empty lines and lines that begin with # are left out. Nothing is ever raised: a line that cannot be
read is a problem with its number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from calibration.judging.verifiers.parameters import quoted
from calibration.judging.verifiers.passage import LINE_BREAK
from calibration.judging.verifiers.wording import Wording

MOST_LINES: Final = 5_000
MOST_PROBLEMS: Final = 20
_HEAD: Final = re.compile(r"[ \t]*([0-9]{1,6})(?:[ \t]+(part))?[ \t]*[:：][ \t]*(.*)", re.DOTALL)
_NAME: Final = re.compile(r"[ \t]*([a-z][a-z0-9_]*)(?=[ \t]|$)")
_TEXT: Final = re.compile(r"[ \t]*@([a-z][a-z0-9_]*)[ \t]*<<([A-Za-z_][A-Za-z0-9_]*)[ \t]*")
_PAIR: Final = re.compile(
    r"[ \t]+([a-z][a-z0-9_]*)="
    r'(?:"((?:[^"\\]|\\.)*)"|<<([A-Za-z_][A-Za-z0-9_]*)(?=[ \t]*$)'
    r'|@([a-z][a-z0-9_]*)|([^\s"<@]\S*))'
    r"(?=[ \t]|$)"
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a line of checks, what is legal and what to do.

    Attributes:
        line: From 1.
    """

    line: int
    what: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A verifier as it is written: its name and its parameters' texts."""

    verifier: str
    written: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCheck:
    """One check as it is written."""

    line: int
    requirement: int
    in_part: bool
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Everything that was read of a text of checks."""

    checks: tuple[WrittenCheck, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """The lines, and how far they were read."""

    lines: list[str]
    at: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def read_checks(text: str) -> Written:
    """Read a text of checks line by line."""
    reading = _Reading(lines=LINE_BREAK.split(text))
    checks: list[WrittenCheck] = []
    problems: list[Problem] = []
    if len(reading.lines) > MOST_LINES:
        problems.append(_too_many(len(reading.lines)))
        reading.lines = []
    while reading.at < len(reading.lines) and len(problems) < MOST_PROBLEMS:
        number = reading.at + 1
        found = _read_line(reading)
        if isinstance(found, WrittenCheck):
            checks.append(found)
        elif found is not None:
            problems.append(Problem(line=number, what=found))
    return Written(checks=tuple(checks), problems=tuple(problems))


def read_call(text: str) -> Call | Wording:
    """Read one verifier with its parameters; blocks and names of texts stand on lines after it."""
    reading = _Reading(lines=LINE_BREAK.split(text), at=1)
    return _read_call(reading, reading.lines[0])


def _read_line(reading: _Reading) -> WrittenCheck | Wording | None:
    number, line = reading.at + 1, reading.lines[reading.at]
    reading.at += 1
    if not line.strip() or line.lstrip().startswith("#"):
        return None
    if line.lstrip().startswith("@"):
        return _read_text(reading, line)
    head = _HEAD.fullmatch(line)
    if head is None:
        return Wording(
            en=f"{quoted(line)} is no check; write the number of a requirement, a colon, a "
            "verifier and its parameters, such as 1: lines most=10",
            zh=f"{quoted(line)} 不是一条检查，请依次写要求的编号、冒号、检验器名和参数，例如 "
            "1: lines most=10",
        )
    call = _read_call(reading, head[3])
    if isinstance(call, Wording):
        return call
    return WrittenCheck(
        line=number, requirement=int(head[1]), in_part=head[2] is not None, call=call
    )


def _read_text(reading: _Reading, line: str) -> Wording | None:
    match = _TEXT.fullmatch(line)
    if match is None:
        return Wording(
            en=f"{quoted(line)} names no text; write @name <<END and close it with a line END",
            zh=f"{quoted(line)} 没有写成命名文本，请写 @名称 <<END，并用单独一行 END 结束",
        )
    block = _read_block(reading, match[2])
    if isinstance(block, Wording):
        return block
    if match[1] in reading.texts:
        return Wording(
            en=f"the text @{match[1]} is there already; give this one another name",
            zh=f"文本 @{match[1]} 已经有了，请换一个名称",
        )
    reading.texts[match[1]] = block
    return None


def _read_block(reading: _Reading, end: str) -> str | Wording:
    for place in range(reading.at, len(reading.lines)):
        if reading.lines[place].strip() == end:
            block = "\n".join(reading.lines[reading.at : place])
            reading.at = place + 1
            return block
    # What follows is not read as checks: each line of the text would be called wrong.
    reading.at = len(reading.lines)
    return Wording(
        en=f"the block <<{end} has no end; write a line {end} after it",
        zh=f"多行文本 <<{end} 没有结束，请在后面单独写一行 {end}",
    )


def _read_call(reading: _Reading, rest: str) -> Call | Wording:
    name = _NAME.match(rest)
    if name is None:
        return Wording(
            en=f"{quoted(rest)} names no verifier; write its name first, such as lines most=10",
            zh=f"{quoted(rest)} 没有写检验器名，请先写检验器名，例如 lines most=10",
        )
    written: dict[str, str] = {}
    place = name.end()
    while rest[place:].strip(" \t"):
        pair = _PAIR.match(rest, place)
        if pair is None:
            return _bad_pair(rest[place:].strip())
        if pair[1] in written:
            return Wording(
                en=f"{pair[1]} is given twice; keep one of them",
                zh=f"参数 {pair[1]} 写了两次，请保留一个",
            )
        value = _value(reading, pair)
        if isinstance(value, Wording):
            return value
        written[pair[1]] = value
        place = pair.end()
    return Call(verifier=name[1], written=written)


def _value(reading: _Reading, pair: re.Match[str]) -> str | Wording:
    if pair[2] is not None:
        return _unescaped(pair[2])
    if pair[3] is not None:
        return _read_block(reading, pair[3])
    if pair[4] is None:
        return pair[5]
    if pair[4] in reading.texts:
        return reading.texts[pair[4]]
    known = ", ".join(f"@{name}" for name in reading.texts) or "-"
    return Wording(
        en=f"there is no text @{pair[4]} above this line (there are: {known}); write one with "
        f"@{pair[4]} <<END",
        zh=f"本行之前没有文本 @{pair[4]}（已有：{known}），请用 @{pair[4]} <<END 写一个",
    )


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0]), text)


def _bad_pair(rest: str) -> Wording:
    return Wording(
        en=f'{quoted(rest)} is no parameter; write name=value, name="value with spaces", '
        "name=@text, or name=<<END at the end of the line",
        zh=f'{quoted(rest)} 不是参数，请写成 名称=值、名称="带空格的值"、名称=@文本，'
        "或者在行末写 名称=<<END",
    )


def _too_many(lines: int) -> Problem:
    return Problem(
        line=MOST_LINES,
        what=Wording(
            en=f"the checks have {lines:,} lines and at most {MOST_LINES:,} are read; shorten them",
            zh=f"检查共有{lines:,}行，最多读取{MOST_LINES:,}行，请缩短",
        ),
    )
