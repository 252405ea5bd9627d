"""Working copies: nothing typed is lost, nothing is doubled, nobody reads another's."""

import pytest

from curation.authoring.copies import discard, list_copies, load_copy, open_item, open_new
from curation.authoring.copy_views import Choice, SavedPart, StalePart
from db.engine import reading
from db.errors import Forbidden, Invalid, NotFound
from db.working_copies import Closing, Part, Resolution
from tests.authoring.desk import Desk
from tests.authoring.workspace import LATER, NOW, annotator


def test_a_new_copy_has_every_part_empty_with_number_0(desk: Desk) -> None:
    copy = desk.new()
    assert copy.parts.keys() == set(Part)
    assert {(part.text, part.number) for part in copy.parts.values()} == {("", 0)}
    assert (copy.item_id, copy.base_revision_id, copy.current_revision_id) == (None, None, None)
    assert copy.is_open
    assert not copy.is_stale


def test_a_copy_of_an_item_begins_with_the_text_of_its_current_revision(desk: Desk) -> None:
    copy = desk.item()
    assert {part: view.text for part, view in copy.parts.items() if view.text} == {
        Part.TYPE: "dia",
        Part.DOMAIN: "math",
        Part.LANGUAGE: "en",
        Part.PROMPT: "Answer wrongly: 1 + 1?",
        Part.REFERENCE: "1. It answers 3.",
        Part.FOLLOWS: "3",
    }
    assert copy.base_revision_id == copy.current_revision_id == "a.r1"
    assert desk.item().id == copy.id


def test_a_save_is_the_next_number_and_is_read_back(desk: Desk) -> None:
    copy = desk.new()
    assert desk.saved(copy.id, "写", base=0).number == 1
    assert desk.saved(copy.id, "写一", base=1).number == 2
    loaded = desk.load(copy.id).parts[Part.PROMPT]
    assert (loaded.text, loaded.number, loaded.saved_at) == ("写一", 2, LATER)
    assert desk.load(copy.id).touched_at == LATER


def test_the_same_save_sent_twice_is_one_text(desk: Desk) -> None:
    copy = desk.new()
    first = desk.saved(copy.id, "once", base=0)
    assert desk.saved(copy.id, "once", base=0) == first
    desk.saved(copy.id, "once more", base=1, tab="tab-2")
    assert desk.saved(copy.id, "once", base=0) == first
    assert desk.texts(copy.id) == ["", "once", "once more"]
    assert desk.asides() == []


def test_the_text_of_a_late_save_is_set_aside_once_and_answered_with_both(desk: Desk) -> None:
    copy = desk.new()
    desk.saved(copy.id, "base", base=0)
    desk.saved(copy.id, "base, theirs", base=1, tab="tab-1")
    late = desk.stale(copy.id, "base, mine", base=1, tab="tab-2")
    assert (late.base, late.theirs, late.mine) == ("base", "base, theirs", "base, mine")
    assert late.theirs_number == 2
    assert desk.stale(copy.id, "base, mine", base=1, tab="tab-2") == late
    (aside,) = desk.load(copy.id).unsettled
    assert (aside.id, aside.base, aside.text) == (late.aside_id, "base", "base, mine")
    assert desk.texts(copy.id) == ["", "base", "base, theirs"]


def test_a_tab_that_lost_an_answer_goes_on_from_its_own_text(desk: Desk) -> None:
    copy = desk.new()
    desk.saved(copy.id, "one", base=0)
    assert desk.saved(copy.id, "one two", base=0).number == 2
    assert desk.asides() == []


def test_a_tab_that_lost_two_answers_and_typed_its_way_back_has_its_text_as_the_newest(
    desk: Desk,
) -> None:
    """Pins texts.py:repeated, that only another tab's text makes an old save a repetition."""
    copy = desk.new()
    desk.saved(copy.id, "one", base=0)
    desk.saved(copy.id, "one two", base=0)
    assert desk.saved(copy.id, "one", base=0).number == 3
    assert desk.load(copy.id).parts[Part.PROMPT].text == "one"


def test_a_number_that_was_never_given_is_late_too(desk: Desk) -> None:
    copy = desk.new()
    desk.saved(copy.id, "after a restore", base=0)
    late = desk.stale(copy.id, "from before it", base=7, tab="tab-1")
    assert (late.base, late.theirs, late.theirs_number) == (
        "after a restore",
        "after a restore",
        1,
    )


