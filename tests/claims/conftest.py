import pytest
from sqlalchemy import Engine

from tests.claims.desk import Desk


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine=engine).start()
