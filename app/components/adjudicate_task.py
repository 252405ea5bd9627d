"""Owns how a dispute is shown: the item, the opinions by letter, the form of the ruling."""

from functools import partial
from typing import Final

import streamlit as st

from app.components import adjudicate_gestures as gestures
from app.components.author_guideline import draw_guideline
from app.components.author_parts import LABELS
from app.components.item_responses import DECISIONS, FACTUALITY
from app.components.part_change import draw_part_change, names_of
from app.components.safe_html import draw_text
from app.components.wording import name_in, plain, t, tn
from app.components.work_frame import Frame
from app.components.work_table import OnTable
from app.components.work_taking import leave_reason
from app.components.work_typing import Field, draw_field
from app.components.work_words import (
    ANSWER_ICONS,
    ANSWERS,
    AXES,
    CONFIDENCE,
    DECIDED,
    DECISION_COLOURS,
    DECISION_ICONS,
    REASONS,
)
from app.state import WORK_NO_GUIDELINE
from app.views.adjudicate_page import EDIT, REASON, DisputeShown
from curation.review.disputes import LabelDispute, LabelOpinion, ReviewDispute, ReviewOpinion
from db.reviews import Answer, Axis, ReasonCode, ReviewDecision
from db.working_copies import Part

_ACCEPTS: Final = (ReviewDecision.ACCEPT, ReviewDecision.ACCEPT_WITH_EDIT)
CONTRAST: Final = (Part.TWIN, Part.FOLLOWS, Part.CONVENTIONAL, Part.NEAR_MISS, Part.CHECKS)


def draw_dispute(frame: Frame, work: OnTable, shown: DisputeShown) -> None:
    """Draw the item with the opinions in the middle, and the form beside it."""
    found = shown.dispute
    with frame.item:
        if isinstance(found, ReviewDispute):
            _draw_reviews(found, shown)
        else:
            _draw_labels(found)
    with frame.form:
        _draw_form(work, shown)
        if not st.session_state.get(WORK_NO_GUIDELINE):
            st.subheader(t("label.guideline"), anchor=False)
            draw_guideline(shown.guideline)


def _draw_reviews(found: ReviewDispute, shown: DisputeShown) -> None:
    types = {named.id: name_in(named.names) for named in shown.taxonomy.types}
    st.badge(
        t("review.type_is", type=types[found.type_id]), color="blue", icon=":material/category:"
    )
    _draw_summary(found)
    _draw_parts(found, (Part.PROMPT, Part.REFERENCE))
    for opinion in found.opinions:
        _draw_review(opinion, types, shown)
    _draw_parts(found, CONTRAST)


def _draw_summary(found: ReviewDispute) -> None:
    """Draw at once who says what; why follows below the item."""
    with st.container(horizontal=True, gap="small", key="adjudicate_summary"):
        for one in found.opinions:
            st.badge(
                f"{t('adjudicate.reviewer', letter=one.letter)} · {t(DECIDED[one.decision])}",
                color=DECISION_COLOURS[one.decision],
                icon=DECISION_ICONS[one.decision],
            )


def _draw_parts(found: ReviewDispute, parts: tuple[Part, ...]) -> None:
    for part in parts:
        if found.parts[part].strip():
            st.markdown(f"**{t(LABELS[part])}**")
            draw_text(found.parts[part], mono="```" in found.parts[part])


def _draw_review(opinion: ReviewOpinion, types: dict[str, str], shown: DisputeShown) -> None:
    with st.container(border=True, gap="small", key=f"adjudicate_opinion_{opinion.letter}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{t('adjudicate.reviewer', letter=opinion.letter)}**", width="content")
            st.badge(
                t(DECIDED[opinion.decision]),
                color=DECISION_COLOURS[opinion.decision],
                icon=DECISION_ICONS[opinion.decision],
            )
            if opinion.reason_code is not ReasonCode.NONE:
                st.badge(t(REASONS[opinion.reason_code]), color="gray")
        if opinion.reason:
            st.text(opinion.reason)
        st.markdown("  \n".join(_answers_told(opinion)))
        if opinion.solution is not None:
            took = types.get(opinion.solution.type_id, opinion.solution.type_id)
            st.caption(t("adjudicate.expected", type=took))
            st.text(opinion.solution.expected or t("comment.blanked"))
        for one in opinion.edit:
            draw_part_change(one.part, one.before, one.after, names_of(one.part, shown.taxonomy))
        for objection in opinion.objections:
            st.caption(t("adjudicate.objection"))
            st.text(objection)


