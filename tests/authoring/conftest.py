"""Owns what tests of authoring get."""

import pytest
from sqlalchemy import Engine

from tests.authoring.desk import Desk
from tests.authoring.workspace import annotator, furnish
from tests.originals import Original, filled

FURNISHED = filled("authoring-furnished", furnish)


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """A workspace with an item, for tests that want one."""
    return FURNISHED if "desk" in request.fixturenames else original


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """Where the local annotator writes."""
    return Desk(engine=engine, annotator_id=annotator(engine))
