"""Owns what tests of labelling get."""

import pytest
from sqlalchemy import Engine

from tests.labelling.workspace import Place, make_place


@pytest.fixture
def place(engine: Engine) -> Place:
    """A shared workspace on SQLite and on PostgreSQL."""
    return make_place(engine)
