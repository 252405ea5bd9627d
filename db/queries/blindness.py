"""Owns reading which items a person knows already: seen whole, or of a family they wrote in."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.acts import ActKind, ItemAct
from db.items import Item, Revision
from db.reviews import ItemReveal, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class SentItem:
    """An item that was sent to review once, wherever it stands now."""

    item_id: str
    type_id: str
    language_id: str


def sent_to_review(session: Session) -> list[SentItem]:
    """List the items that reviews were ever asked for, in one statement."""
    sent = select(ItemAct.item_id).where(
        col(ItemAct.kind).in_([ActKind.SUBMIT, ActKind.REOPEN]),
    )
    query = select(Item.id, Item.type_id, Item.language_id).where(col(Item.id).in_(sent))
    return [
        SentItem(item_id=item_id, type_id=type_id, language_id=language_id)
        for item_id, type_id, language_id in session.exec(query)
    ]


def known_to(session: Session, item_ids: Collection[str], *, annotator_id: str) -> set[str]:
    """Name those of these items that a person saw whole, or in whose family they wrote.

    What they changed as a reviewer is no writing of theirs: they are still blind to the rest.
    """
    seen = session.exec(
        select(ItemReveal.item_id).where(
            ItemReveal.annotator_id == annotator_id, col(ItemReveal.item_id).in_(item_ids)
        )
    )
    own = sa.orm.aliased(Item)
    edited = select(Review.edited_revision_id).where(
        Review.annotator_id == annotator_id, col(Review.edited_revision_id).is_not(None)
    )
    families = (
        select(own.family_id)
        .join(Revision, col(Revision.item_id) == own.id)
        .where(Revision.author_id == annotator_id, col(Revision.id).not_in(edited))
    )
    written = session.exec(
        select(Item.id).where(col(Item.id).in_(item_ids), col(Item.family_id).in_(families))
    )
    return {*seen, *written}
