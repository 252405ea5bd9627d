"""`gainsay release verify` and `gainsay release diff`, as a person runs them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from exports.folder import read_folder
from tests.cli.test_database import answer, refusal
from tests.exports.publishing_place import Original, original
from tests.exports.rows import six


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Original:
    """A workspace with release 1.0.0, made once."""
    rows = [{**six(name), "id": name} for name in ("one", "two")]
    return original(tmp_path_factory.mktemp("verifying"), sqlite_copy, rows)


@pytest.fixture
def url(prepared: Original, own_data_folder: Path) -> str:
    """A workspace with release 1.0.0, whose files are in the data folder."""
    with prepared.copied(own_data_folder):
        return f"sqlite:///{own_data_folder / 'workspace.db'}"


def test_an_untouched_folder_is_intact_wherever_it_lies(
    capsys: pytest.CaptureFixture[str], url: str, own_data_folder: Path
) -> None:
    folder = own_data_folder / "releases" / "1.0.0"
    found = answer(capsys, "release", "verify", "1.0.0", "--db", url)
    assert (found["version"], found["intact"]) == ("1.0.0", True)
    files = found["files"]
    assert isinstance(files, list)
    assert {file["name"]: file["bytes"] for file in files} == {
        name: len(data) for name, data in read_folder(folder).items()
    }
    elsewhere = folder.rename(own_data_folder / "elsewhere")
    assert "There is no folder" in refusal(capsys, "release", "verify", "1.0.0", "--db", url)
    asked = ["release", "verify", "1.0.0", "--folder", str(elsewhere), "--db", url]
    assert main(asked) == 0
    assert "10, each as it was sealed" in capsys.readouterr().out


def test_a_changed_file_is_named(
    capsys: pytest.CaptureFixture[str], url: str, own_data_folder: Path
) -> None:
    (own_data_folder / "releases" / "1.0.0" / "LICENSE").write_text("All rights reserved.")
    sentence = refusal(capsys, "release", "verify", "1.0.0", "--db", url)
    assert "is not what release '1.0.0' sealed ('LICENSE' differs)" in sentence


def test_diff_names_the_items_that_two_versions_differ_in(
    capsys: pytest.CaptureFixture[str], url: str, own_data_folder: Path, tmp_path: Path
) -> None:
    same = answer(capsys, "release", "diff", "1.0.0", "--db", url)
    assert (same["to"], same["added"], same["changed"], same["removed"]) == (None, [], [], [])

    rows = [{**six("two, put otherwise"), "id": "two"}, {**six("three"), "id": "three"}]
    file = tmp_path / "more.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    answer(capsys, "import", "items", str(file), "--db", url)
    answer(capsys, "release", "cut", "2.0.0", "--out", str(own_data_folder / "two"), "--db", url)
    expected = {
        "from": "1.0.0",
        "to": "2.0.0",
        "rows_from": 2,
        "rows_to": 3,
        "added": ["three"],
        "changed": [{"id": "two", "step": "revision 1 -> 2"}],
        "removed": [],
        "same_order": True,
    }
    assert answer(capsys, "release", "diff", "1.0.0", "2.0.0", "--db", url) == expected
    back = answer(capsys, "release", "diff", "2.0.0", "1.0.0", "--db", url)
    assert (back["added"], back["removed"]) == ([], ["three"])
    assert main(["release", "diff", "1.0.0", "2.0.0", "--db", url]) == 0
    assert capsys.readouterr().out == (
        "1.0.0 -> 2.0.0: 1 rows added, 1 changed and 0 removed\n"
        "  added    three\n"
        "  changed  two (revision 1 -> 2)\n"
    )


@pytest.mark.parametrize("verb", ["verify", "diff"])
def test_a_version_that_is_none_or_was_never_cut_is_named(
    capsys: pytest.CaptureFixture[str], url: str, verb: str
) -> None:
    sentence = refusal(capsys, "release", verb, "first", "--db", url, code=2)
    assert "The version 'first' is not MAJOR.MINOR.PATCH" in sentence
    sentence = refusal(capsys, "release", verb, "9.0.0", "--db", url)
    assert "The version '9.0.0' was never cut in this workspace" in sentence
