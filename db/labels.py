"""Owns labels: decisions that a response follows, does not follow, or cannot be told.

Only ``blind_human`` counts as human evidence; ``construction`` labels are self-tests for ever.
A correction is a new label that supersedes the old one, an undone decision is a withdrawal beside
it; nothing is changed in place. A label that is neither superseded nor withdrawn is live; a live
one counts unless it is surplus.
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
        turn: 1 for a person's first label on a response, then one more for each that follows it,
            so that two tabs cannot both decide; None for labels that were not given here.
        rater: Who decided, as the imported file names them; empty for labels given here.
        declared_source: What the imported file calls the source; empty for labels given here.
        is_surplus: Whether it came when the slot had gone to somebody else or was closed: it is
            kept and counts nowhere.
        content_hash: Hash of response, annotator, source, decision, factuality, failed and reason,
            and of what a requirement was decided to be where that was asked.
    """

    __tablename__ = "label"
    __table_args__ = (
        sa.UniqueConstraint("response_id", "annotator_id", "turn"),
        sa.CheckConstraint("supersedes_id <> id", name="supersedes_another"),
        sa.CheckConstraint("turn >= 1", name="turn_from_one"),
        sa.CheckConstraint(
            "source = 'imported' OR (rater = '' AND declared_source = '')", name="rater_of_imported"
        ),
    )

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
    turn: int | None = Field(default=None)
    rater: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    declared_source: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    is_surplus: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    content_hash: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(sa_column=event_link())


class RequirementLabel(Table, table=True):
    """What a label says about one numbered requirement of the reference."""

    __tablename__ = "requirement_label"
    __table_args__ = (sa.CheckConstraint("number >= 1", name="number_from_one"),)

    label_id: str = Field(primary_key=True, foreign_key="label.id")
    number: int = Field(primary_key=True)
    decision: Decision = Field(sa_column=choice(Decision))


class LabelWithdrawal(Table, table=True):
    """The fact that a person took a label of theirs back."""

    __tablename__ = "label_withdrawal"

    label_id: str = Field(primary_key=True, foreign_key="label.id")
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Reveal(Table, table=True):
    """The fact that a person saw what a response is: source, model, labels, verdicts.

    What they label from then on is ``human_unblinded``.
    """

    __tablename__ = "reveal"

    annotator_id: str = Field(primary_key=True, foreign_key="annotator.id")
    response_id: str = Field(primary_key=True, foreign_key="response.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())
