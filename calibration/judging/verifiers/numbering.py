"""Owns how numbers of list items are written: 1. (1) 一、 甲、 A. and their like."""

import re
from functools import cache
from typing import Final

_HAN_DIGITS: Final = "一二三四五六七八九"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# A number may be bold.
_LEAD: Final = r"[ \t]*[*_]{0,3}"
_TAIL: Final = r"[*_]{0,3}[ \t]*"
STYLES: Final = ("1.", "1)", "(1)", "1、", "一、", "(一)", "甲、", "A.", "A)", "a.", "a)")


@cache
def numeral_pattern(style: str, number: int) -> re.Pattern[str]:
    """Give the pattern of a line's beginning with its number, full width or half width."""
    first = style.strip("()、.")
    written = re.escape(_written(first, number))
    if style.startswith("("):
        return re.compile(rf"{_LEAD}[(（]{written}[)）]{_TAIL}")
    if style.endswith("、"):
        return re.compile(rf"{_LEAD}{written}、{_TAIL}")
    mark = "[.．]" if style.endswith(".") else "[)）]"
    return re.compile(rf"{_LEAD}{written}{mark}{_TAIL}")


def _written(first: str, number: int) -> str:
    if first == "一":
        return han_number(number)
    series = {"甲": _STEMS, "A": _LETTERS, "a": _LETTERS.lower()}.get(first)
    if series is None:
        return str(number)
    return series[number - 1] if number <= len(series) else str(number)


def han_number(number: int) -> str:
    """Write a number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    lead = ("十" if tens == 1 else _HAN_DIGITS[tens - 1] + "十") if tens else ""
    return lead + (_HAN_DIGITS[ones - 1] if ones else "")
