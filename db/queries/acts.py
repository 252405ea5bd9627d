"""Owns reading acts and what they are about: the item's head, its revision, who wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.acts import ActKind, ItemAct
from db.annotators import Annotator, AnnotatorKind
from db.history import Event
from db.items import Item, Revision
from db.workspace import WorkspaceKind, find_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """One act as a timeline shows it."""

    id: str
    item_id: str
    number: int
    kind: ActKind
    revision_id: str
    annotator_id: str
    slots: int | None
    is_solo: bool
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionWriter:
    """Who put a revision in, and how.

    Attributes:
        action: Of the event that recorded it.
    """

    annotator_id: str
    is_human: bool
    is_demonstration: bool
    action: str


def revision_writers(session: Session, revision_ids: Sequence[str]) -> dict[str, RevisionWriter]:
    """Read who put revisions in, by revision id."""
    found = {}
    for start in range(0, len(revision_ids), 5_000):
        query = (
            select(Revision.id, Annotator.id, Annotator.kind, Annotator.is_demonstration)
            .add_columns(col(Event.action))
            .join(Annotator, col(Annotator.id) == col(Revision.author_id))
            .join(Event, col(Event.id) == col(Revision.event_id))
            .where(col(Revision.id).in_(revision_ids[start : start + 5_000]))
        )
        for revision_id, annotator_id, kind, is_demonstration, action in session.execute(query):
            found[revision_id] = RevisionWriter(
                annotator_id=annotator_id,
                is_human=kind is AnnotatorKind.HUMAN,
                is_demonstration=is_demonstration,
                action=action,
            )
    return found


def find_act(session: Session, act_id: str) -> ActLine | None:
    """Read one act; None when there is none of that id."""
    row = session.get(ItemAct, act_id)
    return _line(row) if row is not None else None


def list_acts(session: Session, item_id: str) -> list[ActLine]:
    """List an item's acts by number."""
    rows = session.exec(
        select(ItemAct).where(ItemAct.item_id == item_id).order_by(col(ItemAct.number))
    )
    return [_line(row) for row in rows]


def last_number(session: Session, item_id: str) -> int:
    """Give the number of an item's newest act; 0 when there is none, nor perhaps the item."""
    query = select(sa.func.max(ItemAct.number)).where(ItemAct.item_id == item_id)
    return session.exec(query).one() or 0


def is_solo_workspace(session: Session) -> bool:
    """Say whether one person works here."""
    workspace = find_workspace(session)
    return workspace is None or workspace.kind is WorkspaceKind.SOLO


def revision_author(session: Session, revision_id: str) -> str | None:
    """Name who wrote a revision; None when there is none of that id."""
    query = select(Revision.author_id).where(Revision.id == revision_id)
    return session.exec(query).one_or_none()


def revision_of(session: Session, revision_id: str) -> str | None:
    """Name the item that a revision is of; None when there is none of that id."""
    query = select(Revision.item_id).where(Revision.id == revision_id)
    return session.exec(query).one_or_none()


def handle_of(session: Session, annotator_id: str) -> str:
    """Give a person's handle; the id itself when there is no such annotator."""
    query = select(Annotator.handle).where(Annotator.id == annotator_id)
    return session.exec(query).one_or_none() or annotator_id


def item_of_act(session: Session, act_id: str) -> Item | None:
    """Read the head of the item that an act is about."""
    query = select(Item).join(ItemAct, col(ItemAct.item_id) == col(Item.id))
    return session.exec(query.where(ItemAct.id == act_id)).one_or_none()


def _line(row: ItemAct) -> ActLine:
    return ActLine(
        id=row.id,
        item_id=row.item_id,
        number=row.number,
        kind=row.kind,
        revision_id=row.revision_id,
        annotator_id=row.annotator_id,
        slots=row.slots,
        is_solo=row.is_solo,
        reason=row.reason,
        created_at=row.created_at,
    )
