"""Owns which slot a person gets, in one statement, and why they get none, in another.

Both ask the same rules. Reviews come oldest first; the order of labels depends on the person and
on hashes, so that no two people see the same one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from db.base import UtcDateTime
from db.items import Item
from db.queries.slot_rules import (
    NO_LONGER,
    OF_REVIEW,
    Claimer,
    ClaimFilter,
    Shape,
    Why,
    any_of,
    read_claimer,
    rules,
    shape_of,
    skipped,
    values_of,
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

    @property
    def waiting(self) -> int:
        """Slots that nothing keeps from the person: theirs, or somebody's claim was under way."""
        return self.total - sum(self.excluded.values())


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
            # Another tab of theirs may have taken the last one in between.
            mine = _resume(session, stage, who=who, now=now, lease=lease)
            return mine or _explain(session, stage, who=who, wanted=choice, now=now)
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
    whole = ClaimFilter()
    query = _one_slot(shape_of(stage, who, whole), NO_LONGER)
    values = values_of(who, whole, now) | {"slot": mine.slot_id}
    if session.connection().execute(query, values).scalar_one():
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
    values = values_of(who, wanted, now) | {
        "until": now + (LEASES[stage] if lease is None else lease),
        "passed": list(wanted.passed),
    }
    if stage is Stage.LABEL:
        last = _last(session, who) if wanted.after is None else wanted.after
        place = hashlib.sha256(f"{who.id} {last}".encode()).hexdigest()
        values |= {"last": last, "place": f"sha256:{place}"}
    session.flush()
    row = session.connection().execute(_taking(shape_of(stage, who, wanted)), values).one_or_none()
    return as_claim(row) if row is not None else None


def _is_beaten(session: Session, claim: Claim, *, who: Claimer, now: datetime) -> bool:
    # Two people of one background can take two slots of a round at the same moment: on PostgreSQL
    # neither sees the other's until it is committed. So they look again, one after the other.
    if session.get_bind().dialect.name != "postgresql" or claim.stage not in OF_REVIEW:
        return False
    asked = sa.select(col(Slot.other_background)).where(col(Slot.id) == claim.slot_id)
    if not session.execute(asked).scalar_one():
        return False
    session.execute(
        sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:item, 0))"),
        {"item": claim.item_id},
    )
    whole = ClaimFilter()
    query = _one_slot(shape_of(claim.stage, who, whole), (Why.BACKGROUND,))
    values = values_of(who, whole, now) | {"slot": claim.slot_id}
    return bool(session.connection().execute(query, values).scalar_one())


# The statements are built once for each shape: building one costs more than running it.


@lru_cache(maxsize=256)
def _taking(shape: Shape) -> sa.Executable:
    slot = aliased(Slot)
    now = sa.bindparam("now", type_=UtcDateTime)
    # Neither what others hold nor what another tab of this person has just taken.
    is_held = sa.and_(col(slot.holder_id).is_not(None), col(slot.lease_until) > now)
    against = rules(slot, shape) | {Why.HELD_BY_OTHERS: is_held}
    chosen = (
        sa.select(col(slot.id))
        .select_from(slot)
        .join(Item, col(Item.id) == col(slot.item_id))
        .where(*_is_open(slot, shape.stage), *(~clause for clause in against.values()))
        .limit(1)
        .with_for_update(skip_locked=True, of=slot)
    )
    passed = col(slot.subject_id).in_(sa.bindparam("passed", expanding=True))
    if shape.stage is Stage.LABEL:
        chosen = chosen.join(Response, col(Response.id) == col(slot.response_id))
        chosen = chosen.order_by(passed, *_scattered(slot))
    elif shape.is_alone:
        # Nobody else is there to take what this person passed on: it comes back last.
        chosen = chosen.order_by(passed, skipped(slot), col(slot.created_at), col(slot.id))
    else:
        chosen = chosen.order_by(passed, col(slot.created_at), col(slot.id))
    return (
        sa.update(_TABLE)
        .where(_TABLE.c.id == chosen.scalar_subquery())
        .values(
            holder_id=sa.bindparam("me", type_=sa.String),
            fence=_TABLE.c.fence + 1,
            claimed_at=now,
            heartbeat_at=now,
            lease_until=sa.bindparam("until", type_=UtcDateTime),
        )
        .returning(*CLAIM_COLUMNS)
    )


@lru_cache(maxsize=256)
def _one_slot(shape: Shape, whys: tuple[Why, ...]) -> sa.Executable:
    """Ask whether one of these rules keeps a slot from its holder."""
    slot = aliased(Slot)
    against = rules(slot, shape)
    return (
        sa.select(any_of([against[why] for why in whys if why in against]))
        .select_from(slot)
        .join(Item, col(Item.id) == col(slot.item_id))
        .where(col(slot.id) == sa.bindparam("slot", type_=sa.String))
    )


def _scattered(slot: type[Slot]) -> "tuple[sa.ColumnElement[Any] | Mapped[Any], ...]":
    family = (
        sa.select(col(Item.family_id))
        .join(Slot, col(Slot.item_id) == col(Item.id))
        .where(col(Slot.subject_id) == sa.bindparam("last", type_=sa.String))
        .limit(1)
    )
    hashed = col(Response.content_hash)
    return (
        sa.func.coalesce(col(Item.family_id) == family.scalar_subquery(), sa.false()),
        hashed < sa.bindparam("place", type_=sa.String),
        hashed,
        col(slot.number),
    )


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
    session.flush()
    query = _explaining(shape_of(stage, who, wanted))
    row = session.connection().execute(query, values_of(who, wanted, now)).mappings().one()
    next_free_at: datetime | None = row["next"]
    return EmptyQueue(
        total=row["total"],
        excluded={why: n for why in Why if (n := row.get(f"first_{why.value}"))},
        overlapping={why: n for why in Why if (n := row.get(f"all_{why.value}"))},
        next_free_at=next_free_at.astimezone(UTC) if next_free_at else None,
    )


@lru_cache(maxsize=256)
def _explaining(shape: Shape) -> sa.Executable:
    slot = aliased(Slot)
    against = rules(slot, shape)
    names = list(against)
    each = (
        sa.select(
            col(slot.lease_until),
            *(sa.case((clause, 1), else_=0).label(why.value) for why, clause in against.items()),
        )
        .select_from(slot)
        .join(Item, col(Item.id) == col(slot.item_id))
        .where(*_is_open(slot, shape.stage))
        .subquery()
    )
    # The first that holds: this one does and none before it.
    first = {
        why: sa.and_(each.c[why.value] == 1, *(each.c[one.value] == 0 for one in names[:place]))
        for place, why in enumerate(names)
    }
    waits = sa.case((first[Why.HELD_BY_OTHERS], each.c.lease_until))
    return sa.select(
        sa.func.count().label("total"),
        sa.func.min(waits).label("next"),
        *(_total(each.c[why.value] == 1).label(f"all_{why.value}") for why in names),
        *(_total(first[why]).label(f"first_{why.value}") for why in names),
    ).select_from(each)


def _total(clause: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.func.coalesce(sa.func.sum(sa.case((clause, 1), else_=0)), 0)


def _is_open(slot: type[Slot], stage: Stage) -> "tuple[sa.ColumnElement[bool], ...]":
    return (
        col(slot.stage) == stage,
        col(slot.done_at).is_(None),
        col(slot.closed_at).is_(None),
    )