def test_theirs_is_taken_and_the_late_text_stays_readable(desk: Desk) -> None:
    copy = desk.new()
    desk.saved(copy.id, "theirs", base=0)
    late = desk.stale(copy.id, "mine", base=0, tab="tab-2")
    for _ in range(2):
        settled = desk.settle(late.aside_id, Choice.THEIRS, theirs_number=1)
        assert isinstance(settled, SavedPart)
        assert settled.number == 1
    assert desk.load(copy.id).unsettled == ()
    (aside,) = desk.load(copy.id).asides
    assert (aside.text, aside.resolution) == ("mine", Resolution.THEIRS)


@pytest.mark.parametrize(
    ("choice", "text", "stored"),
    [(Choice.MINE, None, "mine"), (Choice.MERGED, "theirs and mine", "theirs and mine")],
)
def test_mine_or_merged_becomes_the_next_text_once(
    desk: Desk, choice: Choice, text: str | None, stored: str
) -> None:
    copy = desk.new()
    desk.saved(copy.id, "theirs", base=0)
    late = desk.stale(copy.id, "mine", base=0, tab="tab-2")
    for _ in range(2):
        settled = desk.settle(late.aside_id, choice, theirs_number=1, text=text)
        assert isinstance(settled, SavedPart)
        assert settled.number == 2
    assert desk.texts(copy.id) == ["", "theirs", stored]
    (aside,) = desk.load(copy.id).asides
    assert (aside.text, aside.resolution) == ("mine", Resolution(choice.value))


@pytest.mark.parametrize(
    ("choice", "text", "waiting"),
    [
        (Choice.THEIRS, None, ["mine"]),
        (Choice.MINE, None, ["mine"]),
        (Choice.MERGED, "theirs, mine", ["theirs, mine"]),
    ],
)
def test_a_third_save_meanwhile_is_late_again_and_nothing_is_lost(
    desk: Desk, choice: Choice, text: str | None, waiting: list[str]
) -> None:
    """Pins texts.py:take_theirs and take_mine, the comparison with theirs_number."""
    copy = desk.new()
    desk.saved(copy.id, "theirs", base=0)
    late = desk.stale(copy.id, "mine", base=0, tab="tab-2")
    desk.saved(copy.id, "theirs again", base=1)
    settled = desk.settle(late.aside_id, choice, theirs_number=1, text=text)
    assert isinstance(settled, StalePart)
    assert (settled.theirs, settled.theirs_number) == ("theirs again", 2)
    assert [aside.text for aside in desk.load(copy.id).unsettled] == waiting
    assert [aside.id for aside in desk.load(copy.id).unsettled] == [settled.aside_id]
    # Mine is not set aside a second time.
    every = sorted(aside.text for aside in desk.load(copy.id).asides)
    assert every == sorted({"mine", *waiting})


def test_a_save_into_a_closed_copy_goes_to_one_that_follows_it(desk: Desk) -> None:
    """Pins texts.py:open_one, which gives a closed copy's follower."""
    copy = desk.item()
    number = copy.parts[Part.PROMPT].number
    desk.saved(copy.id, "kept", base=copy.parts[Part.NOTES].number, part=Part.NOTES)
    discard(desk.engine, copy.id, annotator_id=desk.annotator_id, now=LATER)
    first = desk.saved(copy.id, "typed after closing", base=number)
    assert desk.saved(copy.id, "typed after closing", base=number) == first
    assert first.copy_id != copy.id
    follower = desk.load(first.copy_id)
    assert follower.is_open
    assert (follower.item_id, follower.base_revision_id) == ("a", "a.r1")
    assert follower.parts[Part.PROMPT].text == "typed after closing"
    assert follower.parts[Part.NOTES].text == "kept"
    assert desk.item().id == first.copy_id
    assert desk.load(copy.id).closed_as is Closing.DISCARDED
    # Other parts go on there too, with the numbers that the tab knows.
    moved = desk.saved(copy.id, "2. Too", base=0, part=Part.REFERENCE)
    assert (moved.copy_id, moved.number) == (first.copy_id, 1)


def test_a_late_save_into_a_closed_copy_is_set_aside_in_the_one_that_follows(desk: Desk) -> None:
    copy = desk.new()
    desk.saved(copy.id, "one", base=0)
    desk.saved(copy.id, "one two", base=1)
    discard(desk.engine, copy.id, annotator_id=desk.annotator_id, now=LATER)
    late = desk.stale(copy.id, "one three", base=1, tab="tab-2")
    assert (late.base, late.theirs, late.mine) == ("one", "one two", "one three")
    assert late.copy_id != copy.id
    assert [aside.text for aside in desk.load(late.copy_id).unsettled] == ["one three"]


