"""Owns the form in which a reviewer changes an item, and what the change looks like."""

from functools import partial

import streamlit as st

from app.components import review_gestures as gestures
from app.components.author_findings import COLOURED, SENTENCES
from app.components.author_parts import LABELS, LONG
from app.components.part_change import draw_part_change, names_of
from app.components.wording import name_in, plain, t
from app.components.work_frame import Frame
from app.components.work_table import OnTable
from app.components.work_typing import Field, draw_field, save_choice
from app.state import REVIEW_DIFFERENCE
from app.views.review_page import EditablePart, ReviewShown
from curation.authoring.checks import Finding
from curation.review.texts import FieldText
from db.working_copies import LONG_PARTS


def draw_edit(frame: Frame, work: OnTable, shown: ReviewShown) -> None:
    """Draw an editor for every part that may be changed, or what was changed."""
    with frame.item:
        st.caption(t("review.edit_explained"))
        if st.session_state.get(REVIEW_DIFFERENCE):
            draw_changes(shown)
        for one in shown.edits:
            if one.part in LONG_PARTS:
                _draw_long(work, one, shown.language_id)
            else:
                _draw_choice(work, one, shown)
        for finding in shown.findings:
            _draw_finding(finding)


def draw_changes(shown: ReviewShown) -> None:
    """Draw part by part what the person would change."""
    with st.container(border=True, key="review_changes"):
        if not shown.changed:
            st.caption(t("review.nothing_changed"))
        for one in shown.changed:
            draw_part_change(one.part, one.before, one.after, names_of(one.part, shown.taxonomy))


def _draw_long(work: OnTable, one: EditablePart, language_id: str) -> None:
    words = LONG[one.part]
    # What was not touched yet starts from the text under review.
    saved = one.typed if one.typed.number else FieldText(text=one.before, number=0, saved_at=None)
    draw_field(
        work,
        Field(
            name=one.typed_field,
            label=plain(words.label),
            help=plain(words.help),
            hint=plain(words.hint),
            language=language_id,
            rows=words.rows,
        ),
        saved,
        on_submit=partial(gestures.accept_edited, work),
    )


def _draw_choice(work: OnTable, one: EditablePart, shown: ReviewShown) -> None:
    names = {named.id: name_in(named.names) for named in names_of(one.part, shown.taxonomy)}
    widget = f"review_choose_{one.part.value}_{work.token}"
    st.session_state[widget] = one.after if one.after in names else ""
    st.selectbox(
        t(LABELS[one.part]),
        ["", *names],
        format_func=lambda value: names.get(value) or plain("author.not_chosen"),
        key=widget,
        on_change=_choose,
        args=(work, one, widget),
    )


def _choose(work: OnTable, one: EditablePart, widget: str) -> None:
    value = str(st.session_state.get(widget) or "")
    save_choice(work, one.typed_field, value, base_number=one.typed.number)


def _draw_finding(one: Finding) -> None:
    lead = f"**{t(LABELS[one.part])}** " if one.part else ""
    st.markdown(COLOURED[one.severity].format(lead + t(SENTENCES[one.code], **one.values)))
