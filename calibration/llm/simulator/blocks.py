"""Owns the finding of question, reference and response in the prompt of a judge.

Markers of the default templates are known; others are found by tags or headings. What a response
imitates inside its block is part of it: a block reaches to the last closing marker.
"""

import re
from dataclasses import dataclass
from typing import Final

QUESTION: Final = "question"
REFERENCE: Final = "reference"
RESPONSE: Final = "response"

_NAMES: Final = {
    QUESTION: r"question|prompt|instruction|题目|问题|题面",
    REFERENCE: (
        r"(?:response[ _])?reference|rubric|criteria|standard[ _]answer|评分标准|参考答案|评分参考"
    ),
    RESPONSE: (
        r"(?:model[ _])?response|answer|answer to (?:be )?judged?|student[ _]answer|回答|待评回答"
        r"|模型回答"
    ),
}
_ANY_HEADING: Final = "|".join(_NAMES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """What a judge is shown; "" for what is not there.

    Attributes:
        response_is_last: No other block comes after the response.
        around: The template's own words, without the blocks.
    """

    question: str
    reference: str
    response: str
    response_is_last: bool
    around: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    text: str
    start: int
    end: int


def read_blocks(message: str) -> Blocks:
    """Find the blocks in the message that a judge is asked with."""
    found = {name: _find(message, words) for name, words in _NAMES.items()}
    places = sorted((one for one in found.values() if one), key=lambda one: one.start)
    around, at = "", 0
    for place in places:
        around += message[at : max(at, place.start)]
        at = max(at, place.end)
    response = found[RESPONSE]
    return Blocks(
        question=_text(found[QUESTION]),
        reference=_text(found[REFERENCE]),
        response=_text(response),
        response_is_last=response is not None and response == places[-1],
        around=around + message[at:],
    )


def _find(message: str, words: str) -> _Found | None:
    return (
        _between(message, rf"^\[(?:{words}) BEGINS\][ ]*\n", rf"^\[(?:{words}) ENDS\]")
        or _between(message, rf"^〔(?:{words})开始〕[ ]*\n", rf"^〔(?:{words})结束〕")
        or _between(message, rf"<(?:{words})>[ ]*\n?", rf"</(?:{words})>")
        or _headed(message, words)
    )


def _between(message: str, opens: str, closes: str) -> _Found | None:
    flags = re.IGNORECASE | re.MULTILINE
    first = re.search(opens, message, flags)
    if first is None:
        return None
    ends = [one.start() for one in re.finditer(closes, message, flags) if one.start() > first.end()]
    end = ends[-1] if ends else len(message)
    return _Found(text=message[first.end() : end].strip("\n"), start=first.start(), end=end)


def _headed(message: str, words: str) -> _Found | None:
    """Find what stands under a heading, up to the next heading of a block."""
    mark = (
        r"^[ \t]{0,8}[#*【\[]{0,4}[ \t]{0,8}(?:the )?(?:%s)"
        r"[ \t]{0,8}[】\]*]{0,3}[ \t]{0,8}[:：]?[ \t]{0,8}"
    )
    flags = re.IGNORECASE | re.MULTILINE
    first = re.search((mark % words) + r"(?:\n|(?<=[:：])|(?<=[:：] ))", message, flags)
    if first is None:
        return None
    rest = message[first.end() :]
    following = re.search((mark % _ANY_HEADING) + r"(?:\n|(?<=[:：])|(?<=[:：] ))", rest, flags)
    end = first.end() + (following.start() if following else len(rest))
    return _Found(text=message[first.end() : end].strip("\n"), start=first.start(), end=end)


def _text(found: _Found | None) -> str:
    return found.text.strip() if found else ""
