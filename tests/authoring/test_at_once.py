"""Processes that save and submit at the same moment: exactly one is first, nothing is lost.

PostgreSQL runs them side by side, SQLite one after the other: what they leave must be the same.
"""

from curation.authoring.submitting import BaseChoice, Submitted, settle_base, submit
from db.engine import reading
from db.history import events
from db.queries.items import get_item
from db.verification import check_database
from db.working_copies import Closing, Part
from tests.authoring.at_once import at_once
from tests.authoring.desk import Desk
from tests.authoring.test_submitting import TEXTS, write
from tests.authoring.workspace import LATER, annotator


def test_of_two_saves_at_once_one_is_next_and_the_other_is_set_aside(
    desk: Desk, migrated_url: str
) -> None:
    """Pins texts.py:store, that a save over another tab's newer text is set aside."""
    copy = desk.new()
    who = desk.annotator_id
    answers = at_once(
        migrated_url, [[who, "1", copy.id, f"tab-{tab}", f"text {tab} "] for tab in range(4)]
    )
    assert sorted(answer["answer"] for answer in answers) == ["SavedPart"] + ["StalePart"] * 3
    loaded = desk.load(copy.id)
    stored = {loaded.parts[Part.PROMPT].text, *(aside.text for aside in loaded.unsettled)}
    assert stored == {f"text {tab} 0" for tab in range(4)}
    assert desk.texts(copy.id) == ["", loaded.parts[Part.PROMPT].text]


def test_submitting_twice_at_once_is_one_item_and_one_event(desk: Desk, migrated_url: str) -> None:
    """Pins submitting.py:submit, the lock and the answer of a copy that is submitted."""
    copy = desk.new()
    write(desk, copy, TEXTS)
    gesture = [desk.annotator_id, "submit", copy.id, "tab-1", ""]
    answers = at_once(migrated_url, [gesture] * 4)
    assert {answer["answer"] for answer in answers} == {"Submitted"}
    assert len({answer["revision"] for answer in answers}) == 1
    with reading(desk.engine) as session:
        assert sum(event.action == "item.author" for event in events(session)) == 1
    assert check_database(desk.engine).ok


def test_of_two_people_who_submit_at_once_the_second_is_told_and_loses_nothing(
    desk: Desk, migrated_url: str
) -> None:
    """Pins submitting.py:submit, the comparison of the base with the current revision."""
    people = [desk, Desk(engine=desk.engine, annotator_id=annotator(desk.engine, "other"))]
    copies = [person.item() for person in people]
    for number, (person, copy) in enumerate(zip(people, copies, strict=True)):
        write(person, copy, {Part.PROMPT: f"Answer wrongly: 2 + {number}?"})
    answers = at_once(
        migrated_url,
        [
            [person.annotator_id, "submit", copy.id, "tab-1", ""]
            for person, copy in zip(people, copies, strict=True)
        ],
    )
    assert sorted(answer["answer"] for answer in answers) == ["StaleBase", "Submitted"]
    second = next(at for at, answer in enumerate(answers) if answer["answer"] == "StaleBase")
    late = people[second].load(copies[second].id)
    assert late.is_open
    assert late.parts[Part.PROMPT].text == f"Answer wrongly: 2 + {second}?"
    assert [one.theirs for one in late.differences] == [f"Answer wrongly: 2 + {1 - second}?"]
    settle_base(
        desk.engine,
        late.id,
        annotator_id=late.annotator_id,
        choice=BaseChoice.MINE,
        current_revision_id="a.r2",
        tab="tab-1",
        now=LATER,
    )
    answer = submit(desk.engine, late.id, annotator_id=late.annotator_id, now=LATER)
    assert answer == Submitted(item_id="a", revision_id="a.r3")
    with reading(desk.engine) as session:
        assert [one.number for one in get_item(session, "a").revisions] == [1, 2, 3]
    assert check_database(desk.engine).ok


def test_text_saved_while_the_copy_is_submitted_is_in_it_or_in_the_one_that_follows(
    desk: Desk, migrated_url: str
) -> None:
    """Pins texts.py:open_one and db/queries/working_copies.py:lock_copy."""
    copy = desk.item()
    desk.saved(copy.id, "Answer wrongly: 2 + 2?", base=0, tab="tab-2")
    who = desk.annotator_id
    saving, sending = at_once(
        migrated_url,
        [
            [who, "20", copy.id, "tab-2", "Answer wrongly: 3 + "],
            [who, "submit", copy.id, "tab-1", ""],
        ],
    )
    assert sending["answer"] == "Submitted"
    closed, last = desk.load(copy.id), desk.load(saving["copy"])
    assert closed.closed_as is Closing.SUBMITTED
    assert last.parts[Part.PROMPT].text == "Answer wrongly: 3 + 19"
    # Whatever was submitted is the last text of the copy: nothing came into it behind its back.
    with reading(desk.engine) as session:
        assert get_item(session, "a").row.prompt == closed.parts[Part.PROMPT].text
    saved = {*desk.texts(copy.id), *desk.texts(last.id)}
    assert saved >= {f"Answer wrongly: 3 + {number}" for number in range(20)}
