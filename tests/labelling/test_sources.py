"""Which source a person's label has, and why."""

import pytest

from curation.labelling.revealing import reveal, reveal_item
from curation.labelling.sources import Standing, Unblinded, label_source
from db.engine import reading, writing
from db.errors import Forbidden, NotFound
from db.items import Item
from db.labels import Decision, LabelSource
from db.placements import build_placement
from db.recording import recording
from db.responses import ResponseSource
from db.working_copies import WorkingCopy
from db.workspace import WorkspaceKind
from tests.labelling.workspace import NOW, Place, make_demonstration


def standing(place: Place, response_id: str, who: str) -> Standing:
    with reading(place.engine) as session:
        return label_source(session, annotator_id=who, response_id=response_id)


def test_a_person_who_only_reads_the_text_is_blind(place: Place) -> None:
    (response, *_) = place.add_item("a")
    assert standing(place, response, place.ann) == Standing(
        source=LabelSource.BLIND_HUMAN, reasons=()
    )
    stored = place.stored(response).label
    assert stored.source is LabelSource.BLIND_HUMAN


def test_who_wrote_the_item_or_its_translation_is_not_blind(place: Place) -> None:
    (own, *_) = place.add_item("a", author=place.ann)
    (sibling, *_) = place.add_item("b", author=place.ben, family_id="family-a")
    for response in (own, sibling):
        assert standing(place, response, place.ann) == Standing(
            source=LabelSource.HUMAN_UNBLINDED, reasons=(Unblinded.AUTHOR,)
        )
    (other, *_) = place.add_item("c", author=place.ben)
    assert standing(place, other, place.ann).source is LabelSource.BLIND_HUMAN


def test_who_wrote_into_the_family_that_an_item_has_left_is_not_blind(place: Place) -> None:
    place.add_item("a", author=place.ann)
    (moved, *_) = place.add_item("b", author=place.ben, family_id="family-a")
    place.add_item("c", author=place.ben)
    with writing(place.engine) as session:
        item = session.get_one(Item, "b")
        with recording(
            session,
            now=NOW,
            actor_id=place.ben,
            action="item.place",
            subject_kind="item",
            subject_id="b",
        ) as record:
            record.add(
                build_placement(
                    item,
                    number=1,
                    from_revision=2,
                    type_id=item.type_id,
                    domain_id=None,
                    language_id="en",
                    family_id="family-c",
                    now=NOW,
                )
            )
        item.family_id = "family-c"
    assert standing(place, moved, place.ann).reasons == (Unblinded.AUTHOR,)


def test_who_opened_the_item_for_writing_is_not_blind(place: Place) -> None:
    (response, *_) = place.add_item("a", author=place.ben)
    with writing(place.engine) as session:
        session.add(
            WorkingCopy(
                id="copy",
                annotator_id=place.ann,
                item_id="a",
                base_revision_id="a.r1",
                opened_at=NOW,
                touched_at=NOW,
            )
        )
    assert standing(place, response, place.ann).reasons == (Unblinded.AUTHOR,)


def test_who_wrote_the_response_is_not_blind(place: Place) -> None:
    place.add_item("a", author=place.machine)
    own = place.add_response("a", by=place.ann, source=ResponseSource.HUMAN)
    model = place.add_response("a", by=place.ann, source=ResponseSource.MODEL)
    assert standing(place, own, place.ann).reasons == (Unblinded.AUTHOR,)
    assert standing(place, own, place.ben).reasons == ()
    # Who brings a model's response in did not write it.
    assert standing(place, model, place.ann).reasons == ()


def test_a_solo_workspace_makes_nobody_blind(place: Place) -> None:
    (response, *_) = place.add_item("a")
    place.share(WorkspaceKind.SOLO)
    assert standing(place, response, place.ann) == Standing(
        source=LabelSource.HUMAN_UNBLINDED, reasons=(Unblinded.SOLO,)
    )
    assert place.stored(response).label.source is LabelSource.HUMAN_UNBLINDED


def test_a_label_after_the_reveal_is_not_blind_and_the_one_before_stays(place: Place) -> None:
    (response, *_) = place.add_item("a")
    first = place.stored(response)
    reveal(place.engine, annotator_id=place.ann, response_id=response, now=NOW)
    changed = place.stored(
        response, Decision.CANNOT_TELL, token="u", replaces=first.label.id, minute=1
    )
    assert first.label.source is LabelSource.BLIND_HUMAN
    assert changed.label.source is LabelSource.HUMAN_UNBLINDED
    assert standing(place, response, place.ann).reasons == (Unblinded.REVEALED,)
    assert standing(place, response, place.ben).reasons == ()


def test_opening_an_item_reveals_all_its_responses_once(place: Place) -> None:
    responses = place.add_item("a")
    (other, *_) = place.add_item("b")
    for _ in range(2):
        reveal_item(place.engine, annotator_id=place.ann, item_id="a", now=NOW)
    assert {standing(place, one, place.ann).source for one in responses} == {
        LabelSource.HUMAN_UNBLINDED
    }
    assert standing(place, other, place.ann).source is LabelSource.BLIND_HUMAN
    assert place.actions("label.reveal") == 1


def test_a_demonstration_person_is_never_blind(place: Place) -> None:
    (response, *_) = place.add_item("a")
    with writing(place.engine) as session:
        make_demonstration(session, place.ben)
    assert standing(place, response, place.ben).reasons == (Unblinded.DEMONSTRATION,)
    stored = place.stored(response, who=place.ben).label
    assert stored.source is LabelSource.HUMAN_UNBLINDED


def test_a_machine_is_refused_in_one_sentence(place: Place) -> None:
    (response, *_) = place.add_item("a")
    with pytest.raises(Forbidden, match="'robot' is a machine, and only people hold roles"):
        place.say(response, who=place.machine)
    assert place.count("label") == 0


def test_an_unknown_person_or_response_is_named(place: Place) -> None:
    (response, *_) = place.add_item("a")
    with pytest.raises(Forbidden, match="no annotator 'nobody'"):
        place.say(response, who="nobody")
    with pytest.raises(NotFound, match="'no-response'"):
        place.say("no-response")
