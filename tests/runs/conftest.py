"""What tests of runs get: a workspace with its ledger on each database, and a paid server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.workspace import upgrade_ledger
from db.engine import Engine, open_engine
from db.ledger.place import open_ledger
from tests.runs.stage import NURSERIES, PaidServer, paid_server


@pytest.fixture(scope="package", autouse=True)
def closed_nursery() -> Iterator[None]:
    """Let no process behind."""
    yield
    while NURSERIES:
        NURSERIES.pop().close()


@pytest.fixture
def run_url(migrated_url: str) -> str:
    """The URL of a workspace with an empty ledger."""
    engine = open_engine(migrated_url)
    upgrade_ledger(engine)
    engine.dispose()
    return migrated_url


@pytest.fixture
def ledger(run_url: str) -> Iterator[Engine]:
    """An open ledger."""
    workspace = open_engine(run_url)
    opened = open_ledger(workspace)
    yield opened
    opened.dispose()
    workspace.dispose()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PaidServer]:
    """A provider that answers at once."""
    with paid_server(tmp_path / "server") as started:
        yield started


@pytest.fixture
def sqlite_ledger(
    sqlite_copy: Callable[[Path], Path], tmp_path: Path
) -> Iterator[tuple[str, Engine]]:
    """A workspace's URL and its ledger, for what happens to files."""
    url = f"sqlite:///{sqlite_copy(tmp_path / 'w.db')}"
    workspace = open_engine(url)
    upgrade_ledger(workspace)
    opened = open_ledger(workspace)
    yield url, opened
    opened.dispose()
    workspace.dispose()
