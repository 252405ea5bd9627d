"""`gainsay release publish`, as a person runs it, against a hub on this machine."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import _http

from app.cli import main
from exports.folder import read_folder
from tests.cli.test_database import answer, refusal
from tests.exports.hub_connection import TOKEN, LocalHub
from tests.exports.hub_server import running_hub
from tests.exports.publishing_place import (
    REPO,
    NoWaiting,
    Original,
    hub_environment,
    original,
)
from tests.exports.rows import six

# The hub's library uploads in a way that its own HTTP client calls old.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

PUBLISH = ("release", "publish", "1.0.0", "--repo", REPO)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LocalHub]:
    """An empty hub, and a person who is logged in by the environment alone."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "login" / "token"))
    monkeypatch.setattr(_http, "time", NoWaiting)
    with running_hub() as server:
        yield server


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Original:
    """A workspace with release 1.0.0, made once."""
    return original(tmp_path_factory.mktemp("publishing"), sqlite_copy, [six("One"), six("Two")])


@pytest.fixture
def url(prepared: Original, own_data_folder: Path) -> str:
    """A workspace with release 1.0.0, whose files are in the data folder."""
    with prepared.copied(own_data_folder):
        return f"sqlite:///{own_data_folder / 'workspace.db'}"


def test_publish_answers_with_commit_tag_and_what_was_sent(
    capsys: pytest.CaptureFixture[str], engine_url: str, hub: LocalHub, own_data_folder: Path
) -> None:
    db = ("--db", engine_url)
    answer(capsys, "db", "upgrade", "--starter", *db)
    folder = own_data_folder / "releases" / "1.0.0"
    cut: dict[str, Any] = answer(capsys, "release", "cut", "1.0.0", "--out", str(folder), *db)

    found = answer(capsys, *PUBLISH, "--endpoint", hub.endpoint, *db)
    dataset = hub.datasets[REPO]
    assert found == {
        "version": "1.0.0",
        "endpoint": hub.endpoint,
        "repo": REPO,
        "dry_run": False,
        "outcome": "published",
        "created": True,
        "private": False,
        "tag": "1.0.0",
        "commit": dataset.head,
        "url": f"{hub.endpoint}/datasets/{REPO}/tree/1.0.0",
        "files": len(cut["files"]),
        "sent": cut["files"],
        "sent_bytes": sum(file["bytes"] for file in cut["files"]),
        "deleted": [],
        "recorded": True,
    }
    assert hub.contents(REPO, "1.0.0") == read_folder(folder)
    again = answer(capsys, *PUBLISH, "--endpoint", hub.endpoint, *db)
    assert (again["outcome"], again["sent"], again["created"], again["recorded"]) == (
        "already_there",
        [],
        False,
        False,
    )
    events: list[dict[str, Any]] = answer(capsys, "history", "show", *db)["events"]  # type: ignore[assignment]
    assert [event["action"] for event in events][:2] == ["release.publish", "release.cut"]
    assert answer(capsys, "history", "verify", *db)["verified"] is True


def test_a_dry_run_tells_a_person_what_would_be_sent(
    capsys: pytest.CaptureFixture[str], url: str, hub: LocalHub, own_data_folder: Path
) -> None:
    asked = [*PUBLISH, "--endpoint", hub.endpoint, "--db", url, "--dry-run", "--private"]
    assert main(asked) == 0
    text = capsys.readouterr().out
    size = sum(map(len, read_folder(own_data_folder / "releases" / "1.0.0").values()))
    assert text.startswith("version   1.0.0 (would be published)\n")
    assert f"{REPO} on {hub.endpoint} (would be created, private)" in text
    assert f"10 of 10 files, {size:,} bytes" in text
    found = answer(capsys, *asked)
    assert (found["dry_run"], found["repo_exists"], found["tag_exists"]) == (True, False, False)
    assert found["send_bytes"] == size
    assert hub.datasets == {}


def test_the_answer_for_a_person_says_where_it_is(
    capsys: pytest.CaptureFixture[str], url: str, hub: LocalHub
) -> None:
    assert main([*PUBLISH, "--endpoint", hub.endpoint, "--db", url, "--private"]) == 0
    out = capsys.readouterr()
    assert out.err == ""
    assert f"(created, private)\ntag       1.0.0 on commit {hub.datasets[REPO].head}" in out.out
    assert out.out.endswith(f"{hub.endpoint}/datasets/{REPO}/tree/1.0.0\n")


