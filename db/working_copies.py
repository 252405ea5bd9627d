"""Owns working copies: autosaved, unsubmitted text of a person, kept version by version.

A save is an inserted row whose number follows the one that was seen, so that the primary key
itself refuses a stale save; the stale text is set aside at once and never deleted. Working copies
are no facts: the history tells of them when they are submitted.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field

from db.base import MutableRow, Table, UtcDateTime, choice


class Part(StrEnum):
    """What an author writes of an item; ``family`` names an item that shares the origin."""

    TYPE = "type"
    DOMAIN = "domain"
    LANGUAGE = "language"
    FAMILY = "family"
    PROMPT = "prompt"
    REFERENCE = "reference"
    TWIN = "twin"
    FOLLOWS = "follows"
    CONVENTIONAL = "conventional"
    NEAR_MISS = "near_miss"
    NOTES = "notes"
    CHECKS = "checks"


LONG_PARTS: Final = (
    Part.PROMPT,
    Part.REFERENCE,
    Part.TWIN,
    Part.FOLLOWS,
    Part.CONVENTIONAL,
    Part.NEAR_MISS,
    Part.NOTES,
    Part.CHECKS,
)


class Closing(StrEnum):
    """Why a working copy takes no more text."""

    SUBMITTED = "submitted"
    DISCARDED = "discarded"
    THEIRS_TAKEN = "theirs_taken"


class Resolution(StrEnum):
    """What a person did about a text that was set aside."""

    THEIRS = "theirs"
    MINE = "mine"
    MERGED = "merged"


class WorkingCopy(MutableRow, table=True):
    """One person's unsubmitted text of one item, or of an item to be.

    Attributes:
        item_id: None until a new item is submitted.
        base_revision_id: The revision that the text started from; None for a new item.
        touched_at: The moment of the last save.
        revision_id: The revision that it became; set exactly when submitted.
    """

    __tablename__ = "working_copy"
    __table_args__ = (
        sa.Index(
            "ix_working_copy_open",
            "annotator_id",
            "item_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name="closed_for_a_reason"),
        sa.CheckConstraint(
            "(revision_id IS NOT NULL) = (closed_as IS NOT NULL AND closed_as = 'submitted')",
            name="revision_of_submitted",
        ),
        sa.CheckConstraint(
            "base_revision_id IS NULL OR item_id IS NOT NULL", name="base_of_an_item"
        ),
    )

    id: str = Field(primary_key=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    item_id: str | None = Field(default=None, foreign_key="item.id", index=True)
    base_revision_id: str | None = Field(default=None, foreign_key="revision.id")
    opened_at: datetime = Field(sa_type=UtcDateTime)
    touched_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    closed_as: Closing | None = Field(default=None, sa_column=choice(Closing, nullable=True))
    revision_id: str | None = Field(default=None, foreign_key="revision.id")


class WorkingText(Table, table=True):
    """One saved text of one part; the newest has the highest number.

    Attributes:
        number: 0 for the text that the copy began with, then one more per save.
        tab: Id of the browser tab that sent it; empty for number 0.
    """

    __tablename__ = "working_text"
    __table_args__ = (sa.CheckConstraint("number >= 0", name="number_from_zero"),)

    copy_id: str = Field(primary_key=True, foreign_key="working_copy.id")
    part: Part = Field(sa_column=choice(Part, primary_key=True))
    number: int = Field(primary_key=True)
    text: str
    tab: str = Field(default="")
    saved_at: datetime = Field(sa_type=UtcDateTime)


class SetAside(Table, table=True):
    """The text of a save that came too late; it stays, whatever the person decides.

    Attributes:
        base_number: The saved text that the person had seen.
        resolution: None while the person has not decided.
    """

    __tablename__ = "set_aside"
    __table_args__ = (
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolution IS NULL)", name="resolved_in_some_way"
        ),
    )

    id: str = Field(primary_key=True)
    copy_id: str = Field(foreign_key="working_copy.id", index=True)
    part: Part = Field(sa_column=choice(Part))
    base_number: int
    text: str
    tab: str = Field(default="")
    saved_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    resolution: Resolution | None = Field(default=None, sa_column=choice(Resolution, nullable=True))
