"""Owns the table of bad input and the exact sentence that `gainsay agree` answers it with.

The tests run every case; docs/bad-input.md is this table in prose. Write it anew with
`.venv/bin/python -m tests.cli.bad_files > docs/bad-input.md`.
"""

import sys

from tests.cli import (
    bad_files_raters,
    bad_files_shapeless,
    bad_files_unmatched,
    bad_files_unreadable,
    bad_imports,
)
from tests.cli.bad_file import BadFile

SECTIONS: dict[str, tuple[BadFile, ...]] = (
    bad_files_unreadable.CASES
    | bad_files_shapeless.CASES
    | bad_files_unmatched.CASES
    | bad_files_raters.CASES
)
BAD_FILES = tuple(case for cases in SECTIONS.values() for case in cases)

INTRODUCTION = """# Bad input, and what you read

Every file that you hand in comes through one door. What it cannot take in, it refuses with one
sentence on standard error and exit code 1; standard output is empty and nothing is written. Rows
are numbered as you find them: a csv row as a spreadsheet counts it (the header is row 1), a line
of JSON lines, an element of a JSON array or a parquet row from 1. All bad rows are counted; at
most 20 are named.

Limits: 256 MiB on disk, 256 MiB unpacked, 1,000,000 characters in a cell, 1,000 columns, 1,000,000
rows, 10,000,000 cells (in JSON: values, lists and objects), 32 lists and objects inside one
another. All of them are checked before the memory is spent.

The table is the one that the tests run (`tests/cli/bad_files.py`, `tests/cli/bad_imports.py`).
"""


def page() -> str:
    """Write docs/bad-input.md."""
    parts = [INTRODUCTION]
    for title, cases in (*SECTIONS.items(), *bad_imports.SECTIONS.items()):
        rows = [f"| {case.what} | {_inert(case.sentence)} |" for case in cases]
        head = ["| handed in | sentence |", "| --- | --- |"]
        parts.append("\n".join([f"## {title[0].upper()}{title[1:]}", "", *head, *rows]) + "\n")
    return "\n".join(parts)


def _inert(sentence: str) -> str:
    return sentence.replace("|", "\\|").replace("[", "\\[").replace("<", "\\<").replace("_", "\\_")


if __name__ == "__main__":
    sys.stdout.write(page())
