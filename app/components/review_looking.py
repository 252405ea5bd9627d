"""Owns how one of a person's own reviews is looked at again: read only, with all they said."""

import streamlit as st

from app.components.review_task import draw_guess, draw_item
from app.components.wording import moment, t
from app.components.work_frame import Frame
from app.components.work_words import (
    ANSWER_ICONS,
    ANSWERS,
    AXES,
    DECIDED,
    DECISION_COLOURS,
    DECISION_ICONS,
    REASONS,
)
from app.resources import workspace_engine
from app.state import ui_language
from app.views.review_page import ReviewShown, load_review
from db.engine import reading
from db.queries.reviews import ReviewView
from db.reviews import Axis, ReasonCode


def draw_own_review(frame: Frame, review: ReviewView) -> None:
    """Draw the item as it was reviewed, and the review."""
    if review.slot_id is None:
        return
    with reading(workspace_engine()) as session:
        shown = load_review(
            session,
            review.slot_id,
            annotator_id=review.annotator_id,
            language=ui_language().value,
        )
    if isinstance(shown, ReviewShown):
        draw_item(frame, shown)
        with frame.form:
            _draw_review(review)
            draw_guess(shown)


def _draw_review(review: ReviewView) -> None:
    with st.container(border=True, gap="small", key="review_own"):
        st.markdown(f"**{t('review.own', at=moment(review.created_at))}**")
        with st.container(horizontal=True, gap="small"):
            st.badge(
                t(DECIDED[review.decision]),
                color=DECISION_COLOURS[review.decision],
                icon=DECISION_ICONS[review.decision],
            )
            if review.reason_code is not ReasonCode.NONE:
                st.badge(t(REASONS[review.reason_code]), color="gray")
            if not review.is_live:
                st.badge(t("work.not_undone_taken_back"), color="gray", icon=":material/undo:")
        if review.reason:
            st.text(review.reason)
        answers = [(axis, review.answers[axis]) for axis in Axis if axis in review.answers]
        st.markdown(
            "  \n".join(
                f"{ANSWER_ICONS[answer]} {t(AXES[axis])} · {t(ANSWERS[answer])}"
                for axis, answer in answers
            )
        )
