"""Owns what the forms about models share: who acts, and telling what came of a gesture."""

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from app.components.markdown import escaped
from app.resources import ledger_engine, workspace_engine
from app.state import MODELS_ROUND, Tone, queue_notice
from calibration.runs.entering import Actor
from db.errors import GainsayError


def actor(annotator_id: str) -> Actor:
    """Name who acts, where and now."""
    return Actor(
        workspace=workspace_engine(),
        ledger=ledger_engine(),
        id=annotator_id,
        now=datetime.now(UTC),
    )


def told(gesture: Callable[[], str]) -> None:
    """Run a gesture and tell what came of it on the next page."""
    try:
        done = gesture()
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    queue_notice(Tone.DONE, done)


def new_form() -> str:
    """Name the form of what is not entered yet; another one after each entry."""
    return f"new{st.session_state.get(MODELS_ROUND, 0)}"


def empty_form() -> None:
    """Let the form of what is not entered yet begin empty again."""
    st.session_state[MODELS_ROUND] = st.session_state.get(MODELS_ROUND, 0) + 1
