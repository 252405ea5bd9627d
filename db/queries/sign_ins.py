"""Owns reading and changing how people sign in: passwords, identities and sessions.

No password and no token comes here, only their hashes. Nothing here decides who may do what.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.annotators import Annotator, AnnotatorKind
from db.base import new_id
from db.sign_ins import Identity, LoginSession, Password
from db.workspace import Workspace, WorkspaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session as it is stored, whether it still counts or not.

    Attributes:
        must_change: Whether the person's password is one that was handed over.
    """

    annotator_id: str
    handle: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    is_withdrawn: bool
    must_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What decides who acts: the workspace, its local annotator and the session asked for."""

    workspace: str
    is_solo: bool
    local_annotator_id: str
    local_handle: str
    session: StoredSession | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassword:
    """A person's password as it is stored."""

    annotator_id: str
    hash: str = field(repr=False)
    must_change: bool
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIdentity:
    """One identity that a person may sign in with."""

    id: str
    annotator_id: str
    issuer: str
    subject: str
    is_confirmed: bool


def find_door(session: Session, token_hash: str) -> Door | None:
    """Read who acts for a token's hash, in one statement; None before the first start."""
    row = session.connection().execute(_door(), {"token": token_hash}).one_or_none()
    if row is None:
        return None
    stored = None
    if row.annotator_id is not None:
        stored = StoredSession(
            annotator_id=row.annotator_id,
            handle=row.handle,
            created_at=row.created_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            is_withdrawn=row.withdrawn_at is not None
            or row.annotator_kind is AnnotatorKind.MACHINE,
            must_change=bool(row.must_change),
        )
    return Door(
        workspace=row.name,
        is_solo=row.kind is WorkspaceKind.SOLO,
        local_annotator_id=row.local_annotator_id,
        local_handle=row.local_handle,
        session=stored,
    )


def find_person(session: Session, handle: str) -> str | None:
    """Find the person of a handle who has not withdrawn; machines are none."""
    return session.exec(
        select(Annotator.id).where(
            Annotator.handle == handle,
            Annotator.kind == AnnotatorKind.HUMAN,
            col(Annotator.withdrawn_at).is_(None),
        )
    ).first()


def find_handle(session: Session, annotator_id: str) -> str | None:
    """Give the handle of a person who has not withdrawn; machines are none."""
    return session.exec(
        select(Annotator.handle).where(
            Annotator.id == annotator_id,
            Annotator.kind == AnnotatorKind.HUMAN,
            col(Annotator.withdrawn_at).is_(None),
        )
    ).first()


def take_password(session: Session, annotator_id: str) -> StoredPassword | None:
    """Read a password and keep every other writer off it until the transaction ends."""
    row = _locked(session, annotator_id)
    if row is None:
        return None
    return StoredPassword(
        annotator_id=row.annotator_id,
        hash=row.hash,
        must_change=row.must_change,
        failures=row.failures,
        locked_until=row.locked_until,
    )


def put_password(
    session: Session, annotator_id: str, *, hash_text: str, must_change: bool, now: datetime
) -> None:
    """Give a person a password; wrong attempts are forgotten."""
    row = _locked(session, annotator_id)
    if row is None:
        row = Password(annotator_id=annotator_id, hash=hash_text, changed_at=now)
    row.hash = hash_text
    row.must_change = must_change
    row.failures = 0
    row.locked_until = None
    row.changed_at = now
    session.add(row)
    session.flush()


def count_attempt(
    session: Session, annotator_id: str, *, failures: int, locked_until: datetime | None
) -> None:
    """Store how many wrong attempts in a row there were, and until when nothing is looked at."""
    row = _locked(session, annotator_id)
    if row is not None:
        row.failures = failures
        row.locked_until = locked_until
        session.add(row)
        session.flush()


def swap_hash(session: Session, annotator_id: str, *, before: str, after: str) -> None:
    """Store the same password under newer parameters, unless it was changed meanwhile."""
    row = _locked(session, annotator_id)
    if row is not None and row.hash == before:
        row.hash = after
        session.add(row)
        session.flush()


