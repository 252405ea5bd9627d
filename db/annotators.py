"""Owns annotators: who contributes, people and machines kept apart.

A machine never has a role and its label never counts as a person's; tables that hold human
evidence check the kind at the door.
"""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from db.base import MutableRow, UtcDateTime, choice


class AnnotatorKind(StrEnum):
    """Whether a person or a program contributes."""

    HUMAN = "human"
    MACHINE = "machine"


class Annotator(MutableRow, table=True):
    """A contributor.

    Attributes:
        handle: Short unique name shown in the workspace; exports use pseudonyms.
        is_demonstration: True for people that exist to show the program; they carry a badge and
            are no evidence.
    """

    __tablename__ = "annotator"

    id: str = Field(primary_key=True)
    kind: AnnotatorKind = Field(sa_column=choice(AnnotatorKind))
    handle: str = Field(unique=True)
    background: str = Field(default="")
    is_demonstration: bool = Field(default=False)
    created_at: datetime = Field(sa_type=UtcDateTime)
