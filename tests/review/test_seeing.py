"""Seeing what is hidden: never while judging blindly, and remembered for ever."""

import pytest

from curation.claims.claiming import EmptyQueue, claim
from curation.review.seeing import may_see, see_item, see_round
from db.acts import ActKind
from db.engine import reading
from db.errors import Forbidden, NotFound
from db.reviews import ReviewDecision
from db.slots import Stage
from tests.review.desk import ON_SQLITE, Desk

RETURN = ReviewDecision.RETURN


def see(desk: Desk, who: str) -> bool:
    return see_item(desk.engine, "starter-a", annotator_id=desk.people[who], now=desk.now)


def round_of(desk: Desk) -> str:
    return desk.standing("starter-a").facts.acts[-1].id


def test_who_has_seen_an_item_is_recorded_once_and_reviews_it_no_more(desk: Desk) -> None:
    """Fails without ``record.add`` in seeing.py:_record."""
    assert [see(desk, "ben"), see(desk, "ben")] == [True, False]
    assert (desk.count("item_reveal"), desk.actions("item.reveal")) == (1, 1)
    found = claim(desk.engine, Stage.REVIEW, annotator_id=desk.people["ben"], now=desk.now)
    assert isinstance(found, EmptyQueue)


def test_who_reviews_an_item_sees_it_only_when_the_round_is_decided(desk: Desk) -> None:
    """Fails without ``may_see`` in seeing.py:_record."""
    work = desk.begin("ben")
    with pytest.raises(Forbidden, match="reviewing this item blindly"):
        see(desk, "ben")
    desk.decide("ben", work)
    with pytest.raises(Forbidden, match="reviewing this item blindly"):
        see(desk, "ben")
    with reading(desk.engine) as session:
        assert not may_see(session, "starter-a", annotator_id=desk.people["ben"])
    desk.review("cho")
    assert see(desk, "ben")


def test_a_round_is_shown_whole_when_it_is_over(desk: Desk) -> None:
    desk.review("ben", reason="Fine.")
    desk.review("cho")
    found = see_round(desk.engine, round_of(desk), annotator_id=desk.people["ben"], now=desk.now)
    assert {found.handles[one.annotator_id] for one in found.reviews} == {"ben", "cho"}
    assert set(found.solutions) == {desk.people["ben"], desk.people["cho"]}
    assert desk.count("item_reveal") == 1


@ON_SQLITE
def test_an_open_round_is_shown_to_a_lead_only_and_that_is_recorded(desk: Desk) -> None:
    """Fails when seeing.py:see_round asks for any role while the round is open."""
    desk.review("ben")
    for who in ("ann", "dee", "vic"):
        with pytest.raises(Forbidden, match="'lead'"):
            see_round(desk.engine, round_of(desk), annotator_id=desk.people[who], now=desk.now)
    found = see_round(desk.engine, round_of(desk), annotator_id=desk.people["lee"], now=desk.now)
    assert len(found.reviews) == 1
    assert desk.count("item_reveal") == 1


@ON_SQLITE
def test_a_round_that_was_followed_by_another_is_over(desk: Desk) -> None:
    first = round_of(desk)
    desk.review("ben")
    desk.send("starter-a", kind=ActKind.REOPEN)
    found = see_round(desk.engine, first, annotator_id=desk.people["ann"], now=desk.now)
    assert len(found.reviews) == 1


@ON_SQLITE
def test_what_is_not_there_is_not_seen(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no item 'x'"):
        see_item(desk.engine, "x", annotator_id=desk.people["ben"], now=desk.now)
    with pytest.raises(NotFound, match="no review round 'x'"):
        see_round(desk.engine, "x", annotator_id=desk.people["ben"], now=desk.now)


@ON_SQLITE
def test_in_a_solo_workspace_all_is_seen_and_nothing_recorded(solo: Desk) -> None:
    solo.take("local")
    assert not see(solo, "local")
    assert solo.count("item_reveal") == 0
