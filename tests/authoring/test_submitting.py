"""Submitting: one revision, once, and the second of two people loses nothing."""

import pytest
from sqlmodel import select

from curation.authoring.checks import Code
from curation.authoring.copies import discard
from curation.authoring.copy_views import CopyView
from curation.authoring.submitting import (
    BaseChoice,
    Refused,
    StaleBase,
    Submitted,
    settle_base,
    submit,
)
from db.engine import reading, writing
from db.errors import Conflict, Forbidden
from db.history import events
from db.items import Item, ItemOrigin, Placement
from db.labels import Decision, LabelSource
from db.queries.items import ItemDetail, get_item
from db.verification import check_database
from db.working_copies import Closing, Part
from tests.authoring.desk import Desk
from tests.authoring.workspace import LATER, annotator
from tests.db.content import add_item

TEXTS = {
    Part.TYPE: "qc",
    Part.DOMAIN: "physics",
    Part.LANGUAGE: "zh",
    Part.PROMPT: "水在一百摄氏度时结冰，请解释它为什么结冰。",
    Part.REFERENCE: "1. 指出前提是错的。\n2. 说明水在零摄氏度结冰。",
    Part.TWIN: "水在零摄氏度时结冰，请解释它为什么结冰。",
    Part.FOLLOWS: "前提是错的：水在零摄氏度时才结冰。",
    Part.CONVENTIONAL: "因为水分子在一百摄氏度时排列成晶体。",
    Part.NEAR_MISS: "前提是错的，不过我不知道水几度结冰。",
    Part.NOTES: "课堂上常见的口误。",
}


@pytest.fixture
def other(desk: Desk) -> Desk:
    return Desk(engine=desk.engine, annotator_id=annotator(desk.engine, "other"))


def write(desk: Desk, copy: CopyView, texts: dict[Part, str]) -> None:
    for part, text in texts.items():
        desk.saved(copy.id, text, base=copy.parts[part].number, part=part)


def send(desk: Desk, copy_id: str) -> Submitted | Refused | StaleBase:
    return submit(desk.engine, copy_id, annotator_id=desk.annotator_id, now=LATER)


def sent(desk: Desk, copy_id: str) -> Submitted:
    answer = send(desk, copy_id)
    assert isinstance(answer, Submitted), answer
    return answer


def late(desk: Desk, copy_id: str) -> StaleBase:
    answer = send(desk, copy_id)
    assert isinstance(answer, StaleBase)
    return answer


def codes(desk: Desk, copy_id: str) -> set[tuple[Part | None, Code]]:
    answer = send(desk, copy_id)
    assert isinstance(answer, Refused)
    return {(one.part, one.code) for one in answer.findings if one.severity == "refuse"}


def item(desk: Desk, item_id: str = "a") -> ItemDetail:
    with reading(desk.engine) as session:
        return get_item(session, item_id)


def actions(desk: Desk, item_id: str) -> list[str]:
    with reading(desk.engine) as session:
        return [event.action for event in events(session, subject_id=item_id)]


def test_a_new_item_is_recorded_whole_with_one_event(desk: Desk) -> None:
    copy = desk.new()
    write(desk, copy, TEXTS)
    answer = sent(desk, copy.id)

    found = item(desk, answer.item_id)
    assert answer.revision_id == found.row.revision_id == f"{answer.item_id}.r1"
    row = found.row
    assert (row.type_id, row.domain_id, row.language_id) == ("qc", "physics", "zh")
    assert (row.prompt, row.reference) == (TEXTS[Part.PROMPT], TEXTS[Part.REFERENCE])
    assert (row.twin, row.notes) == (TEXTS[Part.TWIN], TEXTS[Part.NOTES])
    assert row.requirements == ("指出前提是错的。", "说明水在零摄氏度结冰。")
    assert row.origin is ItemOrigin.AUTHORED
    assert {response.role: response.text for response in found.responses} == {
        "follows": TEXTS[Part.FOLLOWS],
        "conventional": TEXTS[Part.CONVENTIONAL],
        "near_miss": TEXTS[Part.NEAR_MISS],
    }
    labels = {response.role: response.labels for response in found.responses}
    assert {role: [label.decision for label in of] for role, of in labels.items()} == {
        "follows": [Decision.FOLLOWS],
        "conventional": [Decision.DOES_NOT_FOLLOW],
        "near_miss": [Decision.DOES_NOT_FOLLOW],
    }
    every = [label for of in labels.values() for label in of]
    assert {label.source for label in every} == {LabelSource.CONSTRUCTION}
    assert {label.annotator_id for label in every} == {desk.annotator_id}
    assert actions(desk, answer.item_id) == ["item.author"]
    closed = desk.load(copy.id)
    assert (closed.closed_as, closed.revision_id) == (Closing.SUBMITTED, answer.revision_id)
    assert check_database(desk.engine).ok


