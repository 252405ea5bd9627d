"""Owns reading a person's own last decisions in reviews, and what others have built on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.acts import ItemAct
from db.base import UtcDateTime
from db.errors import NotFound
from db.history import Event
from db.items import Revision
from db.labels import Label
from db.queries.labelling_queue import is_counted
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.reviews import (
    Adjudication,
    Confirmation,
    ItemReveal,
    ReopenAnswer,
    ReopenRequest,
    Review,
    Withdrawal,
    Withdrawn,
)
from db.slots import Slot, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecision:
    """A review, a confirmation or a ruling of a person.

    Attributes:
        act_id: The round; None for a ruling on labels.
        revision_ids: The revisions that it could have made the accepted one.
        taken_back_at: None while it holds.
    """

    kind: Withdrawn
    id: str
    annotator_id: str
    item_id: str
    act_id: str | None
    response_id: str | None
    slot_id: str | None
    revision_ids: tuple[str, ...]
    is_surplus: bool
    created_at: datetime
    taken_back_at: datetime | None


def last_own(session: Session, *, annotator_id: str, limit: int) -> list[OwnDecision]:
    """List a person's newest decisions, those taken back too, newest first."""
    found = [
        (seq, decision)
        for query in (_reviews(), _confirmations(), _rulings())
        for seq, decision in _run(session, query, "annotator_id", annotator_id, limit)
    ]
    found.sort(key=lambda pair: -pair[0])
    return [decision for _, decision in found[:limit]]


def find_own(session: Session, kind: Withdrawn, subject_id: str) -> OwnDecision | None:
    """Read one decision; None when there is none."""
    query = {
        Withdrawn.REVIEW: _reviews,
        Withdrawn.CONFIRMATION: _confirmations,
        Withdrawn.ADJUDICATION: _rulings,
    }[kind]()
    found = _run(session, query, "id", subject_id, 1)
    return found[0][1] if found else None


def labelled_at(session: Session, revision_ids: Collection[str]) -> dict[str, datetime]:
    """Give the moment of the newest label that counts of a person on each revision's responses."""
    query = (
        select(Response.revision_id, sa.func.max(Label.created_at, type_=UtcDateTime))
        .join(Label, col(Label.response_id) == col(Response.id))
        .where(
            col(Response.revision_id).in_(revision_ids),
            col(Label.turn).is_not(None),
            is_counted(),
        )
        .group_by(col(Response.revision_id))
    )
    return dict(session.exec(query).all())


def released_at(session: Session, revision_ids: Collection[str]) -> dict[str, datetime]:
    """Give the moment of the newest release that holds each revision."""
    query = (
        select(ReleaseRow.revision_id, sa.func.max(Release.created_at, type_=UtcDateTime))
        .join(Release, col(Release.version) == col(ReleaseRow.release_version))
        .where(col(ReleaseRow.revision_id).in_(revision_ids))
        .group_by(col(ReleaseRow.revision_id))
    )
    return dict(session.exec(query).all())


def third_reviewers(session: Session, act_ids: Collection[str]) -> set[tuple[str, str]]:
    """Name the rounds in which somebody holds or handed in a third review, and who."""
    query = select(Slot.act_id, Slot.holder_id).where(
        col(Slot.act_id).in_(act_ids),
        Slot.stage == Stage.THIRD_REVIEW,
        col(Slot.closed_at).is_(None),
        col(Slot.holder_id).is_not(None),
    )
    return {(str(act_id), str(holder)) for act_id, holder in session.exec(query)}


def ruled_on(session: Session, response_ids: Collection[str]) -> frozenset[str]:
    """Give those responses on whose labels an adjudicator's ruling holds."""
    taken_back = sa.select(col(Withdrawal.subject_id)).where(
        col(Withdrawal.kind) == Withdrawn.ADJUDICATION,
        col(Withdrawal.subject_id) == col(Adjudication.id),
    )
    query = select(Adjudication.response_id).where(
        col(Adjudication.response_id).in_(response_ids), ~taken_back.exists()
    )
    return frozenset(str(one) for one in session.exec(query))


def items_seen(session: Session, item_ids: Collection[str], *, annotator_id: str) -> frozenset[str]:
    """Give those items of which a person has seen what is hidden."""
    query = select(ItemReveal.item_id).where(
        ItemReveal.annotator_id == annotator_id, col(ItemReveal.item_id).in_(item_ids)
    )
    return frozenset(session.exec(query))


