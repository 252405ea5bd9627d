"""Owns the decision bar: every gesture is a button that shows its key."""

import streamlit as st

from app.components import label_claim as claim
from app.components import label_gestures as gestures
from app.components import label_table as table
from app.components.drafts.kept_text import kept
from app.components.label_gestures import OnScreen
from app.components.label_words import (
    DECIDE,
    DECISION_ICONS,
    DECISION_KEYS,
    FACTUAL_KEYS,
    SAY_FACTUAL,
)
from app.components.wording import plain, t
from app.components.work_words import SKIP_KEYS, SKIPS
from app.state import LABEL_BY_PART
from app.views.label_page import LabelPage, LabelTask
from curation.labelling.consistency import LONGEST_REASON
from db.labels import Decision
from db.slots import SkipReason


def draw_bar(view: LabelPage, task: LabelTask, *, annotator_id: str) -> None:
    """Draw the decisions, whether it is factually right, the reason, and the other keys."""
    screen = OnScreen(
        annotator_id=annotator_id,
        response_id=task.shown.id,
        token=table.token(),
        replaces=table.known_label(),
        requirements=len(task.shown.requirements),
        stored=task.own,
        is_claimed=not view.is_solo,
    )
    by_part = bool(st.session_state.get(LABEL_BY_PART)) and screen.requirements > 0
    with st.bottom, st.container(gap="small", key="label_bar"):
        if claim.is_asking():
            _draw_skip_reasons(screen)
        else:
            _draw_decisions(screen, by_part=by_part)
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            if not claim.is_asking():
                _draw_factual(screen)
            _draw_tools(view, task, screen, by_part=by_part)


def draw_idle_bar(view: LabelPage, *, annotator_id: str) -> None:
    """Draw what can be done while nothing waits."""
    with st.bottom, st.container(horizontal=True, gap="small", key="label_bar"):
        _draw_undo(view, annotator_id)
        if table.can_go_back():
            _tool(t("label.previous"), "K", "label_do_previous", gestures.go_back)


def _draw_decisions(screen: OnScreen, *, by_part: bool) -> None:
    columns = st.columns([2, 2, 2, 3], vertical_alignment="center")
    number = len(table.parts()) + 1
    for column, decision in zip(columns, Decision, strict=False):
        told = t(DECIDE[decision])
        column.button(
            t("label.decide_part", number=number, decision=told) if by_part else told,
            key=f"label_{decision.value}_{number}_{screen.token}",
            icon=DECISION_ICONS[decision],
            shortcut=DECISION_KEYS[decision],
            width="stretch",
            on_click=gestures.decide_part if by_part else gestures.decide_whole,
            args=(screen, decision),
        )
    with columns[-1], kept(*gestures.reason_of(screen)):
        st.text_input(
            t("label.reason"),
            key=table.reason_key(screen.token),
            placeholder=plain("label.reason"),
            max_chars=LONGEST_REASON,
            label_visibility="collapsed",
        )


def _draw_skip_reasons(screen: OnScreen) -> None:
    st.markdown(t("label.skip_why"))
    columns = st.columns(3)
    for place, reason in enumerate(SkipReason):
        columns[place % len(columns)].button(
            t(SKIPS[reason]),
            key=f"label_skip_{reason.value}_{screen.token}",
            shortcut=SKIP_KEYS[reason],
            width="stretch",
            on_click=gestures.skip_for,
            args=(screen, reason),
        )


def _draw_factual(screen: OnScreen) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.markdown(t("label.factual"), width="content")
        for value, told in SAY_FACTUAL.items():
            st.button(
                t(told),
                key=f"label_factual_{value.value}_{screen.token}",
                shortcut=FACTUAL_KEYS[value],
                type="primary" if table.factual() is value else "secondary",
                on_click=gestures.say_factual,
                args=(value,),
            )


def _draw_tools(view: LabelPage, task: LabelTask, screen: OnScreen, *, by_part: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if screen.requirements:
            told = t("label.whole") if by_part else t("label.by_part")
            _tool(told, "Q", "label_do_parts", gestures.switch_parts, LABEL_BY_PART)
        if by_part and table.parts():
            _tool(t("label.undo_part"), "Z", "label_do_undo_part", gestures.undo_part)
        else:
            _draw_undo(view, screen.annotator_id)
        if table.can_go_back():
            _tool(t("label.previous"), "K", "label_do_previous", gestures.go_back)
        _tool(t("label.next"), "J", "label_do_next", gestures.go_on, screen)
        _tool(t("label.skip"), "S", "label_do_skip", gestures.skip, screen)
        _tool(t("label.hand_in"), "Ctrl+Enter", "label_do_hand_in", gestures.hand_in_again, screen)
        if screen.is_claimed and screen.replaces is None:
            _tool(t("label.escalate"), "U", "label_do_escalate", gestures.escalate, screen)
        if task.own is not None and task.origin is None:
            _tool(t("label.show_origin"), "W", "label_do_origin", gestures.show_origin, screen)


def _draw_undo(view: LabelPage, annotator_id: str) -> None:
    if view.last.is_spent:
        _tool(t("label.undo"), "Z", "label_do_undo_spent", gestures.say_undo_is_spent)
    elif view.last.decisions:
        newest = view.last.decisions[0]
        st.button(
            t("label.undo"),
            key=f"label_do_undo_{newest.id}",
            shortcut="Z",
            type="tertiary",
            on_click=gestures.undo_decision,
            args=(annotator_id, newest.id),
        )


def _tool(label: str, shortcut: str, key: str, act: object, *args: object) -> None:
    st.button(
        label,
        key=key,
        shortcut=shortcut,
        type="tertiary",
        on_click=act,  # type: ignore[arg-type]
        args=args,
    )
