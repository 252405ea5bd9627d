"""Owns judges and verdicts: what a judge decided about a response, or why it did not.

A judge is immutable and its id is the hash of its definition. A verdict is 1, 0 or unscored with a
reason: what is missing, refused or unparseable is counted, never turned into a 0.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link
from db.hashing import Json


class JudgeKind(StrEnum):
    """What decides: a model, a program, or both; unknown for a judge known by name only."""

    LLM = "llm"
    RULE = "rule"
    HYBRID = "hybrid"
    UNKNOWN = "unknown"


class JudgeOrigin(StrEnum):
    """Where the workspace knows a judge from."""

    IMPORTED = "imported"
    REGISTERED = "registered"


class VerdictSource(StrEnum):
    """How a verdict came to be here."""

    IMPORTED = "imported"
    RUN = "run"


class Judge(Table, table=True):
    """One judge; everything that its verdicts depend on is in the definition.

    Attributes:
        id: Hash of kind, origin, name, definition and whether it is simulated.
        name: Short unique name shown in the workspace.
        is_simulated: True when a simulated model decides; such verdicts are no evidence.
    """

    __tablename__ = "judge"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    kind: JudgeKind = Field(sa_column=choice(JudgeKind))
    origin: JudgeOrigin = Field(sa_column=choice(JudgeOrigin))
    definition: dict[str, Json] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    is_simulated: bool = Field(default=False)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Verdict(Table, table=True):
    """One decision of one judge on one response.

    Attributes:
        repeat: Index of the output among several to the same request, from 0.
        value: 1, 0, or None when unscored.
        reason: Why it is unscored; empty exactly when there is a value.
        content_hash: Hash of response, judge, repeat, value, reason and source.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        sa.UniqueConstraint("response_id", "judge_id", "repeat"),
        sa.CheckConstraint("repeat >= 0", name="repeat_from_zero"),
        sa.CheckConstraint("value IS NULL OR value IN (0, 1)", name="value_of_a_verdict"),
        sa.CheckConstraint("(value IS NULL) = (reason <> '')", name="reason_of_unscored"),
    )

    id: str = Field(primary_key=True)
    response_id: str = Field(foreign_key="response.id", index=True)
    judge_id: str = Field(foreign_key="judge.id", index=True)
    repeat: int = Field(default=0)
    value: int | None = Field(default=None)
    reason: str = Field(default="")
    source: VerdictSource = Field(sa_column=choice(VerdictSource))
    content_hash: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())
