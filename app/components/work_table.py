"""Owns what is on the table of a work screen: which slot, under which fence, drawn how.

All of it is ids, tokens and choices of one browser session. Gestures carry the token of what was
on the screen, so that a key that arrives twice never decides about the next piece of work.
"""

import secrets
import time
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import streamlit as st

from app.components.wording import t
from app.state import (
    REVIEW_DIFFERENCE,
    REVIEW_EDITING,
    WORK_ASKING,
    WORK_BUSY,
    WORK_QUIET,
    WORK_TABLE,
    Tone,
    queue_notice,
)
from curation.claims.claiming import Claim
from db.slots import Stage

# Shorter than anybody reads, longer than the pause of a key that repeats.
READING_SECONDS: Final = 0.6
# Who does nothing for so long is gone: the lease is not renewed for them.
IDLE_SECONDS: Final = 600.0


class Screen(StrEnum):
    """A work screen that has a table of its own."""

    REVIEW = "review"
    ADJUDICATE = "adjudicate"


class Asking(StrEnum):
    """What waits for a digit: a reason, what was behind a dispute, why work is passed on."""

    RETURN = "return"
    REJECT = "reject"
    ESCALATE = "escalate"
    SKIP = "skip"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTable:
    """One piece of work.

    Attributes:
        token: Nonce of what the screen shows of it; another step has another.
        edit_id: The review whose edit is to be confirmed; the slot is then the person's own,
            long handed in, and there is no lease. Empty for a claim.
        is_lost: Whether the lease ran out and somebody else may have it.
    """

    screen: Screen
    annotator_id: str
    stage: Stage
    slot_id: str
    fence: int
    token: str
    lease_until: datetime
    edit_id: str = ""
    is_lost: bool = False

    @property
    def is_here(self) -> bool:
        """Whether the screen still shows it as it was when a button was drawn."""
        now = on_table(self.screen)
        return now is not None and (now.slot_id, now.token) == (self.slot_id, self.token)


def on_table(screen: Screen) -> OnTable | None:
    """Give what is on the table."""
    found = st.session_state.get(WORK_TABLE + screen.value)
    return found if isinstance(found, OnTable) else None


def lay_down(screen: Screen, claim: Claim, *, annotator_id: str) -> OnTable:
    """Put what was claimed on the table."""
    work = OnTable(
        screen=screen,
        annotator_id=annotator_id,
        stage=claim.stage,
        slot_id=claim.slot_id,
        fence=claim.fence,
        token=secrets.token_hex(8),
        lease_until=claim.lease_until,
    )
    st.session_state[WORK_TABLE + screen.value] = work
    _begin()
    return work


def lay_down_edit(
    screen: Screen, edit_id: str, *, slot_id: str, annotator_id: str, now: datetime
) -> None:
    """Put an edit on the table whose other reviewer the person is."""
    st.session_state[WORK_TABLE + screen.value] = OnTable(
        screen=screen,
        annotator_id=annotator_id,
        stage=Stage.REVIEW,
        slot_id=slot_id,
        fence=0,
        token=secrets.token_hex(8),
        lease_until=now,
        edit_id=edit_id,
    )
    _begin()


def renew(screen: Screen) -> None:
    """Show another step of what is on the table: keys of the step before no longer count."""
    work = on_table(screen)
    if work is not None:
        st.session_state[WORK_TABLE + screen.value] = replace(work, token=secrets.token_hex(8))
        _begin()


def clear(screen: Screen) -> None:
    """Take what is on the table away."""
    st.session_state[WORK_TABLE + screen.value] = None
    _begin()


def asking() -> Asking | None:
    """Give what waits for a digit."""
    found = st.session_state.get(WORK_ASKING)
    return found if isinstance(found, Asking) else None


def ask(what: Asking | None) -> None:
    """Let the digits answer a question, or nothing."""
    st.session_state[WORK_ASKING] = what


def is_too_soon() -> bool:
    """Say whether a decision comes sooner than anybody reads, and tell the person.

    The browser repeats a key that is held down, and it would decide about what nobody has read.
    """
    now = time.monotonic()
    since = float(st.session_state.get(WORK_QUIET, 0.0))
    st.session_state[WORK_QUIET] = now
    if now - since >= READING_SECONDS:
        return False
    queue_notice(Tone.REFUSED, t("work.too_soon"))
    return True


def note_activity() -> None:
    """Remember that the person is at work."""
    st.session_state[WORK_BUSY] = time.monotonic()


def is_idle() -> bool:
    """Say whether nothing was pressed or typed for long."""
    return time.monotonic() - float(st.session_state.get(WORK_BUSY, 0.0)) > IDLE_SECONDS


def toggle(name: str) -> None:
    """Switch something on the screen on or off."""
    st.session_state[name] = not st.session_state.get(name, False)
    note_activity()


def _begin() -> None:
    st.session_state[WORK_QUIET] = time.monotonic()
    st.session_state[WORK_ASKING] = None
    st.session_state[REVIEW_EDITING] = False
    st.session_state[REVIEW_DIFFERENCE] = False
    note_activity()
