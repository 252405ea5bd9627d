"""What reading items' facts asks of the database, however many labels and items there are."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from db.acts import ActKind
from db.engine import Session
from db.queries.item_facts import load_item_facts, statuses
from db.queries.status import ItemStatus
from db.reviews import ReviewDecision
from tests.workflow.bench import Bench
from tests.workflow.conftest import Furnished


@contextmanager
def statements(session: Session) -> Iterator[list[tuple[str, object]]]:
    """Collect what is sent."""
    sent: list[tuple[str, object]] = []

    def note(_c: object, _u: object, statement: str, values: object, *_: object) -> None:
        sent.append((statement, values))

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)


def accepted(bench: Bench) -> str:
    """Record an item that two reviewers accepted, with a response to label."""
    item_id = bench.item("a")
    bench.act(item_id, ActKind.SUBMIT, by="author")
    for who in ("first", "second"):
        bench.review(item_id, ReviewDecision.ACCEPT, by=who)
    bench.response(item_id)
    assert bench.status(item_id) is ItemStatus.LABELLING
    return item_id


def test_the_labels_of_an_item_are_found_from_its_responses_and_not_among_all_labels(
    bench: Bench,
) -> None:
    """Fails with the sources in the statement of item_facts.py:_labels.

    It is run inside the transaction of every label, so it may not grow with the labels there are.
    """
    item_id = accepted(bench)
    with statements(bench.session) as sent:
        load_item_facts(bench.session, [item_id])
    found = [one for one in sent if "FROM label " in one[0]]
    assert len(found) == 1
    [(statement, values)] = found
    plan = bench.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    steps = [row.detail for row in plan]
    assert any(step.startswith("SEARCH label USING INDEX ix_label_response_id") for step in steps)
    assert not any(step.startswith(("SCAN label", "SCAN response")) for step in steps)


def test_where_many_items_stand_is_derived_once_for_one_state_of_the_history(
    solo_workspace: Furnished,
) -> None:
    """Fails without ``_MANY`` in item_facts.py:statuses: a list of hidden items derives it anew."""
    with solo_workspace.bench() as bench:
        here = bench.item("here", by="local")
        many = [here, *(f"nowhere-{number}" for number in range(1_000))]
        assert statuses(bench.session, many) == {here: ItemStatus.DRAFTED}
        with statements(bench.session) as sent:
            assert statuses(bench.session, many) == {here: ItemStatus.DRAFTED}
        # The head of the history alone.
        assert len(sent) == 1
        bench.act(here, ActKind.SUBMIT, by="local")
        assert statuses(bench.session, many) == {here: ItemStatus.IN_REVIEW}
