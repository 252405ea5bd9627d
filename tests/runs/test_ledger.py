"""The ledger by itself: who may spend, what becomes of what is under way, backup and check."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from calibration.runs.recorder import LedgerGone, Recorder
from db.backups import back_up, restore
from db.engine import Engine, open_engine, reading, writing
from db.errors import External
from db.ledger.backups import back_up_ledger, refuse_filled_ledger, restore_ledger
from db.ledger.calls import RunCall
from db.ledger.migrations import check, current, head, upgrade
from db.ledger.place import open_ledger
from db.ledger.queries.books import Fenced
from db.ledger.queries.settlement import (
    Batch,
    Ended,
    Grant,
    GrantKind,
    Holder,
    Limits,
    NewAnswer,
    NewFault,
    Wanted,
)
from db.ledger.queries.settling import MOST_TRIES, settle
from db.ledger.queries.slots import Process, beat, take_from_dead, take_slot
from db.ledger.queries.states import cancel_run, pause_run, raise_cap, resume_run
from db.ledger.runs import Run
from db.ledger.verification import check_ledger
from tests.postgres import Server
from tests.runs.stage import NOW, order, target

ANSWER = NewAnswer(
    text="yes",
    reasoning=None,
    finish="stop",
    snapshot="m-1",
    input_tokens=10,
    output_tokens=5,
    reasoning_tokens=None,
    cached_tokens=None,
    is_estimated=False,
    is_simulated=False,
    provider_request_id="",
    latency_ms=3,
    raw={"id": "x"},
)
FAULT = NewFault(
    kind="server_error", message="broken", status=500, sample="", may_cost=True, again=True
)
MODEL = ("local", "m-1")


class Play:
    """A run of a few calls, and one worker that is moved by hand."""

    def __init__(self, ledger: Engine, count: int = 4, cap_micro: int = 1_000_000) -> None:
        self.ledger = ledger
        self.limits = Limits()
        self.run_id = order(ledger, target(1), count, cap_micro=cap_micro).run_id
        self.holder = self.take(pid=1)
        with reading(ledger) as session:
            links = session.execute(
                sa.select(RunCall).where(RunCall.run_id == self.run_id)  # type: ignore[arg-type]
            ).scalars()
            self.hashes = {link.position: link.call_hash for link in links}

    def take(self, pid: int, *, alive: bool = False, after: float = 0.0) -> Holder:
        process = Process(pid=pid, host="here", program="test")
        moment = NOW + timedelta(seconds=after)
        with writing(self.ledger) as session:
            return take_slot(session, process, now=moment, is_alive=lambda _: alive)

    def wanted(self, position: int, estimate: int = 100) -> Wanted:
        return Wanted(
            call_hash=self.hashes[position],
            run_id=self.run_id,
            position=position,
            estimate_micro=estimate,
            tokens=50,
            input_price="1",
            output_price="2",
        )

    def reserve(self, *positions: int, estimate: int = 100, after: float = 0.0) -> list[Grant]:
        wanted = tuple(self.wanted(position, estimate) for position in positions)
        return self.settle(Batch(wanted=wanted, limits={MODEL: self.limits}), after=after)

    def settle(self, batch: Batch, *, after: float = 0.0) -> list[Grant]:
        with writing(self.ledger) as session:
            return settle(session, self.holder, batch, now=NOW + timedelta(seconds=after))

    def answered(self, position: int) -> None:
        self.end(position, answer=ANSWER, spent_micro=20)

    def failed(self, position: int, fault: NewFault = FAULT) -> None:
        self.end(position, fault=fault)

    def end(self, position: int, **how: object) -> None:
        ended = Ended(call_hash=self.hashes[position], started_at=NOW, ended_at=NOW, **how)  # type: ignore[arg-type]
        self.settle(Batch(ended=(ended,)))

    def run(self) -> Run:
        with reading(self.ledger) as session:
            return session.get_one(Run, self.run_id)

    def money(self) -> tuple[int, int, int]:
        run = self.run()
        return run.spent_micro, run.reserved_micro, run.unconfirmed_micro


def kinds(grants: list[Grant]) -> list[GrantKind]:
    return [grant.kind for grant in grants]


def test_a_reservation_holds_the_worst_price_until_the_result_is_in(ledger: Engine) -> None:
    play = Play(ledger)
    assert kinds(play.reserve(0, 1)) == [GrantKind.GRANTED] * 2
    assert play.money() == (0, 200, 0)
    play.answered(0)
    assert play.money() == (20, 100, 0)
    # A failed try whose bytes were out keeps its worst price as unconfirmed.
    play.failed(1)
    assert play.money() == (20, 0, 100)
    assert play.reserve(1)[0].number == 2
    play.failed(1, replace(FAULT, may_cost=False))
    assert play.money() == (20, 0, 100)
    assert check_ledger(ledger).findings == ()


def test_a_cap_counts_what_is_reserved_and_pauses_only_when_nothing_can_come_back(
    ledger: Engine,
) -> None:
    play = Play(ledger, cap_micro=250)
    assert kinds(play.reserve(0, 1, 2)) == [GrantKind.GRANTED, GrantKind.GRANTED, GrantKind.HELD]
    play.answered(0)
    assert kinds(play.reserve(2)) == [GrantKind.GRANTED]
    play.answered(1)
    play.failed(2)
    # 20 + 20 spent and 100 unconfirmed leave 110; the next may cost 120.
    assert kinds(play.reserve(3, estimate=120)) == [GrantKind.STOPPED]
    assert (play.run().state, play.run().pause_reason) == ("paused", "budget")
    with writing(ledger) as session:
        raise_cap(session, play.run_id, cap_micro=10_000, actor="local", now=NOW)
    assert kinds(play.reserve(3, estimate=120)) == [GrantKind.GRANTED]


def test_a_call_that_fails_eight_times_has_failed_and_a_new_run_tries_it_anew(
    ledger: Engine,
) -> None:
    play = Play(ledger, count=1)
    for number in range(1, MOST_TRIES + 1):
        assert play.reserve(0)[0].number == number
        play.failed(0)
    assert (play.run().state, play.run().failed) == ("failed", 1)
    again = Play(ledger, count=1)
    assert again.reserve(0)[0].number == 1


def test_whoever_lost_its_place_can_spend_nothing_more(ledger: Engine) -> None:
    play = Play(ledger)
    play.reserve(0)
    # The process is gone from this machine, so its place and what it had under way are taken.
    other = play.take(pid=2)
    assert (other.slot, other.fence) == (play.holder.slot, play.holder.fence + 1)
    assert play.money() == (0, 0, 100)
    with pytest.raises(Fenced):
        play.reserve(1)
    with pytest.raises(Fenced):
        play.answered(0)
    play.holder = other
    assert play.reserve(0)[0].number == 1
    assert check_ledger(ledger).findings == ()


def test_a_worker_that_was_silent_for_a_minute_is_cleared_up_after(ledger: Engine) -> None:
    play = Play(ledger)
    play.reserve(0, 1)
    other = play.take(pid=2, alive=True)
    assert other.slot == 2
    with writing(ledger) as session:
        beat(session, other, now=NOW + timedelta(seconds=61))
    with writing(ledger) as session:
        assert take_from_dead(session, but=2, now=NOW + timedelta(seconds=60)) == []
    with writing(ledger) as session:
        assert take_from_dead(session, but=2, now=NOW + timedelta(seconds=61)) == [1]
    assert play.money() == (0, 0, 200)
    assert play.run().in_flight == 0


def test_a_dead_worker_is_cleared_up_after_although_the_clock_was_set_back(ledger: Engine) -> None:
    play = Play(ledger)
    play.reserve(0, 1)
    hour_before = NOW - timedelta(hours=1)
    with writing(ledger) as session:
        assert take_from_dead(session, but=2, now=hour_before) == [1]
    assert play.money() == (0, 0, 200)


def test_a_call_that_two_runs_want_is_paid_by_the_first(ledger: Engine) -> None:
    first, second = Play(ledger, count=1), Play(ledger, count=1)
    second.holder = first.holder = first.take(pid=9)
    assert kinds(first.reserve(0)) == [GrantKind.GRANTED]
    assert kinds(second.reserve(0)) == [GrantKind.BUSY]
    first.answered(0)
    assert kinds(second.reserve(0)) == [GrantKind.RESOLVED]
    assert (second.run().state, second.run().hits, second.money()) == ("done", 1, (0, 0, 0))


def test_pausing_and_cancelling_let_nothing_begin_and_keep_what_is_under_way(
    ledger: Engine,
) -> None:
    play = Play(ledger)
    play.reserve(0, 1)
    with writing(ledger) as session:
        pause_run(session, play.run_id, actor="local", reason="", now=NOW)
    assert kinds(play.reserve(2)) == [GrantKind.STOPPED]
    with writing(ledger) as session:
        resume_run(session, play.run_id, actor="local", now=NOW)
        cancel_run(session, play.run_id, actor="local", reason="", now=NOW)
    play.answered(0)
    play.failed(1)
    run = play.run()
    assert (run.state, run.done, run.failed, run.skipped) == ("cancelled", 1, 0, 3)
    assert check_ledger(ledger).findings == ()


def test_a_run_that_was_paused_while_its_last_calls_were_under_way_is_done(
    ledger: Engine,
) -> None:
    play = Play(ledger, count=2)
    play.reserve(0, 1)
    with writing(ledger) as session:
        pause_run(session, play.run_id, actor="local", reason="lunch", now=NOW)
    play.answered(0)
    assert play.run().state == "paused"
    play.answered(1)
    run = play.run()
    # Nothing is left to resume, and no worker would look at it again.
    assert (run.state, run.done, run.pause_reason, run.note) == ("done", 2, None, "")


def test_what_one_worker_tells_is_not_taken_for_the_try_of_another(ledger: Engine) -> None:
    play = Play(ledger)
    first = play.holder
    play.holder = play.take(pid=2, alive=True)
    assert (play.holder.slot, play.holder.fence) == (2, first.fence)
    play.reserve(0)
    second, play.holder = play.holder, first
    play.failed(0)
    assert play.money() == (0, 100, 0)
    play.holder = second
    play.answered(0)
    assert play.money() == (20, 0, 0)


def test_a_ledger_that_fails_in_no_known_way_lets_no_call_wait_for_ever(ledger: Engine) -> None:
    play = Play(ledger)

    async def tell() -> None:
        recorder = Recorder(ledger, play.holder, limits={}, now=lambda: NOW)
        async with recorder:
            unknown = replace(play.wanted(0), call_hash="sha256:of nothing")
            with pytest.raises(LedgerGone, match="report it"):
                await asyncio.wait_for(recorder.reserve(unknown), 60)
            with pytest.raises(LedgerGone):
                await recorder.reserve(play.wanted(1))

    asyncio.run(tell())
    assert play.money() == (0, 0, 0)


def test_starts_are_spaced_as_the_limits_say_for_all_workers_together(ledger: Engine) -> None:
    play = Play(ledger, count=8)
    play.limits = Limits(requests_per_minute=120)
    # One every half second; what is more than a second away is not given out yet.
    grants = play.reserve(0, 1, 2, 3)
    assert [grant.delay for grant in grants[:3]] == [0.0, 0.5, 1.0]
    assert kinds(grants)[3] is GrantKind.HELD
    play.limits = Limits(max_concurrency=4)
    assert kinds(play.reserve(4, 5)) == [GrantKind.GRANTED, GrantKind.HELD]
    # Fifty tokens at 1,500 a minute are two seconds.
    play.limits = Limits(tokens_per_minute=1_500)
    assert play.reserve(6, after=10.0)[0].delay == 0.0
    assert kinds(play.reserve(7, after=10.5)) == [GrantKind.HELD]
    assert kinds(play.reserve(7, after=12.0)) == [GrantKind.GRANTED]


def test_a_clock_that_was_set_back_an_hour_holds_nobody_up(ledger: Engine) -> None:
    play = Play(ledger)
    play.limits = Limits(requests_per_minute=60)
    assert play.reserve(0, after=3600.0)[0].delay == 0.0
    assert play.reserve(1)[0].delay == 0.0


def test_a_total_that_is_not_what_its_rows_say_is_found(ledger: Engine) -> None:
    play = Play(ledger)
    play.reserve(0)
    play.answered(0)
    assert check_ledger(ledger).findings == ()
    with writing(ledger) as session:
        session.execute(sa.text("UPDATE run SET spent_micro = 21, done = 2"))
    assert len(check_ledger(ledger).findings) == 2


def test_a_ledger_is_made_once_and_is_what_the_program_says(
    ledger: Engine, engine_url: str
) -> None:
    assert (current(ledger), check(ledger)) == (head(), ())
    empty = open_ledger(open_engine(engine_url))
    assert (current(empty), check(empty)) == (None, ())
    assert upgrade(empty) == upgrade(empty) == head()
    empty.dispose()


def test_who_may_not_make_its_schema_is_told_what_the_owner_has_to_run(postgres: Server) -> None:
    name = postgres.create()
    owner = open_engine(postgres.url_of(name))
    with owner.begin() as connection:
        is_superuser = connection.scalar(
            sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        )
        user = f"poor_{name}" if is_superuser else str(owner.url.username)
        if is_superuser:
            # Whoever may do everything has to be somebody else to be refused anything.
            connection.execute(sa.text(f"CREATE ROLE {user} LOGIN PASSWORD 'p'"))
        connection.execute(sa.text(f"REVOKE CREATE ON DATABASE {name} FROM {user}"))
    at = owner.url.set(username=user, password="p" if is_superuser else owner.url.password)
    poor = open_engine(at.render_as_string(hide_password=False))
    ledger = open_ledger(poor)
    try:
        with pytest.raises(External, match="may not make the schemas 'ledger' and 'dbos'"):
            upgrade(ledger)
        with owner.begin() as connection:
            for statement in (
                f"GRANT CREATE ON DATABASE {name} TO {user}",
                f"CREATE SCHEMA ledger AUTHORIZATION {user}",
                f"REVOKE CREATE ON DATABASE {name} FROM {user}",
            ):
                connection.execute(sa.text(statement))
        assert upgrade(ledger) == head()
    finally:
        ledger.dispose()
        poor.dispose()
        if is_superuser:
            with owner.begin() as connection:
                connection.execute(sa.text(f"DROP OWNED BY {user}"))
                connection.execute(sa.text(f"DROP ROLE {user}"))
        owner.dispose()
        postgres.drop(name)


def test_a_backup_holds_the_calls_and_a_restored_ledger_forgets_nothing_that_was_paid(
    ledger: Engine, run_url: str, tmp_path: Path, postgres: Server
) -> None:
    play = Play(ledger)
    play.reserve(0, 1)
    play.answered(0)
    workspace, file = open_engine(run_url), tmp_path / "one.db"
    back_up(workspace, file)
    assert back_up_ledger(ledger, file) == tmp_path / "one-ledger.db"
    name = postgres.create()
    for url in (f"sqlite:///{tmp_path / 'new.db'}", postgres.url_of(name)):
        new = open_engine(url)
        restored = open_ledger(new)
        restore(file, new)
        assert restore_ledger(file, restored, now=NOW)
        with reading(restored) as session:
            run = session.get_one(Run, play.run_id)
            # What was under way when the backup was made may have been paid for.
            assert (run.spent_micro, run.reserved_micro, run.unconfirmed_micro) == (20, 0, 100)
        assert check_ledger(restored).findings == ()
        again = Play(restored)
        assert kinds(again.reserve(0, 1)) == [GrantKind.RESOLVED, GrantKind.GRANTED]
        again.answered(1)
        with pytest.raises(Exception, match=r"new place|is there already"):
            refuse_filled_ledger(restored)
        restored.dispose()
        new.dispose()
    postgres.drop(name)
    workspace.dispose()
