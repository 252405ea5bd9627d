"""`gainsay release`, as a person runs it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from curation.starter.content import load_starter_items
from tests.cli.test_database import answer, refusal


def test_cut_answers_with_version_rows_hash_and_files(
    capsys: pytest.CaptureFixture[str], starter_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found: dict[str, Any] = answer(
        capsys, "release", "cut", "1.0.0", "--out", str(out), "--db", starter_url
    )
    assert (found["version"], found["rows"]) == ("1.0.0", len(load_starter_items()))
    assert found["outcome"] == "cut"
    assert len(found["content_sha256"]) == 64
    for file in found["files"]:
        data = (out / file["name"]).read_bytes()
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))

    again: dict[str, Any] = answer(
        capsys, "release", "cut", "1.0.0", "--out", str(out), "--db", starter_url
    )
    assert again == {**found, "outcome": "unchanged"}
    (listed,) = answer(capsys, "release", "list", "--db", starter_url)["releases"]  # type: ignore[misc]
    assert (listed["version"], listed["content_sha256"]) == ("1.0.0", found["content_sha256"])
    assert answer(capsys, "history", "verify", "--db", starter_url)["verified"] is True


def test_the_answer_for_a_person_names_hash_and_files(
    capsys: pytest.CaptureFixture[str], starter_url: str, tmp_path: Path
) -> None:
    assert main(["release", "cut", "1.0.0", "--out", str(tmp_path / "o"), "--db", starter_url]) == 0
    text = capsys.readouterr().out
    assert text.startswith("version         1.0.0 (cut)\n")
    assert "  data/test-00000-of-00001.parquet\n" in text
    assert main(["release", "list", "--db", starter_url]) == 0
    assert capsys.readouterr().out.startswith("1.0.0 ")


@pytest.mark.parametrize("version", ["1", "one", "1.0.0-rc1"])
def test_a_version_of_another_form_is_a_wrong_option(
    capsys: pytest.CaptureFixture[str], starter_url: str, tmp_path: Path, version: str
) -> None:
    sentence = refusal(
        capsys,
        "release",
        "cut",
        version,
        "--out",
        str(tmp_path / "o"),
        "--db",
        starter_url,
        code=2,
    )
    assert f"The version {version!r} is not MAJOR.MINOR.PATCH" in sentence


def test_cutting_without_a_folder_is_a_wrong_option(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    assert "--out" in refusal(capsys, "release", "cut", "1.0.0", "--db", starter_url, code=2)


def test_an_empty_workspace_is_refused_with_the_way_out(
    capsys: pytest.CaptureFixture[str], engine_url: str, tmp_path: Path
) -> None:
    answer(capsys, "db", "upgrade", "--db", engine_url)
    sentence = refusal(
        capsys, "release", "cut", "1.0.0", "--out", str(tmp_path / "o"), "--db", engine_url
    )
    assert sentence.startswith("There is nothing to release: ")
    assert answer(capsys, "release", "list", "--db", engine_url)["releases"] == []


def test_a_folder_of_something_else_is_refused(
    capsys: pytest.CaptureFixture[str], starter_url: str, tmp_path: Path
) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "file").touch()
    sentence = refusal(
        capsys, "release", "cut", "1.0.0", "--out", str(tmp_path / "o"), "--db", starter_url
    )
    assert "holds something else; it was left alone" in sentence
