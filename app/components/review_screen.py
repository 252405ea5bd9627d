"""Owns how the review screen is put together: queue left, item centre, form right, bar below."""

from functools import partial

import streamlit as st

from app.components import work_table as table
from app.components.header import draw_refusal
from app.components.review_bar import HELP, draw_decisions, draw_skip_reasons, draw_tools
from app.components.review_comments import draw_own_comments
from app.components.review_confirm import draw_confirm_bar, draw_edit_to_confirm, take_edit
from app.components.review_edit import draw_edit
from app.components.review_looking import draw_own_review
from app.components.review_solve import draw_solve, draw_solve_bar
from app.components.review_task import draw_beside, draw_form, draw_item, draw_since
from app.components.wording import t, tn
from app.components.work_frame import Frame, draw_common_tools, draw_help, draw_help_tool, lay_out
from app.components.work_last import draw_last, draw_saved, draw_undo, draw_walk, looking
from app.components.work_lease import draw_lease, draw_lost
from app.components.work_lost import draw_own_texts
from app.components.work_queue import draw_count, draw_stages, draw_start
from app.components.work_table import Asking, OnTable, Screen
from app.components.work_taking import take_next
from app.resources import workspace_engine
from app.state import REVIEW_DIFFERENCE, REVIEW_EDITING, ui_language
from app.views.review_confirm import load_edit
from app.views.review_page import ReviewShown, SolveShown, load_review
from app.views.review_queue import ReviewQueue
from app.views.work_last import LastDecision
from curation.claims.claiming import Claim
from db.engine import reading
from db.errors import Forbidden
from db.slots import Stage


def draw_idle(queue: ReviewQueue, *, annotator_id: str, is_solo: bool) -> None:
    """Draw what can be begun; nothing is taken from others before it is."""
    _draw_standing(queue, annotator_id=annotator_id, is_solo=is_solo)
    if queue.edits:
        with (
            st.container(border=True, key="review_stage_confirm"),
            st.container(horizontal=True, vertical_alignment="center"),
        ):
            st.markdown(f"**{t('review.confirm_stage')}**", width="content")
            st.caption(tn("review.edits_wait", queue.edits), width="content")
            st.button(
                t("work.take"),
                key="review_take_edit",
                icon=":material/play_arrow:",
                type="primary",
                shortcut="N",
                on_click=take_edit,
                args=(annotator_id,),
            )
    draw_start(queue.stages, name="review", take=partial(_take, annotator_id), edits=queue.edits)
    draw_help(HELP)
    with st.bottom, st.container(horizontal=True, gap="small", key="review_bar"):
        _draw_own_tools(queue, annotator_id)
        draw_help_tool(Screen.REVIEW)


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
    _draw_standing(queue, annotator_id=work.annotator_id, is_solo=is_solo, has_lease=True)
    frame = _draw_frame(queue)
    if isinstance(shown, SolveShown):
        draw_solve(frame, work, shown)
    else:
        if st.session_state.get(REVIEW_EDITING):
            draw_edit(frame, work, shown)
        else:
            with frame.item:
                if shown.changed:
                    st.caption(f":material/edit_note: {t('review.change_kept')}")
                if st.session_state.get(REVIEW_DIFFERENCE):
                    draw_since(work, shown)
            draw_item(frame, shown)
        draw_form(frame, work, shown)
    with frame.form:
        draw_own_comments(work, shown)
        if isinstance(shown, ReviewShown):
            draw_beside(shown)
    with st.bottom, st.container(gap="small", key="review_bar"):
        _draw_step(work, shown)
        with st.container(horizontal=True, gap="small"):
            draw_tools(work, shown)
            _draw_own_tools(queue, work.annotator_id)
            draw_common_tools(Screen.REVIEW, with_guideline=isinstance(shown, ReviewShown))


def draw_edit_work(work: OnTable, queue: ReviewQueue) -> None:
    """Draw the edit of the other reviewer."""
    try:
        with reading(workspace_engine()) as session:
            shown = load_edit(session, work.edit_id, work.slot_id, annotator_id=work.annotator_id)
    except Forbidden as error:
        draw_refusal(error)
        draw_idle(queue, annotator_id=work.annotator_id, is_solo=False)
        return
    _draw_standing(queue, annotator_id=work.annotator_id, is_solo=False)
    frame = _draw_frame(queue)
    draw_edit_to_confirm(frame, work, shown)
    with st.bottom, st.container(gap="small", key="review_bar"):
        draw_confirm_bar(work)
        with st.container(horizontal=True, gap="small"):
            _draw_own_tools(queue, work.annotator_id)
            draw_common_tools(Screen.REVIEW, with_guideline=False)


def draw_look(decision: LastDecision, queue: ReviewQueue, *, annotator_id: str) -> None:
    """Draw one of the person's own decisions again; what is on the table waits."""
    _draw_standing(queue, annotator_id=annotator_id, is_solo=False)
    frame = _draw_frame(queue)
    if decision.review is not None:
        draw_own_review(frame, decision.review)
    else:
        frame.item.caption(t("review.look_elsewhere"))
    with st.bottom, st.container(horizontal=True, gap="small", key="review_bar"):
        _draw_own_tools(queue, annotator_id)
        draw_help_tool(Screen.REVIEW)


def looked_at(queue: ReviewQueue) -> LastDecision | None:
    """Give the decision that the person looks at; None while they work."""
    place = looking()
    return queue.last[place] if place is not None and place < len(queue.last) else None


def _draw_step(work: OnTable, shown: SolveShown | ReviewShown) -> None:
    if isinstance(shown, ReviewShown):
        draw_decisions(work, shown)
    elif table.asking() is Asking.SKIP:
        draw_skip_reasons(work)
    else:
        draw_solve_bar(work)


def _draw_frame(queue: ReviewQueue) -> Frame:
    frame = lay_out()
    if frame.queue is not None:
        with frame.queue:
            draw_stages(queue.stages)
            if queue.edits:
                draw_count(t("review.confirm_stage"), queue.edits)
    with frame.form:
        draw_help(HELP)
    return frame


def _draw_standing(
    queue: ReviewQueue, *, annotator_id: str, is_solo: bool, has_lease: bool = False
) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="review_standing"
    ):
        if has_lease:
            with st.container(width="content"):
                draw_lease(Screen.REVIEW)
        draw_saved(queue.last)
        draw_last(queue.last, annotator_id=annotator_id, again=_again(annotator_id))
    if is_solo and has_lease:
        st.caption(f":material/visibility: {t('review.solo')}")


def _draw_own_tools(queue: ReviewQueue, annotator_id: str) -> None:
    draw_undo(queue.last, Screen.REVIEW, annotator_id=annotator_id, again=_again(annotator_id))
    draw_walk(queue.last, Screen.REVIEW)


def _again(annotator_id: str) -> "partial[None]":
    return partial(_lay_again, annotator_id)


def _lay_again(annotator_id: str, claim: Claim | None) -> None:
    if claim is not None:
        table.lay_down(Screen.REVIEW, claim, annotator_id=annotator_id)
    else:
        take_edit(annotator_id)


def _take(annotator_id: str, stage: Stage) -> None:
    take_next(Screen.REVIEW, stage, annotator_id)
