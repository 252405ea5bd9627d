"""Owns the order of the suite's files: a long file that begins last is waited for by everybody.

First come the files that wait for processes, for many seconds each; then those with most tests.
"""

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONG = (
    "reliability",
    "workflow/test_doing.py",
    "runs",
    "cli/test_up.py",
    "db/test_backup_load.py",
    "claims/test_killed_holders.py",
    "exports/test_publish_killed.py",
    "install",
    "cli/test_backup.py",
    "cli/test_database.py",
    "app",
    "exports/test_cuts_at_once.py",
    "exports/test_killed_cut.py",
    "db/test_backup.py",
    "db/test_old_schemas.py",
    "login/test_password_verb.py",
    "workflow/test_any_sequence.py",
    "claims/test_any_order.py",
    "authoring/test_any_order.py",
    "authoring/test_at_once.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whole files first that take long; the tests of a file stay as they are."""
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (_place(item.path), -sizes[item.path], str(item.path)))


def _place(file: Path) -> int:
    within = (number for number, name in enumerate(LONG) if file.is_relative_to(TESTS / name))
    return next(within, len(LONG))
