"""Owns what tests of comments get."""

import pytest
from sqlalchemy import Engine

from tests.originals import Original
from tests.review.desk import Desk
from tests.review.furnished import SHARED, SOLO, sit_down


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """What a test's database is a copy of: a workspace where it wants one."""
    if "desk" in request.fixturenames:
        return SHARED
    return SOLO if "solo" in request.fixturenames else original


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A shared workspace on SQLite and on PostgreSQL, with one item in review."""
    return sit_down(engine)


@pytest.fixture
def solo(engine: Engine) -> Desk:
    """A workspace of one person, with one item in review."""
    return sit_down(engine)
