"""Owns finding responses that lack labels of people and slots to hand them in for.

Every response of a text that is in use is asked about, whatever wrote it: were those written for
the item left out, their absence would tell. Simulated output is no evidence and stays out.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from db.acts import ActKind, ItemAct
from db.history import Event, HistoryHead
from db.items import Item, Revision
from db.labels import Label, LabelSource
from db.queries.item_facts import load_item_facts
from db.queries.labelling_queue import is_counted, is_current
from db.queries.status import BLIND_LABELS, BROUGHT, ItemFacts, Standing
from db.responses import Response
from db.reviews import Adjudication, Review, ReviewDecision, Ruling
from db.slots import Slot, Stage

_EVENT: sa.Table = Event.__table__  # type: ignore[attr-defined]
_HEAD: sa.Table = HistoryHead.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNeed:
    """A response that lacks slots for labels.

    Attributes:
        missing: How many slots to open.
        highest: The highest number that a slot of it has; 0 when there is none.
    """

    response_id: str
    item_id: str
    revision_id: str
    missing: int
    highest: int


def label_needs(session: Session, *, limit: int) -> list[LabelNeed]:
    """List responses that lack slots, by content hash, which says nothing about them."""
    found: list[LabelNeed] = []
    after = ("", "")
    while len(found) < limit:
        values = {"hash": after[0], "response": after[1], "limit": limit}
        rows = session.connection().execute(_lacking_from(), values).all()
        if not rows:
            break
        after = (rows[-1].content_hash, rows[-1].id)
        found += [_need(row) for row in _asked(session, rows)]
    return found[:limit]


def lacks_slots(session: Session) -> bool:
    """Say whether any response lacks slots.

    Every response is looked at only once; from then on those of items that something happened to.
    """
    head = session.connection().execute(sa.select(_HEAD.c.seq, _HEAD.c.hash)).one_or_none()
    touched = _touched_since_none_lacked(session, head.seq) if head is not None else None
    if touched is None:
        lacking = bool(label_needs(session, limit=1))
    else:
        of_these = _lacking().where(col(Item.id).in_(touched))
        lacking = bool(_asked(session, session.connection().execute(of_these).all()))
    if head is not None and not lacking:
        _NONE_LACKED.append((head.seq, head.hash))
    return lacking


# Places in histories where no response lacked slots. A few, because several workspaces may be open
# in one process; the hash tells whose place it is.
_NONE_LACKED: Final[deque[tuple[int, str]]] = deque(maxlen=8)
_LOOKED_BACK_AT_MOST: Final = 500
# What these tell of gives no response a slot less.
_BESIDE_LABELS: Final = ("annotator", "comment", "release", "skip", "slot")


def _touched_since_none_lacked(session: Session, newest: int) -> set[str] | None:
    """Name the items that something happened to since none lacked slots; None for any."""
    known = {seq: told for seq, told in tuple(_NONE_LACKED) if seq <= newest}
    rows = session.connection().execute(
        sa.select(_EVENT.c.seq, _EVENT.c.hash).where(_EVENT.c.seq.in_(known))
    )
    since = max((row.seq for row in rows if known[row.seq] == row.hash), default=None)
    if since is None or newest - since > _LOOKED_BACK_AT_MOST:
        return None
    happened = session.connection().execute(
        sa.select(_EVENT.c.subject_kind, _EVENT.c.subject_id)
        .where(_EVENT.c.seq > since, _EVENT.c.subject_kind.not_in(_BESIDE_LABELS))
        .distinct()
    )
    subjects: dict[str, set[str]] = {"item": set(), "act": set(), "response": set()}
    for kind, subject_id in happened:
        if kind not in subjects:
            return None
        subjects[kind].add(subject_id)
    of_acts = sa.select(col(ItemAct.item_id)).where(col(ItemAct.id).in_(subjects["act"]))
    of_responses = (
        sa.select(col(Revision.item_id))
        .join(Response, col(Response.revision_id) == col(Revision.id))
        .where(col(Response.id).in_(subjects["response"]))
    )
    return subjects["item"].union(
        session.connection().execute(of_acts).scalars(),
        session.connection().execute(of_responses).scalars(),
    )


def count_free(session: Session, stage: Stage) -> int:
    """Count the open slots of a stage, held or not."""
    query = (
        sa.select(sa.func.count())
        .select_from(Slot)
        .where(col(Slot.stage) == stage, col(Slot.done_at).is_(None), col(Slot.closed_at).is_(None))
    )
    return int(session.execute(query).scalar_one())


def labels_no_longer_asked(session: Session, item_ids: Sequence[str]) -> list[str]:
    """List open slots for labels on texts of these items that are no longer in use."""
    rows = session.execute(
        sa.select(col(Slot.id), col(Slot.item_id), col(Slot.revision_id)).where(
            col(Slot.item_id).in_(item_ids),
            col(Slot.stage) == Stage.LABEL,
            col(Slot.done_at).is_(None),
            col(Slot.closed_at).is_(None),
        )
    ).all()
    facts = load_item_facts(session, [row.item_id for row in rows]) if rows else {}
    return [row.id for row in rows if not _is_asked(facts[row.item_id], row)]


def _asked(session: Session, rows: "Sequence[sa.Row[Any]]") -> "list[sa.Row[Any]]":
    acted = [row.item_id for row in rows if row.has_act]
    facts = load_item_facts(session, acted) if acted else {}
    return [row for row in rows if not row.has_act or _is_asked(facts[row.item_id], row)]


def _is_asked(facts: ItemFacts, row: "sa.Row[Any]") -> bool:
    return bool(row.revision_id == Standing(facts).in_use_id)


def _need(row: "sa.Row[Any]") -> LabelNeed:
    return LabelNeed(
        response_id=row.id,
        item_id=row.item_id,
        revision_id=row.revision_id,
        missing=BLIND_LABELS - row.blind - row.opened,
        highest=row.highest,
    )


@cache
def _lacking_from() -> "sa.Select[*tuple[Any, ...]]":
    place = sa.tuple_(col(Response.content_hash), col(Response.id))
    start = sa.tuple_(
        sa.bindparam("hash", type_=sa.String), sa.bindparam("response", type_=sa.String)
    )
    return (
        _lacking()
        .where(place > start)
        .order_by(col(Response.content_hash), col(Response.id))
        .limit(sa.bindparam("limit"))
    )


@cache
def _lacking() -> "sa.Select[*tuple[Any, ...]]":
    blind, opened, highest = _blind(), _opened(), _highest()
    acted = sa.select(col(ItemAct.id)).where(col(ItemAct.item_id) == col(Item.id)).correlate(Item)
    sent = acted.where(col(ItemAct.kind).in_([ActKind.SUBMIT, ActKind.REOPEN]))
    never_sent = sa.and_(~sent.exists(), col(Item.origin).in_(BROUGHT), is_current())
    return (
        sa.select(
            col(Response.id),
            col(Response.content_hash),
            col(Response.revision_id),
            col(Revision.item_id),
            acted.exists().label("has_act"),
            blind.label("blind"),
            opened.label("opened"),
            highest.label("highest"),
        )
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .join(Item, col(Item.id) == col(Revision.item_id))
        .where(
            ~col(Response.is_simulated),
            blind + opened < BLIND_LABELS,
            sa.or_(never_sent, _was_accepted()),
        )
    )


def _blind() -> "sa.ScalarSelect[int]":
    return (
        sa.select(sa.func.count())
        .select_from(Label)
        .where(
            col(Label.response_id) == col(Response.id),
            col(Label.source) == LabelSource.BLIND_HUMAN,
            is_counted(),
        )
        .correlate(Response)
        .scalar_subquery()
    )


def _opened() -> "sa.ScalarSelect[int]":
    slot = aliased(Slot)
    return (
        sa.select(sa.func.count(col(slot.id)))
        .where(
            col(slot.stage) == Stage.LABEL,
            col(slot.response_id) == col(Response.id),
            col(slot.done_at).is_(None),
            col(slot.closed_at).is_(None),
        )
        .correlate(Response)
        .scalar_subquery()
    )


def _highest() -> "sa.ScalarSelect[int]":
    slot = aliased(Slot)
    return (
        sa.select(sa.func.coalesce(sa.func.max(col(slot.number)), 0))
        .where(col(slot.stage) == Stage.LABEL, col(slot.response_id) == col(Response.id))
        .correlate(Response)
        .scalar_subquery()
    )


def _was_accepted() -> "sa.ColumnElement[bool]":
    """Hold for items that anybody ever accepted: whether that stands is read from their facts."""
    act = sa.select(col(ItemAct.id)).where(col(ItemAct.item_id) == col(Item.id))
    reviewed = act.join(Review, col(Review.act_id) == col(ItemAct.id)).where(
        col(Review.decision).in_([ReviewDecision.ACCEPT, ReviewDecision.ACCEPT_WITH_EDIT])
    )
    ruled = act.join(Adjudication, col(Adjudication.act_id) == col(ItemAct.id)).where(
        col(Adjudication.ruling) == Ruling.ACCEPT
    )
    by_lead = act.where(col(ItemAct.kind) == ActKind.RULE_ACCEPT)
    return sa.or_(*(one.correlate(Item).exists() for one in (reviewed, ruled, by_lead)))
