"""Owns labels: decisions that a response follows, does not follow, or cannot be told.

Only ``blind_human`` counts as human evidence; ``construction`` labels are self-tests for ever.
A correction is a new label that supersedes the old one; nothing is changed in place.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link


class LabelSource(StrEnum):
    """Where a label comes from."""

    BLIND_HUMAN = "blind_human"
    CONSTRUCTION = "construction"
    MACHINE = "machine"
    HUMAN_UNBLINDED = "human_unblinded"
    IMPORTED = "imported"


HUMAN_EVIDENCE: Final = frozenset({LabelSource.BLIND_HUMAN})
# Sources that only a person's label can have.
BY_PEOPLE: Final = frozenset({LabelSource.BLIND_HUMAN, LabelSource.HUMAN_UNBLINDED})


class Decision(StrEnum):
    """Whether a response does what the item asks."""

    FOLLOWS = "follows"
    DOES_NOT_FOLLOW = "does_not_follow"
    CANNOT_TELL = "cannot_tell"


class Factuality(StrEnum):
    """Whether a response is factually right: never the same question as following."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_TELL = "cannot_tell"


class Label(Table, table=True):
    """One decision on one response.

    Attributes:
        reason: What the annotator wrote; it can be blanked without breaking the history.
        reason_hash: Hash of the reason as it was written; None when there was none.
        failed: JSON list of the requirement numbers that are not met.
        supersedes_id: The label that this one corrects; each is corrected at most once.
        content_hash: Hash of response, annotator, source, decision, factuality, failed and reason.
    """

    __tablename__ = "label"
    __table_args__ = (sa.CheckConstraint("supersedes_id <> id", name="supersedes_another"),)

    id: str = Field(primary_key=True)
    response_id: str = Field(foreign_key="response.id", index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    source: LabelSource = Field(sa_column=choice(LabelSource, index=True))
    decision: Decision = Field(sa_column=choice(Decision))
    factually_right: Factuality | None = Field(
        default=None, sa_column=choice(Factuality, nullable=True)
    )
    failed: list[int] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    reason: str = Field(default="")
    reason_hash: str | None = Field(default=None)
    supersedes_id: str | None = Field(default=None, foreign_key="label.id", unique=True)
    content_hash: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(sa_column=event_link())
