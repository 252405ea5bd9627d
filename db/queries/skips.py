"""Owns reading what people passed on: what a lead has to look at, and whose competence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from db.annotators import Annotator
from db.queries.slot_rules import is_settled
from db.slots import Skip, SkipReason, Slot, Stage

# Sent to a lead, and about what a person knows.
FOR_LEADS: Final = (SkipReason.UNCLEAR, SkipReason.BROKEN, SkipReason.DISTRESSING)
COMPETENCE: Final = (SkipReason.LANGUAGE, SkipReason.DOMAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipShown:
    """A skip as a lead sees it; they are not blind."""

    skip_id: str
    slot_id: str
    stage: Stage
    item_id: str
    response_id: str | None
    reason: SkipReason
    note: str
    annotator_id: str
    handle: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipCount:
    """How often a person passed work on for a reason."""

    annotator_id: str
    handle: str
    reason: SkipReason
    count: int


def skips_needing_attention(session: Session) -> list[SkipShown]:
    """List what was found unclear, broken or distressing and no lead has settled, newest first."""
    rows = session.execute(
        sa.select(
            col(Skip.id),
            col(Skip.slot_id),
            col(Slot.stage),
            col(Slot.item_id),
            col(Slot.response_id),
            col(Skip.reason),
            col(Skip.note),
            col(Skip.annotator_id),
            col(Annotator.handle),
            col(Skip.created_at),
        )
        .join(Slot, col(Slot.id) == col(Skip.slot_id))
        .join(Annotator, col(Annotator.id) == col(Skip.annotator_id))
        .where(col(Skip.reason).in_(FOR_LEADS), ~is_settled())
        .order_by(col(Skip.created_at).desc(), col(Skip.id))
    )
    return [
        SkipShown(
            skip_id=row.id,
            slot_id=row.slot_id,
            stage=row.stage,
            item_id=row.item_id,
            response_id=row.response_id,
            reason=row.reason,
            note=row.note,
            annotator_id=row.annotator_id,
            handle=row.handle,
            at=row.created_at,
        )
        for row in rows
    ]


def count_skips(session: Session, *, reasons: Sequence[SkipReason] = COMPETENCE) -> list[SkipCount]:
    """Count skips by person and reason; as it stands, those that speak of a lack of competence."""
    rows = session.execute(
        sa.select(
            col(Skip.annotator_id),
            col(Annotator.handle),
            col(Skip.reason),
            sa.func.count().label("count"),
        )
        .join(Annotator, col(Annotator.id) == col(Skip.annotator_id))
        .where(col(Skip.reason).in_(reasons))
        .group_by(col(Skip.annotator_id), col(Annotator.handle), col(Skip.reason))
        .order_by(col(Annotator.handle), col(Skip.reason))
    )
    return [
        SkipCount(
            annotator_id=row.annotator_id,
            handle=row.handle,
            reason=row.reason,
            count=row._mapping["count"],
        )
        for row in rows
    ]


def is_settled_skip(session: Session, skip_id: str) -> bool:
    """Say whether a lead has looked at a skip."""
    query = sa.select(is_settled()).where(col(Skip.id) == skip_id)
    return bool(session.execute(query).scalar_one_or_none())
