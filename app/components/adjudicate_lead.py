"""Owns a lead's part: escalations, requests, skips, claims to release, open threads."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import quote

import streamlit as st

from app.components.drafts.kept_text import forget, kept
from app.components.item_filters import STATUSES
from app.components.markdown import escaped
from app.components.wording import key, moment, plain, t, tn
from app.components.work_words import SKIPS, STAGES
from app.resources import workspace_engine
from app.state import LEAD_REASON, Tone, queue_notice
from app.views.lead_desk import LeadDesk, ToRule
from curation.claims.releasing import release
from curation.claims.skipping import settle_skip
from curation.review.acting import REASON_CHARS, act
from curation.review.reopening import answer
from db.acts import ActKind
from db.errors import GainsayError
from db.queries.lead_desk import HeldSlot, ReopenWanted
from db.queries.skips import SkipShown

RULES: Final = (
    (ActKind.RULE_ACCEPT, key("lead.accept"), ":material/task_alt:"),
    (ActKind.RULE_RETURN, key("lead.return"), ":material/undo:"),
    (ActKind.RULE_REJECT, key("lead.reject"), ":material/block:"),
)
DECIDED_BEFORE: Final = {
    "review": key("lead.of_review"),
    "confirmation": key("lead.of_confirmation"),
    "adjudication": key("lead.of_adjudication"),
    "label": key("lead.of_label"),
}


def draw_lead_desk(desk: LeadDesk, *, annotator_id: str) -> None:
    """Draw everything that waits for a lead, each with a link to its item."""
    st.subheader(t("lead.heading"), anchor=False)
    if desk.is_empty:
        st.caption(t("lead.nothing"))
        return
    for count, told, draw in (
        (len(desk.to_rule), t("lead.to_rule"), partial(_draw_to_rule, desk, annotator_id)),
        (len(desk.requests), t("lead.requests"), partial(_draw_requests, desk, annotator_id)),
        (len(desk.skips), t("lead.skips"), partial(_draw_skips, desk, annotator_id)),
        (len(desk.claims), t("lead.claims"), partial(_draw_claims, desk, annotator_id)),
        (len(desk.commented), t("lead.threads"), partial(_draw_threads, desk)),
    ):
        if count:
            _draw_group(told, count, draw)


def _draw_group(told: str, count: int, draw: Callable[[], None]) -> None:
    with st.container(border=True, gap="small"):
        heading = f"**{told}** :gray-badge[{count}]"
        st.markdown(heading)
        draw()


def _draw_to_rule(desk: LeadDesk, annotator_id: str) -> None:
    st.caption(t("lead.to_rule_explained"))
    for one in desk.to_rule:
        with _line(one.item_id):
            st.badge(t(STATUSES[one.status]), color="orange")
            name = _reason(one.item_id)
            for kind, told, icon in RULES:
                st.button(
                    t(told),
                    key=f"lead_{kind.value}_{one.item_id}",
                    icon=icon,
                    on_click=partial(_rule, one, kind, name, annotator_id),
                )


def _draw_requests(desk: LeadDesk, annotator_id: str) -> None:
    for one in desk.requests:
        with _line(one.item_id):
            told = DECIDED_BEFORE.get(one.subject_kind)
            what = plain(told) if told else one.subject_kind
            st.caption(
                t("lead.request", handle=one.handle, what=what, at=moment(one.at)), width="content"
            )
            name = _reason(one.request_id)
            for granted, said, icon in (
                (True, t("lead.grant"), ":material/lock_open:"),
                (False, t("lead.refuse"), ":material/lock:"),
            ):
                st.button(
                    said,
                    key=f"lead_request_{granted}_{one.request_id}",
                    icon=icon,
                    on_click=partial(_answer, one, granted, name, annotator_id),
                )
        st.text(one.reason)


def _draw_skips(desk: LeadDesk, annotator_id: str) -> None:
    for one in desk.skips:
        with _line(one.item_id):
            st.badge(t(SKIPS[one.reason]), color="orange")
            st.caption(
                t(
                    "lead.skipped",
                    handle=one.handle,
                    stage=plain(STAGES[one.stage]),
                    at=moment(one.at),
                ),
                width="content",
            )
            st.button(
                t("lead.settle_skip"),
                key=f"lead_skip_{one.skip_id}",
                icon=":material/done:",
                on_click=partial(_settle, one, annotator_id),
            )
        if one.note:
            st.text(one.note)


def _draw_claims(desk: LeadDesk, annotator_id: str) -> None:
    for one in desk.claims:
        with _line(one.item_id):
            since = one.claimed_at or one.lease_until
            st.caption(
                t(
                    "lead.claim",
                    handle=one.handle,
                    stage=plain(STAGES[one.stage]),
                    since=moment(since),
                    until=moment(one.lease_until),
                ),
                width="content",
            )
            st.button(
                t("lead.release"),
                key=f"lead_release_{one.slot_id}",
                icon=":material/lock_open:",
                on_click=partial(_release, one, annotator_id),
            )


def _draw_threads(desk: LeadDesk) -> None:
    for one in desk.commented:
        with _line(one.item_id):
            st.caption(tn("lead.open_threads", one.threads), width="content")


def _line(item_id: str) -> st.delta_generator.DeltaGenerator:
    """Begin a line with the link to an item."""
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    # Only who looks at an item knows it from then on: a link shows nothing but the id.
    link = f"[{escaped(item_id)}](items?item={quote(item_id, safe='')})"
    line.markdown(link, width="content")
    return line


def _reason(of: str) -> str:
    name = f"{LEAD_REASON}{of}"
    with kept(name, width=280):
        st.text_input(
            t("lead.reason"),
            key=name,
            max_chars=REASON_CHARS,
            placeholder=plain("lead.reason"),
            label_visibility="collapsed",
        )
    return name


def _said(name: str) -> str:
    return str(st.session_state.get(name) or "")


def _rule(one: ToRule, kind: ActKind, name: str, annotator_id: str) -> None:
    if not _said(name).strip():
        queue_notice(Tone.ADVICE, t("lead.say_why_first"))
        return
    _do(
        lambda now: act(
            workspace_engine(),
            one.item_id,
            kind,
            annotator_id=annotator_id,
            now=now,
            reason=_said(name),
            # What was seen names the gesture: a second click is the same act.
            token=str(one.seen),
            seen=one.seen,
        ),
        t("lead.ruled"),
        said=name,
    )


def _answer(one: ReopenWanted, granted: bool, name: str, annotator_id: str) -> None:
    _do(
        lambda now: answer(
            workspace_engine(),
            one.request_id,
            is_granted=granted,
            lead_id=annotator_id,
            reason=_said(name),
            now=now,
        ),
        t("lead.granted") if granted else t("lead.refused"),
        said=name,
    )


def _settle(one: SkipShown, annotator_id: str) -> None:
    _do(
        lambda now: settle_skip(workspace_engine(), one.skip_id, lead_id=annotator_id, now=now),
        t("lead.skip_settled"),
    )


def _release(one: HeldSlot, annotator_id: str) -> None:
    _do(
        lambda now: release(workspace_engine(), one.slot_id, lead_id=annotator_id, now=now),
        t("lead.released"),
    )


def _do(gesture: Callable[[datetime], object], told: str, *, said: str = "") -> None:
    try:
        gesture(datetime.now(UTC))
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if said:
        st.session_state.pop(said, None)
        forget(said)
    queue_notice(Tone.DONE, told)
