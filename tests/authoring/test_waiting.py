"""Who comes second waits for who is first and then finds its rows; held still to be sure of it.

The first transaction stays open until the second is seen to wait: on PostgreSQL for a lock of the
first, on SQLite for its turn to write.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from curation.authoring.copies import open_item
from curation.authoring.submitting import Submitted, submit
from curation.authoring.texts import begin
from db.engine import Session, reading, writing
from db.queries.working_copies import current_revision as current
from db.queries.working_copies import lock_copy, lock_item, revision_parts
from db.working_copies import Part, WorkingCopy
from tests.authoring.desk import Desk
from tests.authoring.test_submitting import write
from tests.authoring.workspace import LATER, NOW

WAITING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def waits(engine: Engine, second: Future[object]) -> bool:
    """Tell whether the second waits for the first; without a lock it is done soon."""
    until = time.monotonic() + 10
    while engine.dialect.name == "postgresql" and time.monotonic() < until and not second.done():
        with reading(engine) as session:
            if session.execute(sa.text(WAITING)).scalar_one():
                return True
        time.sleep(0.01)
    time.sleep(0.2)
    return not second.done()


def test_of_two_tabs_that_open_an_item_the_second_gets_the_copy_of_the_first(desk: Desk) -> None:
    """Pins texts.py:retried on PostgreSQL, where the second runs into the first one's copy."""
    with ThreadPoolExecutor() as pool, writing(desk.engine) as session:
        revision = current(session, "a")
        assert revision is not None
        row = WorkingCopy(
            id="copy-first",
            annotator_id=desk.annotator_id,
            item_id="a",
            base_revision_id=revision.id,
            opened_at=NOW,
            touched_at=NOW,
        )
        begin(session, row, revision_parts(session, revision), before={})
        second = pool.submit(open_item, desk.engine, "a", annotator_id=desk.annotator_id, now=LATER)
        assert waits(desk.engine, second)
        session.commit()
        assert second.result(timeout=20).id == "copy-first"


@pytest.mark.parametrize(
    "hold",
    [
        pytest.param(lambda session, copy_id: lock_copy(session, copy_id), id="copy"),
        pytest.param(lambda session, _: lock_item(session, "a"), id="item"),
    ],
)
def test_submitting_waits_for_who_holds_the_copy_or_the_item(
    desk: Desk, hold: Callable[[Session, str], object]
) -> None:
    """Pins db/queries/working_copies.py:lock_copy and lock_item, ``with_for_update`` of each."""
    copy = desk.item()
    write(desk, copy, {Part.PROMPT: "Answer wrongly: 2 + 2?"})
    with ThreadPoolExecutor() as pool, writing(desk.engine) as session:
        hold(session, copy.id)
        second = pool.submit(
            submit, desk.engine, copy.id, annotator_id=desk.annotator_id, now=LATER
        )
        assert waits(desk.engine, second)
        session.commit()
        assert second.result(timeout=20) == Submitted(item_id="a", revision_id="a.r2")