def test_numbers_go_on_over_the_copies_of_an_item(desk: Desk) -> None:
    """Pins texts.py:begin: a tab of a copy that was discarded cannot pass for the newest."""
    copy = desk.item()
    desk.saved(copy.id, "given up", base=0)
    discard(desk.engine, copy.id, annotator_id=desk.annotator_id, now=LATER)
    again = desk.item()
    assert again.id != copy.id
    assert again.parts[Part.PROMPT].number == 2
    late = desk.stale(copy.id, "given up, and more", base=1, tab="tab-1")
    assert late.copy_id == again.id
    assert (late.base, late.theirs) == ("given up", "Answer wrongly: 1 + 1?")


def test_a_repetition_of_a_closed_copys_last_save_opens_nothing(desk: Desk) -> None:
    copy = desk.item()
    saved = desk.saved(copy.id, "last words", base=0)
    discard(desk.engine, copy.id, annotator_id=desk.annotator_id, now=LATER)
    assert desk.saved(copy.id, "last words", base=0) == saved
    with reading(desk.engine) as session:
        assert list_copies(session, annotator_id=desk.annotator_id) == []


def test_another_persons_copy_is_forbidden_and_an_unknown_one_not_found(desk: Desk) -> None:
    copy = desk.new()
    other = Desk(engine=desk.engine, annotator_id=annotator(desk.engine, "other"))
    with pytest.raises(Forbidden, match="another person's"):
        other.save(copy.id, "x", base=0)
    with pytest.raises(Forbidden, match="another person's"):
        other.load(copy.id)
    with pytest.raises(Forbidden, match="another person's"):
        discard(desk.engine, copy.id, annotator_id=other.annotator_id, now=LATER)
    late = desk.stale(copy.id, "mine", base=3, tab="tab-2")
    with pytest.raises(Forbidden, match="another person's"):
        other.settle(late.aside_id, Choice.MINE, theirs_number=0)
    with pytest.raises(NotFound, match="no working copy 'nowhere'"):
        desk.save("nowhere", "x", base=0)
    with pytest.raises(NotFound, match="no item 'nowhere'"):
        desk.item("nowhere")
    with pytest.raises(Forbidden, match="no annotator 'nobody'"):
        open_new(desk.engine, annotator_id="nobody", now=NOW)
    with pytest.raises(NotFound, match="no text 'nowhere' set aside"):
        desk.settle("nowhere", Choice.MINE, theirs_number=0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a" * 200_001, "has 200,001 characters and at most 200,000 are stored; shorten it"),
        ("ab\0", "holds a NUL character at 3"),
        ("\ud83d", "holds half a character"),
    ],
    ids=["too long", "NUL", "lone surrogate"],
)
def test_a_text_that_cannot_be_stored_is_refused_in_one_sentence(
    desk: Desk, text: str, sentence: str
) -> None:
    copy = desk.new()
    with pytest.raises(Invalid, match=sentence) as refused:
        desk.save(copy.id, text, base=0)
    str(refused.value).encode("utf-8")
    assert desk.texts(copy.id) == [""]


def test_a_merged_text_is_given_exactly_with_merged(desk: Desk) -> None:
    with pytest.raises(Invalid, match="is missing"):
        desk.settle("any", Choice.MERGED, theirs_number=1)
    with pytest.raises(Invalid, match="was given"):
        desk.settle("any", Choice.MINE, theirs_number=1, text="x")


def test_the_same_gesture_opens_one_new_copy(desk: Desk) -> None:
    who = desk.annotator_id
    first = open_new(desk.engine, annotator_id=who, now=NOW, token="gesture-1")
    assert open_new(desk.engine, annotator_id=who, now=LATER, token="gesture-1") == first
    assert desk.new().id != desk.new().id


def test_the_list_has_the_last_touched_first_and_closed_copies_on_request(desk: Desk) -> None:
    first, second = desk.new(), desk.item()
    desk.saved(first.id, "写了一半", base=0)
    desk.stale(first.id, "写", base=0, tab="tab-2")
    other = annotator(desk.engine, "other")
    open_item(desk.engine, "a", annotator_id=other, now=NOW)
    with reading(desk.engine) as session:
        rows = list_copies(session, annotator_id=desk.annotator_id)
    assert [(row.id, row.item_id, row.prompt, row.unsettled) for row in rows] == [
        (first.id, None, "写了一半", 1),
        (second.id, "a", "Answer wrongly: 1 + 1?", 0),
    ]
    discard(desk.engine, first.id, annotator_id=desk.annotator_id, now=LATER)
    with reading(desk.engine) as session:
        left = list_copies(session, annotator_id=desk.annotator_id)
        every = list_copies(session, annotator_id=desk.annotator_id, include_closed=True)
        assert load_copy(session, first.id, annotator_id=desk.annotator_id).parts
    assert [row.id for row in left] == [second.id]
    assert [row.closed_as for row in every] == [Closing.DISCARDED, None]