def test_submitting_twice_is_one_item_and_one_event(desk: Desk) -> None:
    """Pins submitting.py:submit, the answer of a copy that is closed as submitted."""
    copy = desk.new()
    write(desk, copy, TEXTS)
    assert sent(desk, copy.id) == sent(desk, copy.id)
    with reading(desk.engine) as session:
        assert sum(event.action == "item.author" for event in events(session)) == 1
        assert len(session.exec(select(Item)).all()) == 2


def test_a_change_of_an_item_is_its_next_revision_and_what_it_was_moved_to(desk: Desk) -> None:
    copy = desk.item()
    write(desk, copy, {Part.PROMPT: "Answer wrongly: 2 + 2?", Part.TYPE: "qc", Part.DOMAIN: ""})
    assert sent(desk, copy.id).revision_id == "a.r2"

    found = item(desk)
    assert [revision.number for revision in found.revisions] == [1, 2]
    assert (found.row.type_id, found.row.domain_id) == ("qc", None)
    with reading(desk.engine) as session:
        (placement,) = session.exec(select(Placement)).all()
        assert session.get_one(Item, "a").version == 2
    assert (placement.from_revision, placement.previous_type_id, placement.type_id) == (
        2,
        "dia",
        "qc",
    )
    assert actions(desk, "a") == ["item.revise", "item.create"]
    assert check_database(desk.engine).ok


