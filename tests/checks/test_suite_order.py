import subprocess
import sys

import pytest

from tests.checks.project_files import ROOT
from tests.order import LONG, TESTS


@pytest.mark.parametrize("name", LONG)
def test_what_is_said_to_take_long_is_there(name: str) -> None:
    assert (TESTS / name).exists()


def test_long_files_begin_first_and_then_those_with_most_tests() -> None:
    few, many, long = "test_merging_beside_a_tab.py", "test_checks.py", "test_any_order.py"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q"]
        + [f"tests/authoring/{name}" for name in (few, many, long)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [line.split("::")[0].rsplit("/", 1)[-1] for line in done.stdout.splitlines()]
    assert [name for name in dict.fromkeys(names) if name.endswith(".py")] == [long, many, few]
