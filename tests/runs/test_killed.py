"""A worker is killed outright: nothing is lost, and at most what was under way is paid twice."""

from pathlib import Path

from db.engine import Engine
from tests.runs.stage import check_books, order, paid_server, row, target, wait_until, worker

CALLS = 240


def test_a_killed_worker_loses_no_call_and_pays_at_most_those_in_flight_twice(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    with paid_server(tmp_path / "server", latency=0.05) as server:
        run = order(ledger, target(server.port), CALLS, chunk_size=40).run_id
        for paid_before_kill in (40, 120):
            with worker(run_url, log=tmp_path / "log") as running:
                wait_until(lambda n=paid_before_kill: len(server.lines()) >= n)  # type: ignore[misc]
                running.kill()
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0, (tmp_path / "log").read_text()
        found, paid = row(ledger, run), server.paid()
        assert (found["state"], found["done"]) == ("done", CALLS)
        check_books(ledger, server)
        # Every question once, and again at most those under way at each of two kills.
        assert len(paid) == CALLS
        under_way = max(int(str(line["at_once"])) for line in server.lines())
        assert sum(paid.values()) - CALLS <= 2 * under_way
        assert row(ledger, run)["unconfirmed_micro"] != 0

        # The same questions again, in another run: not one is paid for.
        again = order(ledger, target(server.port), CALLS).run_id
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
        found = row(ledger, again)
        assert (found["done"], found["hits"], found["spent_micro"]) == (CALLS, CALLS, 0)
        assert server.paid() == paid


def test_a_stopped_worker_finishes_what_is_under_way_and_pays_nothing_twice(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    with paid_server(tmp_path / "server", latency=0.2) as server:
        run = order(ledger, target(server.port), CALLS).run_id
        with worker(run_url, log=tmp_path / "log") as running:
            wait_until(lambda: len(server.lines()) >= 40)
            assert running.stop() == 0
        assert row(ledger, run)["state"] == "running"
        assert row(ledger, run)["done"] == len(server.lines()) < CALLS
        check_books(ledger, server)
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
        assert (row(ledger, run)["done"], row(ledger, run)["unconfirmed_micro"]) == (CALLS, 0)
        assert set(server.paid().values()) == {1}
        check_books(ledger, server)
