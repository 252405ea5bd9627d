"""Owns the only raw HTML of the app: every foreign character is escaped before it gets here.

Nothing else may call ``st.html`` or set ``unsafe_allow_html`` (a test looks). The markup is fixed:
no attribute ever holds a foreign value, and marks that reorder or hide text are shown by name.
"""

import html
import re

import streamlit as st

from app.views.difference import Change, Stretch

_BLOCK = (
    "white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.65;padding:0.75rem 0.9rem;"
    "border:1px solid rgba(128,140,145,0.35);border-radius:6px;"
    "background:rgba(128,140,145,0.07);"
)
_MONO = (
    "font-family:ui-monospace,'DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace;"
    "font-size:0.86em;line-height:1.5;"
)
_MARKS = {
    Change.SAME: "",
    Change.ADDED: "background:rgba(46,160,95,0.28);text-decoration:none;border-radius:3px;",
    Change.REMOVED: (
        "background:rgba(220,80,70,0.26);text-decoration:line-through;border-radius:3px;"
    ),
}
_TAGS = {Change.SAME: "span", Change.ADDED: "ins", Change.REMOVED: "del"}
_SIGN = (
    "font-family:ui-monospace,monospace;font-size:0.75em;border:1px solid rgba(200,120,40,0.8);"
    "border-radius:3px;padding:0 2px;"
)
# Control characters, and what reorders or hides text: bidirectional marks, zero width, tags.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)


def draw_text(text: str, *, mono: bool = False) -> None:
    """Draw a foreign text as it stands, wrapped, with its line breaks."""
    style = _BLOCK + (_MONO if mono else "")
    st.html(f'<div dir="auto" style="{style}">{_escaped(text)}</div>')


def draw_difference(stretches: tuple[Stretch, ...], *, mono: bool = False) -> None:
    """Draw what came and what went between two texts."""
    style = _BLOCK + (_MONO if mono else "")
    parts = "".join(
        f'<{_TAGS[part.change]} style="{_MARKS[part.change]}">{_escaped(part.text)}'
        f"</{_TAGS[part.change]}>"
        for part in stretches
    )
    st.html(f'<div dir="auto" style="{style}">{parts}</div>')


def _escaped(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub(_named, html.escape(lines, quote=True))


def _named(found: re.Match[str]) -> str:
    return f'<span style="{_SIGN}">U+{ord(found[0]):04X}</span>'
