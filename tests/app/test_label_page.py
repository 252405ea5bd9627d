"""The page Label, started from the entry script."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.state import LABEL_PARTS, LABEL_TOKEN, LABEL_TRAIL
from db.engine import Engine, reading
from db.labels import Decision, Factuality, LabelSource
from db.queries.labelling import PersonLabel, labels_on, last_live
from db.workspace import find_workspace
from tests.app.reading import html, words

Opened = Callable[..., AppTest]
TELLING = (
    *("Written to follow", "Written the conventional way", "Written to fail narrowly"),
    *("label by construction", "machine-written, not human-reviewed", "starter-"),
)


def last_labels(engine: Engine) -> list[PersonLabel]:
    with reading(engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        return last_live(session, annotator_id=workspace.local_annotator_id, limit=99)


def press(page: AppTest, name: str) -> AppTest:
    """Press the button of the response on the table whose key starts so."""
    (button,) = [one for one in page.button if str(one.key).startswith(name)]
    button.click().run()
    assert not page.exception, page.exception
    return page


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_queue_says_why_and_what_to_do(opened: Opened) -> None:
    page = opened("label")
    assert "There is no response to label yet" in page.info[0].value
    assert not [one for one in page.button if str(one.key).startswith("label_follows")]


@pytest.mark.usefixtures("starter_workspace")
def test_a_response_is_shown_without_anything_that_tells_what_it_is(opened: Opened) -> None:
    page = opened("label")
    said = words(page) + html(page)
    assert "nobody logs in" in said
    assert "Your label will be stored as “by a person, not blind”" in said
    assert [hidden for hidden in TELLING if hidden in said] == []
    assert page.session_state[LABEL_TRAIL][-1] not in said
    assert not any(word in said.lower() for word in ("incorrect", "correct answer"))


def test_one_gesture_decides_saves_and_moves_on(starter_engine: Engine, opened: Opened) -> None:
    page = opened("label")
    (first,) = page.session_state[LABEL_TRAIL]
    token = page.session_state[LABEL_TOKEN]
    press(page, f"label_factual_yes_{token}")
    press(page, f"label_does_not_follow_1_{token}")
    (label,) = last_labels(starter_engine)
    assert (label.response_id, label.decision) == (first, Decision.DOES_NOT_FOLLOW)
    assert label.factually_right is Factuality.YES
    assert label.source is LabelSource.HUMAN_UNBLINDED
    assert page.session_state[LABEL_TRAIL][-1] != first
    assert page.session_state[LABEL_TOKEN] != token
    assert any("saved " in one.value and "does not follow" in one.value for one in page.markdown)
    # What was said about the first response is not carried over to the second.
    press(page, "label_follows")
    assert last_labels(starter_engine)[0].factually_right is None


def test_undo_brings_the_response_back_with_what_was_decided(
    starter_engine: Engine, opened: Opened
) -> None:
    page = press(opened("label"), "label_cannot_tell")
    first = page.session_state[LABEL_TRAIL][0]
    press(page, "label_do_undo_label")
    assert last_labels(starter_engine) == []
    assert page.session_state[LABEL_TRAIL][-1] == first
    assert "Taken back" in words(page)
    press(page, "label_follows")
    (label,) = last_labels(starter_engine)
    assert (label.response_id, label.turn) == (first, 2)


def test_requirements_are_decided_one_by_one_and_the_whole_follows_from_them(
    starter_engine: Engine, opened: Opened
) -> None:
    page = press(opened("label"), "label_do_parts")
    first = page.session_state[LABEL_TRAIL][0]
    asked = sum("Requirement " in one.value and "*" in one.value for one in page.markdown)
    press(page, "label_cannot_tell")
    press(page, "label_do_undo_part")
    assert page.session_state[LABEL_PARTS] == {}
    for number in range(asked):
        assert last_labels(starter_engine) == []
        press(page, "label_does_not_follow" if number == 0 else "label_follows")
    (label,) = last_labels(starter_engine)
    assert (label.response_id, label.decision) == (first, Decision.DOES_NOT_FOLLOW)
    assert label.requirements[1] is Decision.DOES_NOT_FOLLOW
    assert len(label.requirements) == asked


def test_what_a_response_is_appears_only_after_deciding_and_asking(
    starter_engine: Engine, opened: Opened
) -> None:
    page = press(opened("label"), "label_follows")
    press(page, "label_do_previous")
    assert "You decided on" in words(page)
    assert [hidden for hidden in TELLING if hidden in words(page)] == []
    press(page, "label_do_origin")
    assert "label by construction" in words(page)
    assert "machine-written, not human-reviewed" in words(page)
    first = page.session_state[LABEL_TRAIL][0]
    press(page, "label_cannot_tell")
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        labels = labels_on(session, response_id=first, annotator_id=workspace.local_annotator_id)
    assert [(one.turn, one.is_live) for one in labels] == [(1, False), (2, True)]
