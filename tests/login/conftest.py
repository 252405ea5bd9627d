"""Owns what a test of the sign-in gets: a shared workspace on each database, and quick hashes."""

import pytest
from argon2 import PasswordHasher

from curation.sign_in import passwords
from db.engine import Engine
from tests.login.people import shared

RECOMMENDED = passwords._HASHER
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on hashes where a test is not about them."""
    monkeypatch.setattr(passwords, "_HASHER", QUICK)


@pytest.fixture
def recommended_hashes(quick_hashes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as the program does."""
    monkeypatch.setattr(passwords, "_HASHER", RECOMMENDED)


@pytest.fixture
def admin(engine: Engine) -> str:
    """The local annotator of a shared workspace, who is its admin."""
    return shared(engine)
