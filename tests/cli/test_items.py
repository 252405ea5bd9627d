"""`gainsay items`, as a person runs it."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from curation.starter.content import load_starter_items
from tests.cli.test_database import answer, refusal
from tests.exports.rows import six

MARK = "machine-written, not human-reviewed"


def listed(
    capsys: pytest.CaptureFixture[str], url: str, *arguments: str
) -> tuple[int, list[dict[str, Any]]]:
    found: dict[str, Any] = answer(capsys, "items", "list", *arguments, "--db", url)
    return found["total"], found["items"]


def test_list_without_options_gives_every_item_with_its_evidence(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    total, items = listed(capsys, starter_url)
    assert total == len(items) == len(load_starter_items())
    assert total >= 16
    assert {item["evidence"] for item in items} == {MARK}
    assert {(item["type"], item["language"]) for item in items} == {
        (item.type, item.language) for item in load_starter_items()
    }


def test_filters_narrow_the_list_and_repeat(
    capsys: pytest.CaptureFixture[str], starter_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(six("独一无二的问题", language="chinese")), encoding="utf-8")
    answer(capsys, "import", "items", str(file), "--db", starter_url)
    items = load_starter_items()

    total, found = listed(capsys, starter_url, "--type", "QC", "--language", "zh")
    expected = sum((i.type, i.language) == ("question-correction", "zh") for i in items) + 1
    assert total == len(found) == expected
    two = ["--type", "question-correction", "--type", "Deliberately Incorrect Answers"]
    wanted = {"question-correction", "deliberately-incorrect-answers"}
    assert listed(capsys, starter_url, *two)[0] == sum(i.type in wanted for i in items) + 1
    assert listed(capsys, starter_url, "--origin", "imported")[0] == 1
    (row,) = listed(capsys, starter_url, "--domain", "unassigned")[1]
    assert (row["domain"], row["evidence"]) == (
        "unassigned",
        "imported, not reviewed in this workspace",
    )
    # Two characters of Chinese are found too.
    assert listed(capsys, starter_url, "--search", "独一")[0] == 1
    total, found = listed(capsys, starter_url, "--limit", "3")
    assert (total, len(found)) == (len(items) + 1, 3)


@pytest.mark.parametrize("option", ["--type", "--domain", "--language", "--origin"])
def test_an_unknown_filter_is_a_wrong_option_that_names_the_legal_ones(
    capsys: pytest.CaptureFixture[str], starter_url: str, option: str
) -> None:
    sentence = refusal(capsys, "items", "list", option, "x", "--db", starter_url, code=2)
    assert f"'{option}': 'x' is unknown; use one of: " in sentence


def test_show_gives_the_whole_item(capsys: pytest.CaptureFixture[str], starter_url: str) -> None:
    (shipped, *_) = load_starter_items()
    found: dict[str, Any] = answer(
        capsys, "items", "show", f"starter-{shipped.slug}", "--db", starter_url
    )
    assert found["evidence"] == MARK
    assert (found["prompt"], found["twin"]) == (shipped.prompt, shipped.twin)
    assert found["requirements"] == list(shipped.requirements)
    assert [revision["number"] for revision in found["revisions"]] == [1]
    assert len(found["responses"]) == len(shipped.responses)
    labels = [label for response in found["responses"] for label in response["labels"]]
    assert {label["source"] for label in labels} == {"construction"}
    assert [event["action"] for event in found["history"]] == ["starter.load"]


def test_show_of_an_unknown_id_is_one_sentence(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    sentence = refusal(capsys, "items", "show", "nothing", "--db", starter_url)
    assert sentence.startswith("There is no item 'nothing' in this workspace")


def test_a_text_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], starter_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(six("turn \u202eround\x85 now")), encoding="utf-8")
    answer(capsys, "import", "items", str(file), "--db", starter_url)
    (row,) = listed(capsys, starter_url, "--origin", "imported")[1]

    assert main(["items", "list", "--origin", "imported", "--db", starter_url]) == 0
    listing = capsys.readouterr().out
    assert main(["items", "show", row["id"], "--db", starter_url]) == 0
    shown = capsys.readouterr().out
    for text in (listing, shown):
        assert "\u202e" not in text
        assert "\\u202e" in text


def test_the_list_for_a_person_counts_and_marks(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    assert main(["items", "list", "--limit", "2", "--db", starter_url]) == 0
    lines = capsys.readouterr().out.splitlines()
    total = len(load_starter_items())
    assert len(lines) == 4
    assert lines[2] == f"{total - 2} more; see them with --limit {total}."
    assert lines[3] == f"{total} items. Starter: {MARK}."
