"""Owns responses: outputs to an item's prompt, by models, people or construction."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link


class ResponseSource(StrEnum):
    """Who produced a response."""

    MODEL = "model"
    HUMAN = "human"
    CONSTRUCTION = "construction"


class ContrastRole(StrEnum):
    """What a response of construction was written to be."""

    FOLLOWS = "follows"
    CONVENTIONAL = "conventional"
    NEAR_MISS = "near_miss"


class Response(Table, table=True):
    """One output to the prompt of one revision.

    Attributes:
        source_name: Exact model snapshot for ``model``; empty otherwise.
        role: Set exactly when the source is construction.
        is_simulated: True for output of a simulated model; such rows never enter a release.
        content_hash: Hash of revision, text, source, source name and role.
    """

    __tablename__ = "response"
    __table_args__ = (
        sa.CheckConstraint(
            "(source = 'construction') = (role IS NOT NULL)", name="role_of_construction"
        ),
        sa.CheckConstraint("(source = 'model') = (source_name <> '')", name="source_name_of_model"),
        sa.CheckConstraint("source = 'model' OR NOT is_simulated", name="simulated_is_model"),
    )

    id: str = Field(primary_key=True)
    revision_id: str = Field(foreign_key="revision.id", index=True)
    source: ResponseSource = Field(sa_column=choice(ResponseSource, index=True))
    source_name: str = Field(default="")
    role: ContrastRole | None = Field(default=None, sa_column=choice(ContrastRole, nullable=True))
    is_simulated: bool = Field(default=False)
    text: str
    content_hash: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(sa_column=event_link())
