"""Owns what is on the table while labelling: the way a person has gone, and their unsaved choices.

All of it is ids, tokens and choices of one browser session. A response's id never reaches the
browser, because an imported id may name the model: gestures carry a token instead.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Final

import streamlit as st

from app.state import (
    LABEL_FACTUAL,
    LABEL_KNOWN,
    LABEL_PARTS,
    LABEL_PASSED,
    LABEL_PLACE,
    LABEL_QUIET,
    LABEL_REASON,
    LABEL_SEEDED,
    LABEL_SENT,
    LABEL_SESSION,
    LABEL_TOKEN,
    LABEL_TRAIL,
    set_url,
)
from db.labels import Decision, Factuality
from db.queries.labelling import PersonLabel

LONGEST_TRAIL: Final = 100
LONGEST_PASSED: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What went with the decision of a gesture."""

    token: str
    factually_right: Factuality | None
    reason: str


def begins_anew() -> bool:
    """Say, once, whether the page was drawn in a session that is gone.

    What was pressed on such a page reached no session that knew its buttons, so it stored nothing,
    and yet the next drawing shows a response as if it had.
    """
    if LABEL_SESSION in st.session_state:
        return False
    st.session_state[LABEL_SESSION] = secrets.token_hex(4)
    return LABEL_SESSION in st.query_params


def shown_response() -> str | None:
    """Give the response on the table; None when the next one has to be chosen."""
    trail, place = _trail(), _place()
    return trail[place] if place < len(trail) else None


def last_shown() -> str | None:
    """Give the response at the end of the way."""
    trail = _trail()
    return trail[-1] if trail else None


def passed() -> tuple[str, ...]:
    """Give the responses that were passed over."""
    return tuple(st.session_state.get(LABEL_PASSED, ()))


def token() -> str:
    """Give the nonce of what is on the table."""
    return str(st.session_state[LABEL_TOKEN])


def lay_down(response_id: str) -> None:
    """Put a response on the table, at the end of the way."""
    trail = [*_trail(), response_id] if last_shown() != response_id else _trail()
    st.session_state[LABEL_TRAIL] = trail[-LONGEST_TRAIL:]
    st.session_state[LABEL_PLACE] = len(st.session_state[LABEL_TRAIL]) - 1
    set_url(LABEL_SESSION, st.session_state[LABEL_SESSION])
    _renew()


def clear() -> None:
    """Take what is on the table away, so that the next one is chosen."""
    st.session_state[LABEL_PLACE] = len(_trail())


def step(by: int) -> None:
    """Go back or forward along the way; past its end the next one is chosen."""
    place = _place() + by
    st.session_state[LABEL_PLACE] = max(0, min(place, len(_trail())))
    _renew()


def can_go_back() -> bool:
    """Say whether something was shown before."""
    return bool(_trail()) and _place() > 0


def is_at_end() -> bool:
    """Say whether what is on the table is the newest of the way."""
    return _place() >= len(_trail()) - 1


def pass_over(response_id: str) -> None:
    """Let a response come back only when nothing else waits."""
    kept = [one for one in passed() if one != response_id]
    st.session_state[LABEL_PASSED] = [*kept, response_id][-LONGEST_PASSED:]


def start_over() -> None:
    """Forget what was passed over: it has come back."""
    st.session_state[LABEL_PASSED] = []


def parts() -> dict[int, Decision]:
    """Give the decisions on single requirements that are not saved yet."""
    return dict(st.session_state.get(LABEL_PARTS, {}))


def keep_parts(decided: dict[int, Decision]) -> None:
    """Remember decisions on single requirements until the whole is saved."""
    st.session_state[LABEL_PARTS] = decided


def factual() -> Factuality | None:
    """Give what was said about being factually right; None when nothing was."""
    found = st.session_state.get(LABEL_FACTUAL)
    return found if isinstance(found, Factuality) else None


def keep_factual(value: Factuality | None) -> None:
    """Remember what was said about being factually right."""
    st.session_state[LABEL_FACTUAL] = value


def reason_key(of: str) -> str:
    """Name the field of the reason that belongs to a token."""
    return f"{LABEL_REASON}{of}"


def said(of: str) -> Said:
    """Give what goes with a decision; asked again for the same token, the same as the first time.

    A key pressed twice must say the same thing twice, although the table was cleared between.
    """
    sent = st.session_state.get(LABEL_SENT)
    if isinstance(sent, Said) and sent.token == of:
        return sent
    now = Said(
        token=of,
        factually_right=factual() if of == token() else None,
        reason=str(st.session_state.get(reason_key(of)) or ""),
    )
    st.session_state[LABEL_SENT] = now
    return now


def unsay() -> None:
    """Forget what went with a decision that was not stored."""
    st.session_state[LABEL_SENT] = None


def seed(before: PersonLabel | None) -> None:
    """Start from what the person said before about the response, once; else from nothing."""
    if st.session_state.get(LABEL_SEEDED) == token():
        return
    st.session_state[LABEL_SEEDED] = token()
    st.session_state[LABEL_KNOWN] = before.id if before is not None and before.is_live else None
    if before is not None:
        st.session_state[LABEL_FACTUAL] = before.factually_right
        st.session_state[reason_key(token())] = before.reason


def was_quiet(seconds: float) -> bool:
    """Say whether nothing was shown or pressed for so long; asking counts as pressing."""
    now = time.monotonic()
    since = float(st.session_state.get(LABEL_QUIET, 0.0))
    st.session_state[LABEL_QUIET] = now
    return now - since >= seconds


def known_label() -> str | None:
    """Give the live label that was there when the response was laid down.

    One that another tab stored since is not known here: deciding meets it as a conflict.
    """
    known = st.session_state.get(LABEL_KNOWN)
    return known if isinstance(known, str) else None


def _trail() -> list[str]:
    return list(st.session_state.get(LABEL_TRAIL, ()))


def _place() -> int:
    return int(st.session_state.get(LABEL_PLACE, 0))


def _renew() -> None:
    st.session_state[LABEL_TOKEN] = secrets.token_hex(8)
    st.session_state[LABEL_QUIET] = time.monotonic()
    st.session_state[LABEL_PARTS] = {}
    st.session_state[LABEL_FACTUAL] = None
