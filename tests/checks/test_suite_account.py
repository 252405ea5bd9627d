import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks.project_files import ROOT

BACKENDS = """
import pytest
@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request):
    return request.param
def test_on_each(backend):
    assert backend
"""


def run(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a suite of one file under the account of ours."""
    (folder / "test_one.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -ra\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.ledger", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\ndef test_a():\n    pytest.skip('why not')\n",
        "import pytest\n@pytest.mark.skip(reason='why not')\ndef test_a():\n    pass\n",
        "import pytest\n@pytest.mark.xfail(reason='why not')\ndef test_a():\n    assert 0\n",
        "import pytest\npytest.skip('why not', allow_module_level=True)\n",
        "import pytest\npytest.importorskip('no_such_module', reason='why not')\n",
        "import unittest\nclass T(unittest.TestCase):\n"
        "    @unittest.skip('why not')\n    def test_a(self):\n        pass\n",
    ],
    ids=["call", "mark", "expected failure", "whole file", "missing import", "unittest"],
)
@pytest.mark.parametrize("processes", ["0", "1"])
def test_a_skip_fails_the_run_and_says_why(source: str, processes: str, tmp_path: Path) -> None:
    ended = run(tmp_path, source, "-n", processes)

    assert ended.returncode != 0
    assert "No test of this suite may be skipped or expected to fail" in ended.stdout
    assert "why not" in ended.stdout


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_the_line_before_the_last_counts_each_backend(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    ended = run(tmp_path, BACKENDS, *options)

    assert ended.returncode == 0
    before_last, last = ended.stdout.splitlines()[-2:]
    assert before_last == "sqlite 1 passed, postgresql 1 passed, skipped 0"
    assert "2 passed" in last


def test_a_run_that_tested_one_database_alone_fails(tmp_path: Path) -> None:
    one = BACKENDS.replace('["sqlite", "postgresql"]', '["sqlite"]')

    for options in ((), ("-n", "2")):
        ended = run(tmp_path, one, *options)
        assert ended.returncode == 1
        assert "both must run" in ended.stdout


def test_somebody_may_pick_one_database_by_hand(tmp_path: Path) -> None:
    assert run(tmp_path, BACKENDS, "-k", "sqlite").returncode == 0
