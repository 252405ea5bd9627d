"""Owns the figures of one run while it goes on: progress, pace, cost, failures; drawn live."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from app.components import safe_html
from app.components.header import draw_refusal
from app.components.markdown import escaped
from app.components.runs_words import (
    EVENTS,
    draw_marks,
    duration,
    fault_name,
    money,
    percent,
)
from app.components.wording import moment, number, plain, t, tn
from app.resources import ledger_engine, workspace_engine
from app.state import notices_wait
from app.views.runs import OneRun, cap_share, is_moving, load_one
from calibration.runs.watching import RunHead, RunView
from db.engine import reading
from db.errors import GainsayError
from db.ledger.queries.watching import FailedTries
from db.ledger.runs import RunEventKind

SECONDS: Final = 2.0
UNKNOWN: Final = "—"
EVENTS_SHOWN: Final = 30


def draw_live(one: OneRun, *, annotator_id: str) -> None:
    """Draw the run, and again every two seconds as long as its figures change."""
    head = one.view.head
    drawn = st.fragment(_draw, run_every=SECONDS if is_moving(head) else None)
    drawn(head.id, annotator_id, _standing(head))


def _standing(head: RunHead) -> tuple[str, bool]:
    """What the rest of the page was drawn for: the buttons, and whether to look again."""
    return head.state, is_moving(head)


def _draw(run_id: str, annotator_id: str, drawn_for: tuple[str, bool]) -> None:
    try:
        with reading(workspace_engine()) as work, reading(ledger_engine()) as ledger:
            one = load_one(work, ledger, run_id, annotator_id=annotator_id, now=datetime.now(UTC))
    except GainsayError as error:
        draw_refusal(error)
        return
    view = one.view
    if _standing(view.head) != drawn_for or notices_wait():
        st.rerun()
    draw_marks(view.head)
    if view.head.note:
        st.caption(t("runs.note"))
        safe_html.draw_text(view.head.note)
    _draw_progress(view)
    _draw_cost(view)
    _draw_models(view)
    _draw_failures(view.failures)
    _draw_events(one)


def _draw_progress(view: RunView) -> None:
    head = view.head
    st.progress(
        min(1.0, head.share),
        text=t("runs.progress", settled=head.settled, total=head.total, share=percent(head.share)),
    )
    with st.container(horizontal=True, key="run_counts"):
        st.metric(
            t("runs.done"),
            number(head.done),
            border=True,
            help=t("runs.done_help", hits=head.hits),
        )
        st.metric(t("runs.failed"), number(head.failed), border=True)
        st.metric(t("runs.skipped"), number(head.skipped), border=True, help=t("runs.skipped_help"))
        st.metric(
            t("runs.in_flight"), number(head.in_flight), border=True, help=t("runs.in_flight_help")
        )
        _draw_times(view)


def _draw_times(view: RunView) -> None:
    """Draw how fast it goes and how long it takes; once it has ended, how long it took."""
    head = view.head
    if head.ended_at is not None and head.started_at is not None:
        took = (head.ended_at - head.started_at).total_seconds()
        st.metric(t("runs.took"), duration(took), border=True, help=t("runs.took_help"))
        return
    pace, left = view.per_minute, view.seconds_left
    st.metric(
        t("runs.pace"),
        UNKNOWN if pace is None else plain("runs.per_minute", count=round(pace)),
        border=True,
        help=t("runs.pace_help"),
    )
    st.metric(
        t("runs.left"),
        UNKNOWN if left is None else duration(left),
        border=True,
        help=t("runs.left_help"),
    )


def _draw_cost(view: RunView) -> None:
    head = view.head
    st.subheader(t("runs.cost"), anchor=False)
    st.progress(
        cap_share(head),
        text=t(
            "runs.cost_progress",
            used=money(head.used_micro),
            cap=money(head.cap_micro),
            share=percent(head.used_micro / head.cap_micro),
        ),
    )
    with st.container(horizontal=True, key="run_money"):
        st.metric(t("runs.spent"), money(head.spent_micro), border=True)
        st.metric(
            t("runs.reserved"),
            money(head.reserved_micro),
            border=True,
            help=t("runs.reserved_help"),
        )
        st.metric(
            t("runs.unconfirmed"),
            money(head.unconfirmed_micro),
            border=True,
            help=t("runs.unconfirmed_help"),
        )
        expected = head.expected_micro
        st.metric(
            t("runs.expected"),
            UNKNOWN if expected is None else money(expected),
            border=True,
            help=t(
                "runs.expected_help",
                low=money(head.estimate_low_micro),
                high=money(head.estimate_high_micro),
            ),
        )
    if head.is_simulated:
        st.caption(t("runs.simulated_money"))


def _draw_models(view: RunView) -> None:
    if not view.models:
        return
    st.subheader(t("runs.models"), anchor=False)
    st.dataframe(
        [
            {
                plain("runs.model"): f"{one.provider_id}/{one.model}",
                plain("runs.calls"): number(one.calls),
                plain("runs.tries"): number(one.tries),
                plain("runs.retried"): (
                    UNKNOWN if one.retried_share is None else f"{one.retried_share:.1%}"
                ),
            }
            for one in view.models
        ],
        hide_index=True,
        width="content",
        key="run_models",
        alt=plain("runs.models_alt"),
    )


def _draw_failures(failures: tuple[FailedTries, ...]) -> None:
    if not failures:
        return
    st.subheader(t("runs.failures"), anchor=False)
    st.caption(t("runs.failures_explained"))
    for failure in failures:
        label = tn("runs.failure", failure.tries, what=fault_name(failure.kind))
        with st.expander(label, key=f"run_failure_{failure.kind}"):
            st.caption(
                t(
                    "runs.failure_cost",
                    kind=failure.kind,
                    money=money(failure.unconfirmed_micro),
                )
            )
            for sample in failure.samples:
                safe_html.draw_text(sample, mono=True)


def _draw_events(one: OneRun) -> None:
    with st.expander(t("runs.history"), icon=":material/history:", key="run_history"):
        for event in reversed(one.view.events[-EVENTS_SHOWN:]):
            with st.container(gap=None):
                st.markdown(f"**{t(EVENTS[RunEventKind(event.kind)])}**")
                if event.reason:
                    st.markdown(escaped(event.reason))
                st.caption(t("runs.event_line", at=moment(event.at), actor=one.who(event)))
