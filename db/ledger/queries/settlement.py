"""Owns the words in which workers and the ledger speak of calls: wanted, granted, ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from db.ledger.runs import PauseReason

ModelName = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A worker's place, and the number that tells it from whoever has it later."""

    slot: int
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How fast a model may be asked by all workers together; None is no limit."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    max_concurrency: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A call that a worker would like to make now.

    Attributes:
        estimate_micro: The most it can cost.
        tokens: The most tokens it can use, for the limit per minute.
    """

    call_hash: str
    run_id: str
    position: int
    estimate_micro: int
    tokens: int
    input_price: str
    output_price: str


class GrantKind(StrEnum):
    """What a worker was told."""

    # Reserved and committed: it may be sent, after the delay.
    GRANTED = "granted"
    # Not now: the pace, the concurrency, or money that calls in flight may give back.
    HELD = "held"
    # Another run or worker has just sent it.
    BUSY = "busy"
    # Nothing to do: the answer is there, or it has failed, or it was skipped.
    RESOLVED = "resolved"
    # The run is paused, cancelled or ended.
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The ledger's word on a wanted call.

    Attributes:
        delay: Seconds to wait before it is sent, or before asking again.
        number: Which try of the call this is, from 1.
    """

    kind: GrantKind
    delay: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """A model's answer, as it is kept."""

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
    raw: object


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFault:
    """Why a try gave no answer.

    Attributes:
        may_cost: Its price stays unconfirmed.
        again: It is worth another try.
        counts: It counts against the most tries; False where the run stops for it.
        stop: The run pauses for it.
    """

    kind: str
    message: str
    status: int | None
    sample: str
    may_cost: bool
    again: bool
    counts: bool = True
    stop: PauseReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A try that ended; exactly one of ``answer`` and ``fault`` is there.

    Attributes:
        spent_micro: What the answer cost; None where nobody counted, which is its whole price.
    """

    call_hash: str
    started_at: datetime
    ended_at: datetime
    answer: NewAnswer | None = None
    fault: NewFault | None = None
    spent_micro: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a worker has to tell and to ask in one transaction."""

    ended: tuple[Ended, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    limits: Mapping[ModelName, Limits] = field(default_factory=dict)
