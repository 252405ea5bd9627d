"""The page Items, started from the entry script."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.components.import_advice import SENTENCES
from app.settings import Settings
from calibration.judging.texts import AdviceKind
from curation.starter.content import load_starter_items
from db.contents import build_revision
from db.engine import Engine, reading, writing
from db.intake import read_upload
from db.items import Item
from db.queries.items import count_items, get_item
from db.recording import recording
from db.workspace import find_workspace
from exports.defects import Defect
from exports.importing import import_items
from tests.app.reading import html, words

Opened = Callable[..., AppTest]
STARTER = load_starter_items()
NOW = datetime(2026, 3, 5, tzinfo=UTC)
HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script> ![beacon](http://evil.example/b.png) "
    "[go](javascript:alert(3)) :red[x] $\\href{javascript:alert(4)}{x}$ \u202eright to left"
)


def six(prompt: str, reference: str = "1. It says so.") -> dict[str, str]:
    return {
        "instruction_types": "Question Correction",
        "prompt": prompt,
        "response_reference": reference,
        "language": "english",
        "judge_prompt_template": "",
        "judge_system_prompt": "",
    }


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_workspace_asks_for_a_file(opened: Opened) -> None:
    page = opened("items")
    assert "There are no items yet" in words(page)
    assert not page.dataframe


@pytest.mark.usefixtures("starter_workspace")
def test_the_list_holds_every_item_with_its_origin(opened: Opened) -> None:
    page = opened("items")
    table = page.dataframe[0].value
    assert len(table) == len(STARTER)
    assert set(table["origin"]) == {"starter"}
    assert f"{len(STARTER)} items" in words(page)
    assert f"{len(STARTER)} starter items: machine-written, not human-reviewed" in words(page)


@pytest.mark.usefixtures("starter_workspace")
def test_filters_of_a_link_are_applied_and_kept_in_it(opened: Opened) -> None:
    page = opened("items", type="question-correction", language=["zh", "no-such-language"])
    wanted = [
        item for item in STARTER if item.type == "question-correction" and item.language == "zh"
    ]
    assert set(page.dataframe[0].value["id"]) == {f"starter-{item.slug}" for item in wanted}
    page.multiselect(key="language").set_value(["en"]).run()
    assert page.query_params["language"] in ("en", ["en"])
    assert set(page.dataframe[0].value["language"]) == {"English"}


@pytest.mark.usefixtures("starter_workspace")
@pytest.mark.parametrize("searched", ["liquid at 25", "团员"], ids=["English", "Chinese"])
def test_search_finds_words_of_both_languages(opened: Opened, searched: str) -> None:
    page = opened("items")
    page.text_input(key="q").set_value(searched).run()
    found = {
        f"starter-{item.slug}"
        for item in STARTER
        if searched in item.prompt or searched in item.reference
    }
    assert found
    assert set(page.dataframe[0].value["id"]) == found


@pytest.mark.usefixtures("starter_workspace")
def test_an_item_opens_by_its_id_in_the_url(opened: Opened) -> None:
    page = opened("items", item="starter-liquid-element")
    shown, said = html(page), words(page)
    assert "Which of the following elements is a liquid" in shown
    assert "machine-written, not human-reviewed" in said
    assert "does not follow" in said
    assert "factually right: no" in said
    assert "fails requirement 3" in said
    assert "label by construction" in said
    assert not any(word in said.lower() for word in ("incorrect", "correct answer"))
    page.button(key="item_back").click().run()
    assert len(page.dataframe[0].value) == len(STARTER)


@pytest.mark.usefixtures("starter_workspace")
def test_an_unknown_item_is_one_sentence_above_the_list(opened: Opened) -> None:
    page = opened("items", item="![x](http://evil.example)")
    assert "There is no item" in page.error[0].value
    assert "![x](" not in page.error[0].value
    assert len(page.dataframe[0].value) == len(STARTER)


def test_two_revisions_are_compared_word_by_word(starter_engine: Engine, opened: Opened) -> None:
    revise(starter_engine, "starter-liquid-element", old="Rubidium", new="Mercury")
    page = opened("items", item="starter-liquid-element")
    assert "<del" in html(page)
    assert ">Rubidium</del>" in html(page)
    assert ">Mercury</ins>" in html(page)


def test_hostile_text_is_shown_as_text_everywhere(starter_engine: Engine, opened: Opened) -> None:
    data = json.dumps([six(HOSTILE, HOSTILE)], ensure_ascii=False).encode()
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
    import_items(
        starter_engine,
        read_upload("hostile.json", data, what="items"),
        actor_id=workspace.local_annotator_id,
        now=NOW,
    )
    page = opened("items", q="evil.example")
    (item_id,) = page.dataframe[0].value["id"]
    page = opened("items", item=item_id)
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in html(page)
    assert "<script" not in html(page)
    assert "<img" not in html(page)
    # What reorders text is shown by name.
    assert "U+202E" in html(page)
    assert "evil.example" not in words(page)


@pytest.mark.usefixtures("empty_workspace")
def test_a_file_is_planned_then_imported_with_one_gesture(
    empty_workspace: Settings, opened: Opened
) -> None:
    page = opened("items")
    rows = [six("Which of these is a fruit? A. Stone B. Iron"), six("Which planet is a star?")]
    page.file_uploader[0].upload("two.json", json.dumps(rows).encode()).run()
    assert not page.exception
    assert "2 rows: 2 new items" in words(page)
    page.button(key="import_do").click().run()
    assert not page.exception
    assert "2 new items" in page.success[0].value
    assert len(page.dataframe[0].value) == 2


@pytest.mark.usefixtures("empty_workspace")
def test_the_plan_of_an_import_is_chinese_on_the_chinese_page(opened: Opened) -> None:
    page = opened("items", ui="zh")
    rows = [six("Which of these is a fruit? A. Stone B. Iron")]
    page.file_uploader[0].upload("one.json", json.dumps(rows).encode()).run()
    assert not page.exception
    assert "**导入后会怎样**：" in words(page)
    (plan,) = (one.value for one in page.dataframe if "行数" in one.value.columns)
    assert not plan["题型"].str.contains("[A-Za-z]").any()


@pytest.mark.usefixtures("empty_workspace")
def test_a_bad_file_is_refused_with_all_its_rows_and_nothing_is_written(opened: Opened) -> None:
    page = opened("items")
    rows = [six(""), six("Good question?"), {**six("x"), "language": "klingon"}]
    page.file_uploader[0].upload("bad.json", json.dumps(rows).encode()).run()
    refusal = page.error[0].value
    assert "element 1" in refusal
    assert "element 3" in refusal
    assert "klingon" in refusal
    assert not page.dataframe


def revise(engine: Engine, item_id: str, *, old: str, new: str) -> None:
    """Add a revision in which a word of the prompt is another."""
    with reading(engine) as session:
        before = get_item(session, item_id).revisions[-1]
    with writing(engine) as session:
        item = session.get_one(Item, item_id)
        with recording(
            session,
            now=NOW,
            actor_id=before.author_id,
            action="items.import",
            subject_kind="item",
            subject_id=item_id,
        ) as record:
            made = build_revision(
                item,
                number=before.number + 1,
                prompt=before.prompt.replace(old, new),
                reference=before.reference,
                requirements=before.requirements,
                twin=before.twin,
                notes=before.notes,
                author_id=before.author_id,
                now=NOW,
                event_id=record.event_id,
            )
            record.add(made.revision)
            for requirement in made.requirements:
                record.add(requirement)
    with reading(engine) as session:
        assert count_items(session) == len(STARTER)


def test_every_kind_of_import_advice_has_words_in_both_languages() -> None:
    kinds = {*(kind.value for kind in AdviceKind), *(defect.value for defect in Defect)}
    assert set(SENTENCES) == kinds | {"default_judge_texts"}


@pytest.mark.usefixtures("starter_workspace")
def test_advice_on_an_import_is_chinese_on_the_chinese_page(opened: Opened) -> None:
    page = opened("items", ui="zh")
    page.file_uploader[0].upload("rows.json", json.dumps([six("Is this so?")]).encode()).run()
    assert [warning.value for warning in page.warning] == [
        "没有自带评审文本的行，使用其题型和语言的默认文本。 （1 行：1）"
    ]