def _answers_told(opinion: ReviewOpinion) -> list[str]:
    """Tell what was not answered with yes; that is what the dispute is about."""
    otherwise = [
        (axis, opinion.answers[axis])
        for axis in Axis
        if opinion.answers.get(axis, Answer.YES) is not Answer.YES
    ]
    told = [
        f"{ANSWER_ICONS[answer]} {t(AXES[axis])} · {t(ANSWERS[answer])}"
        for axis, answer in otherwise
        if answer is Answer.NO or opinion.decision in _ACCEPTS
    ]
    # Who refuses an item leaves unsure what they did not look at: a line each would hide the rest.
    left = len(otherwise) - len(told)
    if left:
        told.append(f"{ANSWER_ICONS[Answer.UNSURE]} {tn('adjudicate.left_unsure', left)}")
    return told or [t("adjudicate.all_yes")]


def _draw_labels(found: LabelDispute) -> None:
    for label, text in (
        (t("item.prompt"), found.prompt),
        (t("label.response"), found.response),
        (t("item.reference"), found.reference),
    ):
        st.markdown(f"**{label}**")
        draw_text(text, mono="```" in text)
    for opinion in found.opinions:
        _draw_label(opinion)


def _draw_label(opinion: LabelOpinion) -> None:
    with st.container(border=True, gap="small", key=f"adjudicate_opinion_{opinion.letter}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{t('adjudicate.labeller', letter=opinion.letter)}**", width="content")
            st.badge(t(DECISIONS[opinion.decision]), color="blue")
            if opinion.factually_right is not None:
                st.badge(t(FACTUALITY[opinion.factually_right]), color="gray")
        if opinion.requirements:
            st.caption(
                " · ".join(
                    t("label.part_said", number=place, decision=t(DECISIONS[decided]))
                    for place, decided in opinion.requirements.items()
                )
            )
        if opinion.reason:
            st.text(opinion.reason)


def _draw_form(work: OnTable, shown: DisputeShown) -> None:
    with st.container(border=True, gap="small", key="adjudicate_said"):
        with st.container(horizontal=True, gap="small"):
            st.badge(
                t("adjudicate.confidence", said=plain(CONFIDENCE[shown.confidence]))
                if shown.confidence
                else t("adjudicate.confidence_open"),
                color="blue" if shown.confidence else "orange",
            )
            st.badge(
                t("adjudicate.category", said=plain(REASONS[shown.category]))
                if shown.category
                else t("adjudicate.category_open"),
                color="blue" if shown.category else "orange",
            )
            if shown.is_guideline_gap:
                st.badge(t("adjudicate.gap_said"), color="violet", icon=":material/menu_book:")
        _draw_edit_choice(work, shown)
    draw_field(
        work,
        Field(
            name=REASON,
            label=plain("adjudicate.reason"),
            help=plain("adjudicate.reason_hint"),
            hint=plain("adjudicate.reason_hint"),
            language=shown.dispute.language_id,
            rows=4,
        ),
        shown.field(REASON),
        on_submit=partial(leave_reason, work),
    )


def _draw_edit_choice(work: OnTable, shown: DisputeShown) -> None:
    found = shown.dispute
    if not isinstance(found, ReviewDispute):
        return
    letters = ["", *(one.letter for one in found.opinions if one.edit)]
    if len(letters) == 1:
        return
    chosen = shown.field(EDIT).text
    place = letters.index(chosen) if chosen in letters else 0
    st.button(
        t("adjudicate.with_edit", letter=chosen) if chosen else t("adjudicate.without_edit"),
        key=f"adjudicate_edit_{work.token}",
        shortcut="E",
        icon=":material/edit_note:",
        on_click=gestures.choose_edit,
        args=(work, letters[(place + 1) % len(letters)]),
    )
