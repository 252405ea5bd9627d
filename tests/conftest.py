"""Owns what every test gets: a data folder of its own, databases on both backends, no skips.

``backend`` runs a test once on SQLite and once on PostgreSQL; ``engine_url`` is a fresh empty
database there, ``engine`` a migrated one. The last line but one counts what ran on each.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.engine import open_engine
from db.migrations import upgrade
from tests.postgres import NoPostgreSQL, Server, running_server

pytest_plugins = ["tests.ledger"]


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test away from the data of the person who runs it."""
    folder = tmp_path / "gainsay-home"
    monkeypatch.setenv("GAINSAY_HOME", str(folder))
    monkeypatch.delenv("GAINSAY_DATABASE_URL", raising=False)
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; without one the test fails."""
    try:
        with running_server() as server:
            yield server
    except NoPostgreSQL as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """The database that the test runs on."""
    return str(request.param)


@pytest.fixture
def engine_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh database without tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def migrated_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh database with every table and no content of a workspace."""
    if backend == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('sqlite_copy')(tmp_path / 'migrated.db')}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create(template=request.getfixturevalue("postgres_template"))
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """An open engine on a fresh migrated database."""
    opened = open_engine(migrated_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def sqlite_copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Copy a SQLite file that was migrated once for the session."""
    original = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{original}")

    def copy(target: Path) -> Path:
        shutil.copyfile(original, target)
        return target

    return copy


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> Iterator[str]:
    """A PostgreSQL database that was migrated once for the session."""
    name = postgres.create()
    _migrate(postgres.url_of(name))
    yield name
    postgres.drop(name)


def _migrate(url: str) -> None:
    # Closing the last connection writes SQLite's log back: then the file is the whole database.
    engine = open_engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()
