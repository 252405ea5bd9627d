"""A small workspace for the authoring tests: one item of a machine, two people who write."""

from datetime import UTC, datetime, timedelta

from db.engine import Engine, reading, writing
from db.queries.annotators import list_annotators
from db.roles import Role
from tests.db.content import fill
from tests.people.team import join, share

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def furnish(engine: Engine) -> None:
    """Create the workspace with item ``a`` and the people ``local`` and ``other``."""
    fill(engine)
    with writing(engine) as session:
        share(session)
        join(session, "other", *Role)


def annotator(engine: Engine, handle: str = "local") -> str:
    """Give the id of a person."""
    with reading(engine) as session:
        return next(row.id for row in list_annotators(session) if row.handle == handle)
