"""The page Author, started from the entry script."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from curation.authoring.copies import load_copy, open_item, open_new, save_part
from curation.authoring.copy_views import CopyView, StalePart
from curation.authoring.submitting import Submitted, submit
from db.engine import Engine, reading, writing
from db.queries.items import get_item
from db.roles import Role
from db.working_copies import LONG_PARTS, Part
from db.workspace import find_workspace
from tests.app.reading import html, words
from tests.people.team import join, share

ActingAs = Callable[[Engine, str | None], str]
Opened = Callable[..., AppTest]
NOW = datetime(2026, 3, 5, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)> ![b](http://evil.example/b.png) :red[x]"


@pytest.fixture
def annotator_id(starter_engine: Engine) -> str:
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        return workspace.local_annotator_id


@pytest.fixture
def copy(starter_engine: Engine, annotator_id: str) -> CopyView:
    """The open working copy of a starter item."""
    return open_item(starter_engine, "starter-liquid-element", annotator_id=annotator_id, now=NOW)


def editors(page: AppTest) -> dict[str, dict[str, object]]:
    """Give what each editor of long text is sent, by part."""
    sent = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    return {str(one["part"]): one for one in sent if "part" in one}


def save(engine: Engine, copy: CopyView, part: Part, text: str, *, base: int) -> str:
    """Save as a browser tab does; give the id of what was set aside, else nothing."""
    done = save_part(
        engine,
        copy_id=copy.id,
        annotator_id=copy.annotator_id,
        part=part,
        text=text,
        base_number=base,
        tab=f"tab of {text}",
        now=NOW,
    )
    return done.aside_id if isinstance(done, StalePart) else ""


def stored(engine: Engine, copy: CopyView) -> CopyView:
    with reading(engine) as session:
        return load_copy(session, copy.id, annotator_id=copy.annotator_id)


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_workspace_offers_a_new_item_whose_form_is_empty(opened: Opened) -> None:
    page = opened("author")
    assert "No open working copy" in words(page)
    page.button(key="author_new").click().run()
    assert not page.exception
    assert page.query_params["copy"]
    found = editors(page)
    assert list(found) == [part.value for part in LONG_PARTS]
    assert {(one["text"], one["number"]) for one in found.values()} == {("", 0)}
    page.button(key="author_back").click().run()
    assert "new item" in words(page)
    assert "No prompt yet" in words(page)


def test_a_working_copy_shows_its_texts_and_what_helps_to_write_them(
    starter_engine: Engine, copy: CopyView, opened: Opened
) -> None:
    page = opened("author", copy=copy.id)
    with reading(starter_engine) as session:
        item = get_item(session, "starter-liquid-element")
    found = editors(page)
    assert found["prompt"]["text"] == item.row.prompt
    assert found["reference"]["text"] == item.row.reference
    assert found["twin"]["text"] == item.row.twin
    assert page.selectbox(key=f"author_{copy.id}_type").value == item.row.type_id
    shown = words(page)
    assert f"Requirements as they are read: {len(item.row.requirements)}" in shown
    assert "Existing prompts most like this one" in shown
    # The guideline of the type, with its cases.
    assert "Question Correction" in shown
    assert "Borderline cases" in shown
    assert "does not follow" in shown


def test_the_guideline_is_chinese_on_the_chinese_page(copy: CopyView, opened: Opened) -> None:
    page = opened("author", copy=copy.id, ui="zh")
    assert "题目纠错" in words(page)
    assert "边界案例" in words(page)
    assert editors(page)["prompt"]["label"] == "题面"


@pytest.mark.usefixtures("starter_workspace")
def test_the_page_of_an_item_opens_one_working_copy_of_it(opened: Opened) -> None:
    page = opened("items", item="starter-liquid-element")
    page.button(key="item_edit").click().run()
    assert not page.exception
    first = page.query_params["copy"]
    assert "Which of the following elements" in str(editors(page)["prompt"]["text"])
    page = opened("items", item="starter-liquid-element")
    page.button(key="item_edit").click().run()
    assert page.query_params["copy"] == first


def test_a_chosen_type_is_saved_at_once(
    starter_engine: Engine, annotator_id: str, opened: Opened
) -> None:
    copy = open_new(starter_engine, annotator_id=annotator_id, now=NOW)
    page = opened("author", copy=copy.id)
    page.selectbox(key=f"author_{copy.id}_type").set_value("counterfactual-answering").run()
    assert not page.exception
    assert stored(starter_engine, copy).parts[Part.TYPE].text == "counterfactual-answering"
    assert "Counterfactual Answering" in words(page)


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("theirs", "THEIRS"), ("mine", "MINE"), ("merged", "both")],
)
def test_two_versions_of_a_text_are_shown_and_settled_with_one_gesture(
    starter_engine: Engine, copy: CopyView, opened: Opened, choice: str, kept: str
) -> None:
    base = copy.parts[Part.NOTES]
    save(starter_engine, copy, Part.NOTES, f"THEIRS {base.text}", base=base.number)
    aside = save(starter_engine, copy, Part.NOTES, f"{base.text} MINE", base=base.number)
    page = opened("author", copy=copy.id)
    assert "Two versions of one text" in words(page)
    assert ">THEIRS </ins>" in html(page)
    assert "> MINE</ins>" in html(page)
    assert editors(page)["notes"]["asides"] == [aside]
    page.button(key=f"author_settle_{aside}_{choice}").click().run()
    assert not page.exception
    wanted = {
        "THEIRS": f"THEIRS {base.text}",
        "MINE": f"{base.text} MINE",
        "both": f"THEIRS {base.text} MINE",
    }[kept]
    after = stored(starter_engine, copy)
    assert after.parts[Part.NOTES].text == wanted
    assert not after.unsettled
    assert editors(page)["notes"]["text"] == wanted
    # What was typed stays readable.
    assert "Texts that were set aside" in [one.label for one in page.expander]
    assert f"{base.text} MINE" in html(page)


def test_a_discarded_copy_stays_readable(
    starter_engine: Engine, copy: CopyView, opened: Opened
) -> None:
    page = opened("author", copy=copy.id)
    page.button(key="author_discard_do").click().run()
    assert "Discarded" in page.success[0].value
    assert "No open working copy" in words(page)
    page.toggle(key="author_closed_shown").set_value(True).run()
    page.button(key=f"author_open_{copy.id}").click().run()
    assert not page.exception
    assert {one["closed"] for one in editors(page).values()} == {True}
    assert "author_submit" not in [button.key for button in page.button]
    assert stored(starter_engine, copy).closed_as == "discarded"


def with_mei(engine: Engine, acting_as: ActingAs) -> str:
    """Share the workspace with a second author, and go on as the first person, signed in."""
    with writing(engine) as session:
        local = share(session)
        other = join(session, "mei", *Role)
    acting_as(engine, local)
    return other


def test_another_persons_copy_is_refused_in_one_sentence(
    starter_engine: Engine, acting_as: ActingAs, opened: Opened
) -> None:
    other_id = with_mei(starter_engine, acting_as)
    copy = open_new(starter_engine, annotator_id=other_id, now=NOW)
    page = opened("author", copy=copy.id)
    assert "another person's" in page.error[0].value
    assert not editors(page)
    page = opened("author", copy="no-such-copy")
    assert "There is no working copy" in page.error[0].value


def test_hostile_text_reaches_no_line_of_markdown(
    starter_engine: Engine, annotator_id: str, opened: Opened
) -> None:
    copy = open_new(starter_engine, annotator_id=annotator_id, now=NOW)
    for part in Part:
        save(starter_engine, copy, part, f"1. {HOSTILE}", base=0)
        save(starter_engine, copy, part, f"2. {HOSTILE}", base=0)
    twin = open_new(starter_engine, annotator_id=annotator_id, now=NOW)
    for part, text in {Part.TYPE: "question-correction", Part.LANGUAGE: "en"}.items():
        save(starter_engine, twin, part, text, base=0)
    for part in (Part.PROMPT, Part.REFERENCE):
        save(starter_engine, twin, part, f"1. {HOSTILE}", base=0)
    done = submit(starter_engine, twin.id, annotator_id=annotator_id, now=NOW)
    assert isinstance(done, Submitted)
    page = opened("author", copy=copy.id)
    assert not page.exception
    # The nearest prompt is the hostile one of the other item.
    assert f"{done.item_id} ·" in words(page)
    assert not re.search(r"(?<!\\)(<img|!\[b|\]\(http)", words(page))
    assert "<img" not in html(page)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html(page)


def test_a_refused_submission_says_why_beside_each_part(
    starter_engine: Engine, annotator_id: str, opened: Opened
) -> None:
    copy = open_new(starter_engine, annotator_id=annotator_id, now=NOW)
    save(starter_engine, copy, Part.PROMPT, "Name a planet that is a star, please.", base=0)
    page = opened("author", copy=copy.id)
    page.button(key="author_submit").click().run()
    assert not page.exception
    assert "Not submitted" in page.error[0].value
    # Once in the list beside the form, once beside the part: type, language and reference.
    refusals = [one.value for one in page.markdown if one.value.startswith(":red[")]
    assert len(refusals) == 6
    assert sum("It is empty; write it." in one for one in refusals) == 2
    assert sum("Nothing is chosen; choose one." in one for one in refusals) == 4
    assert editors(page)["prompt"]["text"] == "Name a planet that is a star, please."
    assert stored(starter_engine, copy).is_open


@pytest.mark.parametrize("ui", ["en", "zh"])
def test_texts_that_are_alike_are_named_in_the_language_of_the_screens(
    starter_engine: Engine, copy: CopyView, opened: Opened, ui: str
) -> None:
    for part in (Part.FOLLOWS, Part.CONVENTIONAL, Part.NEAR_MISS):
        save(starter_engine, copy, part, "The very same.", base=0)
    page = opened("author", copy=copy.id, ui=ui)
    assert not page.exception
    other = {"en": "the same text as “Conventional response”", "zh": "与“常规回答”文字相同"}[ui]
    assert other in words(page)


def test_a_submitted_copy_is_an_item_and_a_link_to_it(
    starter_engine: Engine, annotator_id: str, opened: Opened
) -> None:
    copy = open_new(starter_engine, annotator_id=annotator_id, now=NOW)
    texts = {
        Part.TYPE: "question-correction",
        Part.LANGUAGE: "en",
        Part.PROMPT: "Which planet of the solar system is a star?",
        Part.REFERENCE: "1. It says that no planet is a star.",
    }
    for part, text in texts.items():
        save(starter_engine, copy, part, text, base=0)
    page = opened("author", copy=copy.id)
    page.button(key="author_submit").click().run()
    assert not page.exception
    item_id = stored(starter_engine, copy).item_id
    assert item_id is not None
    assert f"(items?item={item_id})" in page.success[0].value
    assert "copy" not in page.query_params
    with reading(starter_engine) as session:
        item = get_item(session, item_id).row
    assert (item.prompt, item.origin) == (texts[Part.PROMPT], "authored")


@pytest.mark.parametrize(
    ("choice", "notes", "prompt", "is_open"),
    [
        ("theirs", "mine", "ours", False),
        ("mine", "mine", "ours", True),
        ("merged", "mine", "theirs", True),
    ],
)
def test_a_newer_revision_is_compared_part_by_part_and_nothing_is_lost(
    starter_engine: Engine,
    copy: CopyView,
    acting_as: ActingAs,
    opened: Opened,
    choice: str,
    notes: str,
    prompt: str,
    is_open: bool,
) -> None:
    ours = copy.parts[Part.PROMPT]
    save(starter_engine, copy, Part.NOTES, "mine", base=copy.parts[Part.NOTES].number)
    other_id = with_mei(starter_engine, acting_as)
    theirs = open_item(starter_engine, str(copy.item_id), annotator_id=other_id, now=NOW)
    save(starter_engine, theirs, Part.PROMPT, f"Theirs. {ours.text}", base=ours.number)
    assert isinstance(submit(starter_engine, theirs.id, annotator_id=other_id, now=NOW), Submitted)
    page = opened("author", copy=copy.id)
    page.button(key="author_submit").click().run()
    assert "somebody submitted a newer revision" in page.error[0].value
    assert "Somebody submitted a newer revision" in words(page)
    assert ">Theirs. </ins>" in html(page)
    page.button(key=f"author_base_{choice}").click().run()
    assert not page.exception
    after = stored(starter_engine, copy)
    assert after.is_open is is_open
    assert not after.is_stale
    assert after.parts[Part.NOTES].text == notes
    wanted = {"ours": ours.text, "theirs": f"Theirs. {ours.text}"}[prompt]
    assert after.parts[Part.PROMPT].text == wanted
    if is_open:
        page.button(key="author_submit").click().run()
        assert "Submitted" in page.success[0].value


def from_a_browser_tab() -> None:
    """A page that got a save from an editor, as Streamlit puts it into the session."""
    import streamlit as st

    from app.components.author_saving import Author, answers_for, editor_key, save_typed
    from db.working_copies import Part

    author = Author(annotator_id=st.session_state["who"], copy_id=st.session_state["where"])
    st.session_state[editor_key(author.copy_id, Part.NOTES)] = {"save": st.session_state["sent"]}
    save_typed(author, Part.NOTES)
    st.session_state["answers"] = answers_for(author.copy_id, Part.NOTES)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "saved"),
        ({"base": 0, "text": "typed over a text long gone"}, "aside"),
        ({"text": "half a character \ud800"}, "refused"),
        ({"text": 5}, None),
        ({"base": -1}, None),
        ({"id": "x" * 81}, None),
    ],
    ids=["saved", "stale", "refused", "no text", "no base", "endless id"],
)
def test_what_an_editor_sends_is_answered_by_its_id(
    starter_engine: Engine, copy: CopyView, change: dict[str, object], outcome: str | None
) -> None:
    save(starter_engine, copy, Part.NOTES, "first", base=copy.parts[Part.NOTES].number)
    before = stored(starter_engine, copy).parts[Part.NOTES]
    script = AppTest.from_function(from_a_browser_tab, default_timeout=120)
    script.session_state["who"] = copy.annotator_id
    script.session_state["where"] = copy.id
    typed = {"id": "save-1", "text": "second", "base": before.number, "tab": "tab-1"}
    script.session_state["sent"] = {**typed, **change}
    script.run()
    assert not script.exception
    answers = script.session_state["answers"]
    assert [answer.outcome for answer in answers] == ([outcome] if outcome else [])
    after = stored(starter_engine, copy).parts[Part.NOTES]
    if outcome == "saved":
        assert (answers[0].id, answers[0].number) == ("save-1", before.number + 1)
        assert after.text == "second"
        # The same message again has no second effect.
        script.run()
        assert stored(starter_engine, copy).parts[Part.NOTES].number == before.number + 1
    else:
        assert after == before
