"""Owns what a person does with a run on screen: pause, resume, cancel, raise the cap."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import streamlit as st

from app.components.markdown import escaped
from app.components.runs_words import money
from app.components.wording import plain, t
from app.resources import ledger_engine, workspace_engine
from app.state import RUN_CAP, RUN_REASON, Tone, queue_notice
from calibration.runs import steering
from calibration.runs.entering import Actor
from calibration.runs.watching import RunHead
from db.errors import GainsayError

MICRO: Final = 1_000_000
MOST_USD: Final = 1_000_000.0


def draw_steering(head: RunHead, *, annotator_id: str) -> None:
    """Draw the buttons that fit where the run stands; nothing once it has ended."""
    if not head.may_cancel:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="run_steering"):
        if head.may_pause:
            st.button(
                t("runs.pause"),
                icon=":material/pause:",
                key="run_pause",
                help=t("runs.pause_help"),
                on_click=_pause,
                args=(head.id, annotator_id),
            )
        if head.may_resume:
            st.button(
                t("runs.resume"),
                type="primary",
                icon=":material/play_arrow:",
                key="run_resume",
                on_click=_resume,
                args=(head.id, annotator_id),
            )
        with st.popover(t("runs.raise_cap"), icon=":material/payments:"):
            _draw_cap(head, annotator_id)
        with st.popover(t("runs.cancel"), icon=":material/block:"):
            _draw_cancelling(head, annotator_id)


def _draw_cap(head: RunHead, annotator_id: str) -> None:
    st.markdown(t("runs.cap_now", cap=money(head.cap_micro)))
    now = head.cap_micro / MICRO
    # The cap is part of the key: once it is raised the field begins at the new one.
    field = f"{RUN_CAP}{head.id}_{head.cap_micro}"
    st.number_input(
        t("runs.new_cap"),
        min_value=0.0,
        max_value=MOST_USD,
        value=round(now * 2, 6),
        step=max(0.01, round(now / 2, 2)),
        format="%.4f" if now < 1 else "%.2f",
        key=field,
    )
    st.button(
        t("runs.raise_do"),
        type="primary",
        key="run_raise",
        on_click=_raise,
        args=(head.id, field, annotator_id),
    )


def _draw_cancelling(head: RunHead, annotator_id: str) -> None:
    st.markdown(t("runs.cancel_explained"))
    st.text_input(
        t("runs.cancel_reason"),
        max_chars=steering.MOST_REASON,
        placeholder=plain("runs.cancel_reason_form"),
        key=f"{RUN_REASON}{head.id}",
    )
    st.button(
        t("runs.cancel_do"),
        icon=":material/block:",
        key="run_cancel",
        on_click=_cancel,
        args=(head.id, annotator_id),
    )


def _told(gesture: Callable[[], None], done: str) -> None:
    try:
        gesture()
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    queue_notice(Tone.DONE, done)


def _actor(annotator_id: str) -> Actor:
    return Actor(
        workspace=workspace_engine(),
        ledger=ledger_engine(),
        id=annotator_id,
        now=datetime.now(UTC),
    )


def _pause(run_id: str, annotator_id: str) -> None:
    _told(lambda: steering.pause(_actor(annotator_id), run_id), t("runs.was_paused"))


def _resume(run_id: str, annotator_id: str) -> None:
    _told(lambda: steering.resume(_actor(annotator_id), run_id), t("runs.was_resumed"))


def _cancel(run_id: str, annotator_id: str) -> None:
    reason = str(st.session_state.get(f"{RUN_REASON}{run_id}") or "")
    _told(
        lambda: steering.cancel(_actor(annotator_id), run_id, reason=reason),
        t("runs.was_cancelled"),
    )


def _raise(run_id: str, field: str, annotator_id: str) -> None:
    micro = int(Decimal(str(st.session_state[field])) * MICRO)
    _told(
        lambda: steering.raise_cap(_actor(annotator_id), run_id, cap_micro=micro),
        t("runs.was_raised", cap=money(micro)),
    )
