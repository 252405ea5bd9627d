"""Owns a conflict between two tabs of one person: both decisions, and the choice between them."""

import streamlit as st

from app.components.item_responses import FACTUALITY
from app.components.label_gestures import HeldConflict, change_to_mine, keep_stored
from app.components.label_task import decision_badge, draw_said
from app.components.safe_html import draw_text
from app.components.wording import clock, t
from app.views.label_page import LabelTask


def draw_conflict(held: HeldConflict, task: LabelTask) -> None:
    """Draw what is stored beside what was said now; nothing is stored until one is chosen."""
    stored, wanted = held.conflict.stored, held.conflict.wanted
    st.warning(t("label.conflict"), icon=":material/difference:")
    left, right = st.columns(2, gap="large", border=True)
    with left:
        st.markdown(f"**{t('label.conflict_stored', at=clock(stored.created_at))}**")
        draw_said(stored)
        st.button(
            t("label.conflict_keep"),
            key=f"label_keep_{held.token}",
            shortcut="K",
            on_click=keep_stored,
        )
    with right:
        st.markdown(f"**{t('label.conflict_mine')}**")
        decision_badge(wanted.decision)
        if wanted.factually_right is not None:
            st.badge(t(FACTUALITY[wanted.factually_right]), color="gray", icon=":material/public:")
        if wanted.reason:
            st.text(wanted.reason)
        st.button(
            t("label.conflict_change"),
            key=f"label_change_{held.token}",
            shortcut="M",
            on_click=change_to_mine,
        )
    st.subheader(t("label.response"), anchor=False)
    draw_text(task.shown.text, mono="```" in task.shown.text)
