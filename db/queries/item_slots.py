"""Owns which slots of an item are open, and closing some of them: what a round reconciles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.slots import Slot, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """One slot of an item.

    Attributes:
        revision_id: The text that is asked about.
        is_open: Whether its work is still asked for.
        is_held: Whether somebody has it.
    """

    id: str
    stage: Stage
    subject_id: str
    act_id: str | None
    revision_id: str | None
    round: int
    number: int
    other_background: bool
    is_open: bool
    is_held: bool


def slots_of_item(session: Session, item_id: str) -> list[SlotState]:
    """List all slots of an item in the order in which they were numbered."""
    rows = session.exec(
        select(Slot)
        .where(Slot.item_id == item_id)
        .order_by(col(Slot.stage), col(Slot.subject_id), col(Slot.round), col(Slot.number))
        .execution_options(populate_existing=True)
    )
    return [
        SlotState(
            id=row.id,
            stage=row.stage,
            subject_id=row.subject_id,
            act_id=row.act_id,
            revision_id=row.revision_id,
            round=row.round,
            number=row.number,
            other_background=row.other_background,
            is_open=row.done_at is None and row.closed_at is None,
            is_held=row.holder_id is not None,
        )
        for row in rows
    ]


def close_these(session: Session, slot_ids: Collection[str], *, now: datetime) -> None:
    """Close slots that are still open; whoever holds one loses it, what they hand in is surplus."""
    if not slot_ids:
        return
    table: sa.Table = Slot.__table__  # type: ignore[attr-defined]
    session.execute(
        sa.update(table)
        .where(table.c.id.in_(slot_ids), table.c.done_at.is_(None), table.c.closed_at.is_(None))
        .values(closed_at=now, holder_id=None, lease_until=None)
    )