def test_a_folder_elsewhere_is_named(
    capsys: pytest.CaptureFixture[str], url: str, hub: LocalHub, own_data_folder: Path
) -> None:
    folder = own_data_folder / "releases" / "1.0.0"
    elsewhere = folder.rename(own_data_folder / "elsewhere")
    asked = [*PUBLISH, "--endpoint", hub.endpoint, "--db", url]
    assert "There is no folder" in refusal(capsys, *asked)
    answer(capsys, *asked, "--folder", str(elsewhere))
    assert hub.contents(REPO, "1.0.0") == read_folder(elsewhere)


@pytest.mark.parametrize(
    ("arguments", "option", "words"),
    [
        (("1.0", "--repo", REPO), "VERSION", "is not MAJOR.MINOR.PATCH"),
        (("1.0.0", "--repo", "no-organisation"), "--repo", "write ORG/NAME"),
        (("1.0.0", "--repo", REPO, "--endpoint", "x"), "--endpoint", "is no address of a hub"),
        (("1.0.0",), "--repo", "Missing option"),
    ],
    ids=["version", "repo", "endpoint", "no repo"],
)
def test_a_wrong_option_is_named(
    capsys: pytest.CaptureFixture[str],
    url: str,
    arguments: tuple[str, ...],
    option: str,
    words: str,
) -> None:
    sentence = refusal(capsys, "release", "publish", *arguments, "--db", url, code=2)
    assert option in sentence
    assert words in sentence


def test_without_a_token_the_sentence_says_how_to_log_in(
    capsys: pytest.CaptureFixture[str],
    url: str,
    hub: LocalHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    sentence = refusal(capsys, *PUBLISH, "--endpoint", hub.endpoint, "--db", url)
    assert sentence.startswith(f"Publishing needs a token of the hub '{hub.endpoint}': log in with")
    assert hub.asked == []


def test_the_login_file_is_enough(
    capsys: pytest.CaptureFixture[str],
    url: str,
    hub: LocalHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    login = Path(constants.HF_TOKEN_PATH)
    login.parent.mkdir()
    login.write_text(f"{TOKEN}\n", encoding="utf-8")
    found = answer(capsys, *PUBLISH, "--endpoint", hub.endpoint, "--db", url)
    assert found["outcome"] == "published"


@pytest.mark.parametrize("trouble", ["none", "401", "500", "cut", "spoilt"])
def test_the_token_stands_in_no_output_and_not_in_the_data_folder(
    capfd: pytest.CaptureFixture[str],
    url: str,
    hub: LocalHub,
    own_data_folder: Path,
    trouble: str,
) -> None:
    if trouble.isdigit():
        # The answers of this hub quote the token.
        hub.answers["commit"] = int(trouble)
    elif trouble == "cut":
        hub.cuts.add("inside:put")
    elif trouble == "spoilt":
        hub.spoil.add("put")
    code = main([*PUBLISH, "--endpoint", hub.endpoint, "--db", url])
    assert code == (0 if trouble == "none" else 1)
    main(["history", "show", "--json", "--db", url])
    out = capfd.readouterr()
    assert TOKEN not in out.out + out.err
    assert out.err.count("\n") == code
    files = [path for path in own_data_folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []


def test_a_terminal_is_told_each_step(
    capsys: pytest.CaptureFixture[str],
    url: str,
    hub: LocalHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    answer(capsys, *PUBLISH, "--endpoint", hub.endpoint, "--db", url)
    assert screen.getvalue().splitlines() == [
        "Checking the files ...",
        "Looking at the dataset ...",
        "Creating the dataset ...",
        "Sending the files ...",
        "Reading the files back ...",
        "Setting the tag ...",
        "Recording it ...",
    ]


def test_two_who_publish_at_once_make_one_commit_and_one_tag(
    url: str, hub: LocalHub, tmp_path: Path, own_data_folder: Path
) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.cli.publish_at_once", *PUBLISH, "--db", url, "--json"],
            cwd=Path(__file__).parents[2],
            env={
                **hub_environment(hub, tmp_path / f"home-{number}"),
                "GAINSAY_HOME": str(own_data_folder),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [(*process.communicate(), process.returncode) for process in started]

    assert hub.contents(REPO, "1.0.0") == read_folder(own_data_folder / "releases" / "1.0.0")
    assert [c.title for c in hub.datasets[REPO].commits.values()] == [
        "initial commit",
        "Release 1.0.0",
    ]
    outcomes = []
    for out, err, code in ended:
        if code:
            assert out == ""
            assert re.fullmatch(r"Somebody else changed .* Publish again to compare\.\n", err)
        else:
            outcomes.append(json.loads(out)["outcome"])
    assert "published" in outcomes or "tagged" in outcomes
