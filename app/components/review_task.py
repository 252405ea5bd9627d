"""Owns steps 2 and 3 of a review on the screen: the whole item, the axes, the reason."""

from functools import partial
from typing import Final

import streamlit as st

from app.components import review_gestures as gestures
from app.components.author_guideline import draw_guideline
from app.components.author_parts import LABELS
from app.components.part_change import draw_part_change, names_of
from app.components.safe_html import draw_text
from app.components.wording import name_in, plain, t
from app.components.work_frame import Frame
from app.components.work_table import OnTable, asking
from app.components.work_taking import leave_reason
from app.components.work_typing import Field, draw_field
from app.components.work_words import ANSWER_ICONS, ANSWERS, AXES
from app.resources import workspace_engine
from app.state import WORK_NO_GUIDELINE
from app.views.review_page import REASON, ReviewShown, load_since
from curation.review.texts import FieldText
from db.engine import reading
from db.working_copies import Part

CONTRAST: Final = (Part.FOLLOWS, Part.CONVENTIONAL, Part.NEAR_MISS)


def draw_item(frame: Frame, shown: ReviewShown) -> None:
    """Draw the item as its author handed it in, in the middle."""
    with frame.item:
        st.subheader(t("item.prompt"), anchor=False)
        _draw(shown.whole.prompt)
        st.subheader(t("item.reference"), anchor=False)
        _draw(shown.whole.reference)
        st.caption(t("review.requirements", count=len(shown.whole.requirements)))
        for part in (Part.TWIN, *CONTRAST, Part.CHECKS):
            if shown.whole.part(part).strip():
                st.markdown(f"**{t(LABELS[part])}**")
                _draw(shown.whole.part(part))


def draw_since(work: OnTable, shown: ReviewShown) -> None:
    """Draw what reads otherwise than when the person reviewed the item before."""
    with reading(workspace_engine()) as session:
        since = load_since(session, shown, annotator_id=work.annotator_id)
    with st.container(border=True, gap="small", key="review_since"):
        st.markdown(f"**{t('review.since')}**")
        if not since:
            st.caption(t("review.since_first") if since is None else t("review.since_same"))
        for one in since or ():
            draw_part_change(one.part, one.before, one.after, names_of(one.part, shown.taxonomy))


def draw_form(frame: Frame, work: OnTable, shown: ReviewShown) -> None:
    """Draw what the person said before, the axes and the reason."""
    with frame.form:
        draw_guess(shown)
        _draw_axes(work, shown)
        draw_reason(work, shown.field(REASON), shown.language_id)


def draw_beside(shown: ReviewShown) -> None:
    """Draw the guideline of the type, unless it is folded away."""
    if not st.session_state.get(WORK_NO_GUIDELINE):
        st.subheader(t("label.guideline"), anchor=False)
        draw_guideline(shown.guideline)


def draw_guess(shown: ReviewShown) -> None:
    """Draw the type beside the own guess, and what the person expected."""
    with st.container(border=True, gap="small", key="review_guess"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(
                t("review.type_is", type=name_in(shown.type.names)),
                color="blue",
                icon=":material/category:",
            )
            if shown.guessed.id == shown.type.id:
                st.badge(t("review.you_said_so_too"), color="green", icon=":material/done:")
            else:
                st.badge(
                    t("review.you_took_it_for", type=name_in(shown.guessed.names)),
                    color="orange",
                    icon=":material/alt_route:",
                )
        st.caption(t("review.you_expected"))
        st.text(shown.whole.solution.expected)


def _draw_axes(work: OnTable, shown: ReviewShown) -> None:
    with st.container(gap="xsmall", key="review_axes"):
        for digit, axis in gestures.AXIS_KEYS.items():
            answer = shown.answers.get(axis)
            told = f" · **{t(ANSWERS[answer])}**" if answer else ""
            # While a reason is asked for, the bar has the digits.
            st.button(
                t(AXES[axis]) + told,
                key=f"review_axis_{digit}_{work.token}",
                icon=ANSWER_ICONS[answer] if answer else ":material/remove:",
                shortcut=None if asking() else digit,
                width="stretch",
                on_click=gestures.digit,
                args=(work, digit),
            )
        st.caption(t("review.axes_explained"))


def draw_reason(work: OnTable, saved: FieldText, language_id: str) -> None:
    """Draw the field for what the person wants to say about a decision."""
    draw_field(
        work,
        Field(
            name=REASON,
            label=plain("review.reason"),
            help=plain("review.reason_help"),
            hint=plain("review.reason_hint"),
            language=language_id,
            rows=2,
        ),
        saved,
        on_submit=partial(leave_reason, work),
    )


def _draw(text: str) -> None:
    draw_text(text, mono="```" in text)
