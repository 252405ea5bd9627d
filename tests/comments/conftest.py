"""Owns what tests of comments get."""

import pytest
from sqlalchemy import Engine

from tests.review.desk import Desk, furnish, furnish_solo


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A shared workspace on SQLite and on PostgreSQL, with one item in review."""
    desk = furnish(engine)
    desk.write("starter-a")
    desk.send("starter-a")
    return desk


@pytest.fixture
def solo(engine: Engine) -> Desk:
    """A workspace of one person, with one item in review."""
    desk = furnish_solo(engine)
    desk.write("starter-a", by="local")
    desk.send("starter-a", by="local")
    return desk
