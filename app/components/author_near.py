"""Owns the list of existing prompts that are like the one being written."""

from collections.abc import Callable
from unicodedata import east_asian_width

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import t
from app.views.author_near import NearShown

SHOWN_WIDTH = 100


def draw_near(near: tuple[NearShown, ...], *, closed: bool, on_link: Callable[[str], None]) -> None:
    """Draw the nearest prompts, each with a button that links the families."""
    if not near:
        st.caption(t("author.near_none"))
        return
    with st.container(gap="xsmall"):
        st.caption(t("author.near"))
        for place, one in enumerate(near):
            _draw_one(one, place, closed=closed, on_link=on_link)


def _draw_one(one: NearShown, place: int, *, closed: bool, on_link: Callable[[str], None]) -> None:
    colour = "orange" if one.is_near and not one.is_family else "gray"
    line = (
        f":{colour}-badge[{one.similarity:.2f}] "
        + (f":blue-badge[{t('author.same_origin')}] " if one.is_family else "")
        + f"{escaped(one.item_id)} · {escaped(_line(one.prompt))}"
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(line, width="stretch")
        if one.is_near and not one.is_family and not closed:
            st.button(
                t("author.link_origin"),
                key=f"author_near_{place}",
                type="tertiary",
                icon=":material/add_link:",
                on_click=on_link,
                args=(one.item_id,),
            )


def _line(text: str) -> str:
    line = " ".join(text.split())
    width = 0
    for place, character in enumerate(line):
        # A Chinese character takes the room of two Latin letters.
        width += 2 if east_asian_width(character) in "WF" else 1
        if width > SHOWN_WIDTH:
            return line[:place] + "…"
    return line
