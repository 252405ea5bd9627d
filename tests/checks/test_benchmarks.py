import importlib
import subprocess
import sys

import pytest

from tests.checks.project_files import ROOT, files

NAMES = sorted(
    path.stem
    for path in files(".py")
    if path.parts[0] == "benchmarks"
    and path.stem not in {"__init__", "__main__", "large", "machine"}
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_measured(name: str) -> None:
    assert callable(importlib.import_module(f"benchmarks.{name}").measure)


def test_a_figure_is_printed_with_its_aim_machine_and_commit() -> None:
    shown = run("help")

    assert shown.returncode == 0, shown.stderr
    for word in ("commit: ", "cpu: ", "cores: ", "ram_gib: ", "median_seconds: ", "aim: "):
        assert word in shown.stdout


def test_an_unknown_benchmark_is_refused_naming_those_there_are() -> None:
    refused = run("absent")

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "'absent'" in refused.stderr
    assert all(name in refused.stderr for name in NAMES)
