"""Owns the shared workspaces that crews work in."""

from dataclasses import dataclass

from sqlalchemy import Engine

from db.annotators import AnnotatorKind
from db.engine import writing
from db.workspace import add_annotator
from tests.db.content import add_item
from tests.labelling.workspace import NOW, Place, make_place

ITEMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A shared workspace with four people.

    Attributes:
        people: Ids of four people.
        responses: What there is to label; none of them wrote any of it.
    """

    place: Place
    people: list[str]
    responses: list[str]


def make_scene(engine: Engine) -> Scene:
    """Fill a migrated database."""
    place = make_place(engine)
    with writing(engine) as session:
        more = [
            add_annotator(session, handle, kind=AnnotatorKind.HUMAN, now=NOW).id
            for handle in ("cho", "dee")
        ]
        for item_id in "ab":
            add_item(session, item_id, prompt=f"Answer wrongly: what is {item_id}?")
    responses = [one for number in range(ITEMS) for one in place.add_item(f"labelled-{number}")]
    return Scene(place=place, people=[place.ann, place.ben, *more], responses=responses)
