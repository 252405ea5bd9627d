"""Owns the tables of calls: every question ever paid for, once, whoever asked for it.

``call`` is small because it changes; question and answer are written once, beside it.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from db.base import UtcDateTime, choice
from db.ledger.base import LedgerTable, big, json_column


class CallState(StrEnum):
    """Where a call stands; ``sent`` means that money may be on its way."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


class RunCallState(StrEnum):
    """What became of a call in one run."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class AttemptOutcome(StrEnum):
    """How an attempt ended; ``lost`` is one whose worker was gone before it could say."""

    REPLY = "reply"
    FAULT = "fault"
    LOST = "lost"


class Call(LedgerTable, table=True):
    """One paid question; its identity is the hash of everything that can change the answer."""

    __tablename__ = "call"
    __table_args__ = (
        sa.Index("ix_call_owner", "state", "owner_slot"),
        sa.CheckConstraint("(state = 'sent') = (owner_slot IS NOT NULL)", name="owner"),
        sa.CheckConstraint("reserved_micro >= 0", name="reserved"),
    )

    hash: str = Field(primary_key=True)
    provider_id: str
    model: str
    is_simulated: bool
    state: CallState = Field(sa_column=choice(CallState))
    # Attempts that count against the most there may be; a new run of a failed call starts at 0.
    tries: int = 0
    payer_run_id: str | None = Field(default=None, index=True)
    payer_position: int | None = None
    day: str | None = None
    reserved_micro: int = Field(default=0, sa_column=big())
    spent_micro: int = Field(default=0, sa_column=big())
    input_price: str | None = None
    output_price: str | None = None
    owner_slot: int | None = None
    owner_fence: int | None = None
    fault_kind: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Question(LedgerTable, table=True):
    """What was asked, as ``ChatRequest.to_json`` wrote it."""

    __tablename__ = "question"

    call_hash: str = Field(primary_key=True, foreign_key="call.hash")
    body: dict[str, object] = Field(sa_column=json_column())


class Answer(LedgerTable, table=True):
    """What a model answered."""

    __tablename__ = "answer"

    call_hash: str = Field(primary_key=True, foreign_key="call.hash")
    text: str | None
    reasoning: str | None
    finish: str
    snapshot: str
    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cached_tokens: int | None
    is_estimated: bool
    is_simulated: bool
    provider_request_id: str
    latency_ms: int
    raw: object = Field(sa_column=json_column(nullable=True))
    received_at: datetime = Field(sa_type=UtcDateTime)


class RunCall(LedgerTable, table=True):
    """A call's place in a run, and what its answer is for."""

    __tablename__ = "run_call"
    __table_args__ = (sa.Index("ix_run_call_chunk", "run_id", "chunk", "state"),)

    run_id: str = Field(primary_key=True, foreign_key="run.id")
    position: int = Field(primary_key=True)
    chunk: int
    call_hash: str = Field(foreign_key="call.hash", index=True)
    subject: dict[str, object] = Field(sa_column=json_column())
    state: RunCallState = Field(sa_column=choice(RunCallState))
    is_hit: bool = False
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Attempt(LedgerTable, table=True):
    """One try of a call, and what it cost or may have cost."""

    __tablename__ = "attempt"

    id: int | None = Field(default=None, primary_key=True)
    call_hash: str = Field(foreign_key="call.hash", index=True)
    run_id: str = Field(index=True)
    number: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    outcome: AttemptOutcome = Field(sa_column=choice(AttemptOutcome))
    fault_kind: str = ""
    status: int | None = None
    sample: str = ""
    message: str = ""
    day: str
    spent_micro: int = Field(default=0, sa_column=big())
    unconfirmed_micro: int = Field(default=0, sa_column=big())
    slot: int
