"""Owns schema upgrades: one at a time, whole or not at all, with a backup before.

Migrations run with SQLite's foreign keys off (batch-altering a parent would delete its children
otherwise) and end with a foreign-key check inside the same transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from db.engine import BUSY_MILLISECONDS, WRITE, ensure_folder, mapped_errors, set_journal
from db.errors import External, Invalid

SCRIPTS = Path(__file__).parent
WAIT_MILLISECONDS = 600_000  # a migration of a large workspace takes its time
ADVISORY_LOCK = 4_720_198_553  # any number, the same in every process


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What an upgrade did.

    Attributes:
        before: Revision of the schema found; None for an empty database.
        after: Revision of the schema now.
        backup: File of the backup taken before; None when nothing was there or to do.
    """

    before: str | None
    after: str
    backup: Path | None


def head() -> str:
    """Name the newest schema revision that this program knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise External("This installation has no migrations; install it again.")
    return newest


def current(engine: sa.Engine) -> str | None:
    """Name the schema revision of a database; None when it is empty."""
    with mapped_errors(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: sa.Engine, *, back_up: Callable[[], Path] | None = None) -> Upgraded:
    """Bring a database to the newest schema; a second process waits for the first.

    Args:
        engine: The database; a SQLite file is made where there is none.
        back_up: Backs up what is there, and is called only when that is about to change.

    Raises:
        Invalid: The database was written by a newer program, or it is somebody else's.
        External: The database cannot be used.
    """
    ensure_folder(engine)
    wanted = head()
    with mapped_errors():
        found = current(engine)
        refuse_unknown(engine, found)
        if found == wanted:
            set_journal(engine, "WAL")
            return Upgraded(before=found, after=wanted, backup=None)
        with exclusive(engine) as connection:
            # Again: another process may have upgraded while this one waited for the lock.
            found = MigrationContext.configure(connection).get_current_revision()
            outdated = found is not None and found != wanted
            backup = back_up() if back_up is not None and outdated else None
            migrate(connection, wanted)
    return Upgraded(before=found, after=wanted, backup=backup)


def migrate(connection: sa.Connection, revision: str) -> None:
    """Bring a database to a schema, on a connection of ``exclusive``.

    Raises:
        External: Rows would be left without their parents.
    """
    configuration = _config()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, revision)
    _check_foreign_keys(connection)


def _config() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration


def refuse_unknown(engine: sa.Engine, found: str | None) -> None:
    """Refuse a database of somebody else, or of a newer program.

    Raises:
        Invalid: With what to do.
    """
    if found is None:
        foreign = set(sa.inspect(engine).get_table_names())
        # Another process may have begun or ended an upgrade since the version was read.
        if foreign and "alembic_version" not in foreign:
            raise Invalid(
                f"The database already holds tables that are not Gainsay's ({min(foreign)!r}); "
                "name an empty database or a Gainsay workspace."
            )
        return
    try:
        ScriptDirectory.from_config(_config()).get_revision(found)
    except CommandError as error:
        raise Invalid(
            f"The database has schema {found!r}, which is newer than this program's {head()!r}; "
            "install the newer Gainsay that wrote it."
        ) from error


@contextmanager
def exclusive(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Give the one connection that may change the schema; commit at the end."""
    set_journal(engine, "WAL")
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            # Outside a transaction only: inside one these PRAGMAs do nothing.
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
            raw.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")  # type: ignore[union-attr]
        try:
            with connection.begin():
                if not sqlite:
                    lock = sa.text("SELECT pg_advisory_xact_lock(:key)")
                    connection.execute(lock, {"key": ADVISORY_LOCK})
                yield connection
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]
                raw.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")  # type: ignore[union-attr]


def _check_foreign_keys(connection: sa.Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise External(
            f"The upgrade would leave {len(broken)} rows without their parent (first in table "
            f"{broken[0][0]!r}); nothing was changed. Run 'gainsay db check' and report it."
        )
