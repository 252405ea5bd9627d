"""The history: chained, complete, and it finds what was changed behind its back."""

import multiprocessing
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import select

from db.annotators import Annotator
from db.engine import open_engine, reading, writing
from db.errors import Forbidden
from db.history import GENESIS, Event, HistoryHead, append_event, events
from db.items import Revision
from db.labels import Label
from db.verification import Verification, check_database, verify_history
from tests.db.content import NOON, add_revision, fill


def verify(engine: Engine) -> Verification:
    with reading(engine) as session:
        return verify_history(session)


def test_every_action_is_one_event_linked_to_the_one_before(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as session:
        newest, oldest = events(session)
    assert (oldest.seq, oldest.action, oldest.prev_hash) == (1, "workspace.create", GENESIS)
    assert (newest.seq, newest.action, newest.prev_hash) == (2, "item.create", oldest.hash)
    # One revision, one response, one label: what content.add_item records.
    assert {name: fact["count"] for name, fact in newest.facts.items()} == {  # type: ignore[index,call-overload]
        "revision": 1,
        "response": 1,
        "label": 1,
    }


def test_an_untouched_history_verifies_and_counts_what_it_saw(engine: Engine) -> None:
    fill(engine)
    found = verify(engine)
    assert found.findings == ()
    assert found.checked == {
        "events": 2,
        "items": 1,
        "revisions": 1,
        "responses": 1,
        "labels": 1,
        "releases": 0,
    }
    assert check_database(engine).ok


TAMPERING: dict[str, tuple[str, str]] = {
    "event text": ("UPDATE event SET action = 'x' WHERE seq = 2", "Event 2 (x) was changed"),
    "event moment": (
        "UPDATE event SET at = '2020-01-01 00:00:00' WHERE seq = 2",
        "Event 2 (item.create) was changed",
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
}


@pytest.mark.parametrize("case", TAMPERING, ids=str)
def test_a_change_behind_the_programs_back_is_named(engine: Engine, case: str) -> None:
    statement, finding = TAMPERING[case]
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    found = verify(engine)
    assert any(finding in sentence for sentence in found.findings), found.findings


def test_a_machines_label_that_claims_to_be_human_fails_the_check(engine: Engine) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE label SET source = 'blind_human'")
    assert "is a machine's but counts as human evidence" in check_database(engine).summary


def test_a_session_refuses_to_change_a_fact(engine: Engine) -> None:
    fill(engine)
    with pytest.raises(Forbidden, match="never changed"), writing(engine) as session:
        session.exec(select(Revision)).one().prompt = "changed"
    with pytest.raises(Forbidden, match="never changed"), writing(engine) as session:
        session.delete(session.exec(select(Label)).one())
    assert verify(engine).ok


def test_a_reason_may_be_blanked_without_breaking_the_chain(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        add_revision(session, "a", number=2, prompt="Answer wrongly: 2 + 2?")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event_text SET text = ''")
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
    assert found.checked["events"] == 2


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
    # Two events of fill() and forty of each process.
    assert found.checked["events"] == 2 + 3 * APPENDS
    with reading(engine) as session:
        head = session.exec(select(HistoryHead)).one()
        assert head.seq == session.execute(sa.select(sa.func.max(Event.seq))).scalar_one()


@pytest.fixture
def in_processes() -> Callable[..., None]:
    """Run a function in real processes at once; a process that fails fails the test."""

    def run(function: Callable[..., None], arguments: list[tuple[object, ...]]) -> None:
        context = multiprocessing.get_context("spawn")
        processes = [context.Process(target=function, args=each) for each in arguments]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * len(processes)

    return run
