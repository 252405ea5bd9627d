"""What a response is stays hidden until the person has decided, and the reveal is remembered."""

from dataclasses import fields

import pytest

from curation.labelling.revealing import reveal
from db.engine import reading
from db.errors import Forbidden
from db.labels import Decision
from db.queries.labelling import OtherLabel, ResponseShown, show_response
from db.responses import ResponseSource
from tests.labelling.workspace import NOW, Place


def test_a_reveal_before_the_decision_is_refused(place: Place) -> None:
    (response, *_) = place.add_item("a")
    with pytest.raises(Forbidden, match="decide first"):
        reveal(place.engine, annotator_id=place.ann, response_id=response, now=NOW)
    label = place.stored(response).label
    place.take_back(label.id)
    with pytest.raises(Forbidden, match="decide first"):
        reveal(place.engine, annotator_id=place.ann, response_id=response, now=NOW)
    assert place.count("reveal") == 0


def test_a_reveal_says_what_the_response_is_and_is_recorded_once(place: Place) -> None:
    place.add_item("a")
    response = place.add_response("a", by=place.machine, source=ResponseSource.MODEL)
    place.stored(response)
    place.counted(response, Decision.DOES_NOT_FOLLOW, who=place.ben)
    for _ in range(2):
        origin = reveal(place.engine, annotator_id=place.ann, response_id=response, now=NOW)
    assert (origin.source, origin.source_name, origin.role) == ("model", "secret-model-9000", None)
    assert [one.decision for one in origin.labels] == [Decision.DOES_NOT_FOLLOW]
    assert isinstance(origin.labels[0], OtherLabel)
    assert (place.count("reveal"), place.actions("label.reveal")) == (1, 1)


def test_what_is_shown_has_no_field_for_what_is_hidden(place: Place) -> None:
    place.add_item("a")
    response = place.add_response("a", by=place.machine, source=ResponseSource.MODEL)
    with reading(place.engine) as session:
        shown = show_response(session, response)
    assert {field.name for field in fields(ResponseShown)} == {
        *("id", "text", "prompt", "reference", "requirements"),
        *("type_id", "language_id", "is_current"),
    }
    for hidden in ("secret-model-9000", "secret notes", "near_miss", "conventional"):
        assert hidden not in repr(shown)
