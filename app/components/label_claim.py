"""Owns the claim on what is on the table while labelling in a shared workspace.

A response that is not decided yet is shown only while its slot is the person's. What is left, by
walking on or by another page, is given back; who stays away loses it when the lease ends.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from app.components import label_table as table
from app.components.markdown import escaped
from app.components.wording import clock, t
from app.components.work_table import is_idle, note_activity
from app.resources import workspace_engine
from app.state import LABEL_ASKING, LABEL_BEAT, LABEL_CLAIM, Tone, queue_notice
from curation.claims.claiming import (
    Claim,
    ClaimFilter,
    EmptyQueue,
    Lost,
    give_back,
    heartbeat,
    skip,
)
from curation.labelling.deciding import ForSlot
from curation.labelling.planning import claim_label
from db.engine import reading
from db.errors import GainsayError
from db.queries.labelling import labels_on
from db.queries.labelling_queue import LabelFilter
from db.slots import SkipReason

BEAT_SECONDS: Final = 30.0
PAGE: Final = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSlot:
    """The claim of this browser.

    Attributes:
        is_lost: Whether somebody else may have it by now.
    """

    annotator_id: str
    response_id: str
    slot_id: str
    fence: int
    lease_until: datetime
    is_lost: bool = False


def hold(annotator_id: str, wanted: LabelFilter) -> EmptyQueue | None:
    """See to it that what is on the table is the person's; None when it is.

    Returns:
        Why there is nothing, when nothing is left to lay down.
    """
    note_activity()
    shown = table.shown_response()
    held = _held(annotator_id)
    if shown is not None:
        if held is not None and held.response_id == shown:
            return None
        if _is_decided(annotator_id, shown):
            return None
        leave()
        got = _claim(annotator_id, ClaimFilter(only=shown))
        if isinstance(got, Claim):
            _lay_down(annotator_id, got)
            return None
        table.pass_over(shown)
        table.clear()
        st.caption(t("label.not_yours"))
    choice = ClaimFilter(
        type_ids=wanted.type_ids,
        language_ids=wanted.language_ids,
        passed=table.passed(),
        after=table.last_shown(),
    )
    got = _claim(annotator_id, choice)
    if isinstance(got, EmptyQueue):
        return got
    _lay_down(annotator_id, got)
    return None


def for_slot(response_id: str) -> ForSlot | None:
    """Give the claim that a label on a response is handed in for."""
    held = st.session_state.get(LABEL_CLAIM)
    if not isinstance(held, HeldSlot) or held.response_id != response_id:
        return None
    return ForSlot(slot_id=held.slot_id, fence=held.fence)


def forget(response_id: str) -> None:
    """Let go of a claim whose work is in."""
    if for_slot(response_id) is not None:
        st.session_state[LABEL_CLAIM] = None
    ask(None)


def leave() -> None:
    """Give back what this browser holds: others need not wait for its lease to end."""
    held = st.session_state.get(LABEL_CLAIM)
    if not isinstance(held, HeldSlot):
        return
    st.session_state[LABEL_CLAIM] = None
    ask(None)
    give_back(
        workspace_engine(),
        held.slot_id,
        annotator_id=held.annotator_id,
        fence=held.fence,
        now=datetime.now(UTC),
    )


def leave_unless(page: str) -> None:
    """Give back what this browser holds when another page than Label is drawn."""
    if page != PAGE:
        # Where that fails the lease ends by itself; the other page is not held up.
        with suppress(GainsayError):
            leave()


def is_asking() -> bool:
    """Say whether a digit gives the reason for skipping."""
    return bool(st.session_state.get(LABEL_ASKING))


def ask(response_id: str | None) -> None:
    """Let the digits give the reason for skipping a response, or decide again."""
    st.session_state[LABEL_ASKING] = response_id


def pass_on(response_id: str, reason: SkipReason, note: str = "") -> bool:
    """Skip what is on the table; False when it was no longer the person's."""
    held = st.session_state.get(LABEL_CLAIM)
    if not isinstance(held, HeldSlot) or held.response_id != response_id:
        return False
    answer = skip(
        workspace_engine(),
        held.slot_id,
        annotator_id=held.annotator_id,
        fence=held.fence,
        reason=reason,
        note=note,
        now=datetime.now(UTC),
    )
    forget(response_id)
    return not isinstance(answer, Lost)


@st.fragment(run_every=BEAT_SECONDS)
def draw_claim() -> None:
    """Draw until when the response is the person's, and keep it while they are at work."""
    held = st.session_state.get(LABEL_CLAIM)
    if not isinstance(held, HeldSlot):
        return
    if not held.is_lost and not is_idle() and _is_due(held):
        held = _kept(held)
    if held.is_lost:
        st.badge(t("work.lost_badge"), icon=":material/timer_off:", color="orange")
        st.caption(t("label.lost"))
        return
    st.badge(
        t("work.yours_until", at=clock(held.lease_until)[:5]),
        icon=":material/timer:",
        color="gray",
        help=t("work.lease_explained"),
    )


def _kept(held: HeldSlot) -> HeldSlot:
    st.session_state[LABEL_BEAT] = (held.slot_id, time.monotonic())
    try:
        answer = heartbeat(
            workspace_engine(),
            held.slot_id,
            annotator_id=held.annotator_id,
            fence=held.fence,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        st.caption(escaped(str(error)))
        return held
    kept = (
        replace(held, is_lost=True)
        if isinstance(answer, Lost)
        else replace(held, lease_until=answer.lease_until)
    )
    st.session_state[LABEL_CLAIM] = kept
    return kept


def _is_due(held: HeldSlot) -> bool:
    known, at = st.session_state.get(LABEL_BEAT, ("", 0.0))
    return bool(known != held.slot_id or time.monotonic() - at >= BEAT_SECONDS - 1)


def _held(annotator_id: str) -> HeldSlot | None:
    held = st.session_state.get(LABEL_CLAIM)
    return held if isinstance(held, HeldSlot) and held.annotator_id == annotator_id else None


def _claim(annotator_id: str, wanted: ClaimFilter) -> Claim | EmptyQueue:
    return claim_label(
        workspace_engine(), annotator_id=annotator_id, now=datetime.now(UTC), wanted=wanted
    )


def _lay_down(annotator_id: str, got: Claim) -> None:
    response_id = got.subject_id
    if table.shown_response() != response_id:
        table.lay_down(response_id)
    st.session_state[LABEL_CLAIM] = HeldSlot(
        annotator_id=annotator_id,
        response_id=response_id,
        slot_id=got.slot_id,
        fence=got.fence,
        lease_until=got.lease_until,
    )
    st.session_state[LABEL_BEAT] = (got.slot_id, time.monotonic())
    ask(None)


def _is_decided(annotator_id: str, response_id: str) -> bool:
    with reading(workspace_engine()) as session:
        labels = labels_on(session, response_id=response_id, annotator_id=annotator_id)
    return any(label.is_live for label in labels)


def say_lost() -> None:
    """Say that the response had gone to somebody else before it was skipped."""
    queue_notice(Tone.REFUSED, t("label.lost"))
