"""Owns which slot a person gets, in one statement, and why they get none, in another.

Both ask the same rules. Reviews come oldest first; the order of labels depends on the person and
on hashes, so that no two people see the same one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from db.items import Item
from db.queries.slot_rules import (
    NO_LONGER,
    Claimer,
    ClaimFilter,
    Why,
    any_of,
    read_claimer,
    rules,
    skipped,
)
from db.queries.slots import CLAIM_COLUMNS, LEASES, Claim, as_claim, free, held, keep
from db.responses import Response
from db.slots import Skip, Slot, Stage

__all__ = ["ClaimFilter", "Claimer", "EmptyQueue", "Why", "explain_empty", "read_claimer", "take"]

_TABLE: sa.Table = Slot.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyQueue:
    """Why a person gets nothing.

    Attributes:
        total: Open slots of the stage, held or free.
        excluded: Slots by the first rule, in the order of ``Why``, that keeps them from the
            person; together they are the total.
        overlapping: Slots by every rule that keeps them from the person; a slot may count twice.
        next_free_at: When the first slot that only somebody's lease keeps from them becomes free.
    """

    total: int
    excluded: Mapping[Why, int]
    overlapping: Mapping[Why, int]
    next_free_at: datetime | None


def take(
    session: Session,
    stage: Stage,
    *,
    annotator_id: str,
    now: datetime,
    wanted: ClaimFilter | None = None,
    lease: timedelta | None = None,
) -> Claim | EmptyQueue:
    """Give a person the slot they hold, else the next one that the rules let them have.

    Args:
        session: Open for writing; the caller commits.
        stage: What they want to do.
        annotator_id: The person.
        now: The moment.
        wanted: What they want to work on; it does not take away what they hold.
        lease: How long; None for the stage's own.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: It is a machine, or a person who has withdrawn.
    """
    who = read_claimer(session, annotator_id)
    mine = _resume(session, stage, who=who, now=now, lease=lease)
    if mine is not None:
        return mine
    choice = wanted or ClaimFilter()
    while True:
        claim = _take(session, stage, who=who, wanted=choice, now=now, lease=lease)
        if claim is None:
            return _explain(session, stage, who=who, wanted=choice, now=now)
        if not _is_beaten(session, claim, who=who, now=now):
            return claim
        free(session, claim.slot_id, annotator_id=who.id, fence=claim.fence)


def explain_empty(
    session: Session,
    stage: Stage,
    *,
    annotator_id: str,
    now: datetime,
    wanted: ClaimFilter | None = None,
) -> EmptyQueue:
    """Count what is open in a stage by what keeps it from a person.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: It is a machine, or a person who has withdrawn.
    """
    who = read_claimer(session, annotator_id)
    return _explain(session, stage, who=who, wanted=wanted or ClaimFilter(), now=now)


def _resume(
    session: Session, stage: Stage, *, who: Claimer, now: datetime, lease: timedelta | None
) -> Claim | None:
    mine = held(session, annotator_id=who.id, stage=stage)
    if mine is None:
        return None
    slot = aliased(Slot)
    against = rules(slot, stage=stage, who=who, wanted=ClaimFilter(), now=now)
    is_kept_from = any_of([against[why] for why in NO_LONGER if why in against])
    query = (
        select(is_kept_from)
        .select_from(slot)
        .join(Item, col(Item.id) == col(slot.item_id))
        .where(slot.id == mine.slot_id)
    )
    if session.execute(query).scalar_one():
        free(session, mine.slot_id, annotator_id=who.id, fence=mine.fence)
        return None
    kept = keep(session, mine.slot_id, annotator_id=who.id, fence=mine.fence, now=now, lease=lease)
    return kept if isinstance(kept, Claim) else None


def _take(
    session: Session,
    stage: Stage,
    *,
    who: Claimer,
    wanted: ClaimFilter,
    now: datetime,
    lease: timedelta | None,
) -> Claim | None:
    slot = aliased(Slot)
    against = rules(slot, stage=stage, who=who, wanted=wanted, now=now)
    chosen = (
        sa.select(col(slot.id))
        .select_from(slot)
        .join(Item, col(Item.id) == col(slot.item_id))
        .where(*_is_open(slot, stage), *(~clause for clause in against.values()))
        .limit(1)
        .with_for_update(skip_locked=True, of=slot)
    )
    if stage is Stage.LABEL:
        chosen = chosen.outerjoin(Response, col(Response.id) == col(slot.response_id))
        chosen = chosen.order_by(*_scattered(session, slot, who=who, wanted=wanted))
    else:
        last: list[sa.ColumnElement[bool]] = [col(slot.subject_id).in_(wanted.passed)]
        if who.is_alone:
            last.append(skipped(slot, who.id))
        chosen = chosen.order_by(*last, col(slot.created_at), col(slot.id))
    change = (
        sa.update(_TABLE)
        .where(_TABLE.c.id == chosen.scalar_subquery())
        .values(
            holder_id=who.id,
            fence=_TABLE.c.fence + 1,
            claimed_at=now,
            heartbeat_at=now,
            lease_until=now + (LEASES[stage] if lease is None else lease),
        )
        .returning(*CLAIM_COLUMNS)
    )
    session.flush()
    row = session.execute(change).one_or_none()
    return as_claim(row) if row is not None else None


def _is_beaten(session: Session, claim: Claim, *, who: Claimer, now: datetime) -> bool:
    # Two people of one background can take two slots of a round at the same moment: on PostgreSQL
    # neither sees the other's until it is committed. So they look again, one after the other.
    if session.get_bind().dialect.name != "postgresql":
        return False
    slot = aliased(Slot)
    asked = sa.select(col(slot.other_background)).where(col(slot.id) == claim.slot_id)
    if not session.execute(asked).scalar_one():
        return False
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:item, 0))"),
        {"item": claim.item_id},
    )
    against = rules(slot, stage=claim.stage, who=who, wanted=ClaimFilter(), now=now)
    query = (
        select(against.get(Why.BACKGROUND, sa.false()))
        .select_from(slot)
        .join(Item, col(Item.id) == col(slot.item_id))
        .where(slot.id == claim.slot_id)
    )
    return bool(session.execute(query).scalar_one())


def _scattered(
    session: Session, slot: type[Slot], *, who: Claimer, wanted: ClaimFilter
) -> "list[sa.ColumnElement[Any] | Mapped[Any]]":
    last = _last(session, who) if wanted.after is None else wanted.after
    family = (
        sa.select(col(Item.family_id))
        .join(Slot, col(Slot.item_id) == col(Item.id))
        .where(col(Slot.subject_id) == last)
        .limit(1)
    )
    place = f"sha256:{hashlib.sha256(f'{who.id} {last}'.encode()).hexdigest()}"
    hashed = col(Response.content_hash)
    return [
        col(slot.subject_id).in_(wanted.passed),
        sa.func.coalesce(col(Item.family_id) == family.scalar_subquery(), sa.false()),
        hashed < place,
        hashed,
        col(slot.number),
    ]


def _last(session: Session, who: Claimer) -> str:
    done: sa.Select[*tuple[Any, ...]] = sa.select(
        col(Slot.subject_id), col(Slot.claimed_at).label("at")
    ).where(col(Slot.holder_id) == who.id, col(Slot.stage) == Stage.LABEL)
    passed_on: sa.Select[*tuple[Any, ...]] = (
        sa.select(col(Slot.subject_id), col(Skip.created_at).label("at"))
        .join(Skip, col(Skip.slot_id) == col(Slot.id))
        .where(col(Skip.annotator_id) == who.id, col(Slot.stage) == Stage.LABEL)
    )
    both = sa.union_all(done, passed_on).subquery()
    query = sa.select(both.c.subject_id).order_by(both.c.at.desc(), both.c.subject_id).limit(1)
    return session.execute(query).scalar_one_or_none() or ""


def _explain(
    session: Session, stage: Stage, *, who: Claimer, wanted: ClaimFilter, now: datetime
) -> EmptyQueue:
    slot = aliased(Slot)
    against = rules(slot, stage=stage, who=who, wanted=wanted, now=now)
    names = list(against)
    each = (
        sa.select(
            col(slot.lease_until),
            *(sa.case((clause, 1), else_=0).label(why.value) for why, clause in against.items()),
        )
        .select_from(slot)
        .join(Item, col(Item.id) == col(slot.item_id))
        .where(*_is_open(slot, stage))
        .subquery()
    )
    # The first that holds: this one does and none before it.
    first = {
        why: sa.and_(each.c[why.value] == 1, *(each.c[one.value] == 0 for one in names[:place]))
        for place, why in enumerate(names)
    }
    row = (
        session.execute(
            sa.select(
                sa.func.count().label("total"),
                sa.func.min(sa.case((first[Why.HELD_BY_OTHERS], each.c.lease_until))).label("next"),
                *(_total(each.c[why.value] == 1).label(f"all_{why.value}") for why in names),
                *(_total(first[why]).label(f"first_{why.value}") for why in names),
            ).select_from(each)
        )
        .mappings()
        .one()
    )
    next_free_at: datetime | None = row["next"]
    return EmptyQueue(
        total=row["total"],
        excluded={why: n for why in names if (n := row[f"first_{why.value}"])},
        overlapping={why: n for why in names if (n := row[f"all_{why.value}"])},
        next_free_at=next_free_at.astimezone(UTC) if next_free_at else None,
    )


def _total(clause: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.func.coalesce(sa.func.sum(sa.case((clause, 1), else_=0)), 0)


def _is_open(slot: type[Slot], stage: Stage) -> "tuple[sa.ColumnElement[bool], ...]":
    return (
        col(slot.stage) == stage,
        col(slot.done_at).is_(None),
        col(slot.closed_at).is_(None),
    )
