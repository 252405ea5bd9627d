"""Owns the lease on a work screen: kept while its person is at work, and what is said when not."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from app.components import work_table as table
from app.components.markdown import escaped
from app.components.wording import clock, t
from app.components.work_table import OnTable, Screen
from app.resources import workspace_engine
from app.state import WORK_BEAT, WORK_TABLE
from curation.claims.claiming import Lost, heartbeat
from db.errors import GainsayError

BEAT_SECONDS: Final = 30.0


@st.fragment(run_every=BEAT_SECONDS)
def draw_lease(screen: Screen) -> None:
    """Draw until when the work is the person's; renew it while they are at it."""
    work = table.on_table(screen)
    if work is None:
        return
    if not work.is_lost and _is_due(work):
        work = _renewed(work)
        if work.is_lost:
            st.rerun()
    if work.is_lost:
        st.badge(t("work.lost_badge"), icon=":material/timer_off:", color="orange")
    else:
        st.badge(
            t("work.yours_until", at=clock(work.lease_until)[:5]),
            icon=":material/timer:",
            color="gray",
            help=t("work.lease_explained"),
        )


def draw_lost(work: OnTable) -> None:
    """Say, above everything, that somebody else may have the work now."""
    if work.is_lost:
        st.warning(t("work.lost"), icon=":material/timer_off:")


def _is_due(work: OnTable) -> bool:
    known, at = st.session_state.get(WORK_BEAT, ("", 0.0))
    return not table.is_idle() and (
        known != work.slot_id or time.monotonic() - at >= BEAT_SECONDS - 1
    )


def _renewed(work: OnTable) -> OnTable:
    st.session_state[WORK_BEAT] = (work.slot_id, time.monotonic())
    try:
        answer = heartbeat(
            workspace_engine(),
            work.slot_id,
            annotator_id=work.annotator_id,
            fence=work.fence,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        st.caption(escaped(str(error)))
        return work
    kept = (
        replace(work, is_lost=True)
        if isinstance(answer, Lost)
        else replace(work, lease_until=answer.lease_until)
    )
    st.session_state[WORK_TABLE + work.screen.value] = kept
    return kept
