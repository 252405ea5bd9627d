"""The long form, for `make soak`: 5,000 calls, a provider that misbehaves, workers killed."""

import random
from pathlib import Path

import pytest

from db.engine import Engine
from tests.runs.stage import check_books, order, paid_server, row, target, wait_until, worker

CALLS = 5_000
FAULTS = {"429": 0.1, "500": 0.05, "garbage": 0.01, "hang": 0.01, "seed": 11}
HOUR = 3_600.0


@pytest.mark.soak
@pytest.mark.parametrize("faults", [{}, FAULTS], ids=["sound", "misbehaving"])
def test_five_thousand_calls_and_two_kills_lose_nothing(
    run_url: str, ledger: Engine, tmp_path: Path, faults: dict[str, float]
) -> None:
    moments = sorted(random.Random(5).sample(range(500, 4_500), 2))
    with paid_server(tmp_path / "server", latency=0.02, **faults) as server:
        run = order(ledger, target(server.port, timeout=5.0), CALLS).run_id
        for moment in moments:
            with worker(run_url, log=tmp_path / "log") as running:
                wait_until(lambda at=moment: len(server.lines()) >= at, seconds=HOUR)  # type: ignore[misc]
                running.kill()
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0, (tmp_path / "log").read_text()
        found = row(ledger, run)
        assert (found["state"], found["done"]) == ("done", CALLS)
        check_books(ledger, server)
        answered = sum(1 for line in server.lines() if line["paid"] and line["status"] == "200")
        most = max(int(str(line["at_once"])) for line in server.lines() if line["paid"])
        # Beside faults, only what was under way at a kill is answered twice.
        assert answered - CALLS <= 2 * most


@pytest.mark.soak
def test_two_workers_share_a_run_under_a_cap_while_one_is_killed_again_and_again(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    with paid_server(tmp_path / "server", latency=0.02, **FAULTS) as server:
        at = target(server.port, timeout=5.0)
        run = order(ledger, at, CALLS, cap_micro=120_000).run_id
        with worker(run_url, log=tmp_path / "steady"):
            while row(ledger, run)["state"] in ("queued", "running"):
                with worker(run_url, log=tmp_path / "killed") as running:
                    seen = len(server.lines())
                    wait_until(
                        lambda before=seen: (
                            len(server.lines()) > before + 300  # type: ignore[misc]
                            or row(ledger, run)["state"] not in ("queued", "running")
                        ),
                        seconds=HOUR,
                    )
                    running.kill()
        with worker(run_url, "--once", log=tmp_path / "last") as last:
            assert last.wait() == 0
        assert row(ledger, run)["pause_reason"] == "budget"
        check_books(ledger, server)
