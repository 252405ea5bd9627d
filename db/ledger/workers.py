"""Owns the tables of workers: which slot is held by which process, and the pace of each model."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.base import UtcDateTime
from db.ledger.base import LedgerTable, big


class WorkerSlot(LedgerTable, table=True):
    """A place for one worker; the fence grows whenever the place changes hands."""

    __tablename__ = "worker_slot"

    slot: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))
    fence: int
    is_live: bool
    pid: int
    host: str
    program: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    heartbeat_at: datetime = Field(sa_type=UtcDateTime)


class Pace(LedgerTable, table=True):
    """How fast one model may be asked by all workers together.

    ``next_start_us`` is the first moment (microseconds since 1970) at which the next call may
    start, by the generic cell rate algorithm.
    """

    __tablename__ = "pace"

    provider_id: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    next_start_us: int = Field(default=0, sa_column=big())
    in_flight: int = 0
