"""Owns what is typed and chosen on a work screen: saved in its slot at once, by field.

The texts go through the editor component; a choice is saved with the gesture that makes it. Answers
to saves stay in the session only until the browser has seen them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from app.components import work_table as table
from app.components.editor.long_text import (
    Answer,
    LongText,
    Outcome,
    SaveGesture,
    draw_editor,
    read_save,
)
from app.components.markdown import escaped
from app.components.safe_html import draw_difference
from app.components.wording import t
from app.components.work_table import OnTable
from app.resources import workspace_engine
from app.state import WORK_ANSWERS, WORK_FLUSH, WORK_FOCUS, WORK_TAB, Tone, queue_notice
from app.views.difference import difference
from curation.review.texts import (
    FieldText,
    LateText,
    SavedText,
    StaleText,
    save_text,
    settle_late,
)
from db.base import new_id
from db.errors import GainsayError

KEPT_ANSWERS = 6
LATE = "late-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One text field of a work screen.

    Attributes:
        language: Of what is written in it, for fonts and screen readers.
    """

    name: str
    label: str
    help: str
    hint: str
    language: str
    rows: int


def draw_field(
    work: OnTable, field: Field, saved: FieldText, *, on_submit: Callable[[], None]
) -> None:
    """Draw the editor of a field, and below it what another tab wrote meanwhile."""
    widget = editor_key(work, field.name)
    draw_editor(
        LongText(
            workspace=work.annotator_id,
            copy=work.slot_id,
            part=field.name,
            label=field.label,
            help=field.help,
            placeholder=field.hint,
            language=field.language,
            rows=field.rows,
            text=saved.text,
            number=saved.number,
            saved_at=saved.saved_at.isoformat() if saved.saved_at else "",
            answers=_answers(widget),
            asides=tuple(f"{LATE}{one.number}" for one in saved.late),
            flush=st.session_state.get(WORK_FLUSH, 0),
            focus=_focus(widget),
        ),
        key=widget,
        on_save=partial(_on_save, work, field.name),
        on_submit=on_submit,
    )
    with st.container(key=f"work_late_{widget}"):
        for one in saved.late:
            _draw_late(work, field, saved, one)


def editor_key(work: OnTable, name: str) -> str:
    """Name the widget of a field."""
    return f"work_{work.slot_id}_{name}"


def enter(work: OnTable, name: str) -> None:
    """Put the cursor into a field."""
    entered = st.session_state.setdefault(WORK_FOCUS, {})
    widget = editor_key(work, name)
    entered[widget] = entered.get(widget, 0) + 1


def save_typed(work: OnTable, name: str) -> bool:
    """Save what an editor sent; say whether all that it sent is stored.

    Nothing happens when that very save was answered before.
    """
    table.note_activity()
    widget = editor_key(work, name)
    gesture = read_save(st.session_state.get(widget))
    answered = {one.id: one for one in _answers(widget)}
    if gesture is None:
        return True
    if gesture.id in answered:
        return answered[gesture.id].outcome is not Outcome.REFUSED
    try:
        result = save_text(
            workspace_engine(),
            work.slot_id,
            name,
            gesture.text,
            annotator_id=work.annotator_id,
            base_number=gesture.base,
            tab=gesture.tab,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        refused = Answer(id=gesture.id, outcome=Outcome.REFUSED, sentence=str(error))
        _keep(widget, refused)
        return False
    _keep(widget, _answer(gesture, result))
    return True


def _on_save(work: OnTable, name: str) -> None:
    save_typed(work, name)


def save_choice(work: OnTable, name: str, value: str, *, base_number: int) -> bool:
    """Save what was chosen; a choice of another tab that came between gives way to this one."""
    table.note_activity()
    for _ in range(2):
        try:
            result = save_text(
                workspace_engine(),
                work.slot_id,
                name,
                value,
                annotator_id=work.annotator_id,
                base_number=base_number,
                tab=_tab(),
                now=datetime.now(UTC),
            )
        except GainsayError as error:
            queue_notice(Tone.REFUSED, escaped(str(error)))
            return False
        if isinstance(result, SavedText):
            return True
        _settle(work, name, result.late_number)
        base_number = result.theirs_number
    return False


def settle(work: OnTable, name: str, saved: FieldText, late: LateText, *, take: bool) -> None:
    """Decide between the newest text and one that came too late."""
    if take and not save_choice(work, name, late.text, base_number=saved.number):
        return
    _settle(work, name, late.number)


def _settle(work: OnTable, name: str, late_number: int) -> None:
    try:
        settle_late(
            workspace_engine(),
            work.slot_id,
            name,
            late_number,
            annotator_id=work.annotator_id,
            tab=_tab(),
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))


def _draw_late(work: OnTable, field: Field, saved: FieldText, late: LateText) -> None:
    with st.container(border=True, gap="small"):
        st.caption(t("work.late_explained", field=field.label))
        draw_difference(difference(saved.text, late.text))
        with st.container(horizontal=True):
            for take, told in ((True, t("work.late_take")), (False, t("work.late_leave"))):
                st.button(
                    told,
                    key=f"work_settle_{take}_{editor_key(work, field.name)}_{late.number}",
                    on_click=partial(settle, work, field.name, saved, late, take=take),
                )


def _answers(widget: str) -> tuple[Answer, ...]:
    kept: Mapping[str, tuple[Answer, ...]] = st.session_state.get(WORK_ANSWERS, {})
    return kept.get(widget, ())


def _focus(widget: str) -> int:
    entered: Mapping[str, int] = st.session_state.get(WORK_FOCUS, {})
    return entered.get(widget, 0)


def _keep(widget: str, answer: Answer) -> None:
    kept = st.session_state.setdefault(WORK_ANSWERS, {})
    kept[widget] = (*kept.get(widget, ()), answer)[-KEPT_ANSWERS:]


def _answer(gesture: SaveGesture, result: SavedText | StaleText) -> Answer:
    if isinstance(result, SavedText):
        return Answer(id=gesture.id, outcome=Outcome.SAVED, number=result.number)
    return Answer(
        id=gesture.id,
        outcome=Outcome.ASIDE,
        number=result.theirs_number,
        aside=f"{LATE}{result.late_number}",
    )


def _tab() -> str:
    return str(st.session_state.setdefault(WORK_TAB, new_id("form")))
