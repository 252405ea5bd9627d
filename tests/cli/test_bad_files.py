"""Every bad file is answered with its exact sentence, and nothing is written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from app.cli import main
from calibration.agreement import report, retrospective  # noqa: F401 - loaded before rights go
from tests.cli.bad_file import BadFile
from tests.cli.bad_files import BAD_FILES, page

NOBODY = 65_534


@contextmanager
def nobody() -> Iterator[None]:
    """Give up the rights of root, for whom no file is locked."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("case", BAD_FILES, ids=lambda case: case.name)
def test_a_bad_file_is_refused_in_one_exact_sentence_and_leaves_nothing(
    case: BadFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o777)
    command = case.write(tmp_path)
    before = sorted(tmp_path.iterdir())
    with nobody() if case.name == "no_rights" else nullcontext():
        code = main(command)
    printed = capsys.readouterr()
    assert (code, printed.out, printed.err) == (1, "", case.sentence + "\n")
    assert sorted(tmp_path.iterdir()) == before


def test_no_two_cases_have_one_name_and_each_sentence_is_one_line() -> None:
    assert len({case.name for case in BAD_FILES}) == len(BAD_FILES)
    for case in BAD_FILES:
        assert case.sentence.endswith(".")
        assert "\n" not in case.sentence


def test_the_page_for_readers_is_the_table_that_is_tested() -> None:
    shown = Path(__file__).parents[2] / "docs" / "bad-input.md"
    assert shown.read_text(encoding="utf-8") == page()
