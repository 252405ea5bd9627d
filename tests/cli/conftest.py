"""What tests of the command line start from: workspaces that its own verbs made."""

import io
from contextlib import redirect_stdout

import pytest

from app.cli import main
from tests.originals import Original


def by_verb(name: str, *verb: str) -> Original:
    """Describe a database that a verb makes."""

    def write(url: str) -> None:
        with redirect_stdout(io.StringIO()):
            assert main([*verb, "--db", url]) == 0

    return Original(name=name, write=write)


EMPTY = by_verb("cli-empty", "db", "upgrade")
STARTER = by_verb("cli-starter", "db", "upgrade", "--starter")


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """A database that a verb made, for tests that want one."""
    if "starter_url" in request.fixturenames:
        return STARTER
    return EMPTY if "ready_url" in request.fixturenames else original


@pytest.fixture
def starter_url(migrated_url: str) -> str:
    """A workspace as the first start makes it, on each backend."""
    return migrated_url


@pytest.fixture
def ready_url(migrated_url: str) -> str:
    """A workspace without items, on each backend."""
    return migrated_url
