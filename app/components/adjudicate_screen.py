"""Owns how the screen for adjudicating is put together, and its bar with the keys."""

from functools import partial
from typing import Final

import streamlit as st

from app.components import adjudicate_gestures as gestures
from app.components import work_table as table
from app.components.adjudicate_task import draw_dispute
from app.components.header import draw_refusal
from app.components.review_bar import ASKED
from app.components.wording import key, t
from app.components.work_frame import (
    draw_common_tools,
    draw_help,
    draw_help_tool,
    draw_tool,
    lay_out,
)
from app.components.work_last import draw_last, draw_saved, draw_undo
from app.components.work_lease import draw_lease, draw_lost
from app.components.work_lost import draw_own_texts
from app.components.work_queue import draw_stages, draw_start
from app.components.work_table import Asking, OnTable, Screen
from app.components.work_taking import ask, take_next
from app.components.work_words import CONFIDENCE, REASONS, RULINGS, SKIP_KEYS, SKIPS
from app.resources import workspace_engine
from app.state import ui_language
from app.views.adjudicate_page import AdjudicateQueue, DisputeShown, load_dispute
from curation.claims.claiming import Claim
from curation.review.disputes import ReviewDispute
from db.engine import reading
from db.errors import Forbidden
from db.reviews import Ruling
from db.slots import Stage

OF_REVIEWS: Final = ((Ruling.ACCEPT, "A"), (Ruling.RETURN, "B"), (Ruling.REJECT, "X"))
OF_LABELS: Final = (
    (Ruling.FOLLOWS, "A"),
    (Ruling.DOES_NOT_FOLLOW, "X"),
    (Ruling.CANNOT_TELL, "V"),
)
HELP: Final = (
    ("1 2 3", key("adjudicate.help_confidence")),
    ("T", key("adjudicate.help_category")),
    ("P", key("adjudicate.help_gap")),
    ("A B X V", key("adjudicate.help_rule")),
    ("E", key("adjudicate.help_edit")),
    ("S", key("review.help_skip")),
    ("Z", key("review.help_undo")),
    ("Esc", key("review.help_escape")),
    ("G Q H", key("review.help_fold")),
    ("Ctrl+S", key("review.help_save")),
)


def draw_idle(queue: AdjudicateQueue, *, annotator_id: str) -> None:
    """Draw what can be begun."""
    _draw_standing(queue, annotator_id=annotator_id, has_lease=False)
    draw_start(queue.stages, name="adjudicate", take=partial(_take, annotator_id))
    draw_help(HELP)
    with st.bottom, st.container(horizontal=True, gap="small", key="adjudicate_bar"):
        _draw_undo(queue, annotator_id)
        draw_help_tool(Screen.ADJUDICATE)


def draw_work(work: OnTable, queue: AdjudicateQueue) -> None:
    """Draw the dispute on the table."""
    draw_lost(work)
    try:
        with reading(workspace_engine()) as session:
            shown = load_dispute(
                session,
                work.slot_id,
                annotator_id=work.annotator_id,
                language=ui_language().value,
            )
    except Forbidden as error:
        if not work.is_lost:
            draw_refusal(error)
        draw_own_texts(work)
        return
    _draw_standing(queue, annotator_id=work.annotator_id, has_lease=True)
    frame = lay_out()
    if frame.queue is not None:
        with frame.queue:
            draw_stages(queue.stages)
    with frame.form:
        draw_help(HELP)
    draw_dispute(frame, work, shown)
    with st.bottom, st.container(gap="small", key="adjudicate_bar"):
        _draw_bar(work, shown)
        with st.container(horizontal=True, gap="small"):
            _draw_questions(work)
            _draw_undo(queue, work.annotator_id)
            draw_common_tools(Screen.ADJUDICATE, with_guideline=True)


def _draw_bar(work: OnTable, shown: DisputeShown) -> None:
    asked = table.asking()
    if asked is not None:
        _draw_asked(work, asked)
        return
    rulings = OF_REVIEWS if isinstance(shown.dispute, ReviewDispute) else OF_LABELS
    for column, (ruling, letter) in zip(st.columns(3), rulings, strict=True):
        column.button(
            t(RULINGS[ruling]),
            key=f"adjudicate_rule_{ruling.value}_{work.token}",
            shortcut=letter,
            width="stretch",
            on_click=gestures.decide,
            args=(work, ruling),
        )
    with st.container(horizontal=True, gap="small"):
        for digit, confidence in gestures.CONFIDENCE_KEYS.items():
            st.button(
                t(CONFIDENCE[confidence]),
                key=f"adjudicate_digit_{digit}_{work.token}",
                shortcut=digit,
                type="primary" if shown.confidence is confidence else "secondary",
                on_click=gestures.digit,
                args=(work, digit),
            )


def _draw_asked(work: OnTable, asked: Asking) -> None:
    st.markdown(f"**{t(ASKED[asked])}**")
    choices = (
        [(digit, t(SKIPS[reason])) for reason, digit in SKIP_KEYS.items()]
        if asked is Asking.SKIP
        else [(letter, t(REASONS[code])) for letter, code in gestures.CATEGORY_KEYS.items()]
    )
    with st.container(horizontal=True, gap="small"):
        for letter, told in choices:
            st.button(
                told,
                key=f"adjudicate_digit_{letter}_{work.token}",
                shortcut=letter,
                on_click=gestures.digit,
                args=(work, letter),
            )
        st.button(
            t("review.back"),
            key=f"adjudicate_unask_{work.token}",
            type="tertiary",
            shortcut="Esc",
            on_click=ask,
            args=(work, asked),
        )


def _draw_questions(work: OnTable) -> None:
    for what, letter, told in (
        (Asking.CATEGORY, "T", t("adjudicate.ask_category")),
        (Asking.SKIP, "S", t("label.skip")),
    ):
        if table.asking() is not what:
            name = f"adjudicate_ask_{what.value}_{work.token}"
            draw_tool(told, letter, name, ask, work, what)
    draw_tool(t("adjudicate.gap"), "P", f"adjudicate_gap_{work.token}", gestures.turn_gap, work)


def _draw_standing(queue: AdjudicateQueue, *, annotator_id: str, has_lease: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="adjudicate_standing"
    ):
        if has_lease:
            with st.container(width="content"):
                draw_lease(Screen.ADJUDICATE)
        draw_saved(queue.last)
        draw_last(queue.last, annotator_id=annotator_id, again=partial(_again, annotator_id))


def _draw_undo(queue: AdjudicateQueue, annotator_id: str) -> None:
    draw_undo(
        queue.last,
        Screen.ADJUDICATE,
        annotator_id=annotator_id,
        again=partial(_again, annotator_id),
    )


def _again(annotator_id: str, claim: Claim | None) -> None:
    """Put the dispute of a ruling that was taken back on the table."""
    if claim is not None:
        table.lay_down(Screen.ADJUDICATE, claim, annotator_id=annotator_id)


def _take(annotator_id: str, stage: Stage) -> None:
    take_next(Screen.ADJUDICATE, stage, annotator_id)
