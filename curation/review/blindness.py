"""Owns from whom an item under review is hidden: whoever may yet be asked about it blindly.

What is hidden is not sent to the page. Looking all the same is recorded, and ends being asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from db.engine import Session
from db.queries.blindness import known_to, sent_to_review
from db.queries.item_facts import statuses
from db.queries.roles import find_standing
from db.queries.status import ItemStatus
from db.roles import Role

UNDER_REVIEW: Final = (ItemStatus.IN_REVIEW, ItemStatus.ADJUDICATION)
_BLIND: Final = (Role.REVIEWER, Role.ADJUDICATOR)
_SEE_ALL: Final = (Role.LEAD, Role.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What decides about one item."""

    item_id: str
    type_id: str
    language_id: str
    status: ItemStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """The items that a person may yet be asked about blindly.

    Attributes:
        items: All of them.
        withheld: Those whose page asks first; the others they lead or administer.
    """

    items: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()


def find_hidden(session: Session, *, annotator_id: str) -> Hidden:
    """Name all items that a person may yet be asked about blindly."""
    person = find_standing(session, annotator_id)
    if person is None or person.is_solo or not person.holds(_BLIND):
        return Hidden()
    sent = [
        one
        for one in sent_to_review(session)
        if person.holds(_BLIND, type_id=one.type_id, language_id=one.language_id)
    ]
    standing = statuses(session, [one.item_id for one in sent])
    asked = {one.item_id for one in sent if standing[one.item_id] in UNDER_REVIEW}
    items = frozenset(asked - known_to(session, asked, annotator_id=annotator_id))
    return Hidden(
        items=items,
        withheld=frozenset(
            one.item_id
            for one in sent
            if one.item_id in items
            and not person.holds(_SEE_ALL, type_id=one.type_id, language_id=one.language_id)
        ),
    )


def _hidden_from(session: Session, items: Sequence[Looked], *, annotator_id: str) -> frozenset[str]:
    """Name those of these items that a person may yet be asked about blindly.

    Nobody is asked blindly in a workspace of one person, nor about what they saw or wrote.
    """
    person = find_standing(session, annotator_id)
    if person is None or person.is_solo:
        return frozenset()
    asked = {
        one.item_id
        for one in items
        if one.status in UNDER_REVIEW
        and person.holds(_BLIND, type_id=one.type_id, language_id=one.language_id)
    }
    return (
        frozenset(asked - known_to(session, asked, annotator_id=annotator_id))
        if asked
        else (frozenset())
    )


def is_hidden(session: Session, item: Looked, *, annotator_id: str) -> bool:
    """Say whether an item's page asks first: a lead or admin sees all, and that is recorded."""
    person = find_standing(session, annotator_id)
    if person is None or person.holds(_SEE_ALL, type_id=item.type_id, language_id=item.language_id):
        return False
    return item.item_id in _hidden_from(session, [item], annotator_id=annotator_id)
