"""Owns the shared workspaces that crews work in."""

from dataclasses import dataclass

from sqlalchemy import Engine

from db.annotators import AnnotatorKind
from db.engine import writing
from db.roles import Role
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.workspace import add_annotator, ensure_workspace
from tests.db.content import add_item
from tests.labelling.workspace import NOW, Place
from tests.people.team import join, share

ITEMS = 8
TYPE = "question-correction"


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
    """Fill a migrated database, with the taxonomy that the app would install."""
    with writing(engine) as session:
        workspace = ensure_workspace(session, now=NOW)
        install_taxonomy(session, load_taxonomy(), now=NOW)
        share(session)
        ben, cho, dee = (join(session, handle, *Role) for handle in ("ben", "cho", "dee"))
        machine = add_annotator(session, "robot", kind=AnnotatorKind.MACHINE, now=NOW)
        for item_id in "ab":
            prompt = f"Answer wrongly: what is {item_id}?"
            add_item(session, item_id, prompt=prompt, type_id=TYPE)
    ann = workspace.local_annotator_id
    place = Place(engine=engine, ann=ann, ben=ben, machine=machine.id)
    responses = [
        response
        for number in range(ITEMS)
        for response in place.add_item(f"labelled-{number}", type_id=TYPE)
    ]
    return Scene(place=place, people=[ann, ben, cho, dee], responses=responses)
