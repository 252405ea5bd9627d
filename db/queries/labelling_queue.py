"""Owns finding what a person has not labelled yet, and counting it.

Responses are walked by their content hash, which has an index and says nothing about item, role or
source; the walk stops as soon as enough are found. Only responses of current revisions wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.base import UtcDateTime
from db.items import Item, Revision
from db.labels import Label, LabelWithdrawal
from db.queries.roles import granted, is_limited
from db.responses import Response
from db.roles import Role

Query = TypeVar("Query", bound="sa.Select[Any]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFilter:
    """Which responses to label; an empty tuple means no restriction."""

    type_ids: tuple[str, ...] = ()
    language_ids: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it lets everything through."""
        return not (self.type_ids or self.language_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A response without a live label of the person, and the family that its item is of."""

    response_id: str
    family_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a response lies on the walk, and the family that its item is of."""

    content_hash: str
    family_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """What waits for a person.

    Attributes:
        asked: Responses of current revisions that the filter lets through and that the person's
            role covers.
        labelled: Those of them that the person has a label on which counts.
        excluded: Responses of current revisions that the filter or the person's role leaves out.
        recent: The person's labels that count since the moment that was asked for, filter or not.
    """

    asked: int
    labelled: int
    excluded: int
    recent: int

    @property
    def left(self) -> int:
        """Responses that still wait."""
        return self.asked - self.labelled


@cache  # an alias costs more than the query that it is in
def is_live() -> sa.ColumnElement[bool]:
    """Hold for labels that no other supersedes and that were not taken back."""
    newer = sa.orm.aliased(Label)
    return ~sa.or_(
        select(newer.id).where(newer.supersedes_id == Label.id).correlate(Label).exists(),
        select(LabelWithdrawal.label_id)
        .where(LabelWithdrawal.label_id == Label.id)
        .correlate(Label)
        .exists(),
    )


@cache
def is_counted() -> sa.ColumnElement[bool]:
    """Hold for live labels that were not handed in too late: only these are anybody's evidence."""
    return sa.and_(is_live(), col(Label.is_surplus).is_(False))


def waiting(
    session: Session,
    *,
    annotator_id: str,
    wanted: LabelFilter,
    start: str,
    passed: Sequence[str] = (),
    limit: int,
) -> list[Waiting]:
    """List responses that a person may label and has not, in one walk from a place and around.

    Args:
        session: Open.
        annotator_id: Whose labels count.
        wanted: Which types and languages.
        start: Where the walk begins, as a content hash.
        passed: Responses to leave out.
        limit: How many at most.
    """
    found: list[Waiting] = []
    values: dict[str, object] = {
        "annotator": annotator_id,
        "start": start,
        "passed": list(passed),
        "types": list(wanted.type_ids),
        "languages": list(wanted.language_ids),
    }
    limited = is_limited(session, annotator_id, Role.LABELLER)
    for is_ahead in (True, False):
        walk = _walk(
            is_ahead=is_ahead,
            is_limited=limited,
            by_type=bool(wanted.type_ids),
            by_language=bool(wanted.language_ids),
            leaves_out=bool(passed),
        )
        rows = session.connection().execute(walk, values | {"limit": limit - len(found)})
        found += [Waiting(response_id=one, family_id=family_id) for one, family_id in rows]
        if len(found) == limit:
            break
    return found


def place_of(session: Session, response_id: str) -> Place | None:
    """Say where a response lies; None when there is no such response."""
    found = session.connection().execute(_place(), {"response": response_id}).one_or_none()
    return Place(content_hash=found[0], family_id=found[1]) if found else None


def count_queue(
    session: Session, *, annotator_id: str, wanted: LabelFilter, since: datetime
) -> QueueCounts:
    """Count what is asked of a person and what they have done."""
    everything, old_responses, labels, recent = (
        session.connection().execute(_counts(), {"annotator": annotator_id, "since": since}).one()
    )
    current = everything - old_responses
    limited = is_limited(session, annotator_id, Role.LABELLER)
    if wanted.is_open and not limited:
        old_labels = _count_old_labels(session, annotator_id) if old_responses else 0
        asked, labelled = current, labels - old_labels
    else:
        query = _asked_and_labelled(annotator_id, wanted, limited=limited)
        asked, labelled = session.execute(query).one()
    return QueueCounts(asked=asked, labelled=labelled, excluded=current - asked, recent=recent)


@cache
def _walk(
    *, is_ahead: bool, is_limited: bool, by_type: bool, by_language: bool, leaves_out: bool
) -> "sa.Select[*tuple[Any, ...]]":
    hashed, start = col(Response.content_hash), sa.bindparam("start", type_=sa.String)
    family = (
        sa.select(col(Item.family_id))
        .join(Revision, col(Revision.item_id) == col(Item.id))
        .where(col(Revision.id) == col(Response.revision_id))
        .correlate(Response)
        .scalar_subquery()
    )
    # EXISTS and not JOIN: the walk along the content hash has to stay the outer loop.
    asked = sa.select(col(Revision.id)).where(
        col(Revision.id) == col(Response.revision_id), is_current()
    )
    if is_limited or by_type or by_language:
        asked = asked.join(Item, col(Item.id) == col(Revision.item_id))
    if is_limited:
        asked = asked.where(_may_label(sa.bindparam("annotator", type_=sa.String)))
    if by_type:
        asked = asked.where(col(Item.type_id).in_(sa.bindparam("types", expanding=True)))
    if by_language:
        asked = asked.where(col(Item.language_id).in_(sa.bindparam("languages", expanding=True)))
    query = (
        sa.select(col(Response.id), family)
        .where(
            hashed >= start if is_ahead else hashed < start,
            ~_labelled_by(sa.bindparam("annotator", type_=sa.String), is_live()),
            asked.correlate(Response).exists(),
        )
        .order_by(hashed, col(Response.id))
        .limit(sa.bindparam("limit"))
    )
    if leaves_out:
        query = query.where(col(Response.id).not_in(sa.bindparam("passed", expanding=True)))
    return query


@cache
def _counts() -> "sa.Select[*tuple[Any, ...]]":
    # Few revisions are superseded: everything less what hangs on those is quicker than a join.
    everything = sa.select(sa.func.count()).select_from(Response).scalar_subquery()
    old = sa.select(sa.func.count()).select_from(_old_responses()).scalar_subquery()
    since = sa.bindparam("since", type_=UtcDateTime)
    recent = sa.case((col(Label.created_at) >= since, 1), else_=0)
    return sa.select(
        everything, old, sa.func.count(), sa.func.coalesce(sa.func.sum(recent), 0)
    ).where(
        col(Label.annotator_id) == sa.bindparam("annotator", type_=sa.String),
        col(Label.turn).is_not(None),
        is_counted(),
    )


@cache
def _place() -> "sa.Select[*tuple[Any, ...]]":
    return (
        sa.select(col(Response.content_hash), col(Item.family_id))
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .join(Item, col(Item.id) == col(Revision.item_id))
        .where(col(Response.id) == sa.bindparam("response", type_=sa.String))
    )


def _count_old_labels(session: Session, annotator_id: str) -> int:
    old = _old_responses()
    return session.exec(
        select(sa.func.count())
        .select_from(old)
        .join(Label, col(Label.response_id) == old.c.id)
        .where(*_own(annotator_id), is_counted())
    ).one()


def _old_responses() -> sa.Subquery:
    # From the few items that were revised: a join would look at every response.
    again = sa.orm.aliased(Revision)
    revised = select(again.item_id).where(again.number > 1)
    superseded = select(Revision.id).where(col(Revision.item_id).in_(revised), ~is_current())
    return select(Response.id).where(col(Response.revision_id).in_(superseded)).subquery()


def _asked_and_labelled(
    annotator_id: str, wanted: LabelFilter, *, limited: bool
) -> "sa.Select[tuple[int, int]]":
    labelled = sa.case((_labelled_by(annotator_id, is_counted()), 1), else_=0)
    query = (
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(labelled), 0))
        .select_from(Revision)
        .join(Response, col(Response.revision_id) == col(Revision.id))
        .where(is_current())
    )
    if wanted.is_open and not limited:
        return query
    query = query.join(Item, col(Item.id) == col(Revision.item_id))
    if limited:
        query = query.where(_may_label(sa.literal(annotator_id)))
    return _filtered(query, wanted)


