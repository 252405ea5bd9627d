"""A gesture that is sent again, however late, is answered as before and stores nothing more."""

import pytest

from curation.authoring.copies import discard, list_copies, save_part, settle_part
from curation.authoring.copy_views import Choice, SavedPart, StalePart
from curation.authoring.submitting import BaseChoice, Submitted, settle_base, submit
from db.engine import reading
from db.errors import Invalid
from db.working_copies import Part, Resolution
from tests.authoring.desk import Desk
from tests.authoring.workspace import LATER

THEIRS = "Answer wrongly: 3 + 3?"
MINE = "Answer wrongly: 2 + 2?"
BOTH = "Answer wrongly: 2 + 3?"
OVER = "Answer wrongly: 4 + 4?"


def hand_in(desk: Desk, copy_id: str) -> None:
    answer = submit(desk.engine, copy_id, annotator_id=desk.annotator_id, now=LATER)
    assert isinstance(answer, Submitted), answer


def give_up(desk: Desk, copy_id: str) -> None:
    discard(desk.engine, copy_id, annotator_id=desk.annotator_id, now=LATER)


def open_copies(desk: Desk) -> list[str]:
    with reading(desk.engine) as session:
        return [row.id for row in list_copies(session, annotator_id=desk.annotator_id)]


def late_at_an_item(desk: Desk) -> StalePart:
    """One tab has gone on from number 0; the other one's text is set aside."""
    copy = desk.item()
    desk.saved(copy.id, THEIRS, base=0)
    return desk.stale(copy.id, MINE, base=0, tab="tab-2")


@pytest.mark.parametrize(("choice", "text"), [(Choice.MINE, None), (Choice.MERGED, BOTH)])
def test_a_settled_text_sent_again_after_the_copy_was_submitted_is_stored_once(
    desk: Desk, choice: Choice, text: str | None
) -> None:
    """Pins texts.py:take_mine, that a closed copy's own texts are looked at first."""
    late = late_at_an_item(desk)
    first = desk.settle(late.aside_id, choice, theirs_number=1, text=text)
    assert isinstance(first, SavedPart)
    desk.saved(late.copy_id, OVER, base=first.number)
    hand_in(desk, late.copy_id)

    assert desk.settle(late.aside_id, choice, theirs_number=1, text=text) == first
    assert open_copies(desk) == []
    assert desk.texts(late.copy_id).count(text or MINE) == 1
    (aside,) = desk.asides()
    assert (aside.text, aside.resolution) == (MINE, Resolution(choice.value))


def test_a_merged_text_that_was_late_is_set_aside_once_whatever_closed_meanwhile(
    desk: Desk,
) -> None:
    """Pins texts.py:late_before in take_mine."""
    late = late_at_an_item(desk)
    desk.saved(late.copy_id, OVER, base=1)
    first = desk.settle(late.aside_id, Choice.MERGED, theirs_number=1, text=BOTH)
    assert isinstance(first, StalePart)
    desk.settle(first.aside_id, Choice.THEIRS, theirs_number=2)
    hand_in(desk, late.copy_id)

    assert desk.settle(late.aside_id, Choice.MERGED, theirs_number=1, text=BOTH) == first
    assert open_copies(desk) == []
    assert sorted(one.text for one in desk.asides()) == [MINE, BOTH]


def test_a_late_save_sent_again_after_the_copy_was_submitted_is_set_aside_once(desk: Desk) -> None:
    """Pins copies.py:save_part, that a closed copy's texts set aside are looked at first."""
    late = late_at_an_item(desk)
    desk.settle(late.aside_id, Choice.THEIRS, theirs_number=1)
    hand_in(desk, late.copy_id)

    assert desk.save(late.copy_id, MINE, base=0, tab="tab-2") == late
    assert open_copies(desk) == []
    assert len(desk.asides()) == 1


def test_a_late_save_of_an_item_to_be_is_set_aside_once_over_all_copies_that_follow(
    desk: Desk,
) -> None:
    """Pins texts.py:_line, the copies that follow one of an item to be."""
    copy = desk.new()
    desk.saved(copy.id, THEIRS, base=0)
    give_up(desk, copy.id)
    late = desk.stale(copy.id, MINE, base=0, tab="tab-2")
    give_up(desk, late.copy_id)

    assert desk.save(copy.id, MINE, base=0, tab="tab-2") == late
    assert open_copies(desk) == []
    assert len(desk.asides()) == 1


