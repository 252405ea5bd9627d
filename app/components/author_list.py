"""Owns the list of a person's working copies."""

import streamlit as st

from app.components.author_opening import begin_new, edit_item, open_copy
from app.components.markdown import escaped
from app.components.wording import key, moment, number, t
from app.state import AUTHOR_CLOSED_SHOWN
from curation.review.said import Returned
from db.base import new_id
from db.queries.working_copies import CopyRow
from db.working_copies import Closing

CLOSED_AS = {
    Closing.SUBMITTED: key("author.closed_submitted"),
    Closing.DISCARDED: key("author.closed_discarded"),
    Closing.THEIRS_TAKEN: key("author.closed_theirs_taken"),
}
SHOWN_CHARACTERS = 140


def draw_copies(
    copies: list[CopyRow], returned: tuple[Returned, ...], *, annotator_id: str
) -> None:
    """Draw the button for a new item, what was returned, and the copies, open ones first."""
    open_ones = [one for one in copies if one.closed_as is None]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("author.new"),
            icon=":material/add:",
            type="primary",
            key="author_new",
            shortcut="N",
            on_click=begin_new,
            args=(annotator_id, new_id("gesture")),
        )
        st.toggle(t("author.show_closed"), key=AUTHOR_CLOSED_SHOWN)
    if returned:
        st.subheader(t("author.returned_heading"), anchor=False)
        for item in returned:
            _draw_returned(item, annotator_id)
        if open_ones:
            st.subheader(t("author.open_heading"), anchor=False)
    if not open_ones and not returned:
        st.info(t("author.none_open"), icon=":material/inbox:")
    for one in open_ones:
        _draw_copy(one)
    if st.session_state.get(AUTHOR_CLOSED_SHOWN):
        st.subheader(t("author.closed_heading"), anchor=False)
        closed = [one for one in copies if one.closed_as is not None]
        if not closed:
            st.caption(t("author.none_closed"))
        for one in closed:
            _draw_copy(one)


def _draw_returned(item: Returned, annotator_id: str) -> None:
    with st.container(border=True, key=f"author_returned_{item.item_id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t("author.mend"),
                key=f"author_mend_{item.item_id}",
                icon=":material/edit:",
                on_click=edit_item,
                args=(item.item_id, annotator_id),
            )
            st.badge(escaped(item.item_id), color="gray", icon=":material/tag:")
            st.badge(t("status.returned"), color="orange", icon=":material/undo:")
        st.markdown(escaped(_line(item.prompt)))


def _draw_copy(one: CopyRow) -> None:
    with st.container(border=True, key=f"author_row_{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                t("author.continue") if one.closed_as is None else t("author.read"),
                key=f"author_open_{one.id}",
                icon=":material/edit:" if one.closed_as is None else ":material/visibility:",
                on_click=open_copy,
                args=(one.id,),
            )
            st.badge(
                escaped(one.item_id) if one.item_id else t("author.new_item"),
                color="blue" if one.item_id is None else "gray",
                icon=":material/tag:" if one.item_id else ":material/fiber_new:",
            )
            if one.closed_as is not None:
                st.badge(t(CLOSED_AS[one.closed_as]), color="gray")
            if one.unsettled:
                st.badge(
                    t("author.unsettled", count=number(one.unsettled)),
                    color="orange",
                    icon=":material/call_split:",
                )
            st.caption(t("author.touched", at=moment(one.touched_at)), width="content")
        st.markdown(escaped(_line(one.prompt)) if one.prompt.strip() else t("author.no_prompt"))


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + "…"
