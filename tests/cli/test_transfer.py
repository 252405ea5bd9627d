"""Importing and exporting responses, labels and verdicts, as a person runs it."""

import hashlib
import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.cli import main
from tests.cli.bad_imports import ITEMS, RESPONSES, VERDICTS, rows
from tests.cli.conftest import EMPTY
from tests.cli.test_database import answer, refusal
from tests.originals import Original

LABELS = [
    {"response_id": "answer-1", "label": 1, "rater": "Ann", "source": "blind_human"},
    {"response_id": "answer-1", "label": "", "rater": "Bob"},
]


def answered(url: str) -> None:
    """Make a workspace with one item and one response."""
    EMPTY.write(url)
    with redirect_stdout(io.StringIO()), TemporaryDirectory() as folder:
        for kind, found in (("items", ITEMS), ("responses", RESPONSES)):
            file = Path(folder) / f"{kind}.jsonl"
            file.write_bytes(rows(*found))
            assert main(["import", kind, str(file), "--db", url]) == 0


@pytest.fixture
def original() -> Original:
    return Original(name="cli-answered", write=answered)


@pytest.fixture
def url(migrated_url: str) -> str:
    """A workspace with one item and one response, on each backend."""
    return migrated_url


def test_labels_go_in_and_out_and_in_again(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path
) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_bytes(rows(*LABELS))
    plan = answer(capsys, "import", "labels", str(file), "--dry-run", "--db", url)
    assert (plan["created"], plan["written"], plan["dry_run"]) == (2, False, True)
    found = answer(capsys, "import", "labels", str(file), "--db", url)
    assert {name: found[name] for name in found if name != "advice"} == {
        "what": "labels",
        "file": "labels.jsonl",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "dry_run": False,
        "written": True,
        "rows": 2,
        "created": 2,
        "corrected": 0,
        "unchanged": 0,
        "counts": [
            {"name": "imported", "rows": 1},
            {"name": "imported (blind_human)", "rows": 1},
        ],
        "new_judges": [],
    }
    assert [entry["kind"] for entry in found["advice"]] == ["no_human_evidence"]  # type: ignore[attr-defined]

    out = tmp_path / "out.csv"
    given = answer(capsys, "export", "labels", str(out), "--db", url)
    assert given == {
        "what": "labels",
        "file": "out.csv",
        "rows": 2,
        "bytes": out.stat().st_size,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "names": False,
    }
    assert b"Ann" not in out.read_bytes()
    again = answer(capsys, "import", "labels", str(out), "--db", url)
    assert (again["unchanged"], again["written"]) == (2, False)
    assert answer(capsys, "history", "verify", "--db", url)["verified"] is True

    named = tmp_path / "named.csv"
    answer(capsys, "export", "labels", str(named), "--names", "--db", url)
    assert b"Ann" in named.read_bytes()


def test_verdicts_and_responses_go_in_and_out(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path
) -> None:
    file = tmp_path / "verdicts.jsonl"
    file.write_bytes(rows(*VERDICTS))
    assert answer(capsys, "import", "verdicts", str(file), "--db", url)["new_judges"] == ["j"]
    for kind in ("verdicts", "responses"):
        out = tmp_path / f"{kind}.parquet"
        assert answer(capsys, "export", kind, str(out), "--db", url)["rows"] == 1
        again = answer(capsys, "import", kind, str(out), "--db", url)
        assert (again["unchanged"], again["written"]) == (1, False)


def test_the_answers_for_a_person(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path
) -> None:
    file = tmp_path / "verdicts.jsonl"
    file.write_bytes(rows(*VERDICTS))
    for _ in range(2):
        assert main(["import", "verdicts", str(file), "--db", url]) == 0
    assert main(["export", "verdicts", str(tmp_path / "v.csv"), "--db", url]) == 0
    assert capsys.readouterr().out.splitlines()[:5] == [
        "verdicts.jsonl: 1 rows; 1 created, 0 unchanged.",
        "  j  1",
        "New judge: 'j'.",
        "verdicts.jsonl: 1 rows, all here already; nothing changed.",
        "  j  1",
    ]


def test_an_item_shows_its_imported_labels_and_verdicts(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path
) -> None:
    for kind, found in (("labels", LABELS), ("verdicts", VERDICTS)):
        file = tmp_path / f"{kind}.jsonl"
        file.write_bytes(rows(*found))
        answer(capsys, "import", kind, str(file), "--db", url)
    shown = answer(capsys, "items", "show", "river", "--db", url)
    (response,) = shown["responses"]  # type: ignore[misc]
    assert {
        (one["rater"], one["source"], one["declared_source"]) for one in response["labels"]
    } == {  # type: ignore[index]
        ("Ann", "imported", "blind_human"),
        ("Bob", "imported", ""),
    }
    assert response["verdicts"] == [  # type: ignore[index]
        {"judge": "j", "repeat": 0, "verdict": 1, "reason": "", "simulated": False}
    ]


def test_an_export_never_overwrites_and_its_ending_says_the_format(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path
) -> None:
    there = tmp_path / "there.csv"
    there.write_bytes(b"mine")
    assert refusal(capsys, "export", "responses", str(there), "--db", url) == (
        f"{str(there)!r} is there already and stays as it is; name a new file."
    )
    assert there.read_bytes() == b"mine"
    assert refusal(capsys, "export", "responses", str(tmp_path / "x.txt"), "--db", url) == (
        "The name 'x.txt' says no format; it must end in .csv, .csv.gz, .json, .jsonl, .jsonl.gz "
        "or .parquet."
    )
    assert refusal(capsys, "export", "labels", str(tmp_path / "l.csv"), "--db", url) == (
        "This workspace has no labels yet, so there is nothing to export."
    )
    assert not (tmp_path / "l.csv").exists()


def test_json_of_an_export_is_one_object(
    capsys: pytest.CaptureFixture[str], url: str, tmp_path: Path
) -> None:
    assert main(["export", "responses", str(tmp_path / "r.json"), "--json", "--db", url]) == 0
    assert json.loads(capsys.readouterr().out)["what"] == "responses"
