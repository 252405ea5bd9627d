"""Owns making a workspace ready: folder, schema, taxonomy, local annotator, starter items."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from app.data_folder import make_data_folder
from app.settings import Settings, load_settings
from curation.starter.loading import load_starter
from db.backups import Backup, back_up, back_up_before_upgrade, under_free_name
from db.engine import Engine, lock_workspace, open_engine, reading, redacted, sqlite_file, writing
from db.errors import Conflict, Forbidden, NotFound
from db.ledger.migrations import upgrade as upgrade_schema
from db.ledger.place import open_ledger
from db.migrations import Upgraded, current, head, refuse_unknown, upgrade
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.workspace import WorkspaceKind, ensure_workspace, find_workspace

BACKUPS = "backups"


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
        upgraded = upgrade(engine, back_up=lambda: _back_up_old(settings, engine, now=now))
        upgrade_ledger(engine)
        with writing(engine) as session:
            lock_workspace(session)
            first = find_workspace(session) is None
            ensure_workspace(session, now=now)
            install_taxonomy(session, load_taxonomy(), now=now)
            wanted = first if starter is None else starter
            added = load_starter(session, now=now) if wanted else 0
    finally:
        engine.dispose()
    return Prepared(upgraded=upgraded, first_start=first, starter_items=added)


def upgrade_ledger(engine: Engine) -> str:
    """Bring the ledger beside a workspace to this program's schema, made if need be; name it."""
    ledger = open_ledger(engine)
    try:
        return upgrade_schema(ledger)
    finally:
        ledger.dispose()


def refuse_open(settings: Settings) -> None:
    """Check that a workspace which other machines may reach asks them to sign in.

    Raises:
        Forbidden: It is one person's, and whoever reaches it would be that person.
    """
    engine = open_engine(settings.database_url)
    try:
        with reading(engine) as session:
            workspace = find_workspace(session)
    finally:
        engine.dispose()
    if workspace is None or workspace.kind is WorkspaceKind.SOLO:
        raise Forbidden(
            "This workspace is one person's and asks nobody to sign in, so it only listens on "
            "127.0.0.1; run 'gainsay people password local' and 'gainsay people share' first."
        )


def back_up_now(settings: Settings, engine: Engine, *, now: datetime) -> Backup:
    """Take a backup into the data folder, which is made if need be."""
    return under_free_name(partial(back_up, engine), _backups(settings), now=now)


def _back_up_old(settings: Settings, engine: Engine, *, now: datetime) -> Path:
    take = partial(back_up_before_upgrade, engine)
    return under_free_name(take, _backups(settings), now=now, purpose="before-upgrade")


def _backups(settings: Settings) -> Path:
    make_data_folder(settings.data_folder)
    return settings.data_folder / BACKUPS


@contextmanager
def existing(database_url: str | None) -> Iterator[Engine]:
    """Open a workspace that is there and up to date, for a verb; close it at the end.

    Args:
        database_url: What ``--db`` said.

    Raises:
        NotFound: The database is not there or is empty.
        Conflict: Its schema is not this program's.
    """
    settings = load_settings(database_url=database_url)
    engine = open_engine(settings.database_url)
    try:
        file = sqlite_file(engine)
        schema = None if file is not None and not file.exists() else current(engine)
        if schema is None:
            raise NotFound(
                f"There is no workspace in {redacted(settings.database_url)!r} yet; run "
                "'gainsay db upgrade --starter' or 'gainsay up'."
            )
        if schema != head():
            refuse_unknown(engine, schema)
            raise Conflict(
                f"The workspace has schema {schema!r} and this program needs {head()!r}; run "
                "'gainsay db upgrade'."
            )
        yield engine
    finally:
        engine.dispose()
