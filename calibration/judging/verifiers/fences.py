"""Owns how code is found in a response: fenced blocks, as Markdown draws them.

A fence is a line of three or more backticks or tildes, the opening one with the language after it.
A block that is never closed runs to the end. Code without a fence is no block: say where=whole.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from calibration.judging.verifiers.outcome import Outcome, failed, undecidable
from calibration.judging.verifiers.passage import LINE_BREAK, Passage, line_starts
from calibration.judging.verifiers.scripts import is_seen

WHERES: Final = ("code", "first_code", "last_code", "whole")
_FENCE: Final = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([^\r\n]*)")
# A block may begin in the line of a list marker; what it holds is then indented as far.
_OPENING: Final = re.compile(
    r"([ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*([^\r\n]*)"
)
_LANGUAGE: Final = re.compile(r"[^\s:,;{}()\[\]]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block.

    Attributes:
        language: The first word after the opening fence, in lower case; may be empty.
        start: Offset of the opening fence in the response.
        end: Offset behind the closing fence's line, or the response's end.
        is_closed: False when the closing fence is missing.
    """

    language: str
    passage: Passage
    start: int
    end: int
    is_closed: bool


def fenced_blocks(text: str) -> list[Block]:
    """Find every fenced block of a response, in order."""
    starts = line_starts(text)
    ends = [*starts[1:], len(text)]
    found: list[Block] = []
    opening: tuple[int, re.Match[str]] | None = None
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        match = (_OPENING if opening is None else _FENCE).match(text, start, end)
        if opening is None:
            # A backtick behind the opening ones makes it code within a line.
            if match and not ("`" in match[2] and "`" in match[3]):
                opening = (number, match)
        elif match and _closes(match, opening[1]):
            found.append(_block(text, starts, opening, number, end=end, is_closed=True))
            opening = None
    if opening is not None:
        last = len(starts)
        found.append(_block(text, starts, opening, last, end=len(text), is_closed=False))
    return found


def whole(text: str) -> Passage:
    """Take a whole response without the blanks behind it and the empty lines before it."""
    inner = text.rstrip().lstrip("\r\n")
    lead = text[: len(text) - len(text.lstrip("\r\n"))]
    return Passage(text=inner, first_line=len(line_starts(lead)))


def passage_at(text: str, where: str) -> Passage | Outcome:
    """Take the part of a response that a parameter ``where`` names.

    Returns:
        The part without the blanks behind it; a failed outcome when nothing stands in it, for no
        instruction is followed by saying nothing; an undecidable one when there is no part, or
        more than one to choose from.
    """
    if not any(map(is_seen, text)):
        return failed(en="The response is empty.", zh="回答为空。")
    if where == "whole":
        return whole(text)
    blocks = fenced_blocks(text)
    if not blocks:
        return undecidable(
            en="The response has no fenced code block.", zh="回答中没有用围栏标出的代码块。"
        )
    if where == "code" and len(blocks) > 1:
        return undecidable(
            en=f"The response has {len(blocks)} code blocks, and where=code takes the only one.",
            zh=f"回答中有{len(blocks)}个代码块，而 where=code 只取唯一的一个。",
        )
    passage = blocks[-1 if where == "last_code" else 0].passage
    if not any(map(is_seen, passage.text)):
        return failed(
            en="The code block is empty.",
            zh="代码块为空。",
            where=Passage(text=text).places([blocks[-1 if where == "last_code" else 0].start]),
        )
    return replace(passage, text=passage.text.rstrip())


def _closes(match: re.Match[str], opening: re.Match[str]) -> bool:
    mark, first = match[2], opening[2]
    return mark[0] == first[0] and len(mark) >= len(first) and not match[3].strip()


def _named(info: str) -> str:
    """Give the language that a fence names, without the file, lines or title behind it."""
    first = _LANGUAGE.match(info.strip().strip("{}.").lower())
    return first[0] if first else ""


def _block(
    text: str,
    starts: list[int],
    opening: tuple[int, re.Match[str]],
    closing_line: int,
    *,
    end: int,
    is_closed: bool,
) -> Block:
    number, match = opening
    begin = starts[number + 1] if number + 1 < len(starts) else len(text)
    stop = starts[closing_line] if closing_line < len(starts) else len(text)
    lines = LINE_BREAK.split(text[begin:stop])
    cut = [min(len(match[1]), len(line) - len(line.lstrip(" \t"))) for line in lines]
    code = "\n".join(line[shift:] for line, shift in zip(lines, cut, strict=True))
    return Block(
        language=_named(match[3]),
        passage=Passage(
            text=code.removesuffix("\n") if is_closed else code,
            first_line=number + 2,
            shifts=tuple(cut),
        ),
        start=match.start(2),
        end=end,
        is_closed=is_closed,
    )
