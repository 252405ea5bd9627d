"""Owns making a workspace ready: folder, schema, taxonomy, local annotator, starter items."""

from dataclasses import dataclass
from datetime import datetime

from app.settings import Settings
from curation.starter.loading import load_starter
from db.engine import open_engine, writing
from db.migrations import Upgraded, upgrade
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.workspace import ensure_workspace, find_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was found and done.

    Attributes:
        first_start: True when the workspace did not exist before.
        starter_items: How many starter items were added now.
    """

    upgraded: Upgraded
    first_start: bool
    starter_items: int


def prepare(settings: Settings, *, now: datetime, starter: bool | None = None) -> Prepared:
    """Migrate the database, create what a workspace needs, and load the starter set.

    Args:
        settings: Which database.
        now: The moment; it becomes the creation time of what is new.
        starter: True loads the starter items, False does not, None loads them on first start.
    """
    engine = open_engine(settings.database_url)
    try:
        upgraded = upgrade(engine)
        with writing(engine) as session:
            first = find_workspace(session) is None
            ensure_workspace(session, now=now)
            install_taxonomy(session, load_taxonomy(), now=now)
            wanted = first if starter is None else starter
            added = load_starter(session, now=now) if wanted else 0
    finally:
        engine.dispose()
    return Prepared(upgraded=upgraded, first_start=first, starter_items=added)
