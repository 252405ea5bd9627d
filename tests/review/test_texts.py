"""What is typed in a form is kept: in order, aside, and after the work is lost."""

from datetime import timedelta

import pytest

from curation.claims.claiming import claim
from curation.review.texts import (
    FieldText,
    SavedText,
    StaleText,
    load_texts,
    save_text,
    settle_late,
)
from db.engine import reading
from db.errors import Forbidden, Invalid, NotFound
from db.queries.slots import Claim
from db.slots import Stage
from tests.review.desk import ON_SQLITE, Desk


def save(
    desk: Desk,
    work: Claim,
    text: str,
    *,
    base: int,
    who: str = "ben",
    tab: str = "tab-1",
    field: str = "reason",
) -> SavedText | StaleText:
    return save_text(
        desk.engine,
        work.slot_id,
        field,
        text,
        annotator_id=desk.people[who],
        base_number=base,
        tab=tab,
        now=desk.now,
    )


def load(desk: Desk, work: Claim, who: str = "ben") -> dict[str, FieldText]:
    with reading(desk.engine) as session:
        return dict(load_texts(session, work.slot_id, annotator_id=desk.people[who]))


def test_saves_follow_each_other_and_a_repeated_one_answers_the_same(desk: Desk) -> None:
    """Fails without ``_known`` in texts.py:save_text."""
    work = desk.take("ben")
    first = save(desk, work, "Two", base=0)
    second = save(desk, work, "Two readings", base=1)
    assert isinstance(first, SavedText)
    assert isinstance(second, SavedText)
    assert (first.number, second.number) == (1, 2)
    assert save(desk, work, "Two", base=0, tab="tab-2") != first
    assert save(desk, work, "Two readings", base=1) == second
    assert load(desk, work)["reason"].text == "Two readings"


@ON_SQLITE
def test_a_save_sent_again_after_the_next_one_answers_as_it_did(desk: Desk) -> None:
    work = desk.take("ben")
    first = save(desk, work, "Two", base=0)
    save(desk, work, "Of another tab", base=1, tab="tab-2")
    assert save(desk, work, "Two", base=0) == first
    assert desk.count("slot_text") == 2


@ON_SQLITE
def test_a_tab_that_lost_an_answer_goes_on(desk: Desk) -> None:
    """Fails when texts.py:save_text asks for the newest number instead of other tabs."""
    work = desk.take("ben")
    save(desk, work, "Two", base=0)
    found = save(desk, work, "Two readings", base=0)
    assert isinstance(found, SavedText)
    assert found.number == 2


def test_a_stale_save_is_kept_beside_the_newest_until_the_person_decides(desk: Desk) -> None:
    """Fails without ``if not others`` in texts.py:save_text."""
    work = desk.take("ben")
    save(desk, work, "Two", base=0)
    save(desk, work, "Mine", base=1, tab="tab-2")
    found, again = (save(desk, work, "Theirs", base=1) for _ in range(2))
    assert isinstance(found, StaleText)
    assert again == found
    assert (found.base, found.theirs, found.mine) == ("Two", "Mine", "Theirs")
    shown = load(desk, work)["reason"]
    assert (shown.text, [late.text for late in shown.late]) == ("Mine", ["Theirs"])
    for _ in range(2):
        settle_late(
            desk.engine,
            work.slot_id,
            "reason",
            found.late_number,
            annotator_id=desk.people["ben"],
            tab="tab-1",
            now=desk.now,
        )
    assert load(desk, work)["reason"].late == ()
    # "Two", "Mine" and "Theirs" are all still there, and one mark.
    assert desk.count("slot_text") == 4
    with pytest.raises(NotFound, match="no late text 7"):
        settle_late(
            desk.engine,
            work.slot_id,
            "reason",
            7,
            annotator_id=desk.people["ben"],
            tab="tab-1",
            now=desk.now,
        )


@ON_SQLITE
def test_what_is_typed_after_the_work_was_lost_or_handed_in_is_kept(desk: Desk) -> None:
    work = desk.begin("ben")
    later = work.lease_until + timedelta(seconds=1)
    for who in ("cho", "dee"):
        claim(desk.engine, Stage.REVIEW, annotator_id=desk.people[who], now=later)
    assert isinstance(save(desk, work, "Late", base=0), SavedText)
    assert load(desk, work)["reason"].text == "Late"
    desk.decide("ben", work)
    assert isinstance(save(desk, work, "Later", base=1), SavedText)
    assert load(desk, work)["reason"].text == "Later"


def test_what_one_types_no_other_reads(desk: Desk) -> None:
    """Fails without the annotator in db/queries/slot_texts.py:typed_texts."""
    work = desk.take("ben")
    save(desk, work, "Ben's", base=0)
    assert load(desk, work, "cho") == {}
    save(desk, work, "Cho's", base=0, who="cho")
    assert load(desk, work)["reason"].text == "Ben's"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("late:reason", "x", "has no name that is stored"),
        ("", "x", "has no name that is stored"),
        ("reason", "a\0b", "NUL character"),
        ("reason", "x" * 200_001, "at most 200,000"),
    ],
    ids=["reserved", "empty", "NUL", "long"],
)
@ON_SQLITE
def test_what_cannot_be_stored_is_refused(desk: Desk, field: str, text: str, sentence: str) -> None:
    work = desk.take("ben")
    with pytest.raises(Invalid, match=sentence):
        save(desk, work, text, base=0, field=field)


@ON_SQLITE
def test_only_who_may_do_the_work_types_into_it(desk: Desk) -> None:
    work = desk.take("ben")
    with pytest.raises(Forbidden, match="'reviewer'"):
        save(desk, work, "x", base=0, who="vic")
