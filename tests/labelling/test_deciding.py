"""One gesture is one label, and nothing that a person decided is overwritten or lost.

The tests of nothing lost name the line that they fail without.
"""

import json

import pytest

from curation.labelling.deciding import Decided, LabelConflict
from db.engine import reading, writing
from db.errors import Invalid
from db.labels import Decision, Factuality
from db.queries.labelling import labels_on
from tests import programs
from tests.db.content import add_revision
from tests.labelling.workspace import Place

# Response, token, decision.
Said = tuple[str, str, str]
FOLLOWS, FAILS, UNSURE = Decision.FOLLOWS, Decision.DOES_NOT_FOLLOW, Decision.CANNOT_TELL


def test_a_decision_is_stored_with_everything_that_was_said(place: Place) -> None:
    (response, *_) = place.add_item("a")
    said = {1: FOLLOWS, 2: FAILS, 3: UNSURE}
    answer = place.say(
        response,
        FAILS,
        requirements=said,
        factually_right=Factuality.YES,
        reason="  Three lines.  ",
    )
    assert isinstance(answer, Decided)
    with reading(place.engine) as session:
        (label,) = labels_on(session, response_id=response, annotator_id=place.ann)
    assert label == answer.label
    assert (label.decision, label.factually_right) == (FAILS, Factuality.YES)
    assert (label.requirements, label.reason, label.turn) == (said, "Three lines.", 1)
    assert label.is_live
    assert place.actions("label.decide") == 1


def test_the_same_gesture_sent_again_is_one_label_and_the_same_answer(place: Place) -> None:
    """Fails without ``stored`` in curation/labelling/deciding.py:_decide."""
    (response, *_) = place.add_item("a")
    first = place.stored(response, minute=0)
    again = place.stored(response, minute=5)
    assert first.is_new
    assert not again.is_new
    assert again.label == first.label
    assert (place.count("label"), place.actions("label.decide")) == (1, 1)


def test_a_gesture_that_arrives_again_after_it_was_undone_stays_undone(place: Place) -> None:
    """Fails without ``stored`` in curation/labelling/deciding.py:_decide."""
    (response, *_) = place.add_item("a")
    first = place.stored(response)
    place.take_back(first.label.id)
    late = place.stored(response)
    assert (late.label.id, late.label.is_live, late.is_new) == (first.label.id, False, False)
    assert place.count("label") == 1


def test_two_tabs_that_say_the_same_store_it_once(place: Place) -> None:
    (response, *_) = place.add_item("a")
    first = place.stored(response, token="tab one")
    second = place.stored(response, token="tab two")
    assert second.label == first.label
    assert place.count("label") == 1


def test_two_tabs_that_differ_are_shown_both_and_nothing_is_overwritten(place: Place) -> None:
    """Fails without ``in_the_way`` in curation/labelling/deciding.py:_decide."""
    (response, *_) = place.add_item("a")
    first = place.stored(response, FOLLOWS, token="tab one")
    answer = place.say(response, FAILS, token="tab two")
    assert isinstance(answer, LabelConflict)
    assert answer.stored == first.label
    assert (answer.wanted.decision, answer.response_id) == (FAILS, response)
    assert (place.count("label"), place.count("label_withdrawal")) == (1, 0)


def test_changing_to_mine_keeps_what_was_there_in_the_history(place: Place) -> None:
    (response, *_) = place.add_item("a")
    first = place.stored(response, FOLLOWS, token="tab one")
    changed = place.stored(response, FAILS, token="three", replaces=first.label.id)
    with reading(place.engine) as session:
        labels = labels_on(session, response_id=response, annotator_id=place.ann)
    assert [(one.decision, one.turn, one.is_live) for one in labels] == [
        (FOLLOWS, 1, False),
        (FAILS, 2, True),
    ]
    assert labels[1] == changed.label
    # One gesture, one event: the withdrawal is in it.
    assert (place.actions("label.decide"), place.actions("label.undo")) == (2, 0)


def test_a_change_of_what_was_changed_meanwhile_is_a_conflict_again(place: Place) -> None:
    (response, *_) = place.add_item("a")
    first = place.stored(response, FOLLOWS, token="1")
    second = place.stored(response, FAILS, token="2", replaces=first.label.id)
    answer = place.say(response, UNSURE, token="3", replaces=first.label.id)
    assert isinstance(answer, LabelConflict)
    assert answer.stored == second.label


