"""Owns every visible word: texts by key in the language of the session, numbers and times.

``t`` and ``tn`` are for Markdown (foreign values are escaped); ``plain`` is for what Streamlit
shows verbatim: table cells, chart texts, options of select boxes, file names.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel.dates import format_datetime, format_time
from babel.numbers import format_decimal

from app.catalogues.texts import UiLanguage, counted_text, text
from app.components.markdown import escaped
from app.state import ui_language

LOCALES = {UiLanguage.EN: "en_GB", UiLanguage.ZH: "zh_Hans_CN"}
# Punctuation between and around words of one language; whole sentences are in the catalogues.
JOINTS = {UiLanguage.EN: ", ", UiLanguage.ZH: "、"}
BRACKETS = {UiLanguage.EN: "{word} ({remark})", UiLanguage.ZH: "{word}（{remark}）"}
Value = str | int


def key(name: str) -> str:
    """Mark a text's key that is kept in a table and looked up later."""
    return name


def t(key: str, **values: Value) -> str:
    """Give a text for Markdown, with values put into its ``{placeholders}``."""
    return text(ui_language(), key).format(**_shown(values, foreign=escaped))


def tn(key: str, n: int, **values: Value) -> str:
    """Give the form of a text for Markdown that fits ``n``; ``{n}`` is the number itself."""
    pattern = counted_text(ui_language(), key, n)
    return pattern.format(n=number(n), **_shown(values, foreign=escaped))


def plain(key: str, **values: Value) -> str:
    """Give a text that is shown verbatim."""
    return text(ui_language(), key).format(**_shown(values, foreign=str))


def listed(words: Iterable[str]) -> str:
    """Join words as the language of the session does."""
    return JOINTS[ui_language()].join(words)


def beside(word: str, remark: str) -> str:
    """Put a remark in the brackets of the session's language behind a word."""
    return BRACKETS[ui_language()].format(word=word, remark=remark)


def number(value: int) -> str:
    """Write a whole number with its separators."""
    return str(format_decimal(value, locale=LOCALES[ui_language()]))


def moment(at: datetime) -> str:
    """Write a moment in the browser's time zone."""
    return format_datetime(at, format="medium", tzinfo=_zone(), locale=LOCALES[ui_language()])


def clock(at: datetime) -> str:
    """Write the time of day of a moment, with seconds, in the browser's time zone."""
    return format_time(at, format="HH:mm:ss", tzinfo=_zone(), locale=LOCALES[ui_language()])


def start_of_day(at: datetime) -> datetime:
    """Give the moment at which the day of another began in the browser's time zone."""
    return at.astimezone(_zone()).replace(hour=0, minute=0, second=0, microsecond=0)


def name_in(names: dict[str, str]) -> str:
    """Pick the name for the language of the session; English when there is none."""
    return names.get(ui_language().value) or names[UiLanguage.EN.value]


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _shown(values: dict[str, Value], *, foreign: Callable[[str], str]) -> dict[str, str]:
    return {
        name: foreign(value) if isinstance(value, str) else number(value)
        for name, value in values.items()
    }
