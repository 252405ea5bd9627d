"""`gainsay people`, as a person runs it."""

import sqlite3
from pathlib import Path

import pytest

from app.cli import main
from tests.cli.test_database import answer, refusal

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def shared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that its one person, who has a password, has shared."""
    file = tmp_path_factory.mktemp("people") / "gainsay.db"
    url = f"sqlite:///{file}"
    assert main(["db", "upgrade", "--db", url]) == 0
    with sqlite3.connect(file) as database:
        database.execute(
            "INSERT INTO password (annotator_id, hash, must_change, failures, changed_at, version)"
            " SELECT id, 'unusable', 0, 0, '2026-01-01 00:00:00', 1 FROM annotator "
            "WHERE handle = 'local'"
        )
    database.close()
    assert main(["people", "share", "--db", url]) == 0
    return file


@pytest.fixture
def url(shared_file: Path, tmp_path: Path) -> str:
    copy = tmp_path / "gainsay.db"
    copy.write_bytes(shared_file.read_bytes())
    return f"sqlite:///{copy}"


def said(capsys: Capture, *arguments: str) -> str:
    assert main(["people", *arguments]) == 0
    return capsys.readouterr().out


def test_a_person_is_added_described_and_listed(capsys: Capture, url: str) -> None:
    known = ("--background", "linguist", "--language", "chinese", "--domain", "math")
    row = answer(capsys, "people", "add", "mei", *known, "--daily-cap", "20", "--db", url)
    assert (row["handle"], row["background"], row["languages"], row["domains"]) == (
        "mei",
        "linguist",
        ["zh"],
        ["math"],
    )
    assert (row["roles"], row["daily_cap"], row["can_sign_in"]) == ([], 20, False)
    changes = ("--language", "zh", "--language", "en", "--any-domain", "--daily-cap", "0")
    row = answer(capsys, "people", "describe", "mei", *changes, "--db", url)
    assert row["changed"] == ["languages", "domains", "daily_cap"]
    row = answer(capsys, "people", "describe", "mei", "--handle", "Mei", "--db", url)
    assert (row["handle"], row["background"], row["languages"]) == ("Mei", "linguist", ["en", "zh"])
    listed = said(capsys, "list", "--db", url)
    assert "Mei (cannot sign in yet): linguist, en, zh\n" in listed
    assert "local\n  author for all types, all languages\n" in listed
    assert "gainsay-" not in listed
    assert "gainsay-taxonomy (machine)" in said(capsys, "list", "--machines", "--db", url)


def test_roles_are_granted_once_and_revoked(capsys: Capture, url: str) -> None:
    answer(capsys, "people", "add", "mei", "--db", url)
    grant = ("people", "grant", "mei", "reviewer", "Labeller", "--type", "QC", "--language", "zh")
    answered = answer(capsys, *grant, "--db", url)
    wanted = [
        {"role": role, "type": "question-correction", "language": "zh"}
        for role in ("reviewer", "labeller")
    ]
    assert (answered["granted"], answered["held_before"]) == (wanted, [])
    answered = answer(capsys, *grant, "--db", url)
    assert (answered["granted"], answered["held_before"]) == ([], wanted)
    assert said(capsys, "revoke", "mei", "reviewer", "--db", url) == (
        "mei is no longer reviewer for question-correction, zh.\n"
    )
    assert said(capsys, "revoke", "mei", "reviewer", "--db", url) == (
        "mei was not reviewer for all types, all languages.\n"
    )


def test_what_cannot_be_done_is_refused_in_one_sentence(capsys: Capture, url: str) -> None:
    answer(capsys, "people", "add", "mei", "--db", url)
    assert "is taken" in refusal(capsys, "people", "add", "MEI", "--db", url)
    assert "no annotator 'eve'" in refusal(capsys, "people", "grant", "eve", "lead", "--db", url)
    assert "last admin" in refusal(capsys, "people", "revoke", "local", "admin", "--db", url)
    assert "add --yes" in refusal(capsys, "people", "withdraw", "mei", "--db", url)
    assert "'poet' is unknown" in refusal(
        capsys, "people", "grant", "mei", "poet", "--db", url, code=2
    )


def test_leaving_takes_the_name_along(capsys: Capture, url: str) -> None:
    answer(capsys, "people", "add", "mei", "--background", "beekeeper", "--db", url)
    left = answer(capsys, "people", "withdraw", "mei", "--blank-texts", "--yes", "--db", url)
    assert (left["is_new"], left["texts_blanked"]) == (True, 0)
    assert f"{left['pseudonym']} (withdrawn)\n" in said(capsys, "list", "--db", url)
    assert main(["history", "verify", "--db", url]) == 0
    capsys.readouterr()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        dump = "\n".join(database.iterdump())
    database.close()
    assert "beekeeper" not in dump
    assert "'mei'" not in dump


def test_a_shared_workspace_is_shared_once(capsys: Capture, url: str) -> None:
    assert answer(capsys, "people", "share", "--db", url)["is_new"] is False
