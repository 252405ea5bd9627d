"""Owns what tests of labelling get."""

import pytest
from sqlalchemy import Engine

from tests.labelling.workspace import Place, find_place, make_place
from tests.originals import Original, filled

MADE = filled("labelling-place", make_place)


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """A workspace to label in, for tests that want one."""
    return MADE if "place" in request.fixturenames else original


@pytest.fixture
def place(engine: Engine) -> Place:
    """A shared workspace on SQLite and on PostgreSQL."""
    return find_place(engine)
