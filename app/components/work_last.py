"""Owns what a person decided last on the work screens: the saved badge, undo, the way back."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from app.components import work_table as table
from app.components.drafts.kept_text import forget, kept
from app.components.markdown import escaped
from app.components.wording import clock, key, moment, plain, start_of_day, t
from app.components.work_frame import draw_tool
from app.components.work_table import Screen
from app.components.work_words import DECIDED, DECISION_COLOURS, DECISION_ICONS, RULINGS
from app.resources import workspace_engine
from app.state import WORK_LOOKING, WORK_REOPEN, Tone, queue_notice
from app.views.work_last import LastDecision
from curation.claims.claiming import Claim
from curation.review.undoing import WhyNot, request_reopen, undo
from db.errors import GainsayError
from db.queries.reopen_requests import RequestView
from db.reviews import Withdrawn

WHY_NOT: Final = {
    WhyNot.TAKEN_BACK: key("work.not_undone_taken_back"),
    WhyNot.SURPLUS: key("work.not_undone_surplus"),
    WhyNot.OLD: key("work.not_undone_old"),
    WhyNot.ROUND_DECIDED: key("work.not_undone_round_decided"),
    WhyNot.CONFIRMED: key("work.not_undone_confirmed"),
    WhyNot.THIRD_REVIEW: key("work.not_undone_third_review"),
    WhyNot.RULED: key("work.not_undone_ruled"),
    WhyNot.ACTED: key("work.not_undone_acted"),
    WhyNot.LABELLED: key("work.not_undone_labelled"),
    WhyNot.RELEASED: key("work.not_undone_released"),
    WhyNot.SEEN: key("work.not_undone_seen"),
}
# These have nothing left that a lead could open again.
_SPENT: Final = (WhyNot.TAKEN_BACK, WhyNot.SURPLUS)
LONGEST_REASON: Final = 2_000

Again = Callable[[Claim | None], None]


def draw_saved(last: Sequence[LastDecision]) -> None:
    """Draw when the newest decision that holds was stored, and what it was."""
    holding = [one for one in last if one.why_not is not WhyNot.TAKEN_BACK]
    if not holding:
        return
    st.badge(
        t("work.saved", at=_when(holding[0].at), decision=_told(holding[0])),
        icon=":material/cloud_done:",
        color="green",
    )


def draw_last(last: Sequence[LastDecision], *, annotator_id: str, again: Again) -> None:
    """Draw the last ten decisions behind a button, each with its undo."""
    if not last:
        return
    opened = st.popover(
        t("label.last"), icon=":material/history:", key="work_last", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        st.caption(t("work.last_explained"))
        for place, one in enumerate(last, start=1):
            _draw_one(one, place, annotator_id=annotator_id, again=again)


def draw_undo(
    last: Sequence[LastDecision], screen: Screen, *, annotator_id: str, again: Again
) -> None:
    """Draw the key that takes the newest decision back."""
    newest = next((one for one in last if one.why_not is not WhyNot.TAKEN_BACK), None)
    if newest is not None:
        draw_tool(
            t("label.undo"),
            "Z",
            f"{screen.value}_undo_{newest.id}",
            partial(take_back, newest, annotator_id=annotator_id, again=again),
        )


def draw_walk(last: Sequence[LastDecision], screen: Screen) -> None:
    """Draw the keys that lead through one's own last decisions and back to the work."""
    place = looking()
    if place is not None:
        draw_tool(t("label.next"), "J", f"{screen.value}_newer", look, place - 1)
    if any(one.review for one in last[(-1 if place is None else place) + 1 :]):
        older = 0 if place is None else place + 1
        draw_tool(t("label.previous"), "K", f"{screen.value}_older", look, older)


def looking() -> int | None:
    """Give the place of the decision that is looked at, 0 for the newest; None for none."""
    place = st.session_state.get(WORK_LOOKING)
    return place if isinstance(place, int) else None


def look(place: int) -> None:
    """Look at one of one's own decisions; before the newest lies the work."""
    st.session_state[WORK_LOOKING] = place if place >= 0 else None
    table.note_activity()


