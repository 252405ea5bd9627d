"""Workspaces to review in that are filled once; a test gets a copy."""

import sqlalchemy as sa
from sqlalchemy import Engine

from db.annotators import Annotator
from db.engine import reading
from db.workspace import find_workspace
from tests.originals import filled
from tests.review.desk import Desk, furnish, furnish_solo

ITEM = "starter-a"


def fill_shared(engine: Engine) -> Desk:
    """Furnish a shared workspace and send one item to review."""
    desk = furnish(engine)
    desk.write(ITEM)
    desk.send(ITEM)
    return desk


def fill_solo(engine: Engine) -> Desk:
    """Furnish a workspace of one person and send one item to review."""
    desk = furnish_solo(engine)
    desk.write(ITEM, by="local")
    desk.send(ITEM, by="local")
    return desk


FURNISHED = filled("review-furnished", furnish)
SHARED = filled("review-shared", fill_shared)
SOLO = filled("review-solo", fill_solo)


def sit_down(engine: Engine) -> Desk:
    """Open a workspace that was filled before; its clock goes on after its last event."""
    with reading(engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        found = session.scalars(sa.select(Annotator))
        people = {person.handle: person.id for person in found}
        people["local"] = workspace.local_annotator_id
    # Furnishing takes no moments, writing and sending one each.
    return Desk(engine=engine, people=people, minute=2)
