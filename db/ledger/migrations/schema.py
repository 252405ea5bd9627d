"""Owns upgrades of the ledger's schema: one at a time, whole or not at all."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from db.engine import ensure_folder, mapped_errors, set_journal, shown_url, sqlite_file
from db.errors import External, Invalid
from db.ledger.migrations.names import VERSION_TABLE
from db.ledger.place import SCHEMA
from db.ledger.tables import METADATA
from db.migrations.schema import exclusive

SCRIPTS = Path(__file__).parent
INTEGRITY_SHOWN = 3


def head() -> str:
    """Name the newest schema of the ledger that this program knows."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise External("This installation has no migrations; install it again.")
    return newest


def current(ledger: sa.Engine) -> str | None:
    """Name the schema of a ledger; None when there is none, and then nothing is created."""
    file = sqlite_file(ledger)
    if file is not None and not file.exists():
        return None
    with mapped_errors(), ledger.connect() as connection:
        return _revision(connection)


def upgrade(ledger: sa.Engine) -> str:
    """Bring a ledger to the newest schema and name it; a second process waits for the first.

    Raises:
        Invalid: A newer program wrote it.
        External: It cannot be used.
    """
    ensure_folder(ledger)
    wanted = head()
    with mapped_errors():
        found = current(ledger)
        _refuse_unknown(ledger, found)
        if found == wanted:
            set_journal(ledger, "WAL")
            return wanted
        with exclusive(ledger) as connection:
            if connection.dialect.name == "postgresql":
                _make_room(connection)
            configuration = _config()
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, wanted)
    return wanted


def check(ledger: sa.Engine) -> tuple[str, ...]:
    """Say what is wrong with a ledger's file or schema, one sentence each.

    A workspace whose ledger was never made has none, which is well.
    """
    found = current(ledger)
    if found is None:
        return ()
    if found != head():
        return (f"The ledger has schema {found!r} and this program's is {head()!r}.",)
    with mapped_errors(), ledger.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        differing = compare_metadata(context, METADATA)
        broken: list[str] = []
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"PRAGMA integrity_check({INTEGRITY_SHOWN})").all()
            broken = [f"The ledger's file is damaged: {line}." for (line,) in rows if line != "ok"]
    return (*(f"The ledger's schema differs: {one!r}." for one in differing), *broken)


def _make_room(connection: sa.Connection) -> None:
    # Looked for first: who may not make a schema may not say "if not exists" either.
    if sa.inspect(connection).has_schema(SCHEMA):
        return
    may = sa.text("SELECT current_user, has_database_privilege(current_database(), 'CREATE')")
    user, is_allowed = connection.execute(may).one()
    if not is_allowed:
        raise External(
            f"The database user {user!r} may not make the schemas 'ledger' and 'dbos', where model "
            "calls are kept: have the database's owner run 'CREATE SCHEMA ledger AUTHORIZATION "
            f'"{user}"\' and the same for dbos, then try again.'
        )
    connection.execute(sa.schema.CreateSchema(SCHEMA))


def _revision(connection: sa.Connection) -> str | None:
    options = {"version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _config() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    configuration.set_main_option("path_separator", "os")
    return configuration


def _refuse_unknown(ledger: sa.Engine, found: str | None) -> None:
    if found is None:
        return
    try:
        ScriptDirectory.from_config(_config()).get_revision(found)
    except CommandError as error:
        raise Invalid(
            f"The ledger {shown_url(ledger)!r} has schema {found!r}, which is newer than this "
            f"program's {head()!r}; install the newer Gainsay that wrote it."
        ) from error
