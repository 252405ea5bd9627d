"""Undo takes back one of the last ten own decisions, once, and loses nothing."""

import pytest

from curation.labelling.undoing import last_decisions
from db.engine import reading
from db.errors import Forbidden, NotFound
from db.labels import Decision
from db.queries.labelling import labels_on
from tests.labelling.workspace import NOW, Place


def last(place: Place, who: str) -> list[str]:
    with reading(place.engine) as session:
        return [one.response_id for one in last_decisions(session, annotator_id=who).decisions]


def test_undo_twice_is_one_event_and_the_same_answer(place: Place) -> None:
    """Fails without the early return on ``withdrawal`` in curation/labelling/undoing.py:_undo."""
    (response, *_) = place.add_item("a")
    label = place.stored(response, Decision.CANNOT_TELL).label
    first = place.take_back(label.id, minute=1)
    again = place.take_back(label.id, minute=2)
    assert (first.label.decision, first.is_new) == (Decision.CANNOT_TELL, True)
    assert (again.at, again.is_new) == (first.at, False)
    assert place.actions("label.undo") == 1
    with reading(place.engine) as session:
        (kept,) = labels_on(session, response_id=response, annotator_id=place.ann)
    assert not kept.is_live


def test_after_an_undo_the_next_decision_is_the_next_turn(place: Place) -> None:
    (response, *_) = place.add_item("a")
    place.take_back(place.stored(response, token="1").label.id)
    assert place.stored(response, token="2").label.turn == 2
    assert last(place, place.ann) == [response]


def spent(place: Place) -> bool:
    with reading(place.engine) as session:
        return last_decisions(session, annotator_id=place.ann).is_spent


def test_the_last_ten_decisions_can_be_undone_newest_first_and_none_before(place: Place) -> None:
    """Fails when what was taken back is no longer one of the ten (db: last_decided)."""
    responses = [place.add_item(f"item {number}")[0] for number in range(12)]
    # The clock stands still: the order is that of the history.
    labels = [place.stored(one, token=one).label.id for one in responses]
    assert last(place, place.ann) == responses[:1:-1]
    for undone in range(10):
        assert not spent(place)
        assert last(place, place.ann) == responses[11 - undone : 1 : -1]
        place.take_back(labels[11 - undone])
    assert last(place, place.ann) == []
    assert spent(place)
    with pytest.raises(Forbidden, match="older than your last 10 decisions"):
        place.take_back(labels[1])
    # Deciding again is a decision of its own, and then it is the only one of the ten that holds.
    place.stored(responses[0], Decision.CANNOT_TELL, token="again", replaces=labels[0])
    assert last(place, place.ann) == [responses[0]]
    assert not spent(place)


def test_a_decision_that_was_changed_stays_one_of_the_ten(place: Place) -> None:
    responses = [place.add_item(f"item {number}")[0] for number in range(10)]
    labels = [place.stored(one, token=one).label.id for one in responses]
    place.stored(responses[9], Decision.CANNOT_TELL, token="changed", replaces=labels[9])
    # Eleven decisions on ten responses: the first is out of reach, the tenth was replaced.
    assert last(place, place.ann) == responses[:0:-1]


def test_only_own_decisions_can_be_undone(place: Place) -> None:
    (response, *_) = place.add_item("a")
    label = place.stored(response, who=place.ben).label
    with pytest.raises(Forbidden, match="another person's"):
        place.take_back(label.id, who=place.ann)
    with pytest.raises(NotFound, match="'no-label'"):
        place.take_back("no-label")
    assert last(place, place.ann) == []
    assert place.count("label_withdrawal") == 0
    assert label.created_at == NOW
