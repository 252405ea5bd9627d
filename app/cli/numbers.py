"""Owns numbers typed as options: read from text, so that a refusal names the value and the way out.

Typed by the parser itself, "95%" would be answered with the parser's own words and no advice.
"""

import re
from typing import Final

from app.cli.output import wrong_option

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,15}")
_GROUPED: Final = re.compile(r"[0-9]{1,3}([,_ '][0-9]{3})+")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_PERCENT: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?[%％]")
_SHOWN_CHARS: Final = 60


def whole_number(option: str, text: str | None) -> int | None:
    """Read a whole number; None when the option was not given.

    Raises:
        BadParameter: It is something else (exit 2).
    """
    if text is None:
        return None
    typed = text.strip()
    if _WHOLE.fullmatch(typed):
        return int(typed)
    example = re.sub(r"[^0-9]", "", typed) if _GROUPED.fullmatch(typed) else "320"
    raise wrong_option(option, f"got {_told(text)}: write a whole number such as {example}")


def decimal(option: str, text: str | None) -> float | None:
    """Read a fraction such as 0.95; None when the option was not given.

    The range is not checked here: only the computation knows what is legal.

    Raises:
        BadParameter: It is no number, or written as a percentage or with a comma (exit 2).
    """
    if text is None:
        return None
    typed = text.strip()
    if _DECIMAL.fullmatch(typed) or typed.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return float(typed)
    percent = _PERCENT.fullmatch(typed)
    if percent:
        example = f"{float(percent[1].replace(',', '.')) / 100:.12g}"
    elif typed.count(",") == 1 and _DECIMAL.fullmatch(typed.replace(",", ".")):
        example = typed.replace(",", ".")
    else:
        raise wrong_option(option, f"got {_told(text)}: write a fraction such as 0.95")
    raise wrong_option(option, f"got {_told(text)}: write {example}, a fraction with a point")


def _told(text: str) -> str:
    return repr(text) if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]!r}..."
