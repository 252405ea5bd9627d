"""Owns the form for passwords: a script of ours that posts them straight to the server.

A password that is typed into it never becomes a widget's value, so it is in no session state and
no message of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Final

import streamlit as st

from app.components.wording import key, plain

SIGN_IN: Final = "/sign-in"
PASSWORD: Final = "/password"
ENTER: Final = key("sign_in.do")
CHOOSE: Final = key("sign_in.choose")
# What the script says when the server, or it itself, refuses: the codes of the routes.
WORDS: Final = {
    "wrong": key("sign_in.wrong"),
    "old": key("sign_in.old_wrong"),
    "ended": key("sign_in.ended_meanwhile"),
    "empty": key("sign_in.empty"),
    "differ": key("sign_in.differ"),
    "unreachable": key("sign_in.unreachable"),
}


class Autocomplete(StrEnum):
    """What a browser's keeper of passwords puts into a field."""

    NAME = "username"
    CURRENT = "current-password"
    NEW = "new-password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form; ``name`` is what the server reads, ``label`` a key."""

    name: str
    label: str
    autocomplete: Autocomplete


NAME_AND_PASSWORD: Final = (
    Field(name="handle", label=key("sign_in.name"), autocomplete=Autocomplete.NAME),
    Field(name="password", label=key("sign_in.password"), autocomplete=Autocomplete.CURRENT),
)
OLD_AND_NEW: Final = (
    Field(name="old", label=key("sign_in.old"), autocomplete=Autocomplete.CURRENT),
    Field(name="new", label=key("sign_in.new"), autocomplete=Autocomplete.NEW),
    Field(name="again", label=key("sign_in.again"), autocomplete=Autocomplete.NEW),
)


def _asset(name: str) -> str:
    return files("app.components.sign_in").joinpath(name).read_text(encoding="utf-8")


# Not isolated: keepers of passwords look for forms in the page itself.
_FORM = st.components.v2.component(
    "gainsay.sign_in", js=_asset("form.js"), css=_asset("form.css"), isolate_styles=False
)


def draw_form(fields: Sequence[Field], *, address: str, button: str, key: str) -> None:
    """Draw a form that posts its fields.

    Args:
        fields: From the top.
        address: Where to, on this server.
        button: Key of the text on the button.
        key: Stable id of the widget.
    """
    _FORM(
        key=key,
        data={
            "address": address,
            "fields": [
                {
                    "name": field.name,
                    "label": plain(field.label),
                    "type": "text" if field.autocomplete is Autocomplete.NAME else "password",
                    "autocomplete": field.autocomplete.value,
                }
                for field in fields
            ],
            "words": {"button": plain(button)}
            | {code: plain(text) for code, text in WORDS.items()},
        },
    )


def load_page_again() -> None:
    """Have the browser load the page again, so that nothing of the one before stays in it."""
    _FORM(key="sign_in_again", data={"reload": True})
