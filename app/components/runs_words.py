"""Owns the words of runs: states, why one is paused, why calls failed; money and durations."""

from decimal import Decimal
from typing import Final

import streamlit as st
from babel.numbers import format_decimal

from app.components.badges import simulated_badge
from app.components.wording import LOCALES, key, number, plain, t
from app.state import ui_language
from app.views.runs import is_near_cap
from calibration.llm.faults import FaultKind
from calibration.runs.watching import RunHead
from db.ledger.runs import PauseReason, RunEventKind, RunState

MICRO: Final = Decimal(1_000_000)
STATES: Final = {
    RunState.QUEUED: (key("runs.queued"), ":material/schedule:", "gray"),
    RunState.RUNNING: (key("runs.running"), ":material/play_arrow:", "blue"),
    RunState.PAUSED: (key("runs.paused"), ":material/pause:", "orange"),
    RunState.CANCELLED: (key("runs.cancelled"), ":material/block:", "gray"),
    RunState.FAILED: (key("runs.failed_state"), ":material/error:", "red"),
    RunState.DONE: (key("runs.done_state"), ":material/done:", "green"),
}
PAUSES: Final = {
    PauseReason.PERSON: key("runs.pause_person"),
    PauseReason.BUDGET: key("runs.pause_budget"),
    PauseReason.DAY_BUDGET: key("runs.pause_day_budget"),
    PauseReason.QUOTA: key("runs.pause_quota"),
    PauseReason.KEY: key("runs.pause_key"),
    PauseReason.PROVIDER: key("runs.pause_provider"),
}
EVENTS: Final = {
    RunEventKind.CREATED: key("runs.event_created"),
    RunEventKind.STARTED: key("runs.event_started"),
    RunEventKind.PAUSED: key("runs.event_paused"),
    RunEventKind.RESUMED: key("runs.event_resumed"),
    RunEventKind.CANCELLED: key("runs.event_cancelled"),
    RunEventKind.CAP_RAISED: key("runs.event_cap_raised"),
    RunEventKind.ALERT: key("runs.event_alert"),
    RunEventKind.FAILED: key("runs.event_failed"),
    RunEventKind.DONE: key("runs.event_done"),
}
LOST: Final = "lost"
FAULTS: Final = {
    LOST: key("fault.lost"),
    FaultKind.NO_KEY: key("fault.no_key"),
    FaultKind.WRONG_KEY: key("fault.wrong_key"),
    FaultKind.QUOTA: key("fault.quota"),
    FaultKind.UNKNOWN_MODEL: key("fault.unknown_model"),
    FaultKind.WRONG_PATH: key("fault.wrong_path"),
    FaultKind.REDIRECTED: key("fault.redirected"),
    FaultKind.BAD_REQUEST: key("fault.bad_request"),
    FaultKind.REQUEST_TOO_LARGE: key("fault.request_too_large"),
    FaultKind.CONTEXT_OVERFLOW: key("fault.context_overflow"),
    FaultKind.SCHEMA_REFUSED: key("fault.schema_refused"),
    FaultKind.INPUT_FILTERED: key("fault.input_filtered"),
    FaultKind.RATE_LIMITED: key("fault.rate_limited"),
    FaultKind.CONFLICT: key("fault.conflict"),
    FaultKind.SERVER_ERROR: key("fault.server_error"),
    FaultKind.OVERLOADED: key("fault.overloaded"),
    FaultKind.TIMEOUT: key("fault.timeout"),
    FaultKind.UNREACHABLE: key("fault.unreachable"),
    FaultKind.CERTIFICATE: key("fault.certificate"),
    FaultKind.CONNECTION_LOST: key("fault.connection_lost"),
    FaultKind.GARBAGE: key("fault.garbage"),
    FaultKind.REPLY_TOO_LARGE: key("fault.reply_too_large"),
    FaultKind.WRONG_MODEL: key("fault.wrong_model"),
    FaultKind.UNMARKED_SIMULATOR: key("fault.unmarked_simulator"),
}
# Kinds of runs that this program makes; others are shown by their own name.
KINDS: Final = {"questions": key("runs.kind_questions")}


def draw_marks(head: RunHead) -> None:
    """Draw the badges of a run: where it stands, whether it is simulated, or near its cap."""
    name, icon, colour = STATES[RunState(head.state)]
    with st.container(horizontal=True, gap="small"):
        st.badge(t(name), icon=icon, color=colour)  # type: ignore[arg-type]
        if head.pause_reason is not None:
            st.badge(t(PAUSES[PauseReason(head.pause_reason)]), color="orange")
        if head.is_simulated:
            simulated_badge()
        if is_near_cap(head):
            st.badge(
                t("runs.near_cap"),
                icon=":material/warning:",
                color="red",
                help=t("runs.near_cap_help"),
            )


def kind_name(kind: str) -> str:
    """Name a kind of run, as it is shown verbatim."""
    return plain(KINDS[kind]) if kind in KINDS else kind


def fault_name(kind: str) -> str:
    """Name a reason for failing, as it is shown verbatim."""
    return plain(FAULTS[kind]) if kind in FAULTS else kind


def money(micro: int) -> str:
    """Write micro-dollars: cents, and where there is less than one dollar as many digits as are.

    Amounts of 1 dollar and more are rounded up to a whole cent, so that they are never too small.
    """
    dollars = Decimal(micro) / MICRO
    pattern = "#,##0.00" if abs(dollars) >= 1 or micro == 0 else "#,##0.00####"
    if abs(dollars) >= 1:
        dollars = Decimal(-(-micro // 10_000)) / 100
    written = format_decimal(dollars, format=pattern, locale=LOCALES[ui_language()])
    return plain("runs.usd", amount=str(written))


def duration(seconds: float) -> str:
    """Write a length of time in its two largest units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return plain("runs.hours", hours=hours, minutes=minutes)
    return plain("runs.minutes", minutes=minutes, seconds=rest)


def percent(share: float) -> str:
    """Write a share as whole percent, never 100 before all of it is there."""
    return f"{number(int(share * 100))} %"
