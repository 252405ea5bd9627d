"""Owns what happens to a slot: opened, held, kept, given back, handed in, closed.

One statement per change, each with its whole condition in WHERE, so that of two writers one finds
nothing left to change. Which slot a person gets next is in ``db.queries.slot_queue``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, select

from db.base import new_id
from db.errors import Invalid, NotFound
from db.slots import Slot, Stage

LEASES: Final[Mapping[Stage, timedelta]] = {
    stage: timedelta(hours=4) if stage is Stage.AUTHOR else timedelta(minutes=20) for stage in Stage
}
_TABLE: sa.Table = Slot.__table__  # type: ignore[attr-defined]
_NOBODY: Final[Mapping[str, None]] = {"holder_id": None, "lease_until": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A slot that a person holds.

    Attributes:
        subject_id: What is worked on: a revision, a response or an item.
        fence: What the holder shows when they keep it or hand in.
        lease_until: Until when nobody else can take it.
    """

    slot_id: str
    stage: Stage
    subject_id: str
    item_id: str
    revision_id: str | None
    response_id: str | None
    act_id: str | None
    fence: int
    lease_until: datetime


class LostBecause(StrEnum):
    """Why a claim is no more; never by whom."""

    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    HANDED_IN = "handed_in"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A claim that its person no longer has; what they hand in now is kept as surplus."""

    slot_id: str
    because: LostBecause


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """How work was taken in.

    Attributes:
        is_surplus: True when the slot was somebody else's or closed by then: the work is kept
            and decides nothing.
    """

    is_surplus: bool


def open_slots(
    session: Session,
    *,
    stage: Stage,
    subject_id: str,
    item_id: str,
    count: int,
    now: datetime,
    round: int = 1,
    revision_id: str | None = None,
    response_id: str | None = None,
    act_id: str | None = None,
    other_background: bool = False,
) -> list[str]:
    """Open slots 1..count of a subject, stage and round; those that are there stay as they are.

    ``round`` is the number of the act that opened a review round; 1 elsewhere. Give the ids of
    those that were opened now.

    Raises:
        Invalid: ``count`` is below 1.
    """
    if count < 1:
        raise Invalid(f"A subject needs at least one slot, got {count!r}; ask for 1 or more.")
    there = set(
        session.exec(
            select(Slot.number).where(
                Slot.stage == stage, Slot.subject_id == subject_id, Slot.round == round
            )
        )
    )
    same = {
        "stage": stage,
        "subject_id": subject_id,
        "item_id": item_id,
        "revision_id": revision_id,
        "response_id": response_id,
        "act_id": act_id,
        "round": round,
        "other_background": other_background,
        "created_at": now,
        "fence": 0,
    }
    new = {number: new_id("slot") for number in range(1, count + 1) if number not in there}
    if new:
        session.flush()
        rows = [{"id": slot_id, "number": number, **same} for number, slot_id in new.items()]
        session.execute(sa.insert(_TABLE), rows)
    return list(new.values())


def close_slots(
    session: Session,
    *,
    now: datetime,
    act_id: str | None = None,
    subject_id: str | None = None,
    stage: Stage | None = None,
) -> int:
    """Close what is still open of a round or a subject; what was handed in stays.

    Whoever holds one of them loses it: what they hand in is surplus.

    Raises:
        Invalid: Neither a round nor a subject was named.
    """
    if act_id is None and subject_id is None:
        raise Invalid("Slots are closed by their act or by their subject; name one of the two.")
    change = sa.update(_TABLE).where(*_still_open()).values(closed_at=now, **_NOBODY)
    for column, value in ((_TABLE.c.act_id, act_id), (_TABLE.c.subject_id, subject_id)):
        if value is not None:
            change = change.where(column == value)
    if stage is not None:
        change = change.where(_TABLE.c.stage == stage)
    return _changed(session, change)


def hand_in(
    session: Session, slot_id: str, *, annotator_id: str, fence: int, now: datetime
) -> HandIn:
    """Take work in for a slot; the same claim handed in again answers the same.

    A lease that has ended does not matter while nobody else has taken the slot.

    Raises:
        NotFound: There is no such slot.
    """
    change = sa.update(_TABLE).where(*_held(slot_id, annotator_id, fence)).values(done_at=now)
    if _changed(session, change):
        return HandIn(is_surplus=False)
    slot = read_slot(session, slot_id)
    was_theirs = slot.holder_id == annotator_id and slot.fence == fence
    return HandIn(is_surplus=not (was_theirs and slot.done_at is not None))


def reopen_slot(
    session: Session, slot_id: str, *, annotator_id: str, now: datetime
) -> Claim | None:
    """Take back that a slot was handed in; its person holds it again where they may.

    Returns:
        The claim; None when the slot is free again for everybody, because its person has another
        open one of that stage, or when it was not handed in by them.
    """
    theirs = (
        _TABLE.c.id == slot_id,
        _TABLE.c.holder_id == annotator_id,
        _TABLE.c.done_at.is_not(None),
        _TABLE.c.closed_at.is_(None),
    )
    stage = session.execute(sa.select(_TABLE.c.stage).where(*theirs)).scalar_one_or_none()
    if stage is None:
        return None
    if held(session, annotator_id=annotator_id, stage=stage) is not None:
        session.execute(sa.update(_TABLE).where(*theirs).values(done_at=None, **_NOBODY))
        return None
    change = sa.update(_TABLE).where(*theirs)
    return _claim(session, change.values(done_at=None, **_lease(stage, now)))


def held(session: Session, *, annotator_id: str, stage: Stage) -> Claim | None:
    """Give the slot that a person holds, also when its lease has ended and nobody took it."""
    row = session.execute(
        sa.select(*CLAIM_COLUMNS).where(
            _TABLE.c.holder_id == annotator_id, _TABLE.c.stage == stage, *_still_open()
        )
    ).one_or_none()
    return as_claim(row) if row is not None else None


def slot_done_by(session: Session, *, annotator_id: str, response_id: str) -> str | None:
    """Find the slot for labels that a person handed in for a response; None without one."""
    return session.execute(
        sa.select(_TABLE.c.id).where(
            _TABLE.c.holder_id == annotator_id,
            _TABLE.c.response_id == response_id,
            _TABLE.c.stage == Stage.LABEL,
            _TABLE.c.done_at.is_not(None),
        )
    ).scalar_one_or_none()


def keep(
    session: Session,
    slot_id: str,
    *,
    annotator_id: str,
    fence: int,
    now: datetime,
    lease: timedelta | None = None,
) -> Claim | Lost:
    """Extend a lease for its holder; an ended one too while nobody else has taken the slot.

    Raises:
        NotFound: There is no such slot.
    """
    slot = read_slot(session, slot_id)
    until = _lease(slot.stage, now, lease)
    change = sa.update(_TABLE).where(*_held(slot_id, annotator_id, fence)).values(until)
    kept = _claim(session, change)
    return kept if kept is not None else lost(session, slot_id, annotator_id, fence)


def free(session: Session, slot_id: str, *, annotator_id: str, fence: int) -> bool:
    """Give a slot back; False when the person no longer held it."""
    change = sa.update(_TABLE).where(*_held(slot_id, annotator_id, fence)).values(**_NOBODY)
    return _changed(session, change) == 1


def take_away(session: Session, slot_id: str) -> str | None:
    """Free a slot whoever holds it, and let the holder's number count no more.

    Returns:
        Who held it; None when nobody did.
    """
    slot = read_slot(session, slot_id)
    if slot.holder_id is None:
        return None
    change = (
        sa.update(_TABLE)
        .where(
            _TABLE.c.id == slot_id,
            _TABLE.c.holder_id == slot.holder_id,
            _TABLE.c.fence == slot.fence,
            *_still_open(),
        )
        .values(fence=_TABLE.c.fence + 1, **_NOBODY)
    )
    return slot.holder_id if _changed(session, change) else None


def lost(session: Session, slot_id: str, annotator_id: str, fence: int) -> Lost:
    """Say why a claim is no more."""
    slot = read_slot(session, slot_id)
    if slot.closed_at is not None:
        because = LostBecause.CLOSED
    elif slot.fence != fence or slot.holder_id not in {None, annotator_id}:
        because = LostBecause.TAKEN
    elif slot.done_at is not None:
        because = LostBecause.HANDED_IN
    else:
        because = LostBecause.GIVEN_BACK
    return Lost(slot_id=slot_id, because=because)


def read_slot(session: Session, slot_id: str) -> Slot:
    """Read a slot as it is stored now, not as this session has seen it.

    Raises:
        NotFound: There is no such slot.
    """
    found = session.exec(
        select(Slot).where(Slot.id == slot_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no slot {slot_id!r} in this workspace.")
    return found


CLAIM_COLUMNS: Final = (
    _TABLE.c.id,
    _TABLE.c.stage,
    _TABLE.c.subject_id,
    _TABLE.c.item_id,
    _TABLE.c.revision_id,
    _TABLE.c.response_id,
    _TABLE.c.act_id,
    _TABLE.c.fence,
    _TABLE.c.lease_until,
)


def as_claim(row: "sa.Row[Any]") -> Claim:
    """Read a claim from a row of ``CLAIM_COLUMNS``."""
    return Claim(
        slot_id=row.id,
        stage=row.stage,
        subject_id=row.subject_id,
        item_id=row.item_id,
        revision_id=row.revision_id,
        response_id=row.response_id,
        act_id=row.act_id,
        fence=row.fence,
        lease_until=row.lease_until.astimezone(UTC),
    )


def _still_open() -> "tuple[sa.ColumnElement[bool], ...]":
    return (_TABLE.c.done_at.is_(None), _TABLE.c.closed_at.is_(None))


def _held(slot_id: str, annotator_id: str, fence: int) -> "tuple[sa.ColumnElement[bool], ...]":
    return (
        _TABLE.c.id == slot_id,
        _TABLE.c.holder_id == annotator_id,
        _TABLE.c.fence == fence,
        *_still_open(),
    )


def _lease(stage: Stage, now: datetime, lease: timedelta | None = None) -> dict[str, datetime]:
    return {"heartbeat_at": now, "lease_until": now + (LEASES[stage] if lease is None else lease)}


def _claim(session: Session, change: sa.Update) -> Claim | None:
    session.flush()
    row = session.execute(change.returning(*CLAIM_COLUMNS)).one_or_none()
    return as_claim(row) if row is not None else None


def _changed(session: Session, change: sa.Update) -> int:
    session.flush()
    return len(session.execute(change.returning(_TABLE.c.id)).all())