def add_session(
    session: Session, annotator_id: str, *, token_hash: str, now: datetime, expires_at: datetime
) -> None:
    """Store a new session."""
    session.add(
        LoginSession(
            token_hash=token_hash,
            annotator_id=annotator_id,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()


def note_seen(session: Session, token_hash: str, *, now: datetime) -> None:
    """Store that a session is in use."""
    session.connection().execute(
        sa.update(LoginSession)
        .where(col(LoginSession.token_hash) == token_hash, col(LoginSession.seen_at) < now)
        .values(seen_at=now)
    )


def end_sessions(
    session: Session,
    *,
    now: datetime,
    token_hash: str | None = None,
    annotator_id: str | None = None,
) -> int:
    """End one session or all of a person, and say how many were open."""
    ended = sa.update(LoginSession).where(col(LoginSession.ended_at).is_(None))
    if token_hash is not None:
        ended = ended.where(col(LoginSession.token_hash) == token_hash)
    if annotator_id is not None:
        ended = ended.where(col(LoginSession.annotator_id) == annotator_id)
    return int(session.connection().execute(ended.values(ended_at=now)).rowcount)


def count_sessions(session: Session, annotator_id: str, *, now: datetime) -> int:
    """Count a person's sessions that neither ended nor expired."""
    return session.exec(
        select(sa.func.count()).where(
            LoginSession.annotator_id == annotator_id,
            col(LoginSession.ended_at).is_(None),
            LoginSession.expires_at > now,
        )
    ).one()


def sweep_sessions(session: Session, *, before: datetime) -> None:
    """Remove sessions that expired before a moment."""
    session.connection().execute(
        sa.delete(LoginSession).where(col(LoginSession.expires_at) < before)
    )


def list_identities(session: Session, annotator_id: str) -> list[StoredIdentity]:
    """List a person's identities by issuer and subject."""
    found = session.exec(
        select(Identity)
        .where(Identity.annotator_id == annotator_id)
        .order_by(col(Identity.issuer), col(Identity.subject))
    )
    return [_identity(row) for row in found]


def find_identity(
    session: Session, *, issuer: str, subject: str, is_confirmed: bool
) -> StoredIdentity | None:
    """Find the identity that a provider's words name."""
    row = session.exec(
        select(Identity).where(
            Identity.issuer == issuer,
            Identity.subject == subject,
            Identity.is_confirmed == is_confirmed,
        )
    ).first()
    return None if row is None else _identity(row)


def add_identity(
    session: Session, annotator_id: str, *, issuer: str, subject: str, now: datetime
) -> str:
    """Store that a person may sign in with what a provider calls by an address of e-mail."""
    row = Identity(
        id=new_id("identity"),
        annotator_id=annotator_id,
        issuer=issuer,
        subject=subject,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def confirm_identity(session: Session, identity_id: str, *, subject: str) -> None:
    """Replace the address of e-mail by the subject that the provider told."""
    row = session.get(Identity, identity_id)
    if row is not None:
        row.subject = subject
        row.is_confirmed = True
        session.add(row)
        session.flush()


def remove_identity(session: Session, identity_id: str) -> str | None:
    """Remove an identity and give whose it was; None when there is none."""
    row = session.get(Identity, identity_id)
    if row is None:
        return None
    session.delete(row)
    session.flush()
    return row.annotator_id


def _locked(session: Session, annotator_id: str) -> Password | None:
    # On SQLite whoever writes is alone anyway.
    return session.exec(
        select(Password)
        .where(Password.annotator_id == annotator_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _identity(row: Identity) -> StoredIdentity:
    return StoredIdentity(
        id=row.id,
        annotator_id=row.annotator_id,
        issuer=row.issuer,
        subject=row.subject,
        is_confirmed=row.is_confirmed,
    )


@cache
def _door() -> "sa.Select[*tuple[Any, ...]]":
    # On the tables themselves, built once: every rerun and every gesture asks this.
    workspace: sa.Table = Workspace.__table__  # type: ignore[attr-defined]
    local: sa.Table = Annotator.__table__  # type: ignore[attr-defined]
    person = local.alias("person")
    login: sa.Table = LoginSession.__table__  # type: ignore[attr-defined]
    password: sa.Table = Password.__table__  # type: ignore[attr-defined]
    return (
        sa.select(
            workspace.c.name,
            workspace.c.kind,
            workspace.c.local_annotator_id,
            local.c.handle.label("local_handle"),
            login.c.annotator_id,
            login.c.created_at,
            login.c.seen_at,
            login.c.expires_at,
            login.c.ended_at,
            person.c.handle,
            person.c.kind.label("annotator_kind"),
            person.c.withdrawn_at,
            password.c.must_change,
        )
        .select_from(workspace)
        .join(local, local.c.id == workspace.c.local_annotator_id)
        .join(login, login.c.token_hash == sa.bindparam("token", type_=sa.String), isouter=True)
        .join(person, person.c.id == login.c.annotator_id, isouter=True)
        .join(password, password.c.annotator_id == login.c.annotator_id, isouter=True)
    )
