"""Owns what waits for a person, stage by stage, and why the rest does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from curation.claims.claiming import EmptyQueue, Why, explain_empty, held
from db.engine import Session
from db.slots import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class StageQueue:
    """One stage of work as a person finds it.

    Attributes:
        total: Open pieces of work of the stage, held or free.
        waiting: Those that the person could take now.
        excluded: The others, by what keeps them from the person; together they are the total.
        is_held: Whether the person holds one.
        next_free_at: When the first that somebody holds becomes free.
    """

    stage: Stage
    total: int
    waiting: int
    excluded: Mapping[Why, int]
    is_held: bool
    next_free_at: datetime | None


def load_queues(
    session: Session, stages: Sequence[Stage], *, annotator_id: str, now: datetime
) -> tuple[StageQueue, ...]:
    """Count what waits in each stage."""
    return tuple(
        _queue(
            stage,
            explain_empty(session, stage, annotator_id=annotator_id, now=now),
            is_held=held(session, annotator_id=annotator_id, stage=stage) is not None,
        )
        for stage in stages
    )


def _queue(stage: Stage, found: EmptyQueue, *, is_held: bool) -> StageQueue:
    return StageQueue(
        stage=stage,
        total=found.total,
        waiting=found.total - sum(found.excluded.values()),
        excluded={why: count for why, count in found.excluded.items() if count},
        is_held=is_held,
        next_free_at=found.next_free_at,
    )
