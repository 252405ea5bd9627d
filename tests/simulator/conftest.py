from collections.abc import Iterator

import pytest

from tests.simulator.asking import Client, simulator


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    with simulator() as running:
        yield running
