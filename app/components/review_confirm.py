"""Owns the screen on which a reviewer says whether the other's edit holds: its difference, A, X."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from app.components import work_table as table
from app.components.markdown import escaped
from app.components.part_change import draw_part_change, names_of
from app.components.safe_html import draw_text
from app.components.wording import plain, t
from app.components.work_frame import Frame
from app.components.work_table import OnTable, Screen
from app.components.work_typing import Field, draw_field, enter, save_typed
from app.resources import workspace_engine
from app.state import Tone, queue_notice
from app.views.review_confirm import CONFIRM, EditToConfirm, load_own_slot
from curation.review.confirming import ConfirmConflict, awaiting, confirm
from curation.review.texts import load_texts
from db.engine import reading
from db.errors import GainsayError


def take_edit(annotator_id: str) -> None:
    """Put the edit on the table that waits longest for the person's word."""
    with reading(workspace_engine()) as session:
        edits = awaiting(session, annotator_id=annotator_id)
        slot_id = load_own_slot(session, edits[0], annotator_id=annotator_id) if edits else None
    if slot_id is None:
        table.clear(Screen.REVIEW)
        return
    table.lay_down_edit(
        Screen.REVIEW,
        edits[0],
        slot_id=slot_id,
        annotator_id=annotator_id,
        now=datetime.now(UTC),
    )


def draw_edit_to_confirm(frame: Frame, work: OnTable, shown: EditToConfirm) -> None:
    """Draw what the other reviewer changed, part by part, and the field for a reason."""
    with frame.item:
        st.subheader(t("review.confirm_heading"), anchor=False)
        st.caption(t("review.confirm_explained"))
        for one in shown.edit.parts:
            names = names_of(one.part, shown.taxonomy)
            draw_part_change(one.part, one.before, one.after, names)
    with frame.form:
        st.markdown(f"**{t('item.prompt')}**")
        draw_text(shown.edit.prompt, mono="```" in shown.edit.prompt)
        if shown.edit.reason:
            st.caption(t("review.confirm_reason"))
            st.text(shown.edit.reason)
        draw_field(
            work,
            Field(
                name=CONFIRM,
                label=plain("review.confirm_why"),
                help=plain("review.reason_help"),
                hint=plain("review.confirm_hint"),
                language=shown.edit.language_id,
                rows=3,
            ),
            shown.reason,
            on_submit=partial(_leave, work),
        )


def draw_confirm_bar(work: OnTable) -> None:
    """Draw the two answers."""
    columns = st.columns(2)
    for column, holds, letter, told, icon in (
        (columns[0], True, "A", t("review.confirm"), ":material/task_alt:"),
        (columns[1], False, "X", t("review.refuse"), ":material/block:"),
    ):
        column.button(
            told,
            key=f"review_confirm_{holds}_{work.token}",
            icon=icon,
            type="primary" if holds else "secondary",
            shortcut=letter,
            width="stretch",
            on_click=_confirm,
            args=(work, holds),
        )


def _leave(work: OnTable) -> None:
    save_typed(work, CONFIRM)


def _confirm(work: OnTable, holds: bool) -> None:
    if not work.is_here or table.is_too_soon():
        return
    if not save_typed(work, CONFIRM):
        queue_notice(Tone.REFUSED, t("review.unsaved_kept_back"))
        return
    with reading(workspace_engine()) as session:
        typed = load_texts(session, work.slot_id, annotator_id=work.annotator_id).get(CONFIRM)
    reason = typed.text.strip() if typed else ""
    if not holds and not reason:
        queue_notice(Tone.ADVICE, t("review.say_why_first"))
        enter(work, CONFIRM)
        return
    try:
        answer = confirm(
            workspace_engine(),
            work.edit_id,
            annotator_id=work.annotator_id,
            is_confirmed=holds,
            reason=reason,
            token=work.token,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        table.clear(Screen.REVIEW)
        return
    if isinstance(answer, ConfirmConflict):
        queue_notice(Tone.REFUSED, t("review.decided_elsewhere"))
    take_edit(work.annotator_id)
