"""Owns which files the checks look at: what git tracks or would track."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "curation", "calibration", "db", "exports")
CODE = (*PACKAGES, "tests", "benchmarks")


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """List the project's files, relative to its root; all of them, or those with these suffixes."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = (Path(name) for name in sorted(set(listed.split("\0")) - {""}))
    # A file that was just deleted or moved is still in git's list.
    return tuple(
        path
        for path in found
        if (not suffixes or path.suffix in suffixes) and (ROOT / path).is_file()
    )


def modules(*roots: str) -> tuple[Path, ...]:
    """List the Python files below these folders, without the migrations of released schemas."""
    return tuple(
        path
        for path in files(".py")
        if path.parts[0] in roots and path.parts[-3:-1] != ("migrations", "versions")
    )


@cache
def text_of(path: Path) -> str:
    """Read a file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a Python file of the project."""
    return ast.parse(text_of(path), filename=str(path))
