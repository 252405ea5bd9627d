"""Whoever takes several things takes them in one order: item, slots, and the history last."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from db.engine import writing
from db.reviews import Withdrawn
from tests.review.desk import Desk

WAITING = sa.text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN "
    "(SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_undoes_waits_for_other_work_of_theirs_without_holding_the_history(desk: Desk) -> None:
    """Fails with ``_give_again`` behind the recording of undoing.py:undo.

    Another tab of the same person hands their other work in: it has the slot and will ask for the
    history. Were the history taken before the slot, each would wait for the other for ever.
    """
    desk.write("b")
    desk.send("b")
    review = desk.review("ben")
    following = desk.take("ben")
    with ThreadPoolExecutor(1) as other:
        with writing(desk.engine) as session:
            session.execute(
                sa.text("SELECT id FROM slot WHERE id = :id FOR UPDATE"), {"id": following.slot_id}
            )
            undoing = other.submit(desk.undo, "ben", Withdrawn.REVIEW, review.review_id)
            deadline = time.monotonic() + 10
            while not session.execute(WAITING).scalar_one():
                assert time.monotonic() < deadline, "it did not wait for the slot"
                time.sleep(0.01)
            session.execute(sa.text("SELECT seq FROM history_head FOR UPDATE NOWAIT"))
        undone = undoing.result(timeout=10)
    assert undone.claim is not None
    assert undone.claim.slot_id == review.review.slot_id
