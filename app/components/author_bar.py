"""Owns the lines around the form: which copy this is, and the decision bar with its keys."""

import streamlit as st

from app.components.author_changes import draw_changes
from app.components.author_list import CLOSED_AS
from app.components.author_opening import close_copy, open_copy
from app.components.author_saving import (
    Author,
    ask_flush,
    discard_copy,
    submit_copy,
)
from app.components.markdown import escaped
from app.components.wording import moment, t
from app.resources import workspace_engine
from app.state import AUTHOR_CHANGES, AUTHOR_GUIDELINE, AUTHOR_HELP
from app.views.author_changes import load_neighbours
from curation.authoring.copy_views import CopyView
from db.engine import reading


def draw_bar(author: Author, copy: CopyView) -> None:
    """Draw the head of the copy, the help when it is asked for, and the bar at the bottom."""
    _draw_head(copy)
    if st.session_state.get(AUTHOR_HELP):
        st.info(t("author.help_text"), icon=":material/keyboard:")
    if st.session_state.get(AUTHOR_CHANGES):
        draw_changes(copy)
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="author_bar"):
        if copy.is_open:
            _draw_decisions(author)
            _draw_neighbours(copy)
        st.button(
            t("author.changes"),
            icon=":material/difference:",
            key="author_changes_button",
            shortcut="D",
            on_click=_turn,
            args=(AUTHOR_CHANGES, False),
        )
        st.button(
            t("author.guideline"),
            icon=":material/menu_book:",
            key="author_guideline_button",
            shortcut="G",
            on_click=_turn,
            args=(AUTHOR_GUIDELINE, True),
        )
        st.button(
            t("author.help"),
            icon=":material/help:",
            key="author_help_button",
            shortcut="H",
            on_click=_turn,
            args=(AUTHOR_HELP, False),
        )


def _draw_head(copy: CopyView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            t("author.back"),
            icon=":material/arrow_back:",
            key="author_back",
            on_click=close_copy,
        )
        st.badge(
            escaped(copy.item_id) if copy.item_id else t("author.new_item"),
            color="gray" if copy.item_id else "blue",
            icon=":material/tag:" if copy.item_id else ":material/fiber_new:",
        )
        if copy.closed_as is not None:
            st.badge(t(CLOSED_AS[copy.closed_as]), color="orange", icon=":material/lock:")
            st.caption(t("author.closed_explained"), width="content")
        else:
            st.caption(t("author.opened", at=moment(copy.opened_at)), width="content")


def _draw_decisions(author: Author) -> None:
    st.button(
        t("author.submit"),
        icon=":material/send:",
        type="primary",
        key="author_submit",
        shortcut="Ctrl+Enter",
        on_click=submit_copy,
        args=(author,),
    )
    st.button(
        t("author.save"),
        icon=":material/save:",
        key="author_save",
        shortcut="Ctrl+S",
        help=t("author.save_help"),
        on_click=ask_flush,
    )
    with st.popover(t("author.discard"), icon=":material/delete:", key="author_discard"):
        st.caption(t("author.discard_explained"))
        st.button(
            t("author.discard_do"),
            icon=":material/delete:",
            key="author_discard_do",
            on_click=discard_copy,
            args=(author,),
        )


def _draw_neighbours(copy: CopyView) -> None:
    with reading(workspace_engine()) as session:
        beside = load_neighbours(session, copy)
    for told, copy_id, letter, key in (
        (t("author.next_copy"), beside.next, "J", "author_next"),
        (t("author.previous_copy"), beside.previous, "K", "author_previous"),
    ):
        if copy_id is not None:
            st.button(told, key=key, shortcut=letter, on_click=open_copy, args=(copy_id,))


def _turn(name: str, before: bool) -> None:
    st.session_state[name] = not st.session_state.get(name, before)
