"""Files in and out on the page Items, started from the entry script."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.catalogues.texts import UiLanguage, text
from app.components.data_transfer import ADVICE
from app.settings import Settings
from db.engine import Engine, reading
from db.intake import read_upload
from db.queries.items import get_item
from db.queries.transfer import stream_labels, stream_verdicts
from db.workspace import find_workspace
from exports.transfer import Kind, transfer
from tests.app.reading import html, table, words

Opened = Callable[..., AppTest]
ITEM = "starter-liquid-element"
NOW = datetime(2026, 3, 5, tzinfo=UTC)


def lines(*rows: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def take(engine: Engine, kind: Kind, *rows: dict[str, object]) -> None:
    """Import rows without the page."""
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    transfer(
        engine,
        read_upload("rows.jsonl", lines(*rows), what=kind.value),
        kind=kind,
        actor_id=workspace.local_annotator_id,
        now=NOW,
    )


def answer(text: str = "Mercury.", **changes: object) -> dict[str, object]:
    return {
        "response_id": "answer-1",
        "item_id": ITEM,
        "response": text,
        "model": "model-a",
        **changes,
    }


def test_responses_are_planned_then_imported_with_one_gesture(
    starter_engine: Engine, opened: Opened
) -> None:
    page = opened("items")
    page.button_group(key="transfer_what").set_value("responses").run()
    rows = (answer(), answer("", response_id="answer-2"))
    page.file_uploader[0].upload("r.jsonl", lines(*rows)).run()
    assert not page.exception
    assert "2 rows: 2 new, 0 corrections, 0 there already" in words(page)
    assert [warning.value for warning in page.warning] == [
        "A response without any text: it stays a response, for a model may answer nothing. "
        "(1 row: 2)"
    ]
    with reading(starter_engine) as session:
        assert "answer-1" not in {row.id for row in get_item(session, ITEM).responses}
    page.button(key="transfer_do").click().run()
    assert not page.exception
    assert page.success[0].value == "Imported r.jsonl: 2 new, 0 corrections."
    with reading(starter_engine) as session:
        assert "answer-1" in {row.id for row in get_item(session, ITEM).responses}


def test_labels_and_verdicts_come_in_on_the_page(starter_engine: Engine, opened: Opened) -> None:
    take(starter_engine, Kind.RESPONSES, answer())
    page = opened("items")
    files = {
        "labels": {"response_id": "answer-1", "label": 1, "source": "blind_human"},
        "verdicts": {"response_id": "answer-1", "judge": "judge-a", "verdict": 0},
    }
    for kind, row in files.items():
        page.button_group(key="transfer_what").set_value(kind).run()
        page.file_uploader[0].upload(f"{kind}.jsonl", lines(row)).run()
        counted = table(page, "Source or judge")["Source or judge"]
        assert list(counted) == [{"labels": "imported (blind_human)", "verdicts": "judge-a"}[kind]]
        page.button(key="transfer_do").click().run()
        assert not page.exception
    with reading(starter_engine) as session:
        mine = [row for row in stream_labels(session) if row.response_id == "answer-1"]
        assert [(row.source.value, row.declared_source) for row in mine] == [
            ("imported", "blind_human")
        ]
        assert [row.judge for row in stream_verdicts(session)] == ["judge-a"]


@pytest.mark.usefixtures("starter_workspace")
def test_a_bad_file_is_refused_on_the_page_and_offers_no_button(opened: Opened) -> None:
    page = opened("items")
    page.button_group(key="transfer_what").set_value("labels").run()
    page.file_uploader[0].upload("l.csv", b"response_id,label\nnobody,1\n").run()
    assert "a response\\_id that is not here in row 2" in page.error[0].value
    assert "transfer_do" not in {button.key for button in page.button}


def test_every_kind_of_advice_has_words_in_both_languages() -> None:
    assert set(ADVICE) == {"empty_response", "no_human_evidence", "older_label", "protection"}
    for name in ADVICE.values():
        assert text(UiLanguage.ZH, name) != text(UiLanguage.EN, name)


@pytest.mark.usefixtures("starter_workspace")
def test_the_choice_is_chinese_on_the_chinese_page(opened: Opened) -> None:
    page = opened("items", ui="zh")
    assert page.button_group(key="transfer_what").label == "文件内容"


def test_there_is_a_download_for_what_there_is(
    empty_workspace: Settings, starter_engine: Engine, opened: Opened
) -> None:
    del empty_workspace
    page = opened("items")
    buttons = {button.proto.id: button for button in page.get("download_button")}
    disabled = {
        kind: next(one.proto.disabled for name, one in buttons.items() if f"export_{kind}" in name)
        for kind in ("responses", "labels", "verdicts")
    }
    # The starter set brings responses by construction and their labels, and no verdict.
    assert disabled == {"responses": False, "labels": False, "verdicts": True}
    assert starter_engine is not None


def test_an_item_shows_whose_label_it_is_and_which_judge_decided(
    starter_engine: Engine, opened: Opened
) -> None:
    hostile = "<img src=x onerror=alert(1)> ![b](http://evil.example/b.png)"
    take(starter_engine, Kind.RESPONSES, answer(is_simulated=True))
    for said in (1, 0):
        row = {"response_id": "answer-1", "label": said, "rater": hostile, "source": "experts"}
        take(starter_engine, Kind.LABELS, row)
    take(
        starter_engine,
        Kind.VERDICTS,
        {"response_id": "answer-1", "judge": hostile, "verdict": 1, "is_simulated": True},
        {"response_id": "answer-1", "judge": "judge-b", "verdict": "", "reason": "timeout"},
    )
    page = opened("items", item=ITEM)
    said = words(page)
    assert "the file says: experts" in said
    assert "superseded" in said
    assert "judge judge-b, repeat 0" in said
    assert "timeout" in said
    assert "verdict 1" in said
    assert "unscored" in said
    assert said.count("simulated model") >= 2
    assert "![b](http" not in said
    assert "<img" not in html(page) + said.replace("\\<img", "")


def test_the_overview_counts_verdicts_and_simulated_responses(
    starter_engine: Engine, opened: Opened
) -> None:
    take(starter_engine, Kind.RESPONSES, answer(is_simulated=True))
    take(starter_engine, Kind.VERDICTS, {"response_id": "answer-1", "judge": "j", "verdict": 1})
    page = opened("overview")
    assert (
        "Verdicts: 1 imported, 0 by judges here. Responses of simulated models, which are no "
        "evidence: 1."
    ) in words(page)
