"""Owns who acts in this browser: the credential it presents, and the door that checks it.

``workspace_engine`` passes through ``hold_to_person`` on every call, so nothing is read or written
for a session that ended or belongs to another person than the page was drawn for: not in a callback
or a fragment either, which run without the entry script.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

import streamlit as st

from app.cookies import cookie_name
from app.state import ACTING, ACTING_SOLO
from curation.sign_in.identities import Claims, admit, is_over
from curation.sign_in.sessions import SignedIn, SignedOut, hash_token, keep_alive, sign_out, who
from db.engine import Engine, reading
from db.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a browser shows.

    Attributes:
        token_hash: What the database knows the session by; empty when the browser shows nothing.
        claims: What an identity provider has signed; None for a password's session.
    """

    token_hash: str = ""
    claims: Claims | None = None


def presented() -> Credential:
    """Read what this browser shows; the one place that does, and that tests stand in for."""
    token = st.context.cookies.get(cookie_name(st.context.headers.get("Host")))
    if isinstance(token, str) and token:
        return Credential(token_hash=hash_token(token))
    claims = _claims(st.user.to_dict())
    return Credential(token_hash=claims.token_hash, claims=claims) if claims else Credential()


def find_person(engine: Engine) -> SignedIn | SignedOut:
    """Say who acts in this browser; a token of a provider is met here first."""
    now = datetime.now(UTC)
    shown = presented()
    if shown.claims is not None:
        admit(engine, shown.claims, now=now)
    found = _look(engine, shown, now=now)
    if isinstance(found, SignedIn) and found.is_due:
        keep_alive(engine, shown.token_hash, now=now)
    return found


def signed_in(engine: Engine) -> SignedIn:
    """Say who acts here; the run ends, and the entry script asks to sign in, when nobody does."""
    found = _look(engine, presented(), now=datetime.now(UTC))
    if isinstance(found, SignedIn) and not found.must_change and _acts_here(found):
        return found
    # Not an error to be caught on the way: the run ends here, and the entry script says why.
    st.rerun()


def hold_to_person(engine: Engine) -> Engine:
    """Give the engine if the person that this page was drawn for still acts in this browser."""
    signed_in(engine)
    return engine


def refuse_signed_out(engine: Engine, shown: Credential, *, annotator_id: str) -> None:
    """Hold the door where no run of a page does: what a browser asks for by a link.

    Args:
        engine: The workspace.
        shown: What the browser showed when the link was drawn.
        annotator_id: For whom it was drawn.

    Raises:
        Forbidden: That person has signed out since, or their session has ended.
    """
    found = _look(engine, shown, now=datetime.now(UTC))
    if not isinstance(found, SignedIn) or found.must_change or found.annotator_id != annotator_id:
        raise Forbidden("You are not signed in any more; load the page again and sign in.")


class Shown(StrEnum):
    """What a browser shows of an identity provider's."""

    GOOD = "good"
    EXPIRED = "expired"


def claims_shown() -> Shown | None:
    """Say what the browser shows that an identity provider has signed; None for nothing."""
    claims = presented().claims
    if claims is None:
        return None
    return Shown.EXPIRED if is_over(claims, now=datetime.now(UTC)) else Shown.GOOD


def sign_out_here(engine: Engine) -> None:
    """End the session of this browser, in all its tabs; to this one it is no surprise."""
    shown = presented()
    forget_person()
    if shown.token_hash:
        sign_out(engine, shown.token_hash, now=datetime.now(UTC))
    if shown.claims is not None:
        st.logout()


def forget_person() -> None:
    """Forget whom this session drew its pages for: that they are gone is no surprise to it."""
    st.session_state.pop(ACTING, None)


def acting_id() -> str | None:
    """Give the id of the person that this session drew its pages for; None on its first run."""
    kept = st.session_state.get(ACTING)
    return kept if isinstance(kept, str) else None


def bind(person: SignedIn) -> None:
    """Remember whom this session draws its pages for."""
    st.session_state[ACTING] = person.annotator_id
    st.session_state[ACTING_SOLO] = person.is_solo


def was_solo() -> bool:
    """Say whether this session drew its pages while nobody had to sign in."""
    return bool(st.session_state.get(ACTING_SOLO))


def _acts_here(person: SignedIn) -> bool:
    bound = acting_id()
    return bound == person.annotator_id or (bound is None and person.is_solo)


def _look(engine: Engine, shown: Credential, *, now: datetime) -> SignedIn | SignedOut:
    with reading(engine) as session:
        found = who(session, shown.token_hash, now=now)
    if shown.claims is not None and isinstance(found, SignedIn):
        # Whoever comes by a provider has not used the password that waits to be changed.
        return replace(found, must_change=False)
    return found


def _claims(told: Mapping[str, object]) -> Claims | None:
    """Read a provider's claims; None when one that the sign-in stands on is missing."""
    issuer, subject = told.get("iss"), told.get("sub")
    issued, expires = _moment(told.get("iat")), _moment(told.get("exp"))
    if not told.get("is_logged_in") or not isinstance(issuer, str) or not isinstance(subject, str):
        return None
    if issued is None or expires is None:
        return None
    return Claims(
        issuer=issuer,
        subject=subject,
        email=str(told.get("email") or ""),
        is_verified=told.get("email_verified") is True,
        issued_at=issued,
        expires_at=expires,
    )


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
