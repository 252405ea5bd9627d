"""Owns how a person is known to be who they are: password or identity, and the sessions after it.

A password is kept as its argon2 hash, a session's token as its SHA-256; neither is in the history
or in any export.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.base import MutableRow, Table, UtcDateTime


class Password(MutableRow, table=True):
    """A person's password.

    Attributes:
        hash: The argon2id hash with its parameters and salt.
        must_change: True while it is the one that an admin handed over.
        failures: Wrong passwords in a row since the last right one.
        locked_until: Before that moment no password is looked at; None when there is no wait.
    """

    __tablename__ = "password"

    annotator_id: str = Field(primary_key=True, foreign_key="annotator.id")
    hash: str
    must_change: bool = Field(default=True)
    failures: int = Field(default=0)
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Identity(Table, table=True):
    """What an identity provider calls a person.

    Attributes:
        issuer: URL of the provider.
        subject: The person's id there; the address of e-mail until the first sign-in tells it.
        is_confirmed: True once the provider has told the subject itself.
    """

    __tablename__ = "identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: str = Field(primary_key=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    issuer: str
    subject: str
    is_confirmed: bool = Field(default=False)
    created_at: datetime = Field(sa_type=UtcDateTime)


class LoginSession(Table, table=True):
    """One browser in which a person signed in with a password.

    Attributes:
        token_hash: SHA-256 of the cookie's token, in hexadecimal.
        expires_at: From then on it counts for nothing.
        ended_at: When the person or an admin ended it.
    """

    __tablename__ = "login_session"

    token_hash: str = Field(primary_key=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
