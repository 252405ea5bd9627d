"""Owns reading what a lead sees at a glance: who holds what, and who asks to open it again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from db.annotators import Annotator
from db.items import Item
from db.reviews import ReopenAnswer, ReopenRequest
from db.slots import Slot, Stage

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSlot:
    """A piece of work that somebody has."""

    slot_id: str
    stage: Stage
    item_id: str
    type_id: str
    language_id: str
    handle: str
    claimed_at: datetime | None
    lease_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenWanted:
    """A request that nobody has answered.

    Attributes:
        subject_kind: What the person decided: ``review``, ``confirmation``, ``adjudication`` or
            ``label``.
    """

    request_id: str
    item_id: str
    type_id: str
    language_id: str
    subject_kind: str
    handle: str
    reason: str
    at: datetime


def scopes_of(session: Session, item_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Give type and language of items, by id: what a lead's role is held for."""
    wanted = sorted(set(item_ids))
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = session.exec(
            select(Item.id, Item.type_id, Item.language_id).where(
                col(Item.id).in_(wanted[start : start + AT_ONCE])
            )
        )
        found |= {item_id: (type_id, language_id) for item_id, type_id, language_id in rows}
    return found


def held_slots(session: Session) -> list[HeldSlot]:
    """List every piece of work that somebody holds, the longest held first."""
    rows = session.exec(
        select(Slot, Annotator.handle, Item.type_id, Item.language_id)
        .join(Annotator, col(Annotator.id) == col(Slot.holder_id))
        .join(Item, col(Item.id) == col(Slot.item_id))
        .where(col(Slot.done_at).is_(None), col(Slot.closed_at).is_(None))
        .order_by(col(Slot.claimed_at), col(Slot.id))
    )
    return [
        HeldSlot(
            slot_id=slot.id,
            stage=slot.stage,
            item_id=slot.item_id,
            type_id=type_id,
            language_id=language_id,
            handle=handle,
            claimed_at=slot.claimed_at,
            lease_until=slot.lease_until,
        )
        for slot, handle, type_id, language_id in rows
        if slot.lease_until is not None
    ]


def reopen_wanted(session: Session) -> list[ReopenWanted]:
    """List the requests that no lead has answered, the oldest first."""
    answered = select(ReopenAnswer.request_id)
    rows = session.exec(
        select(ReopenRequest, Annotator.handle, Item.type_id, Item.language_id)
        .join(Annotator, col(Annotator.id) == col(ReopenRequest.annotator_id))
        .join(Item, col(Item.id) == col(ReopenRequest.item_id))
        .where(col(ReopenRequest.id).not_in(answered))
        .order_by(col(ReopenRequest.created_at), col(ReopenRequest.id))
    )
    return [
        ReopenWanted(
            request_id=row.id,
            item_id=row.item_id,
            type_id=type_id,
            language_id=language_id,
            subject_kind=row.subject_kind,
            handle=handle,
            reason=row.reason,
            at=row.created_at,
        )
        for row, handle, type_id, language_id in rows
    ]