def test_a_save_that_went_into_a_following_copy_is_found_there_when_that_is_closed_too(
    desk: Desk,
) -> None:
    """Pins texts.py:_sent, that every copy of the line is looked through."""
    copy = desk.item()
    desk.saved(copy.id, THEIRS, base=0)
    hand_in(desk, copy.id)
    first = desk.saved(copy.id, MINE, base=1)
    desk.saved(first.copy_id, OVER, base=2, tab="tab-2")
    hand_in(desk, first.copy_id)

    assert desk.save(copy.id, MINE, base=1) == first
    assert desk.asides() == []
    assert desk.texts(first.copy_id) == [THEIRS, MINE, OVER]


def test_another_tabs_text_in_the_closed_copy_makes_a_save_late_in_the_one_that_follows(
    desk: Desk,
) -> None:
    """Pins texts.py:store: the copy that follows begins with a text of the late tab itself."""
    late = late_at_an_item(desk)
    desk.settle(late.aside_id, Choice.MINE, theirs_number=1)
    hand_in(desk, late.copy_id)

    again = desk.stale(late.copy_id, OVER, base=0, tab="tab-2")
    assert (again.base, again.theirs, again.theirs_number) == ("Answer wrongly: 1 + 1?", MINE, 2)
    assert desk.texts(again.copy_id) == [MINE]


@pytest.mark.parametrize(("choice", "text"), [(Choice.THEIRS, None), (Choice.MERGED, BOTH)])
def test_a_text_that_went_over_theirs_stays_told_so_when_another_tab_decides_otherwise(
    desk: Desk, choice: Choice, text: str | None
) -> None:
    """Pins texts.py:_resolve."""
    late = late_at_an_item(desk)
    desk.settle(late.aside_id, Choice.MINE, theirs_number=1)
    settled = desk.settle(late.aside_id, choice, theirs_number=2, text=text)
    assert isinstance(settled, SavedPart)
    assert desk.texts(late.copy_id)[2:] == [MINE, *([text] if text else [])]
    assert [one.resolution for one in desk.asides()] == [Resolution.MINE]


@pytest.mark.parametrize(
    ("number", "tab", "sentence"),
    [
        (-1, "tab-1", "number -1 names no text"),
        (2**31 - 1, "tab-1", "number 2147483647 names no text"),
        (2**70, "tab-1", "names no text"),
        (0, "tab\0", "tab's id holds a NUL character at 4"),
        (0, "\udc80", "tab's id holds half a character"),
    ],
    ids=["below 0", "after the last", "no database's", "NUL", "half a character"],
)
def test_a_number_or_a_tab_that_cannot_be_stored_is_refused_in_one_sentence(
    desk: Desk, number: int, tab: str, sentence: str
) -> None:
    """Pins texts.py:check_sender."""
    late = late_at_an_item(desk)
    who, now = desk.annotator_id, LATER
    with pytest.raises(Invalid, match=sentence) as refused:
        save_part(
            desk.engine,
            copy_id=late.copy_id,
            annotator_id=who,
            part=Part.PROMPT,
            text=OVER,
            base_number=number,
            tab=tab,
            now=now,
        )
    str(refused.value).encode("utf-8")
    with pytest.raises(Invalid, match=sentence):
        settle_part(
            desk.engine,
            aside_id=late.aside_id,
            annotator_id=who,
            choice=Choice.MERGED,
            theirs_number=number,
            tab=tab,
            now=now,
            text=OVER,
        )
    if tab != "tab-1":
        with pytest.raises(Invalid, match=sentence):
            settle_base(
                desk.engine,
                late.copy_id,
                annotator_id=who,
                choice=BaseChoice.MINE,
                current_revision_id="a.r1",
                tab=tab,
                now=now,
            )
    assert desk.texts(late.copy_id) == ["Answer wrongly: 1 + 1?", THEIRS]
    assert [(one.text, one.resolution) for one in desk.asides()] == [(MINE, None)]


def test_the_last_number_that_is_let_through_is_stored_aside(desk: Desk) -> None:
    late = late_at_an_item(desk)
    again = desk.stale(late.copy_id, OVER, base=2**31 - 2, tab="tab-2")
    assert again.theirs == THEIRS
