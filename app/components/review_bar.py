"""Owns the decision bar of a review: every gesture is a button that shows its key."""

from functools import partial
from typing import Final

import streamlit as st

from app.components import review_gestures as gestures
from app.components import work_table as table
from app.components.review_comments import open_comments
from app.components.wording import key, t
from app.components.work_frame import draw_tool
from app.components.work_table import Asking, OnTable
from app.components.work_taking import ask
from app.components.work_words import REASON_KEYS, REASONS, SKIP_KEYS, SKIPS
from app.state import REVIEW_DIFFERENCE, REVIEW_EDITING
from app.views.review_page import ReviewShown, SolveShown
from db.reviews import ReasonCode

ASKED: Final = {
    Asking.RETURN: key("review.why_return"),
    Asking.REJECT: key("review.why_reject"),
    Asking.ESCALATE: key("review.why_escalate"),
    Asking.SKIP: key("review.why_skip"),
    Asking.CATEGORY: key("adjudicate.what_category"),
}
REFUSALS: Final = (
    (Asking.RETURN, "B", ":material/undo:", key("review.return")),
    (Asking.REJECT, "X", ":material/block:", key("review.reject")),
    (Asking.ESCALATE, "U", ":material/supervisor_account:", key("review.escalate")),
)
HELP: Final = (
    ("1 - 8", key("review.help_types")),
    ("Ctrl+Enter", key("review.help_enter")),
    ("Esc", key("review.help_escape")),
    ("1 - 7", key("review.help_axes")),
    ("A", key("review.help_accept")),
    ("B X U", key("review.help_refuse")),
    ("E", key("review.help_edit")),
    ("D", key("review.help_difference")),
    ("S", key("review.help_skip")),
    ("Z", key("review.help_undo")),
    ("J K", key("review.help_walk")),
    ("M", key("review.help_comment")),
    ("G Q H", key("review.help_fold")),
    ("Ctrl+S", key("review.help_save")),
)


def draw_decisions(work: OnTable, shown: ReviewShown) -> None:
    """Draw the decisions of step 3, or the reasons when one was asked for."""
    asked = table.asking()
    if asked is not None:
        _draw_asked(work, asked, with_words=True)
        return
    if st.session_state.get(REVIEW_EDITING):
        _draw_edit_decisions(work, shown)
        return
    columns = st.columns(5)
    columns[0].button(
        t("review.accept"),
        key=f"review_accept_{work.token}",
        icon=":material/task_alt:",
        type="primary",
        shortcut="A",
        width="stretch",
        on_click=partial(gestures.accept, work, is_changed=bool(shown.changed)),
    )
    columns[1].button(
        t("review.edit"),
        key=f"review_edit_{work.token}",
        icon=":material/edit_note:",
        shortcut="E",
        width="stretch",
        on_click=gestures.edit,
        args=(work,),
    )
    for column, (what, letter, icon, told) in zip(columns[2:], REFUSALS, strict=True):
        column.button(
            t(told),
            key=f"review_ask_{what.value}_{work.token}",
            icon=icon,
            shortcut=letter,
            width="stretch",
            on_click=ask,
            args=(work, what),
        )


def draw_tools(work: OnTable, shown: SolveShown | ReviewShown) -> None:
    """Draw the keys that pass the work on and open a comment."""
    if table.asking() is not Asking.SKIP:
        draw_tool(t("label.skip"), "S", f"review_skip_{work.token}", ask, work, Asking.SKIP)
    if isinstance(shown, ReviewShown) and not st.session_state.get(REVIEW_EDITING):
        _draw_difference_tool(work)
    draw_tool(t("comment.do"), "M", f"review_comment_{work.token}", open_comments, work)


def draw_skip_reasons(work: OnTable) -> None:
    """Draw why something can be passed on, in step 1."""
    _draw_asked(work, Asking.SKIP, with_words=False)


def _draw_asked(work: OnTable, asked: Asking, *, with_words: bool) -> None:
    st.markdown(f"**{t(ASKED[asked])}**")
    if with_words:
        st.caption(t("review.asked_explained"))
    choices = (
        [(digit, t(SKIPS[reason])) for reason, digit in SKIP_KEYS.items()]
        if asked is Asking.SKIP
        else [
            (letter, t(REASONS[code]))
            for code, letter in REASON_KEYS.items()
            # What is unsafe goes to the lead or is not used; it is not sent back.
            if not (asked is Asking.RETURN and code is ReasonCode.UNSAFE)
        ]
    )
    with st.container(horizontal=True, gap="small"):
        for letter, told in choices:
            st.button(
                told,
                key=f"review_reason_{letter}_{work.token}",
                shortcut=letter,
                on_click=gestures.digit,
                args=(work, letter),
            )
        st.button(
            t("review.back"),
            key=f"review_unask_{work.token}",
            type="tertiary",
            shortcut="Esc",
            on_click=ask,
            args=(work, asked),
        )


def _draw_difference_tool(work: OnTable) -> None:
    name = f"review_difference_{work.token}"
    draw_tool(t("review.difference"), "D", name, table.toggle, REVIEW_DIFFERENCE)


def _draw_edit_decisions(work: OnTable, shown: ReviewShown) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("review.accept_edited"),
            key=f"review_accept_edited_{work.token}",
            icon=":material/task_alt:",
            type="primary",
            shortcut="Ctrl+Enter",
            on_click=gestures.accept_edited,
            args=(work,),
        )
        _draw_difference_tool(work)
        draw_tool(t("review.close_edit"), "E", f"review_edit_{work.token}", gestures.edit, work)
        befores = {one.typed_field: one.before for one in shown.changed}
        if befores:
            st.button(
                t("review.give_up_edit"),
                key=f"review_give_up_{work.token}",
                type="tertiary",
                icon=":material/delete:",
                on_click=partial(gestures.give_up_edit, work, befores),
            )
