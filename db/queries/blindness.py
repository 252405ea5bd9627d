"""Owns reading which items a person knows already: seen whole, or of a family they wrote in."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.items import Item, Revision
from db.reviews import ItemReveal


def known_to(session: Session, item_ids: Collection[str], *, annotator_id: str) -> set[str]:
    """Name those of these items that a person saw whole, or in whose family they wrote."""
    seen = session.exec(
        select(ItemReveal.item_id).where(
            ItemReveal.annotator_id == annotator_id, col(ItemReveal.item_id).in_(item_ids)
        )
    )
    own = sa.orm.aliased(Item)
    families = (
        select(own.family_id)
        .join(Revision, col(Revision.item_id) == own.id)
        .where(Revision.author_id == annotator_id)
    )
    written = session.exec(
        select(Item.id).where(col(Item.id).in_(item_ids), col(Item.family_id).in_(families))
    )
    return {*seen, *written}
