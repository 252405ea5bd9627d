"""The page Label, started from the entry script."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.components import label_gestures
from app.state import LABEL_PARTS, LABEL_TOKEN, LABEL_TRAIL
from app.views.label_page import load_label_page
from curation.labelling.deciding import Decided, decide
from curation.labelling.sources import Unblinded, label_source
from db.engine import Engine, reading, writing
from db.labels import Decision, Factuality, LabelSource
from db.queries.items import get_item, list_items
from db.queries.labelling import (
    PersonLabel,
    current_responses,
    labels_on,
    last_live,
    revealed_to,
    show_response,
)
from db.queries.labelling_queue import LabelFilter
from db.responses import ContrastRole
from db.workspace import find_workspace
from tests.app.conftest import NOW
from tests.app.reading import html, words
from tests.people.team import share

Opened = Callable[..., AppTest]
TELLING = (
    *("Written to follow", "Written the conventional way", "Written to fail narrowly"),
    *("label by construction", "machine-written, not human-reviewed", "starter-"),
)


@pytest.fixture(autouse=True)
def reads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let decisions count that come sooner than a person reads."""
    monkeypatch.setattr(label_gestures, "READING_SECONDS", 0.0)


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
    assert not any("correct" in one.label.lower() for one in page.button)


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


def test_undo_ends_after_the_last_ten_decisions_and_says_so(
    starter_engine: Engine, opened: Opened
) -> None:
    """Fails without the branch on ``is_spent`` in app/components/label_bar.py:_draw_undo."""
    page = opened("label")
    for _ in range(11):
        press(page, "label_follows")
    first = last_labels(starter_engine)[-1]
    for _ in range(10):
        press(page, "label_do_undo_label")
    assert last_labels(starter_engine) == [first]
    press(page, "label_do_undo_spent")
    assert "None of your last 10 decisions holds any more" in page.error[0].value
    assert last_labels(starter_engine) == [first]
    # A new decision is one of the ten again.
    press(page, "label_follows")
    press(page, "label_do_undo_label")
    assert last_labels(starter_engine) == [first]


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


def test_opening_an_item_in_a_shared_workspace_ends_blindness_and_is_remembered(
    starter_engine: Engine, acting_as: Callable[[Engine, str | None], str], opened: Opened
) -> None:
    """Fails without ``reveal_item`` in app/app_pages/items.py."""
    item = "starter-liquid-element"
    opened("items", item=item)
    with writing(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        annotator_id = workspace.local_annotator_id
        responses = current_responses(session, item)
        # A solo workspace is not blind anyway: nothing was recorded.
        assert not revealed_to(session, annotator_id=annotator_id, response_ids=responses)
        share(session)
    acting_as(starter_engine, annotator_id)
    opened("items", item=item)
    with reading(starter_engine) as session:
        seen = revealed_to(session, annotator_id=annotator_id, response_ids=responses)
        standing = label_source(session, annotator_id=annotator_id, response_id=responses[0])
    assert seen == set(responses)
    assert standing.reasons == (Unblinded.REVEALED,)


def test_two_tabs_that_differ_show_both_and_store_what_is_chosen(
    starter_engine: Engine, opened: Opened
) -> None:
    """Fails when app/components/label_bar.py:draw_bar replaces ``task.own``."""
    page = opened("label")
    first = page.session_state[LABEL_TRAIL][0]
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
    other = decide(
        starter_engine,
        annotator_id=workspace.local_annotator_id,
        response_id=first,
        decision=Decision.FOLLOWS,
        token="another tab",
        now=NOW,
    )
    assert isinstance(other, Decided)
    # This tab draws itself again and shows the other's decision: it is a conflict all the same.
    press(page, "label_factual_no_")
    press(page, "label_does_not_follow")
    assert "You decided otherwise in another tab" in page.warning[0].value
    assert [one.decision for one in last_labels(starter_engine)] == [Decision.FOLLOWS]
    press(page, "label_change")
    assert not page.warning
    (label,) = last_labels(starter_engine)
    assert (label.decision, label.turn) == (Decision.DOES_NOT_FOLLOW, 2)
    assert label.factually_right is Factuality.NO


def test_a_key_that_comes_before_anybody_could_read_stores_nothing(
    starter_engine: Engine, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without ``_is_too_soon`` in app/components/label_gestures.py:decide_whole."""
    page = opened("label")
    monkeypatch.setattr(label_gestures, "READING_SECONDS", 3_600.0)
    press(page, "label_follows")
    assert "Press it again" in page.error[0].value
    assert last_labels(starter_engine) == []
    monkeypatch.setattr(label_gestures, "READING_SECONDS", 0.0)
    press(page, "label_follows")
    assert len(last_labels(starter_engine)) == 1


def test_the_view_of_an_undecided_response_holds_nothing_that_is_hidden(
    starter_engine: Engine,
) -> None:
    """Fails when app/views/label_page.py:load_label_task reads the origin without ``asked``."""
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        responses = current_responses(session, "starter-liquid-element")
        notes = get_item(session, "starter-liquid-element").row.notes
        views = [
            load_label_page(
                session,
                annotator_id=workspace.local_annotator_id,
                wanted=LabelFilter(),
                response_id=response,
                after=None,
                passed=(),
                since=NOW,
                language="en",
            )
            for response in responses
        ]
    roles = [f"<{kind.__name__}.{one.name}" for kind in (ContrastRole, LabelSource) for one in kind]
    allowed = "<LabelSource.HUMAN_UNBLINDED"
    for view in views:
        said = repr(view)
        assert [one for one in roles if one in said and one != allowed] == []
        assert notes
        assert notes not in said
        assert "starter-liquid-element" not in said
        assert view.task is not None
        assert view.task.origin is None


def test_a_queue_without_anything_left_tells_labelled_from_filtered_out(
    starter_engine: Engine, opened: Opened
) -> None:
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        responses = [
            one for row in list_items(session) for one in current_responses(session, row.id)
        ]
    languages = {"zh": 0, "en": 0}
    with reading(starter_engine) as session:
        for response in responses:
            languages[show_response(session, response).language_id] += 1

    def label_all(language: str) -> None:
        for response in responses:
            with reading(starter_engine) as session:
                wanted = show_response(session, response).language_id == language
            if wanted:
                decide(
                    starter_engine,
                    annotator_id=workspace.local_annotator_id,
                    response_id=response,
                    decision=Decision.FOLLOWS,
                    token=response,
                    now=NOW,
                )

    label_all("zh")
    page = opened("label", label_language="zh")
    zh, en = languages["zh"], languages["en"]
    assert f"all {zh} responses that the filter lets through; {en} others wait" in (
        page.info[0].value
    )
    label_all("en")
    page.multiselect(key="label_language").set_value([]).run()
    assert f"You have labelled all {zh + en} responses" in page.info[0].value
