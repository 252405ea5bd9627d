"""Workspaces furnished once; a test gets one in a transaction of its own, which is rolled back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.engine import open_engine, sqlite_url, writing
from tests.workflow.bench import Bench
from tests.workflow.prepared import Prepared


class _Undo(Exception):
    """Ends a transaction without keeping anything."""


class Furnished:
    """A workspace with its people, in a file."""

    def __init__(self, engine: Engine, *, solo: bool) -> None:
        self.engine = engine
        with writing(engine) as session:
            self._people = Bench(session).furnish(solo=solo).people

    @contextmanager
    def bench(self) -> Iterator[Bench]:
        """Open a transaction that keeps nothing."""
        try:
            with writing(self.engine) as session:
                yield Bench(session, dict(self._people))
                raise _Undo
        except _Undo:
            pass


@pytest.fixture(scope="session")
def shared_workspace(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Iterator[Furnished]:
    """A shared workspace with people of every role."""
    file = sqlite_copy(tmp_path_factory.mktemp("workflow") / "shared.db")
    engine = open_engine(sqlite_url(file))
    yield Furnished(engine, solo=False)
    engine.dispose()


@pytest.fixture(scope="session")
def solo_workspace(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Iterator[Furnished]:
    """A workspace of one person."""
    file = sqlite_copy(tmp_path_factory.mktemp("workflow") / "solo.db")
    engine = open_engine(sqlite_url(file))
    yield Furnished(engine, solo=True)
    engine.dispose()


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Iterator[Prepared]:
    """A shared workspace in memory that can be put into every state."""
    place = Prepared.furnish(sqlite_copy(tmp_path_factory.mktemp("workflow") / "prepared.db"))
    yield place
    place.close()


@pytest.fixture
def bench(shared_workspace: Furnished) -> Iterator[Bench]:
    """The shared workspace, in a transaction that keeps nothing."""
    with shared_workspace.bench() as opened:
        yield opened


@pytest.fixture
def solo(solo_workspace: Furnished) -> Iterator[Bench]:
    """The workspace of one person, in a transaction that keeps nothing."""
    with solo_workspace.bench() as opened:
        yield opened


@pytest.fixture
def anywhere(engine: Engine) -> Iterator[Bench]:
    """The shared workspace on both databases; what was done is committed at the end."""
    with writing(engine) as opened:
        yield Bench(opened).furnish()
