"""Owns what is shown of work that is somebody else's now: the person's own texts, to copy."""

import streamlit as st

from app.components.author_parts import LABELS
from app.components.safe_html import draw_text
from app.components.wording import key, t
from app.components.work_table import OnTable, clear
from app.resources import workspace_engine
from app.views.review_page import EXPECTED, REASON
from curation.review.editing import EDITABLE, edit_field
from curation.review.texts import load_texts
from db.engine import reading

TEXTS = {EXPECTED: key("review.expected"), REASON: key("review.reason")} | {
    edit_field(part): LABELS[part] for part in EDITABLE
}


def draw_own_texts(work: OnTable) -> None:
    """Draw everything that the person typed into a piece of work, and the way on."""
    with reading(workspace_engine()) as session:
        typed = load_texts(session, work.slot_id, annotator_id=work.annotator_id)
    for name, label in TEXTS.items():
        if name in typed and typed[name].text.strip():
            st.markdown(f"**{t(label)}**")
            draw_text(typed[name].text)
    st.button(
        t("work.to_queue"),
        key=f"{work.screen.value}_to_queue",
        icon=":material/arrow_forward:",
        type="primary",
        shortcut="N",
        on_click=clear,
        args=(work.screen,),
    )
