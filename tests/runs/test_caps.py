"""What a run and a day may cost is never passed, whoever spends it."""

from contextlib import ExitStack
from pathlib import Path

from db.engine import Engine, writing
from db.ledger.queries.states import raise_cap, set_day_budget
from tests.runs.stage import (
    PAID_PER_CALL,
    PaidServer,
    check_books,
    now,
    order,
    paid_server,
    row,
    target,
    wait_until,
    worker,
    worst,
)

CALLS = 120


def test_two_workers_together_never_pass_the_cap_and_go_on_when_it_is_raised(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    # Thirty answers, and one whole reservation that the last of them has to fit beside.
    cap = 30 * PAID_PER_CALL + worst("question 100")
    with paid_server(tmp_path / "server", latency=0.02) as server:
        run = order(ledger, target(server.port), CALLS, cap_micro=cap, chunk_size=20).run_id
        with ExitStack() as crew:
            for name in ("a", "b"):
                crew.enter_context(worker(run_url, log=tmp_path / name))
            wait_until(lambda: row(ledger, run)["state"] == "paused")
            found = row(ledger, run)
            assert found["pause_reason"] == "budget"
            assert found["is_alerted"]
            spent = PAID_PER_CALL * sum(server.paid().values())
            assert found["spent_micro"] == spent
            # It stopped because nothing more fitted, not before.
            assert cap - worst("question 100") < spent <= cap
            with writing(ledger) as session:
                raise_cap(session, run, cap_micro=10_000_000, actor="local", now=now())
            wait_until(lambda: row(ledger, run)["state"] == "done")
        assert set(server.paid().values()) == {1}
    with worker(run_url, "--once", log=tmp_path / "c") as last:
        assert last.wait() == 0
    check_books(ledger, server)


def test_a_days_budget_holds_for_all_runs_together(
    run_url: str, ledger: Engine, server: PaidServer, tmp_path: Path
) -> None:
    cap = 30 * PAID_PER_CALL + worst("question 100")
    with writing(ledger) as session:
        set_day_budget(session, cap)
    runs = [order(ledger, target(server.port), 40, first=at).run_id for at in (0, 1000)]
    with worker(run_url, "--once", log=tmp_path / "log") as running:
        assert running.wait() == 0
    assert {row(ledger, run)["pause_reason"] for run in runs} == {"day_budget"}
    assert PAID_PER_CALL * sum(server.paid().values()) <= cap
    check_books(ledger, server)
