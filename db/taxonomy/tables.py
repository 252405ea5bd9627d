"""Owns the taxonomy's tables: types, domains and languages are rows, never enums.

The shipped content lies beside this file as TOML and CSV; a team may add rows. Guidelines are
immutable and content-hashed, because rounds of human work pin the guideline they used.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, event_link


class InstructionType(Table, table=True):
    """One of the instruction types; ``label`` is the exact value in released rows."""

    __tablename__ = "instruction_type"

    id: str = Field(primary_key=True)
    label: str = Field(unique=True)
    abbreviation: str = Field(unique=True)
    position: int


class Domain(Table, table=True):
    """A field of knowledge; an item without one is "unassigned" (NULL)."""

    __tablename__ = "domain"

    id: str = Field(primary_key=True)
    label: str = Field(unique=True)
    label_zh: str
    scope_en: str = Field(default="")
    scope_zh: str = Field(default="")
    position: int


class Language(Table, table=True):
    """A language of items; ``label`` is the exact value in released rows."""

    __tablename__ = "language"

    id: str = Field(primary_key=True)
    label: str = Field(unique=True)
    name: str
    position: int


class Guideline(Table, table=True):
    """What annotators are told about a type, in one language; a change is a new row.

    Attributes:
        id: Type, language and number, joined by full stops.
        content_hash: Hash of the words; a text that comes back has the hash it had.
        number: 1, 2, ... per type and language; the highest is in force.
        borderline: JSON list of ``{"case", "ruling", "why"}``.
    """

    __tablename__ = "guideline"
    __table_args__ = (sa.UniqueConstraint("type_id", "language_id", "number"),)

    id: str = Field(primary_key=True)
    content_hash: str = Field(index=True)
    type_id: str = Field(foreign_key="instruction_type.id", index=True)
    language_id: str = Field(foreign_key="language.id")
    number: int
    name: str
    definition: str
    convention: str
    guideline: str
    borderline: list[dict[str, str]] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Target(Table, table=True):
    """How many items a cell of the grid type x domain x language should get."""

    __tablename__ = "target"
    __table_args__ = (sa.CheckConstraint("target >= 0", name="not_negative"),)

    type_id: str = Field(primary_key=True, foreign_key="instruction_type.id")
    domain_id: str = Field(primary_key=True, foreign_key="domain.id")
    language_id: str = Field(primary_key=True, foreign_key="language.id")
    target: int
