"""Owns slots: pieces of work that one person at a time may hold, each with a lease.

k reviewers are k slots of one round. Taking, keeping and giving back a slot are no facts; what is
handed in is. ``fence`` grows with every claim, so that what comes after somebody else's claim is
known to be late: it is kept as surplus.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link


class Stage(StrEnum):
    """What a slot asks for."""

    AUTHOR = "author"
    REVIEW = "review"
    THIRD_REVIEW = "third_review"
    ADJUDICATE = "adjudicate"
    LABEL = "label"
    ADJUDICATE_LABELS = "adjudicate_labels"


_OPEN = "done_at IS NULL AND closed_at IS NULL"


class Slot(Table, table=True):
    """One piece of work.

    Attributes:
        subject_id: What is worked on: a revision, a response or an item.
        round: Number of the act that opened the review round; 1 elsewhere.
        number: 1..k within subject, stage and round.
        other_background: Whether its holder must have another background than the other holders.
        holder_id: Who has it or handed it in; None when it is free.
        fence: How often it was claimed.
        lease_until: When it becomes free for others unless the holder keeps it.
        done_at: When its work came in.
        closed_at: When it was no longer asked for.
    """

    __tablename__ = "slot"
    __table_args__ = (
        sa.UniqueConstraint("stage", "subject_id", "round", "number"),
        sa.UniqueConstraint("stage", "subject_id", "round", "holder_id"),
        sa.Index(
            "ix_slot_one_open_claim",
            "holder_id",
            "stage",
            unique=True,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        ),
        sa.Index(
            "ix_slot_open",
            "stage",
            "created_at",
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        ),
        sa.CheckConstraint("(holder_id IS NULL) = (lease_until IS NULL)", name="lease_of_a_holder"),
        sa.CheckConstraint("done_at IS NULL OR holder_id IS NOT NULL", name="done_by_somebody"),
        sa.CheckConstraint("fence >= 0", name="fence_from_zero"),
    )

    id: str = Field(primary_key=True)
    stage: Stage = Field(sa_column=choice(Stage))
    subject_id: str = Field(index=True)
    item_id: str = Field(foreign_key="item.id", index=True)
    revision_id: str | None = Field(default=None, foreign_key="revision.id")
    response_id: str | None = Field(default=None, foreign_key="response.id", index=True)
    act_id: str | None = Field(default=None, foreign_key="item_act.id", index=True)
    round: int = Field(default=1)
    number: int
    other_background: bool = Field(default=False)
    created_at: datetime = Field(sa_type=UtcDateTime)
    holder_id: str | None = Field(default=None, foreign_key="annotator.id", index=True)
    fence: int = Field(default=0)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    heartbeat_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)


class SlotText(Table, table=True):
    """What a person has typed or chosen in a slot and not handed in; the newest is the highest.

    Attributes:
        field: Which field of the form.
        number: 1 for the first save, then one more per save.
        tab: Id of the browser tab that sent it.
    """

    __tablename__ = "slot_text"
    __table_args__ = (sa.CheckConstraint("number >= 1", name="number_from_one"),)

    slot_id: str = Field(primary_key=True, foreign_key="slot.id")
    annotator_id: str = Field(primary_key=True, foreign_key="annotator.id")
    field: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    text: str
    tab: str = Field(default="")
    saved_at: datetime = Field(sa_type=UtcDateTime)


class SkipReason(StrEnum):
    """Why a person passes work on; each sends it somewhere else."""

    LANGUAGE = "language"
    DOMAIN = "domain"
    KNOWN = "known"
    UNCLEAR = "unclear"
    BROKEN = "broken"
    DISTRESSING = "distressing"


class Skip(Table, table=True):
    """The fact that a person passed a piece of work on; it is not offered to them again.

    Attributes:
        note: What they added; it can be blanked without breaking the history.
    """

    __tablename__ = "skip"

    id: str = Field(primary_key=True)
    slot_id: str = Field(foreign_key="slot.id", index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    reason: SkipReason = Field(sa_column=choice(SkipReason))
    note: str = Field(default="")
    note_hash: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())
