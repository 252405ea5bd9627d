"""Owns what every test gets: a data folder of its own, databases on both backends, no skips.

``backend`` runs a test once on SQLite and once on PostgreSQL; ``engine_url`` is a fresh empty
database there, ``engine`` a migrated one. The last line but one counts what ran on each.
"""

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.engine import open_engine
from tests import compiled
from tests.originals import MIGRATED, Original
from tests.postgres import NoPostgreSQL, Server, running_server

pytest_plugins = ["tests.ledger", "tests.order"]
# Objects between two searches for garbage: at Python's own 700 they took a twelfth of the time.
GARBAGE = 20_000

compiled.share()


def pytest_collection_finish() -> None:
    """Keep all that is loaded by now out of every later search for garbage, and search seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 100)


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
def original() -> Original:
    """What a test's migrated database is a copy of; the folders of the suite may fill it more."""
    return MIGRATED


@pytest.fixture
def migrated_url(
    backend: str, original: Original, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The URL of a fresh database with every table and no content of a workspace."""
    if backend == "sqlite":
        file = request.getfixturevalue("sqlite_original")(original)
        yield f"sqlite:///{shutil.copyfile(file, tmp_path / 'migrated.db')}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create(template=request.getfixturevalue("postgres_original")(original))
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """An open engine on a fresh migrated database."""
    opened = open_engine(migrated_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def sqlite_original(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Original], Path]:
    """Give the SQLite file of a database that is written once for the session."""
    folder = tmp_path_factory.mktemp("originals")

    def file(original: Original) -> Path:
        target = folder / f"{original.name}.db"
        if not target.exists():
            original.write(f"sqlite:///{target}")
        return target

    return file


@pytest.fixture(scope="session")
def sqlite_copy(sqlite_original: Callable[[Original], Path]) -> Callable[[Path], Path]:
    """Copy a SQLite file that was migrated once for the session."""

    def copy(target: Path) -> Path:
        shutil.copyfile(sqlite_original(MIGRATED), target)
        return target

    return copy


@pytest.fixture(scope="session")
def postgres_original(postgres: Server) -> Iterator[Callable[[Original], str]]:
    """Name the PostgreSQL database that is written once for the session."""
    names: dict[str, str] = {}

    def database(original: Original) -> str:
        if original.name not in names:
            name = postgres.create()
            original.write(postgres.url_of(name))
            names[original.name] = name
        return names[original.name]

    yield database
    for name in names.values():
        postgres.drop(name)
