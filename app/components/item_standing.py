"""Owns the panel "Where it stands" of an item's page: status, reason, acts and their buttons."""

from datetime import UTC, datetime

import streamlit as st

from app.components.drafts.kept_text import forget, kept
from app.components.item_filters import STATUSES
from app.components.item_said import draw_said
from app.components.markdown import escaped
from app.components.wording import key, listed, moment, plain, t
from app.resources import workspace_engine
from app.state import ITEM_REASON, Tone, queue_notice
from app.views.item_standing import ItemStanding
from curation.review.acting import REASON_CHARS, REASONED, act
from db.acts import ActKind
from db.errors import GainsayError
from db.queries.status import Because, ItemStatus

BECAUSE = {
    Because.NEVER_SENT: key("because.never_sent"),
    Because.RECALLED: key("because.recalled"),
    Because.REVIEWS_AWAITED: key("because.reviews_awaited"),
    Because.CONFIRMATIONS_AWAITED: key("because.confirmations_awaited"),
    Because.THIRD_AWAITED: key("because.third_awaited"),
    Because.RULING_AWAITED: key("because.ruling_awaited"),
    Because.ESCALATED: key("because.escalated"),
    Because.BY_REVIEWERS: key("because.by_reviewers"),
    Because.BY_MAJORITY: key("because.by_majority"),
    Because.BY_ADJUDICATOR: key("because.by_adjudicator"),
    Because.BY_LEAD: key("because.by_lead"),
    Because.BY_ONE_ALONE: key("because.by_one_alone"),
    Because.LABELS_AWAITED: key("because.labels_awaited"),
    Because.LABELS_DIFFER: key("because.labels_differ"),
    Because.UNDECIDABLE: key("because.undecidable"),
    Because.ALL_LABELLED: key("because.all_labelled"),
    Because.IN_A_RELEASE: key("because.in_a_release"),
    Because.FLAGGED: key("because.flagged"),
    Because.RETIRED: key("because.retired"),
    Because.DISCARDED: key("because.discarded"),
}
ACTS = {
    ActKind.SUBMIT: key("act.submit"),
    ActKind.REOPEN: key("act.reopen"),
    ActKind.RECALL: key("act.recall"),
    ActKind.RULE_ACCEPT: key("act.rule_accept"),
    ActKind.RULE_RETURN: key("act.rule_return"),
    ActKind.RULE_REJECT: key("act.rule_reject"),
    ActKind.FLAG: key("act.flag"),
    ActKind.RETIRE: key("act.retire"),
    ActKind.REINSTATE: key("act.reinstate"),
    ActKind.DISCARD: key("act.discard"),
    ActKind.RESTORE: key("act.restore"),
    ActKind.MARK_SEED: key("act.mark_seed"),
    ActKind.UNMARK_SEED: key("act.unmark_seed"),
}

WHAT_IT_DOES = {
    ActKind.REOPEN: key("act.reopen_help"),
    ActKind.FLAG: key("act.flag_help"),
    ActKind.RETIRE: key("act.retire_help"),
    ActKind.MARK_SEED: key("act.mark_seed_help"),
}


def draw_standing(view: ItemStanding, *, annotator_id: str) -> None:
    """Draw the panel."""
    found = view.explanation
    with st.container(border=True, key="item_standing"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(t(STATUSES[found.status.value]), icon=":material/flag:", color="blue")
            if view.is_seed:
                st.badge(
                    t("standing.seed"),
                    icon=":material/spa:",
                    color="gray",
                    help=t("act.mark_seed_help"),
                )
            st.markdown(t(BECAUSE[found.because], **found.values))
        if found.has_newer_text:
            st.caption(t("standing.newer_text"))
        if view.said is not None:
            is_asked = found.status is ItemStatus.RETURNED
            with st.expander(t("said.heading"), key="item_said", expanded=is_asked):
                draw_said(view.said)
        if view.legal:
            _draw_acts(view, annotator_id)
        if view.acts:
            with st.expander(t("standing.acts"), key="item_acts"):
                _draw_timeline(view)


def _draw_acts(view: ItemStanding, annotator_id: str) -> None:
    field = f"{ITEM_REASON}{view.item_id}_{view.seen}"
    if view.needs_reason:
        needing = listed(plain(ACTS[kind]) for kind in view.legal if kind in REASONED)
        # Kept whatever happens meanwhile, until an act has taken it with it.
        with kept(ITEM_REASON, view.item_id):
            st.text_input(
                t("standing.reason", acts=needing),
                key=field,
                max_chars=REASON_CHARS,
                placeholder=plain("standing.reason_hint"),
            )
    with st.container(horizontal=True, gap="small"):
        for kind in view.legal:
            st.button(
                t(ACTS[kind]),
                key=f"item_act_{kind.value}",
                help=t(WHAT_IT_DOES[kind]) if kind in WHAT_IT_DOES else None,
                on_click=_act,
                args=(view.item_id, kind, view.seen, field, annotator_id),
            )


def _act(item_id: str, kind: ActKind, seen: int, field: str, annotator_id: str) -> None:
    reason = str(st.session_state.get(field, "")) if kind in REASONED else ""
    if kind in REASONED and not reason.strip():
        queue_notice(Tone.REFUSED, t("standing.no_reason", act=plain(ACTS[kind])))
        return
    try:
        done = act(
            workspace_engine(),
            item_id,
            kind,
            annotator_id=annotator_id,
            now=datetime.now(UTC),
            reason=reason,
            # What was seen names the gesture: a second click on the same button is the same act.
            token=str(seen),
            seen=seen,
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if reason:
        st.session_state.pop(field, None)
        forget(ITEM_REASON, item_id)
    queue_notice(Tone.DONE, _told(kind, done.status))


def _told(kind: ActKind, status: ItemStatus) -> str:
    return t("standing.done", act=plain(ACTS[kind]), status=plain(STATUSES[status.value]))


def _draw_timeline(view: ItemStanding) -> None:
    for line in view.acts:
        with st.container(gap=None):
            st.markdown(t(ACTS[line.kind]) + (f": {escaped(line.reason)}" if line.reason else ""))
            st.caption(
                t("standing.act_line", number=line.number, at=moment(line.at), by=line.handle)
            )