def test_an_item_that_stays_where_it_is_has_no_placement(desk: Desk) -> None:
    copy = desk.item()
    write(desk, copy, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    sent(desk, copy.id)
    with reading(desk.engine) as session:
        assert session.exec(select(Placement)).all() == []


def test_a_copy_with_nothing_changed_is_refused(desk: Desk) -> None:
    assert codes(desk, desk.item().id) == {(None, Code.NOTHING_CHANGED)}


def test_an_empty_copy_is_refused_and_writes_nothing(desk: Desk) -> None:
    copy = desk.new()
    assert codes(desk, copy.id) == {
        (Part.TYPE, Code.MISSING),
        (Part.LANGUAGE, Code.MISSING),
        (Part.PROMPT, Code.MISSING),
        (Part.REFERENCE, Code.MISSING),
    }
    assert desk.load(copy.id).is_open
    with reading(desk.engine) as session:
        assert len(session.exec(select(Item)).all()) == 1


def test_a_text_set_aside_is_decided_about_before_submitting(desk: Desk) -> None:
    copy = desk.new()
    write(desk, copy, TEXTS)
    desk.stale(copy.id, "另一句。", base=0, tab="tab-2")
    assert codes(desk, copy.id) == {(Part.PROMPT, Code.UNSETTLED)}


def test_the_second_of_two_people_gets_base_theirs_and_mine(desk: Desk, other: Desk) -> None:
    """Pins submitting.py:submit, the comparison of the base with the current revision."""
    mine, theirs = desk.item(), other.item()
    write(other, theirs, {Part.PROMPT: "Answer wrongly: 3 + 3?", Part.NOTES: "their note"})
    write(desk, mine, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    sent(other, theirs.id)

    answer = late(desk, mine.id)
    assert answer.current_revision_id == "a.r2"
    assert {one.part: (one.base, one.theirs, one.mine) for one in answer.differences} == {
        Part.PROMPT: (
            "Answer wrongly: 1 + 1?",
            "Answer wrongly: 3 + 3?",
            "Answer wrongly: 2 + 2?",
        ),
        Part.NOTES: ("", "their note", ""),
    }
    assert desk.load(mine.id).differences == answer.differences
    assert desk.load(mine.id).parts[Part.PROMPT].text == "Answer wrongly: 2 + 2?"


def settle(
    desk: Desk,
    copy_id: str,
    choice: BaseChoice,
    *,
    seen: str = "a.r2",
    texts: dict[Part, str] | None = None,
) -> CopyView | StaleBase:
    return settle_base(
        desk.engine,
        copy_id,
        annotator_id=desk.annotator_id,
        choice=choice,
        current_revision_id=seen,
        tab="tab-1",
        now=LATER,
        texts=texts,
    )


@pytest.fixture
def stale(desk: Desk, other: Desk) -> str:
    """A copy of one person, after another one submitted a prompt and a note."""
    mine, theirs = desk.item(), other.item()
    write(other, theirs, {Part.PROMPT: "Answer wrongly: 3 + 3?", Part.NOTES: "their note"})
    write(desk, mine, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    sent(other, theirs.id)
    return mine.id


def test_taking_theirs_closes_the_copy_and_its_texts_stay(desk: Desk, stale: str) -> None:
    for _ in range(2):
        settled = settle(desk, stale, BaseChoice.THEIRS)
        assert isinstance(settled, CopyView)
        assert settled.closed_as is Closing.THEIRS_TAKEN
    assert settled.parts[Part.PROMPT].text == "Answer wrongly: 2 + 2?"
    assert desk.item().parts[Part.PROMPT].text == "Answer wrongly: 3 + 3?"
    with pytest.raises(Conflict, match="theirs_taken"):
        send(desk, stale)


def test_keeping_mine_makes_it_the_next_revision(desk: Desk, stale: str) -> None:
    settle(desk, stale, BaseChoice.MINE)
    assert sent(desk, stale).revision_id == "a.r3"
    assert (item(desk).row.prompt, item(desk).row.notes) == ("Answer wrongly: 2 + 2?", "")


def test_merging_saves_the_merged_texts_and_takes_over_what_only_they_changed(
    desk: Desk, stale: str
) -> None:
    settle(desk, stale, BaseChoice.MERGE, texts={Part.PROMPT: "Answer wrongly: 2 + 3?"})
    assert desk.texts(stale)[-2:] == ["Answer wrongly: 2 + 2?", "Answer wrongly: 2 + 3?"]
    sent(desk, stale)
    row = item(desk).row
    assert (row.prompt, row.notes) == ("Answer wrongly: 2 + 3?", "their note")


def test_a_third_revision_meanwhile_is_compared_again(desk: Desk, other: Desk, stale: str) -> None:
    """Pins submitting.py:settle_base, the comparison with the revision that was seen."""
    third = other.item()
    write(other, third, {Part.PROMPT: "Answer wrongly: 4 + 4?"})
    sent(other, third.id)
    answer = settle(desk, stale, BaseChoice.MINE, seen="a.r2")
    assert isinstance(answer, StaleBase)
    assert answer.current_revision_id == "a.r3"
    settle(desk, stale, BaseChoice.MINE, seen="a.r3")
    assert sent(desk, stale).revision_id == "a.r4"


def test_merged_texts_are_kept_when_a_third_revision_came_meanwhile(
    desk: Desk, other: Desk, stale: str
) -> None:
    """Pins submitting.py:settle_base, that what is stale again is stored before it is answered."""
    third = other.item()
    write(other, third, {Part.PROMPT: "Answer wrongly: 4 + 4?"})
    sent(other, third.id)
    for _ in range(2):
        texts = {Part.PROMPT: "Answer wrongly: 2 + 3?"}
        answer = settle(desk, stale, BaseChoice.MERGE, seen="a.r2", texts=texts)
        assert isinstance(answer, StaleBase)
    mine = {one.part: one.mine for one in answer.differences}
    assert mine[Part.PROMPT] == "Answer wrongly: 2 + 3?"
    assert desk.texts(stale)[-2:] == ["Answer wrongly: 2 + 2?", "Answer wrongly: 2 + 3?"]


def test_merged_texts_are_set_aside_when_another_tab_decided_first(desk: Desk, stale: str) -> None:
    """Pins texts.py:keep_late."""
    texts = {Part.PROMPT: "Answer wrongly: 2 + 3?"}
    settle(desk, stale, BaseChoice.MINE)
    for _ in range(2):
        settled = settle(desk, stale, BaseChoice.MERGE, texts=texts)
        assert isinstance(settled, CopyView)
        assert settled.parts[Part.PROMPT].text == "Answer wrongly: 2 + 2?"
        assert [one.text for one in settled.unsettled] == ["Answer wrongly: 2 + 3?"]


def test_merging_twice_sets_nothing_aside(desk: Desk, stale: str) -> None:
    texts = {Part.PROMPT: "Answer wrongly: 2 + 3?"}
    settle(desk, stale, BaseChoice.MERGE, texts=texts)
    number = desk.load(stale).parts[Part.PROMPT].number
    desk.saved(stale, "Answer wrongly: 2 + 33?", base=number)
    settled = settle(desk, stale, BaseChoice.MERGE, texts=texts)
    assert isinstance(settled, CopyView)
    assert settled.asides == ()
    assert settled.parts[Part.PROMPT].text == "Answer wrongly: 2 + 33?"


def test_what_is_typed_after_submitting_goes_on_in_a_new_copy(desk: Desk) -> None:
    copy = desk.item()
    write(desk, copy, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    sent(desk, copy.id)
    after = desk.saved(copy.id, "Answer wrongly: 2 + 22?", base=copy.parts[Part.PROMPT].number + 1)
    assert after.copy_id != copy.id
    assert desk.load(after.copy_id).base_revision_id == "a.r2"
    assert sent(desk, after.copy_id).revision_id == "a.r3"


def test_an_item_joins_the_family_of_another_and_leaves_it(desk: Desk) -> None:
    with writing(desk.engine) as session:
        add_item(session, "b", prompt="A question of its own, nothing like the other one.")
    copy = desk.item("a")
    write(desk, copy, {Part.FAMILY: "b"})
    sent(desk, copy.id)
    assert item(desk, "a").siblings == ("b",)

    again = desk.item("a")
    assert again.parts[Part.FAMILY].text == "b"
    write(desk, again, {Part.FAMILY: ""})
    sent(desk, again.id)
    assert item(desk, "a").siblings == ()
    assert item(desk, "a").row.family_id not in {"family-a", "family-b"}
    assert check_database(desk.engine).ok


def test_somebody_joining_the_family_meanwhile_does_not_move_the_item(
    desk: Desk, other: Desk
) -> None:
    copy = desk.item()
    with writing(desk.engine) as session:
        add_item(session, "b", prompt="Another question entirely.", family_id="family-a")
    write(desk, copy, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    sent(desk, copy.id)
    assert item(desk).row.family_id == "family-a"


def test_somebody_leaving_the_family_meanwhile_does_not_take_the_item_along(
    desk: Desk, other: Desk
) -> None:
    """Pins submitting.py:_family, that a family nobody chose is the one the item is in."""
    with writing(desk.engine) as session:
        add_item(session, "b", prompt="Another question entirely.", family_id="family-a")
    copy, theirs = desk.item("a"), other.item("b")
    assert copy.parts[Part.FAMILY].text == "b"
    write(other, theirs, {Part.FAMILY: ""})
    sent(other, theirs.id)
    assert codes(desk, copy.id) == {(None, Code.NOTHING_CHANGED)}
    write(desk, copy, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    sent(desk, copy.id)
    assert item(desk, "a").row.family_id == "family-a"
    assert item(desk, "b").row.family_id != "family-a"
    # Asked for by hand, it follows.
    again = desk.item("a")
    write(desk, again, {Part.FAMILY: "b"})
    sent(desk, again.id)
    assert item(desk, "a").row.family_id == item(desk, "b").row.family_id


@pytest.mark.parametrize("link", ["its own", "its follow-up"])
def test_a_link_to_itself_or_to_what_follows_it_moves_nothing(desk: Desk, link: str) -> None:
    copy = desk.new()
    write(desk, copy, TEXTS | {Part.FAMILY: "a"})
    follow_up = sent(desk, copy.id).item_id
    again = desk.item("a")
    write(desk, again, {Part.FAMILY: "a" if link == "its own" else follow_up})
    assert codes(desk, again.id) == {(None, Code.NOTHING_CHANGED)}
    write(desk, again, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    sent(desk, again.id)
    assert item(desk, "a").row.family_id == item(desk, follow_up).row.family_id == "family-a"
    assert check_database(desk.engine).ok


def test_an_item_that_does_not_exist_is_no_family(desk: Desk) -> None:
    copy = desk.new()
    write(desk, copy, TEXTS | {Part.FAMILY: "item-nowhere"})
    assert codes(desk, copy.id) == {(Part.FAMILY, Code.UNKNOWN)}


def test_warnings_do_not_block_and_are_kept_in_the_history(desk: Desk) -> None:
    copy = desk.new()
    write(desk, copy, TEXTS | {Part.PROMPT: "Answer wrongly: 1 + 1?", Part.DOMAIN: ""})
    answer = sent(desk, copy.id)
    with reading(desk.engine) as session:
        (event,) = events(session, subject_id=answer.item_id)
    assert event.after is not None
    assert {"part": "domain", "code": "unassigned"} in event.after["warnings"]
    assert {"part": "prompt", "code": "near_duplicate"} in event.after["warnings"]
    assert {"part": "prompt", "code": "language"} in event.after["warnings"]


def test_another_persons_copy_and_a_discarded_one_are_not_submitted(
    desk: Desk, other: Desk
) -> None:
    copy = desk.new()
    with pytest.raises(Forbidden, match="another person's"):
        send(other, copy.id)
    discard(desk.engine, copy.id, annotator_id=desk.annotator_id, now=LATER)
    with pytest.raises(Conflict, match="closed \\(discarded\\)"):
        send(desk, copy.id)
