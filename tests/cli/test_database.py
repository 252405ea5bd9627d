"""`gainsay db`, `gainsay history` and `gainsay where`, as a person runs them."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from curation.starter.content import load_starter_items


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0
    out = capsys.readouterr()
    assert out.err == ""
    found = json.loads(out.out)
    assert isinstance(found, dict)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 1) -> str:
    assert main(list(arguments)) == code
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.count("\n") == 1
    return out.err.strip()


def test_upgrade_creates_a_workspace_and_a_second_run_changes_nothing(
    capsys: pytest.CaptureFixture[str], engine_url: str
) -> None:
    first = answer(capsys, "db", "upgrade", "--starter", "--db", engine_url)
    assert first["first_start"] is True
    assert first["starter_revisions_added"] == len(load_starter_items())
    again = answer(capsys, "db", "upgrade", "--starter", "--db", engine_url)
    assert (again["first_start"], again["starter_revisions_added"]) == (False, 0)
    checked = answer(capsys, "db", "check", "--db", engine_url)
    assert checked["ok"] is True
    assert answer(capsys, "history", "verify", "--db", engine_url)["verified"] is True
    events = answer(capsys, "history", "show", "--db", engine_url)["events"]
    assert isinstance(events, list)
    assert [event["action"] for event in events] == [
        "starter.load",
        "annotator.create",
        "taxonomy.install",
        "annotator.create",
        "workspace.create",
        "annotator.create",
    ]


def test_upgrade_without_starter_makes_an_empty_workspace(
    capsys: pytest.CaptureFixture[str], engine_url: str
) -> None:
    assert answer(capsys, "db", "upgrade", "--db", engine_url)["starter_revisions_added"] == 0


def test_where_names_everything_and_creates_nothing(
    capsys: pytest.CaptureFixture[str], own_data_folder: Path
) -> None:
    found = answer(capsys, "where")
    assert found["data_folder"] == str(own_data_folder)
    assert found["database"] == f"sqlite:///{own_data_folder}/gainsay.db"
    assert found["schema"] is None
    assert not own_data_folder.exists()


def test_where_never_shows_a_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAINSAY_DATABASE_URL", "postgresql://u:canary@127.0.0.1:1/d")
    assert "canary" not in refusal(capsys, "where")


@pytest.mark.parametrize("verb", [("db", "check"), ("history", "verify"), ("history", "show")])
def test_a_workspace_that_is_not_there_is_named_with_the_way_to_make_it(
    capsys: pytest.CaptureFixture[str], own_data_folder: Path, verb: tuple[str, str]
) -> None:
    assert "run 'gainsay db upgrade --starter' or 'gainsay up'" in refusal(capsys, *verb)
    assert not own_data_folder.exists()


def test_check_and_verify_name_what_was_changed_behind_their_back(
    capsys: pytest.CaptureFixture[str], own_data_folder: Path
) -> None:
    answer(capsys, "db", "upgrade", "--starter")
    item = load_starter_items()[0].slug
    with sqlite3.connect(own_data_folder / "gainsay.db") as connection:
        connection.execute(
            "UPDATE revision SET prompt = 'x' WHERE item_id = ?", (f"starter-{item}",)
        )
    connection.close()
    assert f"'starter-{item}.r1' was changed" in refusal(capsys, "history", "verify")
    assert f"'starter-{item}.r1' was changed" in refusal(capsys, "db", "check")


def test_a_damaged_file_is_one_sentence(
    capsys: pytest.CaptureFixture[str], own_data_folder: Path
) -> None:
    own_data_folder.mkdir()
    (own_data_folder / "gainsay.db").write_bytes(b"not a database at all" * 100)
    assert "file is not a database" in refusal(capsys, "db", "check")
    assert "file is not a database" in refusal(capsys, "db", "upgrade")
    assert (own_data_folder / "gainsay.db").read_bytes() == b"not a database at all" * 100


def test_wrong_options_are_one_sentence_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No such option: --nope" in refusal(capsys, "db", "check", "--nope", code=2)
    assert "No such command" in refusal(capsys, "nothing", code=2)


def test_first_starts_at_the_same_moment_make_one_workspace(
    capsys: pytest.CaptureFixture[str], engine_url: str
) -> None:
    command = [sys.executable, "-c", "from app.cli import run; run()", "db", "upgrade"]
    starts = [
        subprocess.Popen(
            [*command, "--starter", "--db", engine_url, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    answers = [start.communicate(timeout=60) for start in starts]
    assert [error for _, error in answers] == ["", "", ""]
    assert sum(json.loads(out)["first_start"] for out, _ in answers) == 1
    added = sum(json.loads(out)["starter_revisions_added"] for out, _ in answers)
    assert added == len(load_starter_items())
    assert answer(capsys, "db", "check", "--db", engine_url)["ok"] is True


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_full_disk_behind_standard_output_is_one_sentence(unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from app.cli import run; run()", "where"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Traceback" not in done.stderr


def test_a_terminal_without_chinese_shows_numbers_for_it(own_data_folder: Path) -> None:
    answer_of = subprocess.run(
        [sys.executable, "-c", "from app.cli import run; run()", "where"],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "PYTHONIOENCODING": "ascii",
            "GAINSAY_HOME": str(own_data_folder / "工作"),
        },
    )
    assert "\\u5de5\\u4f5c" in answer_of.stdout
