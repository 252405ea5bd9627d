"""Owns how the review screen is put together: queue left, item centre, form right, bar below."""

from functools import partial

import streamlit as st

from app.components import work_table as table
from app.components.header import draw_refusal
from app.components.review_bar import HELP, draw_decisions, draw_skip_reasons, draw_tools
from app.components.review_confirm import (
    draw_confirm_bar,
    draw_confirm_tools,
    draw_edit_to_confirm,
    take_edit,
)
from app.components.review_edit import draw_edit
from app.components.review_gestures import take_next
from app.components.review_lost import draw_own_texts
from app.components.review_solve import draw_solve, draw_solve_bar
from app.components.review_task import draw_form, draw_item
from app.components.wording import t, tn
from app.components.work_frame import Frame, draw_help, lay_out
from app.components.work_lease import draw_lease, draw_lost
from app.components.work_queue import draw_stages, draw_start
from app.components.work_table import Asking, OnTable, Screen
from app.resources import workspace_engine
from app.state import REVIEW_EDITING, ui_language
from app.views.review_confirm import load_edit
from app.views.review_page import SolveShown, load_review
from app.views.review_queue import ReviewQueue
from db.engine import reading
from db.errors import Forbidden
from db.slots import Stage


def draw_idle(queue: ReviewQueue, *, annotator_id: str) -> None:
    """Draw what can be begun; nothing is taken from others before it is."""
    if queue.edits:
        with (
            st.container(border=True, key="review_stage_confirm"),
            st.container(horizontal=True, vertical_alignment="center"),
        ):
            st.markdown(f"**{t('review.confirm_stage')}**", width="content")
            st.caption(tn("work.waiting", queue.edits), width="content")
            st.button(
                t("work.take"),
                key="review_take_edit",
                icon=":material/play_arrow:",
                type="primary",
                shortcut="N",
                on_click=take_edit,
                args=(annotator_id,),
            )
    draw_start(
        queue.stages,
        name="review",
        take=partial(_take, annotator_id),
        edits=queue.edits,
    )
    draw_help(HELP)


def draw_work(work: OnTable, queue: ReviewQueue, *, is_solo: bool) -> None:
    """Draw the piece of work on the table at the step where its person is."""
    draw_lost(work)
    try:
        with reading(workspace_engine()) as session:
            shown = load_review(
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
    frame = lay_out()
    _draw_queue(frame, queue, is_solo=is_solo)
    draw_help(HELP)
    is_solved = not isinstance(shown, SolveShown)
    if isinstance(shown, SolveShown):
        draw_solve(frame, work, shown)
    else:
        if st.session_state.get(REVIEW_EDITING):
            draw_edit(frame, work, shown)
        else:
            draw_item(frame, shown)
        draw_form(frame, work, shown)
    with st.bottom, st.container(gap="small", key="review_bar"):
        if not isinstance(shown, SolveShown):
            draw_decisions(work, shown)
        elif table.asking() is Asking.SKIP:
            draw_skip_reasons(work)
        else:
            draw_solve_bar(work)
        with st.container(horizontal=True, gap="small"):
            draw_tools(work, is_solved=is_solved)


def draw_edit_work(work: OnTable, queue: ReviewQueue) -> None:
    """Draw the edit of the other reviewer."""
    try:
        with reading(workspace_engine()) as session:
            shown = load_edit(session, work.edit_id, work.slot_id, annotator_id=work.annotator_id)
    except Forbidden as error:
        draw_refusal(error)
        draw_idle(queue, annotator_id=work.annotator_id)
        return
    frame = lay_out()
    _draw_queue(frame, queue, is_solo=False)
    draw_edit_to_confirm(frame, work, shown)
    with st.bottom, st.container(gap="small", key="review_bar"):
        draw_confirm_bar(work)
        with st.container(horizontal=True, gap="small"):
            draw_confirm_tools()


def _take(annotator_id: str, stage: Stage) -> None:
    take_next(stage, annotator_id)


def _draw_queue(frame: Frame, queue: ReviewQueue, *, is_solo: bool) -> None:
    if frame.queue is None:
        return
    with frame.queue:
        draw_lease(Screen.REVIEW)
        draw_stages(queue.stages)
        if queue.edits:
            st.markdown(f"{t('review.confirm_stage')} :blue-badge[{queue.edits}]")
        if is_solo:
            st.caption(f":material/visibility: {t('review.solo')}")
