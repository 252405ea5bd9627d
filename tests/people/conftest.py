"""Owns what tests of people get."""

import pytest
from sqlalchemy import Engine

from tests.originals import Original, filled
from tests.people.crew import Crew, local_of, make_crew

MADE = filled("people-crew", make_crew)


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """A workspace that was shared in earnest, for tests that want one."""
    return MADE if "crew" in request.fixturenames else original


@pytest.fixture
def crew(engine: Engine) -> Crew:
    """A shared workspace with its first admin."""
    return Crew(engine=engine, admin=local_of(engine))
