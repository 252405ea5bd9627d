"""Owns sessions: who acts for a token, for how long, and what ends it.

A token is 32 random bytes that only one browser has; the database keeps its SHA-256. In a solo
workspace nobody signs in and the local annotator acts.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from db.engine import Engine, Session, reading, writing
from db.errors import NotFound
from db.queries import sign_ins
from db.queries.roles import require
from db.queries.sign_ins import StoredSession
from db.recording import recording
from db.roles import Role

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
NOTED_EVERY: Final = timedelta(minutes=5)
# Long after the last cookie of a session is gone.
KEPT: Final = timedelta(days=60)


class Out(StrEnum):
    """Why nobody acts."""

    NOBODY = "nobody"
    ENDED = "ended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who acts.

    Attributes:
        workspace: The name of the workspace.
        is_solo: Whether nobody has to sign in.
        must_change: Whether the person has to choose a password before anything else.
        is_due: Whether it is time to store that the session is in use.
    """

    annotator_id: str
    handle: str
    workspace: str
    is_solo: bool
    must_change: bool = False
    is_due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """Why nobody acts, and where."""

    workspace: str
    reason: Out


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session that has begun.

    Attributes:
        token: What the browser gets; it is nowhere else.
    """

    annotator_id: str
    token: str = field(repr=False)
    expires_at: datetime


def hash_token(token: str) -> str:
    """Give what the database knows a token by."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def who(session: Session, token_hash: str, *, now: datetime) -> SignedIn | SignedOut:
    """Say who acts for a token's hash; an empty one is nobody's.

    Raises:
        NotFound: The database has its tables but no workspace yet.
    """
    door = sign_ins.find_door(session, token_hash)
    if door is None:
        raise NotFound(
            "The database has no workspace yet; run 'gainsay db upgrade --starter' or 'gainsay up'."
        )
    if door.is_solo:
        return SignedIn(
            annotator_id=door.local_annotator_id,
            handle=door.local_handle,
            workspace=door.workspace,
            is_solo=True,
        )
    reason = _out(door.session, now=now)
    if door.session is None or reason is not None:
        return SignedOut(workspace=door.workspace, reason=reason or Out.NOBODY)
    return SignedIn(
        annotator_id=door.session.annotator_id,
        handle=door.session.handle,
        workspace=door.workspace,
        is_solo=False,
        must_change=door.session.must_change,
        is_due=now - door.session.seen_at >= NOTED_EVERY,
    )


def begin_session(session: Session, annotator_id: str, *, now: datetime) -> NewSession:
    """Begin a session in the transaction that found the person to be who they are."""
    begun = NewSession(
        annotator_id=annotator_id, token=secrets.token_urlsafe(32), expires_at=now + LONGEST
    )
    sign_ins.sweep_sessions(session, before=now - KEPT)
    sign_ins.add_session(
        session,
        annotator_id,
        token_hash=hash_token(begun.token),
        now=now,
        expires_at=begun.expires_at,
    )
    return begun


def keep_alive(engine: Engine, token_hash: str, *, now: datetime) -> None:
    """Store that a session is in use, so that it does not count as left alone."""
    with writing(engine) as session:
        sign_ins.note_seen(session, token_hash, now=now)


def sign_out(engine: Engine, token_hash: str, *, now: datetime) -> None:
    """End one session, in every tab of its browser."""
    with writing(engine) as session:
        sign_ins.end_sessions(session, token_hash=token_hash, now=now)


def end_all_sessions(engine: Engine, annotator_id: str, *, admin_id: str, now: datetime) -> int:
    """End every session of a person, and say how many there were.

    Raises:
        Forbidden: Neither the person themself nor an admin asks for it.
    """
    with writing(engine) as session:
        if annotator_id != admin_id:
            require(session, admin_id, Role.ADMIN)
        ended = sign_ins.end_sessions(session, annotator_id=annotator_id, now=now)
        with recording(
            session,
            now=now,
            actor_id=admin_id,
            action="sessions.end",
            subject_kind="annotator",
            subject_id=annotator_id,
        ) as record:
            record.after.update({"sessions": ended})
    return ended


def open_sessions(engine: Engine, annotator_id: str, *, now: datetime) -> int:
    """Count a person's sessions that may still act."""
    with reading(engine) as session:
        return sign_ins.count_sessions(session, annotator_id, now=now)


def _out(stored: StoredSession | None, *, now: datetime) -> Out | None:
    if stored is None:
        return Out.NOBODY
    if stored.is_withdrawn:
        return Out.WITHDRAWN
    if stored.ended_at is not None:
        return Out.ENDED
    if now >= min(stored.expires_at, stored.seen_at + IDLE):
        return Out.EXPIRED
    return None