def _may_label(annotator_id: "sa.ColumnElement[str]") -> "sa.ColumnElement[bool]":
    return granted(
        Role.LABELLER,
        annotator_id,
        type_id=col(Item.type_id),
        language_id=col(Item.language_id),
    )


def _own(annotator_id: "str | sa.BindParameter[str]") -> "tuple[sa.ColumnElement[bool], ...]":
    # Imported labels and those of construction have no turn: they are not this person's work here.
    return (col(Label.annotator_id) == annotator_id, col(Label.turn).is_not(None))


def _labelled_by(
    annotator_id: "str | sa.BindParameter[str]", which: "sa.ColumnElement[bool]"
) -> sa.ColumnElement[bool]:
    return (
        select(Label.id)
        .where(Label.response_id == Response.id, *_own(annotator_id), which)
        .correlate(Response)
        .exists()
    )


def _filtered(query: Query, wanted: LabelFilter) -> Query:
    if wanted.type_ids:
        query = query.where(col(Item.type_id).in_(wanted.type_ids))
    if wanted.language_ids:
        query = query.where(col(Item.language_id).in_(wanted.language_ids))
    return query


@cache
def is_current() -> sa.ColumnElement[bool]:
    """Hold for revisions that no newer one of their item follows."""
    newer = sa.orm.aliased(Revision)
    return ~(
        select(newer.id)
        .where(newer.item_id == Revision.item_id, newer.number > Revision.number)
        .correlate(Revision)
        .exists()
    )