def blind_work_on(session: Session, item_id: str, *, annotator_id: str) -> set[Stage]:
    """Name the stages of work on an item that a person holds and has to do blindly."""
    query = select(Slot.stage).where(
        Slot.item_id == item_id,
        Slot.holder_id == annotator_id,
        col(Slot.stage).in_([Stage.REVIEW, Stage.THIRD_REVIEW, Stage.ADJUDICATE]),
        col(Slot.done_at).is_(None),
        col(Slot.closed_at).is_(None),
    )
    return {Stage(stage) for stage in session.exec(query)}


def item_of_response(session: Session, response_id: str) -> str:
    """Name the item that a response answers.

    Raises:
        NotFound: There is no such response.
    """
    query = (
        select(Revision.item_id)
        .join(Response, col(Response.revision_id) == col(Revision.id))
        .where(Response.id == response_id)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no response {response_id!r} in this workspace.")
    return found


def open_request(session: Session, subject_id: str, *, annotator_id: str) -> ReopenRequest | None:
    """Find a person's request to decide again that nobody has answered."""
    answered = sa.select(col(ReopenAnswer.request_id)).where(
        col(ReopenAnswer.request_id) == col(ReopenRequest.id)
    )
    return session.exec(
        select(ReopenRequest)
        .where(
            ReopenRequest.subject_id == subject_id,
            ReopenRequest.annotator_id == annotator_id,
            ~answered.exists(),
        )
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How one kind of decision is read: its columns by name."""

    kind: Withdrawn
    table: sa.Table
    query: "sa.Select[tuple[object, ...]]"


def _reviews() -> _Kind:
    review: sa.Table = Review.__table__  # type: ignore[attr-defined]
    act: sa.Table = ItemAct.__table__  # type: ignore[attr-defined]
    query = sa.select(
        review,
        act.c.item_id,
        sa.null().label("response_id"),
    ).join(act, act.c.id == review.c.act_id)
    return _Kind(kind=Withdrawn.REVIEW, table=review, query=query)


def _confirmations() -> _Kind:
    said: sa.Table = Confirmation.__table__  # type: ignore[attr-defined]
    review: sa.Table = Review.__table__  # type: ignore[attr-defined]
    act: sa.Table = ItemAct.__table__  # type: ignore[attr-defined]
    query = (
        sa.select(
            said,
            act.c.item_id,
            review.c.act_id,
            review.c.revision_id,
            review.c.edited_revision_id,
            sa.null().label("slot_id"),
            sa.null().label("response_id"),
            sa.false().label("is_surplus"),
        )
        .join(review, review.c.id == said.c.review_id)
        .join(act, act.c.id == review.c.act_id)
    )
    return _Kind(kind=Withdrawn.CONFIRMATION, table=said, query=query)


def _rulings() -> _Kind:
    ruling: sa.Table = Adjudication.__table__  # type: ignore[attr-defined]
    slot: sa.Table = Slot.__table__  # type: ignore[attr-defined]
    query = sa.select(
        ruling,
        slot.c.item_id,
        slot.c.revision_id.label("edited_revision_id"),
        sa.false().label("is_surplus"),
    ).join(slot, slot.c.id == ruling.c.slot_id)
    return _Kind(kind=Withdrawn.ADJUDICATION, table=ruling, query=query)


def _run(
    session: Session, kind: _Kind, column: str, value: str, limit: int
) -> list[tuple[int, OwnDecision]]:
    event: sa.Table = Event.__table__  # type: ignore[attr-defined]
    back: sa.Table = Withdrawal.__table__  # type: ignore[attr-defined]
    joined = (
        kind.query.add_columns(event.c.seq, back.c.created_at.label("taken_back_at"))
        .join(event, event.c.id == kind.table.c.event_id)
        .join(
            back,
            sa.and_(back.c.kind == kind.kind, back.c.subject_id == kind.table.c.id),
            isouter=True,
        )
        .where(kind.table.c[column] == value)
        .order_by(event.c.seq.desc())
        .limit(limit)
    )
    rows = session.connection().execute(joined).mappings()
    return [
        (
            row["seq"],
            OwnDecision(
                kind=kind.kind,
                id=row["id"],
                annotator_id=row["annotator_id"],
                item_id=row["item_id"],
                act_id=row["act_id"],
                response_id=row["response_id"],
                slot_id=row["slot_id"],
                revision_ids=tuple(
                    {row[name] for name in ("revision_id", "edited_revision_id")} - {None}
                ),
                is_surplus=bool(row["is_surplus"]),
                created_at=row["created_at"],
                taken_back_at=row["taken_back_at"],
            ),
        )
        for row in rows
    ]
