"""Owns how a response on the table is shown: question, response, what it must do, the guideline."""

import unicodedata
from typing import Final, Literal

import streamlit as st

from app.components import label_table as table
from app.components.author_guideline import draw_guideline
from app.components.badges import machine_written_badge
from app.components.item_responses import DECISIONS, FACTUALITY, LABEL_SOURCES, ROLES, SOURCES
from app.components.label_gestures import toggle
from app.components.label_words import (
    DECISION_COLOURS,
    DECISION_ICONS,
    HELP,
    HELP_CLAIMED,
    NOT_BLIND,
)
from app.components.markdown import escaped
from app.components.safe_html import draw_text
from app.components.wording import moment, t
from app.state import LABEL_BY_PART, LABEL_HELP, LABEL_NO_GUIDELINE
from app.views.label_page import LabelTask
from db.items import ItemOrigin
from db.labels import Decision
from db.queries.labelling import PersonLabel, ResponseOrigin

LINE_WIDTH: Final = 60
LONG_PROMPT_LINES: Final = 10
LONG_PROMPT_PIXELS: Final = 260


def draw_task(task: LabelTask, *, is_claimed: bool) -> None:
    """Draw the response on the table with everything that a labeller may see."""
    shown = task.shown
    left, right = st.columns([11, 9], gap="large")
    with left:
        _draw_before(task)
        st.subheader(t("item.prompt"), anchor=False)
        with st.container(height=_prompt_height(shown.prompt), border=False):
            draw_text(shown.prompt, mono="```" in shown.prompt)
        st.subheader(t("label.response"), anchor=False)
        draw_text(shown.text, mono="```" in shown.text)
        if not shown.is_current:
            st.caption(t("label.old_revision"))
        if task.origin is not None:
            _draw_origin(task.origin)
    with right:
        _draw_right_head()
        if st.session_state.get(LABEL_HELP):
            _draw_help(HELP_CLAIMED if is_claimed else HELP)
        if st.session_state.get(LABEL_BY_PART):
            _draw_parts(shown.requirements)
        draw_text(shown.reference, mono="```" in shown.reference)
        _draw_standing(task)
        if not st.session_state.get(LABEL_NO_GUIDELINE):
            st.subheader(t("label.guideline"), anchor=False)
            draw_guideline(task.guideline)


def _prompt_height(prompt: str) -> int | Literal["content"]:
    # A long prompt scrolls in its place, so that the response stays in sight.
    lines = sum(1 + _width(line) // LINE_WIDTH for line in prompt.splitlines())
    return LONG_PROMPT_PIXELS if lines > LONG_PROMPT_LINES else "content"


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def decision_badge(decision: Decision) -> None:
    """Draw a decision."""
    st.badge(
        t(DECISIONS[decision]), icon=DECISION_ICONS[decision], color=DECISION_COLOURS[decision]
    )


def draw_said(label: PersonLabel) -> None:
    """Draw what a person decided: the whole, the parts, the facts, the reason."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        decision_badge(label.decision)
        if label.factually_right is not None:
            st.badge(t(FACTUALITY[label.factually_right]), color="gray", icon=":material/public:")
        if label.is_surplus:
            st.badge(t("work.surplus"), color="gray", icon=":material/inventory_2:")
    if label.is_surplus:
        st.caption(t("label.surplus"))
    if label.requirements:
        st.caption(
            " · ".join(
                t("label.part_said", number=number, decision=t(DECISIONS[found]))
                for number, found in label.requirements.items()
            )
        )
    if label.reason:
        st.text(label.reason)


def _draw_before(task: LabelTask) -> None:
    before = task.own or task.undone
    if before is None:
        return
    with st.container(border=True, gap="small", key="label_before"):
        at = moment(before.created_at)
        st.markdown(t("label.you_decided", at=at) if task.own else t("label.you_undid", at=at))
        draw_said(before)


def _draw_parts(requirements: tuple[str, ...]) -> None:
    decided = table.parts()
    for number, text in enumerate(requirements, start=1):
        current = number == len(decided) + 1
        with st.container(border=current, gap="small", key=f"label_part_{number}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{t('label.requirement', number=number)}**", width="content")
                if number in decided:
                    decision_badge(decided[number])
                elif current:
                    st.badge(t("label.decide_now"), color="blue", icon=":material/arrow_forward:")
            draw_text(text)
    st.caption(t("label.parts_explained"))


def _draw_standing(task: LabelTask) -> None:
    reasons = [t(NOT_BLIND[reason]) for reason in task.standing.reasons]
    with st.container(key="label_standing", gap=None):
        if not reasons:
            st.caption(f":material/visibility_off: {t('label.blind')}")
            return
        st.caption(f":material/visibility: {t('label.not_blind')} {' '.join(reasons)}")


def _draw_origin(origin: ResponseOrigin) -> None:
    with st.container(border=True, gap="small", key="label_origin"):
        st.markdown(f"**{t('label.origin')}**")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(
                t(ROLES[origin.role]) if origin.role else t(SOURCES[origin.source]),
                color="gray",
            )
            if origin.source_name:
                st.badge(escaped(origin.source_name), color="gray", icon=":material/smart_toy:")
            if origin.is_simulated:
                st.badge(t("response.simulated"), color="orange", icon=":material/science:")
            if origin.item_origin == ItemOrigin.STARTER and origin.role:
                machine_written_badge()
        for label in origin.labels:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                decision_badge(label.decision)
                st.badge(t(LABEL_SOURCES[label.source]), color="gray", icon=":material/label:")
        for verdict in origin.verdicts:
            value = "—" if verdict.value is None else str(verdict.value)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(t("label.verdict", judge=verdict.judge, value=value), width="content")
                if verdict.is_simulated:
                    st.badge(t("response.simulated"), color="orange", icon=":material/science:")


def _draw_help(lines: tuple[tuple[str, str], ...]) -> None:
    with st.container(border=True, gap="small", key="label_keys"):
        st.markdown("  \n".join(f"`{keys}` {t(told)}" for keys, told in lines))
        st.caption(t("label.factual_help"))
        st.caption(t("label.keys_explained"))


def _draw_right_head() -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.subheader(t("item.reference"), anchor=False)
        with st.container(horizontal=True, gap="small", width="content"):
            for told, letter, name, switched in (
                (t("label.guideline"), "G", "label_do_guideline", LABEL_NO_GUIDELINE),
                (t("label.keys"), "H", "label_do_help", LABEL_HELP),
            ):
                st.button(
                    told,
                    key=name,
                    shortcut=letter,
                    type="tertiary",
                    on_click=toggle,
                    args=(switched,),
                )
