import pytest
from sqlalchemy import Engine

from tests.claims.desk import Desk
from tests.originals import Original, filled

STARTED = filled("claims-started", lambda engine: Desk(engine=engine).start())


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """A shared workspace, for tests that want one."""
    return STARTED if "desk" in request.fixturenames else original


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine=engine).sit_down()
