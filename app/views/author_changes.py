"""Owns what a working copy says otherwise than the revision it began with, and its neighbours."""

from dataclasses import dataclass

from curation.authoring.copies import list_copies
from curation.authoring.copy_views import CopyView
from db.engine import Session
from db.items import Revision
from db.queries.working_copies import revision_parts
from db.working_copies import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPart:
    """One part that reads otherwise."""

    part: Part
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The open copies before and after one in the list; None at its ends."""

    previous: str | None
    next: str | None


def load_changes(session: Session, copy: CopyView) -> tuple[ChangedPart, ...]:
    """Compare a copy with its base, part by part; with nothing for an item to be."""
    before = dict.fromkeys(Part, "")
    if copy.base_revision_id is not None:
        before = revision_parts(session, session.get_one(Revision, copy.base_revision_id))
    return tuple(
        ChangedPart(part=part, before=before[part], after=copy.parts[part].text)
        for part in Part
        if part is not Part.FAMILY and copy.parts[part].text != before[part]
    )


def load_neighbours(session: Session, copy: CopyView) -> Neighbours:
    """Find the copies on either side of an open one, in the order of the list."""
    ids = [one.id for one in list_copies(session, annotator_id=copy.annotator_id)]
    if copy.id not in ids:
        return Neighbours(previous=None, next=None)
    place = ids.index(copy.id)
    return Neighbours(
        previous=ids[place - 1] if place else None,
        next=ids[place + 1] if place + 1 < len(ids) else None,
    )
