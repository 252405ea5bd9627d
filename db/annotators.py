"""Owns annotators: who contributes, people and machines kept apart.

A machine never has a role and its label never counts as a person's; tables that hold human
evidence check the kind at the door.
"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from db.base import MutableRow, Table, UtcDateTime, choice


class AnnotatorKind(StrEnum):
    """Whether a person or a program contributes."""

    HUMAN = "human"
    MACHINE = "machine"


class Annotator(MutableRow, table=True):
    """A contributor.

    Attributes:
        handle: Short unique name shown in the workspace; exports use pseudonyms. A pseudonym after
            the person has withdrawn.
        background: Training or profession in a few words; reviewers of one seed item differ in it.
        daily_cap: The most pieces of work that a person may claim in a day (UTC); None for no cap.
        withdrawn_at: When the person withdrew: name, background and sign-in were removed then.
        is_demonstration: True for people that exist to show the program; they carry a badge and
            are no evidence.
    """

    __tablename__ = "annotator"

    id: str = Field(primary_key=True)
    kind: AnnotatorKind = Field(sa_column=choice(AnnotatorKind))
    handle: str = Field(unique=True)
    background: str = Field(default="")
    is_demonstration: bool = Field(default=False)
    daily_cap: int | None = Field(default=None)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class AnnotatorLanguage(Table, table=True):
    """A language in which a person reads and writes well enough to judge items."""

    __tablename__ = "annotator_language"

    annotator_id: str = Field(primary_key=True, foreign_key="annotator.id")
    language_id: str = Field(primary_key=True, foreign_key="language.id")


class AnnotatorDomain(Table, table=True):
    """A domain that a person knows; somebody without any is asked about every domain."""

    __tablename__ = "annotator_domain"

    annotator_id: str = Field(primary_key=True, foreign_key="annotator.id")
    domain_id: str = Field(primary_key=True, foreign_key="domain.id")
