"""Owns the tables of runs: what was ordered, in which chunks, with which cap, and who said what."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from db.base import UtcDateTime, choice
from db.ledger.base import LedgerTable, big, json_column


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"


class PauseReason(StrEnum):
    """Why a run is paused."""

    PERSON = "person"
    BUDGET = "budget"
    DAY_BUDGET = "day_budget"
    QUOTA = "quota"
    KEY = "key"
    PROVIDER = "provider"


class ChunkState(StrEnum):
    """Whether a chunk still holds work."""

    WAITING = "waiting"
    DONE = "done"


class RunEventKind(StrEnum):
    """What happened to a run."""

    CREATED = "created"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    CAP_RAISED = "cap_raised"
    ALERT = "alert"
    FAILED = "failed"
    DONE = "done"


ACTIVE = (RunState.QUEUED, RunState.RUNNING)
ENDED = (RunState.CANCELLED, RunState.FAILED, RunState.DONE)


class Run(LedgerTable, table=True):
    """A durable batch of model calls.

    ``spent``, ``reserved`` and ``unconfirmed`` change in the same transaction as the calls they
    add up; ``cap`` bounds their sum.
    """

    __tablename__ = "run"
    __table_args__ = (
        sa.CheckConstraint("cap_micro > 0", name="cap"),
        sa.CheckConstraint(
            "spent_micro >= 0 AND reserved_micro >= 0 AND unconfirmed_micro >= 0", name="money"
        ),
    )

    id: str = Field(primary_key=True)
    kind: str
    name: str
    # Providers and models as they were when the run was made: prices, limits, addresses.
    spec: dict[str, object] = Field(sa_column=json_column())
    created_by: str
    state: RunState = Field(sa_column=choice(RunState, index=True))
    pause_reason: PauseReason | None = Field(
        default=None, sa_column=choice(PauseReason, nullable=True)
    )
    # One sentence for the person who looks: why it is paused or failed.
    note: str = ""
    cap_micro: int = Field(sa_column=big())
    currency: str = "USD"
    estimate_low_micro: int = Field(default=0, sa_column=big())
    estimate_high_micro: int = Field(default=0, sa_column=big())
    total: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    # How many of the done cost this run nothing: the reply was there.
    hits: int = 0
    in_flight: int = 0
    spent_micro: int = Field(default=0, sa_column=big())
    reserved_micro: int = Field(default=0, sa_column=big())
    unconfirmed_micro: int = Field(default=0, sa_column=big())
    is_simulated: bool
    is_alerted: bool = False
    chunk_size: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Chunk(LedgerTable, table=True):
    """About a hundred calls of one model of a run; ``round`` counts how often it was handed out."""

    __tablename__ = "chunk"

    run_id: str = Field(primary_key=True, foreign_key="run.id")
    number: int = Field(primary_key=True)
    provider_id: str
    model: str
    state: ChunkState = Field(sa_column=choice(ChunkState, index=True))
    round: int = 0


class RunEvent(LedgerTable, table=True):
    """Who paused, resumed, raised or cancelled, and why."""

    __tablename__ = "run_event"

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(foreign_key="run.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    kind: RunEventKind = Field(sa_column=choice(RunEventKind))
    reason: str = ""
    detail: dict[str, object] = Field(default_factory=dict, sa_column=json_column())


class Budget(LedgerTable, table=True):
    """What the whole workspace may spend in a day; one row, None for no limit."""

    __tablename__ = "budget"

    id: int = Field(default=1, primary_key=True)
    day_cap_micro: int | None = Field(default=None, sa_column=big(nullable=True))


class BudgetDay(LedgerTable, table=True):
    """What the runs of a workspace cost on one day (UTC)."""

    __tablename__ = "budget_day"

    day: str = Field(primary_key=True)
    spent_micro: int = Field(default=0, sa_column=big())
    reserved_micro: int = Field(default=0, sa_column=big())
    unconfirmed_micro: int = Field(default=0, sa_column=big())
    is_alerted: bool = False
