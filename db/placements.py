"""Owns where an item stands in the taxonomy and in which family: changes are facts of their own.

An item's head mirrors its newest placement. What the head said when the item was recorded is in the
``previous`` values of the first one; between the two, every revision has its own.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from db.items import Item, Placement


def build_placement(
    item: Item,
    *,
    number: int,
    from_revision: int,
    type_id: str,
    domain_id: str | None,
    language_id: str,
    family_id: str,
    now: datetime,
) -> Placement:
    """Build the change of an item's head; the caller records it and changes the head alike."""
    return Placement(
        item_id=item.id,
        number=number,
        from_revision=from_revision,
        type_id=type_id,
        domain_id=domain_id,
        language_id=language_id,
        family_id=family_id,
        previous_type_id=item.type_id,
        previous_domain_id=item.domain_id,
        previous_language_id=item.language_id,
        previous_family_id=item.family_id,
        created_at=now,
    )


def recorded_head(item: Item, placements: Sequence[Placement]) -> Item:
    """Give the head as it was when the item was recorded; in no session."""
    if not placements:
        return item
    first = placements[0]
    return _copy(
        item,
        type_id=first.previous_type_id,
        domain_id=first.previous_domain_id,
        language_id=first.previous_language_id,
        family_id=first.previous_family_id,
    )


def head_at(item: Item, placements: Sequence[Placement], revision: int) -> Item:
    """Give the head that held for a revision; in no session.

    Args:
        item: The head as it is now.
        placements: All of the item's, by number.
        revision: Number of the revision.
    """
    past = [placement for placement in placements if placement.from_revision <= revision]
    if not past:
        return recorded_head(item, placements)
    last = past[-1]
    return _copy(
        item,
        type_id=last.type_id,
        domain_id=last.domain_id,
        language_id=last.language_id,
        family_id=last.family_id,
    )


def check_placements(item: Item, placements: Sequence[Placement]) -> Iterator[str]:
    """Say what does not fit: numbers, what follows on what, and the head."""
    if [placement.number for placement in placements] != list(range(1, len(placements) + 1)):
        yield f"The placements of item {item.id!r} are not numbered from 1."
    for earlier, later in pairwise(placements):
        if _new(earlier) != _previous(later) or earlier.from_revision > later.from_revision:
            yield f"Placement {later.number} of item {item.id!r} does not follow the one before it."
    head = (item.type_id, item.domain_id, item.language_id, item.family_id)
    if placements and _new(placements[-1]) != head:
        yield f"Item {item.id!r} is not where its newest placement puts it."


def _new(row: Placement) -> tuple[str, str | None, str, str]:
    return (row.type_id, row.domain_id, row.language_id, row.family_id)


def _previous(row: Placement) -> tuple[str, str | None, str, str]:
    return (
        row.previous_type_id,
        row.previous_domain_id,
        row.previous_language_id,
        row.previous_family_id,
    )


def _copy(
    item: Item, *, type_id: str, domain_id: str | None, language_id: str, family_id: str
) -> Item:
    return Item(
        id=item.id,
        family_id=family_id,
        type_id=type_id,
        domain_id=domain_id,
        language_id=language_id,
        origin=item.origin,
        created_at=item.created_at,
        event_id=item.event_id,
    )
