"""Owns reading the events that recorded an item: revisions, acts, their responses and labels."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.acts import ItemAct
from db.history import Event
from db.items import Revision
from db.labels import Label
from db.responses import Response


def item_events(session: Session, item_id: str) -> list[Event]:
    """List the events that added something to an item, newest first."""
    revisions = select(Revision.event_id).where(Revision.item_id == item_id)
    responses = (
        select(Response.event_id)
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .where(Revision.item_id == item_id)
    )
    labels = (
        select(Label.event_id)
        .join(Response, col(Response.id) == col(Label.response_id))
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .where(Revision.item_id == item_id)
    )
    acts = select(ItemAct.event_id).where(ItemAct.item_id == item_id)
    found = sa.or_(*(col(Event.id).in_(ids) for ids in (revisions, responses, labels, acts)))
    return list(session.exec(select(Event).where(found).order_by(col(Event.seq).desc())))
