"""`gainsay import items`, as a person runs it."""

import hashlib
import json
from pathlib import Path

import pytest

from app.cli import main
from tests.cli.test_database import answer, refusal
from tests.exports.rows import NO_QUESTION, hostile_rows, six


def write(file: Path, rows: list[dict[str, object]]) -> Path:
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def test_import_answers_with_what_it_did(
    capsys: pytest.CaptureFixture[str], ready_url: str, tmp_path: Path
) -> None:
    rows = [*hostile_rows(), six("one more", judge_prompt_template=NO_QUESTION)]
    file = write(tmp_path / "rows.jsonl", rows)

    found = answer(capsys, "import", "items", str(file), "--db", ready_url)

    assert found["file"] == "rows.jsonl"
    assert found["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (found["rows"], found["created"], found["written"]) == (len(rows), len(rows), True)
    assert found["counts"] == [
        {
            "type": "question-correction",
            "instruction_types": "Question Correction",
            "language": "en",
            "rows": len(rows),
        }
    ]
    kinds = {entry["kind"]: entry["rows"] for entry in found["advice"]}  # type: ignore[attr-defined]
    # Every row's template leaves the question out.
    assert kinds["question_not_shown"] == len(rows)
    again = answer(capsys, "import", "items", str(file), "--db", ready_url)
    assert (again["unchanged"], again["written"]) == (len(rows), False)
    assert answer(capsys, "history", "verify", "--db", ready_url)["verified"] is True


def test_a_dry_run_writes_nothing(
    capsys: pytest.CaptureFixture[str], ready_url: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "rows.jsonl", [six()])
    plan = answer(capsys, "import", "items", str(file), "--dry-run", "--db", ready_url)
    assert (plan["created"], plan["written"], plan["dry_run"]) == (1, False, True)
    assert answer(capsys, "items", "list", "--db", ready_url)["total"] == 0


def test_the_answer_for_a_person_says_that_nothing_changed(
    capsys: pytest.CaptureFixture[str], ready_url: str, tmp_path: Path
) -> None:
    file = str(write(tmp_path / "rows.jsonl", [six()]))
    assert main(["import", "items", file, "--db", ready_url]) == 0
    first = capsys.readouterr().out
    assert main(["import", "items", file, "--db", ready_url]) == 0
    second = capsys.readouterr().out
    assert first.startswith("rows.jsonl: 1 rows; 1 created, 0 revised, 0 unchanged.")
    assert second.startswith("rows.jsonl: 1 rows, all here already; nothing changed.")


def test_a_bad_file_is_one_sentence_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], ready_url: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "bad.jsonl", [six("good"), six("bad", language="german")])
    sentence = refusal(capsys, "import", "items", str(file), "--db", ready_url)
    assert sentence == (
        "The items file 'bad.jsonl' is refused: the unknown language 'german' in line 2; the "
        "languages are 'chinese', 'english'; mend these places and hand the file in again."
    )
    assert answer(capsys, "items", "list", "--db", ready_url)["total"] == 0


@pytest.mark.parametrize("arguments", [["import", "items", "x.csv"], ["items", "show", "x"]])
def test_without_a_workspace_a_sentence_names_the_way(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'nothing.db'}"
    sentence = refusal(capsys, *arguments, "--db", url)
    assert "run 'gainsay db upgrade --starter' or 'gainsay up'" in sentence
    assert not (tmp_path / "nothing.db").exists()


def test_a_missing_file_is_named(
    capsys: pytest.CaptureFixture[str], ready_url: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "nothing.csv")
    sentence = refusal(capsys, "import", "items", file, "--db", ready_url)
    assert sentence.startswith("The items file 'nothing.csv' does not exist at ")
