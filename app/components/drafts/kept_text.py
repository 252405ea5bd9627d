"""Owns fields whose text outlives the page without being saved: the browser keeps it until it is.

For short texts that have no place in the database before they are sent: a comment, a reason. The
script beside this file keeps what is typed in the browser, by person and by what it is for, and
puts it back into the empty field after a reload, a sign-in or on another day.
"""

from importlib.resources import files
from typing import Final, Literal

import streamlit as st

from app.state import DRAFTS_GONE
from db.base import new_id
from db.contents import short_id

MOST_GONE: Final = 20


def _asset(name: str) -> str:
    return files("app.components.drafts").joinpath(name).read_text(encoding="utf-8")


# Not isolated: the fields are Streamlit's own, anywhere on the page.
_KEEPER = st.components.v2.component(
    "gainsay.drafts", js=_asset("drafts.js"), css=_asset("drafts.css"), isolate_styles=False
)


def kept(
    *of: str, width: int | Literal["stretch", "content"] = "stretch"
) -> st.delta_generator.DeltaGenerator:
    """Open the frame of one field whose text is kept.

    Args:
        of: What the text is for, such as a gesture and the id of its item; on one page no two
            fields say the same.
        width: As of a container.
    """
    return st.container(key=_place(of), width=width)


def forget(*of: str) -> None:
    """Let the browser forget a text: it is stored now."""
    gone = st.session_state.get(DRAFTS_GONE, ())
    st.session_state[DRAFTS_GONE] = (*gone, {"id": new_id("gone"), "place": _place(of)})[
        -MOST_GONE:
    ]


def draw_keeper(annotator_id: str) -> None:
    """Draw the invisible keeper of a page, for the person who acts in this browser."""
    with st.container(key="drafts"):
        _KEEPER(
            key="drafts_keeper",
            data={"owner": annotator_id, "gone": list(st.session_state.get(DRAFTS_GONE, ()))},
        )


def _place(of: tuple[str, ...]) -> str:
    # An id may hold any sign, a name in the page may not.
    return short_id("kept_text", list(of))