def test_a_change_of_what_was_undone_meanwhile_is_stored(place: Place) -> None:
    (response, *_) = place.add_item("a")
    first = place.stored(response, FOLLOWS, token="1")
    place.take_back(first.label.id)
    assert place.stored(response, FAILS, token="2", replaces=first.label.id).label.turn == 2


def test_one_key_pressed_twice_with_another_between_is_a_conflict(place: Place) -> None:
    (response, *_) = place.add_item("a")
    place.stored(response, FOLLOWS)
    answer = place.say(response, FAILS)
    assert isinstance(answer, LabelConflict)
    assert place.count("label") == 1


def test_two_people_label_one_response_without_meeting(place: Place) -> None:
    (response, *_) = place.add_item("a")
    place.stored(response, FOLLOWS, who=place.ann)
    place.stored(response, FAILS, who=place.ben)
    assert place.count("label") == 2


def test_a_response_of_a_superseded_revision_is_labelled_and_said(place: Place) -> None:
    (response, *_) = place.add_item("a")
    with writing(place.engine) as session:
        add_revision(session, "a", number=2, prompt="Clearer?")
    answer = place.stored(response)
    assert answer.is_new
    assert not answer.is_current


@pytest.mark.parametrize(
    ("decision", "requirements", "sentence"),
    [
        (FOLLOWS, {1: FOLLOWS, 2: FAILS, 3: FOLLOWS}, "'follows' while requirement 2 was decided"),
        (FOLLOWS, {1: FOLLOWS, 2: UNSURE, 3: FOLLOWS}, "requirement 2 was decided 'cannot_tell'"),
        (FAILS, {1: FOLLOWS, 2: FOLLOWS, 3: FOLLOWS}, "requirement 1, 2, 3 was decided 'follows'"),
        (UNSURE, {1: FAILS, 2: UNSURE, 3: FOLLOWS}, "requirement 1 was decided 'does_not_follow'"),
        (FOLLOWS, {1: FOLLOWS}, "Requirement 2 is not decided"),
        (FOLLOWS, {0: FOLLOWS, 1: FOLLOWS, 2: FOLLOWS, 3: FOLLOWS}, "no requirement 0"),
    ],
    ids=["failed", "unsure", "none failed", "unsure and failed", "missing", "unknown"],
)
def test_parts_that_contradict_the_whole_are_refused_in_one_sentence(
    place: Place, decision: Decision, requirements: dict[int, Decision], sentence: str
) -> None:
    (response, *_) = place.add_item("a")
    with pytest.raises(Invalid, match=sentence):
        place.say(response, decision, requirements=requirements)
    assert place.count("label") == 0


@pytest.mark.parametrize("reason", ["x" * 501, "a\0b", "a\ud800b"], ids=["long", "NUL", "half"])
def test_a_reason_that_cannot_be_stored_is_refused(place: Place, reason: str) -> None:
    (response, *_) = place.add_item("a")
    with pytest.raises(Invalid, match="reason"):
        place.say(response, reason=reason)


def decide_together(url: str, who: str, gestures: list[list[Said]]) -> list[list[str]]:
    """Let processes decide at one moment; give the answers of each."""
    answers = programs.at_once(
        "tests.labelling.decide_at_once", [[url, who, json.dumps(one)] for one in gestures]
    )
    return [json.loads(answer) for answer in answers]


def test_processes_that_decide_at_once_store_one_label_and_answer_all(
    place: Place, migrated_url: str
) -> None:
    """Fails on PostgreSQL without UNIQUE (response_id, annotator_id, turn) in db/labels.py:Label.

    Without curation/labelling/retrying.py:retried the beaten ones get an error and no answer.
    """
    same = [one for name in "abcd" for one in place.add_item(name)]
    differ = [one for name in "efgh" for one in place.add_item(name)]
    answers = decide_together(
        migrated_url,
        place.ann,
        [
            [
                *((one, "one token", FOLLOWS.value) for one in same),
                *((one, f"tab {tab}", decision.value) for one in differ),
            ]
            for tab, decision in enumerate((FOLLOWS, FAILS, UNSURE))
        ],
    )
    for place_in_line, together in enumerate(zip(*answers, strict=True)):
        beaten = "known" if place_in_line < len(same) else "conflict"
        assert sorted(together) == sorted(("new", beaten, beaten))
    assert place.count("label") == len(same) + len(differ)
    assert place.actions("label.decide") == len(same) + len(differ)
