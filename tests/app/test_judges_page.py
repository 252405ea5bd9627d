"""The page Judges and the checks on the form, started from the entry script."""

from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.components.author_checks import INSERT, NUMBER, VERIFIER
from app.components.judges_verifiers import CHOSEN
from app.state import ITEM_TAB
from app.views.workspace_head import load_workspace_head
from calibration.judging.verifiers.built_in import BUILT_IN
from curation.authoring.copies import load_copy, open_item, save_part
from curation.authoring.submitting import Submitted, submit
from curation.starter.content import load_starter_items
from db.engine import Engine, reading
from db.working_copies import Part
from tests.app.reading import table, words

Opened = Callable[..., AppTest]
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ITEM = "starter-swapped-words"


@pytest.mark.usefixtures("empty_workspace")
def test_without_items_the_page_says_so_and_lists_every_verifier(opened: Opened) -> None:
    page = opened("judges")
    assert not page.exception
    assert "No item has checks yet" in page.info[0].value
    assert f"{len(BUILT_IN)} verifiers are kept, 0 are not." in words(page)
    assert len(page.selectbox(key=CHOSEN).options) == len(BUILT_IN)
    assert page.selectbox(key=CHOSEN).options[0].startswith("code_block: the response is one")


@pytest.mark.usefixtures("starter_workspace")
def test_every_starter_item_with_checks_stands_under_its_type_with_its_self_test(
    opened: Opened,
) -> None:
    page = opened("judges")
    assert not page.exception
    said = words(page)
    rules = pd.concat([one.value for one in page.dataframe if "Self-test" in one.value.columns])
    with_checks = {f"starter-{item.slug}" for item in load_starter_items() if item.checks}
    assert set(rules["Item"]) == with_checks
    assert list(rules["Self-test"]) == ["✓ passed"] * 15
    (row,) = rules[rules["Item"] == ITEM].to_dict("records")
    assert row["Requirements decided"] == "1, 2, 3, 4 of 4"
    assert row["Link"] == f"items?item={ITEM}"
    # Question Correction: chorus twice, liquid-element, tang-verse-author.
    assert "Items of this type without checks: 4." in said
    assert "%" not in said


@pytest.mark.usefixtures("starter_workspace")
def test_a_verifier_that_is_chosen_shows_parameters_example_and_cases(opened: Opened) -> None:
    page = opened("judges", ui="zh")
    place = next(n for n, one in enumerate(BUILT_IN) if one.name == "typos")
    page.selectbox(key=CHOSEN).select_index(place).run()
    assert not page.exception
    verifier = BUILT_IN[place]
    assert f"1: {verifier.example}" in [one.value for one in page.code]
    parameters = table(page, "参数")
    assert list(parameters["参数"]) == [one.name for one in verifier.parameters]
    assert parameters["不写时"][0] == "必须写"
    cases = table(page, "样例")
    assert list(cases["回答"]) == [case.text for case in verifier.cases]
    assert "已保留" in page.success[0].value


@pytest.fixture
def copy_id(starter_engine: Engine) -> str:
    """A working copy of an item whose checks its owner is changing."""
    with reading(starter_engine) as session:
        person = load_workspace_head(session).annotator_id
    return open_item(starter_engine, ITEM, annotator_id=person, now=NOW).id


def change(engine: Engine, copy_id: str, part: Part, text: str) -> None:
    with reading(engine) as session:
        person = load_workspace_head(session).annotator_id
        number = load_copy(session, copy_id, annotator_id=person).parts[part].number
    save_part(
        engine,
        copy_id=copy_id,
        annotator_id=person,
        part=part,
        text=text,
        base_number=number,
        tab="tab-1",
        now=NOW,
    )


def test_the_form_shows_what_the_checks_say_of_every_response(
    opened: Opened, starter_engine: Engine, copy_id: str
) -> None:
    page = opened("author", copy=copy_id)
    assert not page.exception
    said = words(page)
    assert "Self-test passed" in said
    assert said.count("fails (0)") == 2
    assert said.count("passes (1)") == 1

    change(
        starter_engine, copy_id, Part.FOLLOWS, "1. hot\n2. up\n3. night\n4. hot\n5. down\n6. day"
    )
    page.run()
    said = words(page)
    assert "Self-test failed" in said
    assert "The checks fail this response at requirement 2, line 1" in said
    assert "line 1, column 4: hot" in said


def test_a_bad_line_is_refused_on_the_form_with_its_number(
    opened: Opened, starter_engine: Engine, copy_id: str
) -> None:
    change(starter_engine, copy_id, Part.CHECKS, "1: lines most=1\n2: no_such_thing")
    said = words(opened("author", copy=copy_id))
    assert "Line 2 of the checks: there is no verifier" in said


def test_a_check_is_inserted_behind_those_that_are_there(
    opened: Opened, starter_engine: Engine, copy_id: str
) -> None:
    change(starter_engine, copy_id, Part.CHECKS, "1: lines most=6")
    page = opened("author", copy=copy_id)
    page.selectbox(key=VERIFIER).select("syntax").run()
    page.number_input(key=NUMBER).set_value(3).run()
    page.button(key=INSERT).click().run()
    assert not page.exception
    with reading(starter_engine) as session:
        person = load_workspace_head(session).annotator_id
        copy = load_copy(session, copy_id, annotator_id=person)
    assert copy.parts[Part.CHECKS].text == "1: lines most=6\n3: syntax language=python\n"


def test_a_self_test_that_fails_names_the_response_and_the_requirement(
    opened: Opened, starter_engine: Engine, copy_id: str
) -> None:
    change(
        starter_engine, copy_id, Part.FOLLOWS, "1. hot\n2. up\n3. night\n4. hot\n5. down\n6. day"
    )
    with reading(starter_engine) as session:
        person = load_workspace_head(session).annotator_id
    assert isinstance(submit(starter_engine, copy_id, annotator_id=person, now=NOW), Submitted)
    page = opened("judges")
    rules = pd.concat([one.value for one in page.dataframe if "Self-test" in one.value.columns])
    assert list(rules[rules["Item"] == ITEM]["Self-test"]) == ["✗ failed"]
    assert "The checks fail this response at requirement 2, line 1" in words(page)


@pytest.mark.usefixtures("starter_workspace")
def test_the_page_of_an_item_shows_its_checks_and_their_self_test(opened: Opened) -> None:
    page = opened("items", item=ITEM)
    assert "Self-test" not in words(page)
    page.session_state[f"{ITEM_TAB}_en"] = "Judge texts"
    page.run()
    checks = next(item.checks for item in load_starter_items() if f"starter-{item.slug}" == ITEM)
    assert checks in [one.value for one in page.code]
    assert "Requirements decided: 1, 2, 3, 4 of 4" in words(page)
    assert "Self-test: ✓ passed" in words(page)
