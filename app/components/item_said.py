"""Owns how an author is told what a decided round said: by letter, never by name."""

import streamlit as st

from app.components.wording import t
from app.components.work_words import (
    ANSWER_ICONS,
    ANSWERS,
    AXES,
    DECIDED,
    DECISION_COLOURS,
    DECISION_ICONS,
    REASONS,
    RULINGS,
)
from curation.review.said import Said, SaidReview
from db.reviews import ReasonCode


def draw_said(said: Said) -> None:
    """Draw the reviews, and the rulings on them."""
    for one in said.reviews:
        _draw_review(one)
    if said.ruling is not None:
        st.markdown(f"**{t('said.adjudicator')}** · {t(RULINGS[said.ruling.ruling])}")
        st.text(said.ruling.reason)
    if said.by_lead:
        st.markdown(f"**{t('said.lead')}**")
        st.text(said.by_lead)


def _draw_review(said: SaidReview) -> None:
    with st.container(gap="small", key=f"said_{said.letter}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{t('adjudicate.reviewer', letter=said.letter)}**", width="content")
            st.badge(
                t(DECIDED[said.decision]),
                color=DECISION_COLOURS[said.decision],
                icon=DECISION_ICONS[said.decision],
            )
            if said.reason_code is not ReasonCode.NONE:
                st.badge(t(REASONS[said.reason_code]), color="gray")
        if said.reason:
            st.text(said.reason)
        if said.doubts:
            st.caption(
                "  \n".join(
                    f"{ANSWER_ICONS[answer]} {t(AXES[axis])} · {t(ANSWERS[answer])}"
                    for axis, answer in said.doubts.items()
                )
            )
        for objection in said.objections:
            st.caption(t("adjudicate.objection"))
            st.text(objection)
