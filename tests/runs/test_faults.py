"""A provider that misbehaves: every call is tried again, booked, and settled; nothing is lost."""

import os
import signal
from pathlib import Path

import sqlalchemy as sa

from calibration.runs.breaker import IN_A_ROW
from db.engine import Engine, reading, writing
from db.ledger.queries.states import resume_run
from tests.runs.stage import (
    PaidServer,
    check_books,
    figures,
    now,
    order,
    paid_server,
    row,
    target,
    wait_until,
    worker,
)

CALLS = 200


def test_a_tenth_too_many_some_broken_some_garbage_and_some_silence(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    rates = {"429": 0.1, "500": 0.05, "garbage": 0.01, "hang": 0.01, "seed": 7}
    with paid_server(tmp_path / "server", **rates) as server:
        run = order(ledger, target(server.port, timeout=2.0), CALLS).run_id
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0, (tmp_path / "log").read_text()
        found = row(ledger, run)
        assert (found["state"], found["done"]) == ("done", CALLS)
        check_books(ledger, server)
        with reading(ledger) as session:
            query = "SELECT fault_kind, count(*) FROM attempt GROUP BY fault_kind"
            tries = dict(session.execute(sa.text(query)).all())
        said = [str(line["status"]) for line in server.lines()]
        # Every request that the server saw is a try of the ledger, and the other way round.
        assert sum(tries.values()) == len(said)
        assert tries["rate_limited"] == said.count("429")
        assert tries["server_error"] == said.count("500")
        assert tries[""] == CALLS


def test_a_provider_that_is_down_pauses_the_run_and_no_call_is_given_up(
    run_url: str, ledger: Engine, server: PaidServer, tmp_path: Path
) -> None:
    run = order(ledger, target(server.port), 60).run_id
    server.say("503")
    with worker(run_url, log=tmp_path / "log"):
        wait_until(lambda: row(ledger, run)["state"] == "paused")
        found = row(ledger, run)
        assert (found["pause_reason"], found["failed"]) == ("provider", 0)
        assert f"{IN_A_ROW} calls in a row failed" in str(found["note"])
        server.say(None)
        with writing(ledger) as session:
            resume_run(session, run, actor="local", now=now())
        wait_until(lambda: row(ledger, run)["state"] == "done")
    assert row(ledger, run)["done"] == 60


def test_a_refused_key_pauses_at_once_and_an_empty_account_too(
    run_url: str, ledger: Engine, server: PaidServer, tmp_path: Path
) -> None:
    for number, (said, reason) in enumerate((("401", "key"), ("402", "quota"))):
        server.say(said)
        run = order(ledger, target(server.port), 60, first=100 * number).run_id
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
        found = row(ledger, run)
        assert (found["state"], found["pause_reason"]) == ("paused", reason)
        assert (found["failed"], found["spent_micro"], found["unconfirmed_micro"]) == (0, 0, 0)
    check_books(ledger, server)


def test_one_that_takes_only_ten_at_once_is_soon_asked_no_more_than_it_stands(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    with paid_server(tmp_path / "server", latency=0.02, most_at_once=10) as server:
        run = order(ledger, target(server.port), 400).run_id
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
        found = row(ledger, run)
        assert (found["done"], found["unconfirmed_micro"]) == (400, 0)
        assert set(server.paid().values()) == {1}
        check_books(ledger, server)


def test_starts_never_come_faster_than_the_limit_with_two_workers(
    run_url: str, ledger: Engine, server: PaidServer, tmp_path: Path
) -> None:
    run = order(ledger, target(server.port, requests_per_minute=1200), 60, chunk_size=20).run_id
    with worker(run_url, log=tmp_path / "a"), worker(run_url, log=tmp_path / "b"):
        wait_until(lambda: row(ledger, run)["state"] == "done")
    at = sorted(float(str(line["at"])) for line in server.lines())
    # Twenty a second: the sixtieth is 59 gaps of 50 ms after the first, and not sooner.
    assert at[-1] - at[0] >= 59 * 0.05 - 0.2
    # In a second there are at most twenty, and one more where a start was late by less.
    assert max(sum(1 for one in at if start <= one < start + 1.0) for start in at) <= 24


def test_a_ledger_that_cannot_be_written_ends_the_worker_with_later_and_nothing_is_lost(
    sqlite_ledger: tuple[str, Engine], tmp_path: Path
) -> None:
    url, ledger = sqlite_ledger
    with paid_server(tmp_path / "server", latency=0.05) as server:
        run = order(ledger, target(server.port), CALLS).run_id
        with worker(url, log=tmp_path / "log", most_bytes=700_000) as running:
            assert running.wait() == 75
        assert (
            "cannot" in (tmp_path / "log").read_text() or "full" in (tmp_path / "log").read_text()
        )
        paid = sum(server.paid().values())
        assert 0 < row(ledger, run)["done"] < CALLS
        with worker(url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
        assert row(ledger, run)["done"] == CALLS
        # What could not be written was under way, no more than may be at once.
        most = max(int(str(line["at_once"])) for line in server.lines())
        assert sum(server.paid().values()) - CALLS <= most
        assert paid <= CALLS
        check_books(ledger, server)


def test_a_worker_that_was_frozen_spends_nothing_once_another_has_its_work(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    with paid_server(tmp_path / "server", latency=0.05) as server:
        run = order(ledger, target(server.port), CALLS, chunk_size=50).run_id
        with worker(run_url, log=tmp_path / "a") as frozen:
            wait_until(lambda: len(server.lines()) >= 20)
            os.kill(frozen.pid, signal.SIGSTOP)
            # A minute passes for its heartbeat.
            with writing(ledger) as session:
                session.execute(sa.text("UPDATE worker_slot SET heartbeat_at = '2020-01-01'"))
            with worker(run_url, "--once", log=tmp_path / "b") as other:
                assert other.wait() == 0
            assert row(ledger, run)["done"] == CALLS
            os.kill(frozen.pid, signal.SIGCONT)
            assert frozen.wait() == 75
        assert "given to another worker" in (tmp_path / "a").read_text()
        assert figures(ledger, "SELECT count(*) FROM attempt WHERE outcome = 'lost'") != (0,)
        most = max(int(str(line["at_once"])) for line in server.lines())
        assert sum(server.paid().values()) - CALLS <= most
        check_books(ledger, server)
