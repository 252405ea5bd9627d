"""The history: chained, complete, and it finds what was changed behind its back."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import select

from db.annotators import Annotator
from db.engine import open_engine, reading, writing
from db.errors import Conflict, Forbidden
from db.history import GENESIS, Event, HistoryHead, append_event, events
from db.items import Revision
from db.labels import Label, LabelSource
from db.verification import Verification, check_database, verify_history
from tests.db.content import (
    NOON,
    add_guideline,
    add_label,
    add_peoples_work,
    add_release,
    add_revision,
    fill,
)
from tests.programs import loaded


def verify(engine: Engine) -> Verification:
    with reading(engine) as session:
        return verify_history(session)


def test_every_action_is_one_event_linked_to_the_one_before(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as session:
        told = list(reversed(events(session)))
    assert [event.action for event in told] == [
        "annotator.create",
        "workspace.create",
        "annotator.create",
        "item.create",
    ]
    assert [event.seq for event in told] == [1, 2, 3, 4]
    assert [event.prev_hash for event in told] == [GENESIS, *(event.hash for event in told[:3])]
    # What content.add_item records.
    assert {name: fact["count"] for name, fact in told[3].facts.items()} == {  # type: ignore[index,call-overload]
        "family": 1,
        "item": 1,
        "revision": 1,
        "response": 1,
        "label": 1,
    }


def test_an_untouched_history_verifies_and_counts_what_it_saw(engine: Engine) -> None:
    fill(engine)
    found = verify(engine)
    assert found.findings == ()
    assert found.checked == {
        "events": 4,
        "items": 1,
        "revisions": 1,
        "responses": 1,
        "labels": 1,
        "judges": 0,
        "verdicts": 0,
        "releases": 0,
    }
    assert check_database(engine).ok


TAMPERING: dict[str, tuple[str, str]] = {
    "event text": ("UPDATE event SET action = 'x' WHERE seq = 4", "Event 4 (x) was changed"),
    "event moment": (
        "UPDATE event SET at = '2020-01-01 00:00:00' WHERE seq = 4",
        "Event 4 (item.create) was changed",
    ),
    "event removed": ("DELETE FROM event WHERE seq = 1", "Event 1 is missing"),
    "head moved": ("UPDATE history_head SET seq = 1", "head of the history"),
    "prompt": ("UPDATE revision SET prompt = 'x'", "Revision 'a.r1' was changed"),
    "requirement": ("UPDATE requirement SET text = 'x'", "Revision 'a.r1' was changed"),
    "item's type": ("UPDATE item SET type_id = 'qc'", "Revision 'a.r1' was changed"),
    "response": ("UPDATE response SET text = '2'", "was changed after it was written"),
    "label's decision": (
        "UPDATE label SET decision = 'does_not_follow'",
        "was changed after it was written",
    ),
    "label made human": (
        "UPDATE label SET source = 'blind_human'",
        "was changed after it was written",
    ),
    "label removed": ("DELETE FROM label", "The label rows of event"),
    "label's moment": (
        "UPDATE label SET created_at = '2020-01-01 00:00:00'",
        "The label rows of event",
    ),
    "item's domain": ("UPDATE item SET domain_id = 'physics'", "The item rows of event"),
    "item's origin": ("UPDATE item SET origin = 'imported'", "The item rows of event"),
    "revision's author": (
        "UPDATE revision SET author_id = (SELECT local_annotator_id FROM workspace)",
        "The revision rows of event",
    ),
    "requirement renumbered": ("UPDATE requirement SET number = 3", "not numbered from 1"),
    "release row": (
        "UPDATE release_row SET content_sha256 = 'x'",
        "The release rows of event",
    ),
    "release row removed": ("DELETE FROM release_row", "The release rows of event"),
    "release's moment": (
        "UPDATE release SET created_at = '2020-01-01 00:00:00'",
        "The release rows of event",
    ),
    "guideline": ("UPDATE guideline SET guideline = 'x'", "The guideline rows of event"),
    "guideline removed": ("DELETE FROM guideline", "The guideline rows of event"),
    "machine made a person": (
        "UPDATE annotator SET kind = 'human'",
        "not of the kind that the history holds",
    ),
    "demonstration hidden": (
        "UPDATE annotator SET is_demonstration = (kind = 'human')",
        "not of the kind that the history holds",
    ),
    "annotator slipped in": (
        "INSERT INTO annotator (id, kind, handle, background, is_demonstration, created_at,"
        " version) SELECT 'x', 'human', 'x', '', is_demonstration, created_at, 1 FROM annotator"
        " WHERE kind = 'machine'",
        "Annotator 'x' is in no event",
    ),
    "family slipped in": (
        "INSERT INTO family (id, created_at, event_id) SELECT 'x', created_at, event_id"
        " FROM family",
        "The family rows of event",
    ),
    "facts that are no object": ("UPDATE event SET facts = '[3]'", "cannot be read to their end"),
    "failed that is no list": ("UPDATE label SET failed = '{\"a\": 1}'", "The label rows of event"),
    "label's reason": ("UPDATE label SET reason = 'x'", "The reason of label"),
}
# What people and judges add, and what happens to it.
TAMPERING_WITH_WORK: dict[str, tuple[str, str]] = {
    "item moved back": ("UPDATE item SET type_id = 'dia'", "not where its newest placement"),
    "placement removed": ("DELETE FROM placement", "The placement rows of event"),
    "placement's past": (
        "UPDATE placement SET previous_type_id = 'qc'",
        "The item rows of event",
    ),
    "label's turn": ("UPDATE label SET turn = 2 WHERE turn = 1", "The label rows of event"),
    "requirement's decision": (
        "UPDATE requirement_label SET decision = 'follows'",
        "Label 'label-person' was changed",
    ),
    "requirement's decision removed": (
        "DELETE FROM requirement_label",
        "Label 'label-person' was changed",
    ),
    "withdrawal removed": ("DELETE FROM label_withdrawal", "The label_withdrawal rows of event"),
    "reveal removed": ("DELETE FROM reveal", "The reveal rows of event"),
    "verdict": ("UPDATE verdict SET value = 0", "Verdict"),
    "verdict removed": ("DELETE FROM verdict", "The verdict rows of event"),
    "judge renamed": ("UPDATE judge SET name = 'x'", "Judge 'x' was changed"),
    "judge made real": ("UPDATE judge SET kind = 'llm'", "Judge 'theirs' was changed"),
}


@pytest.mark.parametrize("case", TAMPERING, ids=str)
def test_a_change_behind_the_programs_back_is_named(engine: Engine, case: str) -> None:
    statement, finding = TAMPERING[case]
    fill(engine)
    with writing(engine) as session:
        add_release(session, "1.0.0", revision_id="a.r1")
        add_guideline(session)
    assert verify(engine).ok
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    found = verify(engine)
    assert any(finding in sentence for sentence in found.findings), found.findings


@pytest.mark.parametrize("case", TAMPERING_WITH_WORK, ids=str)
def test_a_change_to_peoples_work_is_named(engine: Engine, case: str) -> None:
    statement, finding = TAMPERING_WITH_WORK[case]
    fill(engine)
    with writing(engine) as session:
        add_peoples_work(session)
    assert verify(engine).ok
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    found = verify(engine)
    assert any(finding in sentence for sentence in found.findings), found.findings


def test_a_machines_label_that_claims_to_be_human_fails_the_check(engine: Engine) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE label SET source = 'blind_human'")
    assert "is a machine's but counts as human evidence" in check_database(engine).summary


def test_a_revision_that_was_written_here_without_the_one_before_fails_the_check(
    engine: Engine,
) -> None:
    fill(engine)
    with writing(engine) as session:
        add_revision(session, "a", number=3, prompt="Answer wrongly: 1 + 3?")
    found = check_database(engine)
    assert found.findings == ("Item 'a' lacks a revision between others.",)


def test_a_session_refuses_to_change_a_fact(engine: Engine) -> None:
    fill(engine)
    with pytest.raises(Forbidden, match="never changed"), writing(engine) as session:
        session.exec(select(Revision)).one().prompt = "changed"
    with pytest.raises(Forbidden, match="never changed"), writing(engine) as session:
        session.delete(session.exec(select(Label)).one())
    with pytest.raises(Forbidden, match="never changed"), writing(engine) as session:
        session.execute(sa.update(Revision).values(prompt="changed"))
    with pytest.raises(Forbidden, match="never changed"), writing(engine) as session:
        session.execute(sa.delete(Label))
    assert verify(engine).ok


def test_a_reason_may_be_blanked_without_breaking_the_chain(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        add_revision(session, "a", number=2, prompt="Answer wrongly: 2 + 2?")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event_text SET text = ''")
        connection.exec_driver_sql("UPDATE label SET reason = ''")
    assert verify(engine).ok
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event_text SET text = 'another reason'")
    assert "reason" in verify(engine).summary


def test_an_action_that_raises_leaves_neither_facts_nor_event(engine: Engine) -> None:
    fill(engine)

    def revise_and_stop() -> None:
        with writing(engine) as session:
            add_revision(session, "a", number=2, prompt="lost")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        revise_and_stop()
    found = verify(engine)
    assert found.ok
    assert found.checked["revisions"] == 1
    assert found.checked["events"] == 4


APPENDS = 40


def _append(url: str, name: str) -> None:
    engine = open_engine(url)
    for number in range(APPENDS):
        with writing(engine) as session:
            actor = session.exec(select(Annotator)).first()
            assert actor is not None
            append_event(
                session,
                event_id=f"{name}-{number}",
                now=NOON,
                actor_id=actor.id,
                action="test.append",
                subject_kind="test",
                subject_id=name,
            )
    engine.dispose()


def test_three_processes_appending_at_once_make_one_chain(
    engine: Engine, migrated_url: str, in_processes: Callable[..., None]
) -> None:
    fill(engine)
    in_processes(_append, [(migrated_url, name) for name in ("p", "q", "r")])
    found = verify(engine)
    assert found.findings == ()
    # Four events of fill() and forty of each process.
    assert found.checked["events"] == 4 + 3 * APPENDS
    with reading(engine) as session:
        head = session.exec(select(HistoryHead)).one()
        assert head.seq == session.execute(sa.select(sa.func.max(Event.seq))).scalar_one()


@pytest.fixture
def in_processes() -> Callable[..., None]:
    """Run a function in real processes at once; a process that fails fails the test."""

    def run(function: Callable[..., None], arguments: list[tuple[object, ...]]) -> None:
        context = loaded()
        processes = [context.Process(target=function, args=each) for each in arguments]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * len(processes)

    return run


def test_a_machines_label_is_refused_where_only_a_persons_can_stand(engine: Engine) -> None:
    fill(engine)
    with pytest.raises(Forbidden, match="is no person"), writing(engine) as session:
        add_label(session, "maker", source=LabelSource.BLIND_HUMAN)
    with writing(engine) as session:
        add_label(session, "maker", source=LabelSource.MACHINE)
    with writing(engine) as session:
        add_label(session, "local", source=LabelSource.BLIND_HUMAN)
    assert check_database(engine).ok


def test_a_database_without_its_head_takes_no_event(engine: Engine) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM history_head")
    with pytest.raises(Conflict, match="run 'gainsay db check'"), writing(engine) as session:
        add_revision(session, "a", number=2, prompt="2 + 2?")
    assert "head of the history" in verify(engine).summary


SCHEMA_DAMAGE = {
    "dropped table": "DROP TABLE target",
    "dropped index": "DROP INDEX ix_label_response_id",
    "extra column": "ALTER TABLE item ADD COLUMN extra VARCHAR",
}


@pytest.mark.parametrize("case", SCHEMA_DAMAGE, ids=str)
def test_a_schema_that_is_not_the_programs_fails_the_check(engine: Engine, case: str) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(SCHEMA_DAMAGE[case])
    assert "differs from the schema" in check_database(engine).summary
