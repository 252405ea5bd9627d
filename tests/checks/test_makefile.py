import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checks.project_files import ROOT


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder in which everything has been installed, as far as make can see."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    version = next(
        line.split()[-1]
        for line in (ROOT / "Makefile").read_text("utf-8").splitlines()
        if line.startswith("UV_VERSION")
    )
    stamps = [f".tools/uv-{version}.ready", ".venv/run.ready", ".venv/dev.ready"]
    for moment, name in enumerate(["pyproject.toml", "uv.lock", *stamps]):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
        os.utime(file, (1_000 + moment, 1_000 + moment))
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    outer = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=outer, capture_output=True, text=True, timeout=60
    )


def test_a_second_run_installs_nothing_and_starts_at_the_named_port(clone: Path) -> None:
    planned = make(clone, "--dry-run", "run", "PORT=8700").stdout

    assert planned == "exec .venv/bin/gainsay up --port 8700\n"


@pytest.mark.parametrize("file", ["uv.lock", "pyproject.toml"])
@pytest.mark.parametrize(
    ("goal", "options"),
    [("run", "--frozen --inexact"), ("test", "--frozen --group dev")],
    ids=["run keeps the developers' tools", "test brings them"],
)
def test_a_changed_lock_is_installed_again(clone: Path, file: str, goal: str, options: str) -> None:
    os.utime(clone / file, (2_000, 2_000))

    assert options in make(clone, "--dry-run", goal).stdout


def test_an_interrupted_install_is_done_again(clone: Path) -> None:
    (clone / ".venv" / "run.ready").unlink()
    (clone / ".venv" / "dev.ready").unlink()

    assert " sync " in make(clone, "--dry-run", "run").stdout
    assert " sync " in make(clone, "--dry-run", "test").stdout


@pytest.mark.parametrize("goal", ["run", "test"])
def test_a_missing_python_is_one_clear_sentence(clone: Path, goal: str) -> None:
    shutil.rmtree(clone / ".tools")
    shutil.rmtree(clone / ".venv")

    ended = make(clone, goal, "PYTHON311=python3.11-is-not-here")

    assert ended.returncode != 0
    sentence, _makes_own_line = ended.stderr.splitlines()
    assert sentence.startswith("Python 3.11 is needed and 'python3.11-is-not-here' was not found")
    assert not (clone / ".tools").exists()
