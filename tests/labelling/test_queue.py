"""What a person labels next: everything once, in an order that says nothing."""

from datetime import timedelta
from itertools import pairwise

from curation.labelling.queue import next_response
from db.engine import reading, writing
from db.queries.labelling_queue import LabelFilter, QueueCounts, count_queue
from tests.db.content import add_revision
from tests.labelling.workspace import NOW, Place

ALL = LabelFilter()


def walk(place: Place, who: str, wanted: LabelFilter = ALL, *, window: int = 32) -> list[str]:
    """Label everything that comes; give the responses in their order."""
    order: list[str] = []
    while True:
        with reading(place.engine) as session:
            found = next_response(
                session,
                annotator_id=who,
                wanted=wanted,
                after=order[-1] if order else None,
                window=window,
            )
        if found is None:
            return order
        order.append(found.response_id)
        place.counted(found.response_id, who=who, token=found.response_id)


def counts(place: Place, who: str, wanted: LabelFilter = ALL) -> QueueCounts:
    with reading(place.engine) as session:
        return count_queue(
            session, annotator_id=who, wanted=wanted, since=NOW + timedelta(seconds=1)
        )


def test_everything_comes_once_and_no_family_twice_in_a_row(place: Place) -> None:
    items = {name: place.add_item(name) for name in "abcdefgh"}
    family = {response: name for name, responses in items.items() for response in responses}
    for who in (place.ann, place.ben):
        order = walk(place, who)
        assert sorted(order) == sorted(family)
        # Of three responses of one family only the very last two can be left with nothing else.
        pairs = list(pairwise(order))[:-2]
        assert [one for one, two in pairs if family[one] == family[two]] == []


def test_each_person_has_an_order_of_their_own_unlike_items_and_roles(place: Place) -> None:
    responses = [one for name in "abcdefgh" for one in place.add_item(name)]
    anns, bens = walk(place, place.ann), walk(place, place.ben)
    assert anns != bens
    assert anns != responses
    roles = {one: number % 3 for number, one in enumerate(responses)}
    assert [roles[one] for one in anns] != sorted(roles[one] for one in anns)


def test_the_same_person_at_the_same_place_gets_the_same(place: Place) -> None:
    for name in "abc":
        place.add_item(name)
    with reading(place.engine) as session:
        answers = {
            found.response_id
            for _ in range(3)
            if (found := next_response(session, annotator_id=place.ann, wanted=ALL))
        }
    assert len(answers) == 1


def test_a_narrow_window_still_reaches_everything(place: Place) -> None:
    expected = sorted(one for name in "abcdef" for one in place.add_item(name))
    assert sorted(walk(place, place.ann, window=2)) == expected


def test_what_was_passed_over_comes_back_when_nothing_else_waits(place: Place) -> None:
    responses = place.add_item("a")
    with reading(place.engine) as session:
        one = next_response(
            session, annotator_id=place.ann, wanted=ALL, passed=responses[:2], after=responses[1]
        )
        again = next_response(
            session, annotator_id=place.ann, wanted=ALL, passed=responses, after=responses[1]
        )
    assert one is not None
    assert (one.response_id, one.starts_over) == (responses[2], False)
    assert again is not None
    assert again.starts_over
    assert again.response_id != responses[1]


def test_filters_let_through_a_type_and_a_language(place: Place) -> None:
    english = place.add_item("a")
    chinese = place.add_item("b", language_id="zh")
    other = place.add_item("c", type_id="qc", language_id="zh")
    assert counts(place, place.ann, LabelFilter(language_ids=("zh",))) == QueueCounts(
        asked=6, labelled=0, excluded=3, recent=0
    )
    wanted = LabelFilter(language_ids=("zh",), type_ids=("qc",))
    assert sorted(walk(place, place.ann, wanted)) == sorted(other)
    assert counts(place, place.ann, wanted) == QueueCounts(
        asked=3, labelled=3, excluded=6, recent=0
    )
    assert len(walk(place, place.ann)) == len(english) + len(chinese)


def test_counts_leave_out_superseded_revisions_and_what_was_undone(place: Place) -> None:
    old, *_ = place.add_item("a")
    new, *_ = place.add_item("b")
    place.counted(old, token="1", minute=0)
    undone = place.counted(new, token="2", minute=5).label
    assert counts(place, place.ann) == QueueCounts(asked=6, labelled=2, excluded=0, recent=1)
    place.take_back(undone.id)
    with writing(place.engine) as session:
        add_revision(session, "a", number=2, prompt="Clearer?")
    # Item a has no responses at its new revision; its old label is kept and not counted.
    found = counts(place, place.ann)
    assert found == QueueCounts(asked=3, labelled=0, excluded=0, recent=0)
    assert found.left == 3
    assert counts(place, place.ben).left == 3


def test_labels_of_construction_are_nobodys_work(place: Place) -> None:
    (response, *_) = place.add_item("a", author=place.ann)
    place.add_construction_label(response, place.ann)
    assert counts(place, place.ann).left == 3
    assert len(walk(place, place.ann)) == 3
