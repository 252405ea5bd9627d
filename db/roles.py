"""Owns roles: what a person may do, for one type and language or for all.

A grant is a fact, and so is its revocation; a role holds while it was granted and not revoked.
Machines have no roles. In a solo workspace the local annotator needs none.
"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link


class Role(StrEnum):
    """What a person is trusted with; none includes another."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    LABELLER = "labeller"
    ADJUDICATOR = "adjudicator"
    LEAD = "lead"
    ADMIN = "admin"
    VIEWER = "viewer"


class RoleGrant(Table, table=True):
    """The fact that a person was given a role.

    Attributes:
        type_id: The instruction type it holds for; None for all, also those that come later.
        language_id: The language it holds for; None for all.
        granted_by_id: Who gave it.
    """

    __tablename__ = "role_grant"

    id: str = Field(primary_key=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    role: Role = Field(sa_column=choice(Role))
    type_id: str | None = Field(default=None, foreign_key="instruction_type.id")
    language_id: str | None = Field(default=None, foreign_key="language.id")
    granted_by_id: str = Field(foreign_key="annotator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class RoleRevocation(Table, table=True):
    """The fact that a grant was taken back."""

    __tablename__ = "role_revocation"

    grant_id: str = Field(primary_key=True, foreign_key="role_grant.id")
    revoked_by_id: str = Field(foreign_key="annotator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())
