"""Owns identities: what a provider calls a person, and who that is here.

An admin links an address of e-mail; at the first sign-in the provider's own id of the person takes
its place, and only if the provider says that it has verified the address. Each identity token is
one session, so that it ends like any other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from curation.sign_in.sessions import LONGEST, hash_token
from db.engine import Engine, Session, reading, writing
from db.errors import Conflict, Invalid, NotFound
from db.hashing import canonical_json
from db.queries import sign_ins
from db.queries.roles import require
from db.queries.sign_ins import StoredIdentity
from db.recording import recording
from db.roles import Role

LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a provider's signed token says.

    Attributes:
        email: Empty when it was not told.
        is_verified: Whether the provider has verified that the address is the person's.
        issued_at: When the token was made.
        expires_at: From then on it says nothing.
    """

    issuer: str
    subject: str
    email: str
    is_verified: bool
    issued_at: datetime
    expires_at: datetime

    @property
    def token_hash(self) -> str:
        """What the database knows the session of this token by."""
        parts = [self.issuer, self.subject, self.issued_at.isoformat(), self.expires_at.isoformat()]
        return hash_token(canonical_json(["identity", *parts]))


def is_over(claims: Claims, *, now: datetime) -> bool:
    """Say whether a token says nothing any more, by the clock of this machine."""
    return now >= _ends(claims)


def admit(engine: Engine, claims: Claims, *, now: datetime) -> bool:
    """Begin the session of a token that was not met before; False when nobody is linked to it."""
    if is_over(claims, now=now):
        return False
    with writing(engine) as session:
        door = sign_ins.find_door(session, claims.token_hash)
        if door is not None and door.session is not None:
            return True
        found = _known(session, claims)
        if found is None:
            return False
        sign_ins.add_session(
            session,
            found.annotator_id,
            token_hash=claims.token_hash,
            now=now,
            expires_at=_ends(claims),
        )
    return True


def _ends(claims: Claims) -> datetime:
    return min(claims.expires_at, claims.issued_at + LONGEST)


def link_identity(
    engine: Engine, annotator_id: str, *, issuer: str, email: str, admin_id: str, now: datetime
) -> None:
    """Let a person sign in with what a provider calls by an address of e-mail.

    Raises:
        Conflict: The address is linked already.
        Forbidden: Who asks is neither the person themself nor an admin.
        Invalid: The issuer is no address on the web, or the e-mail none.
        NotFound: There is no such person.
    """
    issuer, email = _issuer(issuer), _email(email)
    with writing(engine) as session:
        if annotator_id != admin_id:
            require(session, admin_id, Role.ADMIN)
        if sign_ins.find_handle(session, annotator_id) is None:
            raise NotFound(
                f"No person {annotator_id!r} can sign in here; they are unknown, a machine or "
                "have withdrawn: see 'gainsay people list'."
            )
        if sign_ins.find_identity(session, issuer=issuer, subject=email, is_confirmed=False):
            raise Conflict(
                f"The address {email!r} of {issuer!r} is linked already; remove it there first."
            )
        sign_ins.add_identity(session, annotator_id, issuer=issuer, subject=email, now=now)
        with recording(
            session,
            now=now,
            actor_id=admin_id,
            action="identity.link",
            subject_kind="annotator",
            subject_id=annotator_id,
        ) as record:
            record.after.update({"issuer": issuer})


def unlink_identity(engine: Engine, identity_id: str, *, admin_id: str, now: datetime) -> None:
    """Take an identity from a person; every session of theirs ends.

    Raises:
        Forbidden: Who asks is no admin.
        NotFound: It was removed before.
    """
    with writing(engine) as session:
        require(session, admin_id, Role.ADMIN)
        annotator_id = sign_ins.remove_identity(session, identity_id)
        if annotator_id is None:
            raise NotFound(f"The identity {identity_id!r} was removed before; load the page again.")
        ended = sign_ins.end_sessions(session, annotator_id=annotator_id, now=now)
        with recording(
            session,
            now=now,
            actor_id=admin_id,
            action="identity.unlink",
            subject_kind="annotator",
            subject_id=annotator_id,
        ) as record:
            record.after.update({"sessions_ended": ended})


def identities_of(engine: Engine, annotator_id: str) -> list[StoredIdentity]:
    """List what a person may sign in with beside a password."""
    with reading(engine) as session:
        return sign_ins.list_identities(session, annotator_id)


def _known(session: Session, claims: Claims) -> StoredIdentity | None:
    found = sign_ins.find_identity(
        session, issuer=claims.issuer, subject=claims.subject, is_confirmed=True
    )
    if found is None and claims.is_verified and claims.email:
        found = sign_ins.find_identity(
            session, issuer=claims.issuer, subject=claims.email.casefold(), is_confirmed=False
        )
        if found is not None:
            sign_ins.confirm_identity(session, found.id, subject=claims.subject)
    if found is None or sign_ins.find_handle(session, found.annotator_id) is None:
        return None
    return found


def _issuer(text: str) -> str:
    text = text.strip()
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not parts.netloc or not is_safe:
        raise Invalid(
            f"The provider {text!r} is no address that begins with https://; copy 'issuer' from "
            "its openid-configuration."
        )
    return text


def _email(text: str) -> str:
    text = text.strip().casefold()
    name, _, domain = text.partition("@")
    if not name or not domain or len(text) > 320 or any(char.isspace() for char in text):
        raise Invalid(f"The address {text!r} is no address of e-mail such as name@example.org.")
    return text