def take_back(one: LastDecision, *, annotator_id: str, again: Again) -> None:
    """Take a decision back and put its work on the table again."""
    if one.why_not is not None:
        queue_notice(Tone.REFUSED, t("work.not_undone", why=plain(WHY_NOT[one.why_not])))
        return
    try:
        undone = undo(
            workspace_engine(), one.kind, one.id, annotator_id=annotator_id, now=datetime.now(UTC)
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    look(-1)
    queue_notice(Tone.DONE, t("work.undone", decision=_told(one)))
    again(undone.claim)


def _draw_one(one: LastDecision, place: int, *, annotator_id: str, again: Again) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_when(one.at), width="content")
        st.badge(
            _told(one),
            color=DECISION_COLOURS[one.decision] if one.decision else "gray",
            icon=DECISION_ICONS[one.decision] if one.decision else ":material/gavel:",
        )
        if one.is_surplus:
            st.badge(t("work.surplus"), color="gray", icon=":material/inventory_2:")
        if one.why_not is None:
            st.button(
                t("label.undo_this"),
                key=f"work_undo_{place}_{one.id}",
                type="tertiary",
                on_click=partial(take_back, one, annotator_id=annotator_id, again=again),
            )
    if one.about:
        st.caption(escaped(one.about))
    if one.why_not is not None:
        st.caption(t(WHY_NOT[one.why_not]))
    if one.why_not is None or one.why_not in _SPENT:
        if one.request is not None:
            _draw_request(one.request)
        return
    draw_asking(one.kind, one.id, place, annotator_id=annotator_id, asked=one.request)


def _draw_request(asked: RequestView) -> None:
    """Draw what became of a request; a lead's word is for whoever asked."""
    if asked.answered_at is None:
        st.caption(t("work.reopen_waits", at=_when(asked.at)))
    elif asked.is_granted:
        st.caption(t("work.reopen_granted", at=_when(asked.answered_at)))
    else:
        st.caption(t("work.reopen_declined", at=_when(asked.answered_at)))
        if asked.answer:
            st.text(asked.answer)


def draw_asking(
    kind: Withdrawn | None,
    decision_id: str,
    place: int,
    *,
    annotator_id: str,
    asked: RequestView | None,
) -> None:
    """Draw what became of a request, else a field for a reason and the button that asks a lead.

    Args:
        kind: What was decided; None for a label.
        decision_id: Its id.
        place: In the list.
        annotator_id: Who decided.
        asked: Their last request about it; one that was declined can be made again.
    """
    if asked is not None:
        _draw_request(asked)
        if asked.is_granted is not False:
            return
    name = f"{WORK_REOPEN}{decision_id}"
    with kept(name):
        st.text_input(
            t("work.reopen_reason"),
            key=name,
            max_chars=LONGEST_REASON,
            placeholder=plain("work.reopen_hint"),
            label_visibility="collapsed",
        )
    st.button(
        t("work.reopen"),
        key=f"work_reopen_{place}_{decision_id}",
        type="tertiary",
        icon=":material/outgoing_mail:",
        on_click=partial(_request, kind, decision_id, name, annotator_id=annotator_id),
    )


def _request(kind: Withdrawn | None, decision_id: str, name: str, *, annotator_id: str) -> None:
    reason = str(st.session_state.get(name) or "")
    if not reason.strip():
        queue_notice(Tone.ADVICE, t("work.reopen_say_why"))
        return
    try:
        request_reopen(
            workspace_engine(),
            kind,
            decision_id,
            annotator_id=annotator_id,
            reason=reason,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    forget(name)
    st.session_state.pop(name, None)
    queue_notice(Tone.DONE, t("work.reopen_asked"))


def _told(one: LastDecision) -> str:
    if one.decision is not None:
        return plain(DECIDED[one.decision])
    if one.ruling is not None:
        return plain("work.ruled", ruling=plain(RULINGS[one.ruling]))
    return plain("work.confirmed") if one.is_confirmed else plain("work.refused")


def _when(at: datetime) -> str:
    return clock(at) if start_of_day(at) == start_of_day(datetime.now(UTC)) else moment(at)
