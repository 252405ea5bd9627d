"""A workspace, a paid server and a worker, as processes of their own, and what they left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.requests import ChatRequest, Message, Sampling
from calibration.runs.creating import Order, Ordered, PlannedCall, create_run
from calibration.runs.specs import Target
from db.engine import Engine, open_engine, reading
from db.ledger.place import open_ledger
from tests.runs.nursery import Nursery
from tests.runs.paid_server import INPUT_TOKENS, OUTPUT_TOKENS

# Whole dollars per million tokens: one micro-dollar per token.
PAID_PER_CALL = INPUT_TOKENS * 1 + OUTPUT_TOKENS * 2
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WAIT_SECONDS = 120.0


def now() -> datetime:
    return datetime.now(UTC)


def target(port: int, **fields: object) -> Target:
    timeout = float(str(fields.pop("timeout", 60.0)))
    provider = Provider(
        id="local",
        name="A local server",
        base_url=f"http://127.0.0.1:{port}/v1",
        timeout_seconds=timeout,
    )
    prices = {"input_price": "1", "output_price": "2", **fields}
    return Target(provider=provider, spec=ModelSpec(provider_id="local", name="m-1", **prices))  # type: ignore[arg-type]


def questions(at: Target, count: int, *, first: int = 0) -> Iterator[PlannedCall]:
    for number in range(first, first + count):
        yield PlannedCall(
            request=ChatRequest(
                provider_id=at.provider.id,
                base_url=at.provider.base_url,
                model=at.spec.name,
                messages=(Message(role="user", content=f"question {number}"),),
                sampling=Sampling(max_tokens=20),
            ),
            subject={"row": number},
        )


# 64 for the request, 16 for its message, its bytes, and 20 tokens of answer at twice the price.
def worst(question: str) -> int:
    return 64 + 16 + len(question) + 20 * 2


def order(
    ledger: Engine,
    at: Target,
    count: int,
    *,
    first: int = 0,
    cap_micro: int = 10_000_000,
    chunk_size: int = 100,
    fresh: str = "",
) -> Ordered:
    wanted = Order(
        kind="questions",
        name="a run",
        targets=(at,),
        cap_micro=cap_micro,
        created_by="local",
        chunk_size=chunk_size,
        fresh=fresh,
    )
    return create_run(ledger, wanted, questions(at, count, first=first), now=now())


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidServer:
    port: int
    folder: Path
    process: subprocess.Popen[str]

    def lines(self) -> list[dict[str, object]]:
        file = self.folder / "account.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def paid(self) -> Counter[str]:
        return Counter(str(line["question"]) for line in self.lines() if line["paid"])

    def say(self, fault: str | None) -> None:
        switch = self.folder / "say"
        if fault is None:
            switch.unlink(missing_ok=True)
        else:
            switch.write_text(fault)


@contextmanager
def paid_server(folder: Path, **options: float) -> Iterator[PaidServer]:
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.runs.paid_server", str(folder), json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield PaidServer(port=int(process.stdout.readline()), folder=folder, process=process)
    finally:
        process.kill()
        process.communicate()


NURSERIES: list[Nursery] = []


def nursery() -> Nursery:
    """The one nursery of this process; `conftest.py` closes it."""
    if not NURSERIES:
        NURSERIES.append(Nursery())
    return NURSERIES[0]


class Worker:
    """`gainsay worker` in a process of its own."""

    def __init__(self, url: str, *options: str, log: Path, most_bytes: int = 0) -> None:
        self.pid = nursery().start("--db", url, *options, log=log, most_bytes=most_bytes)
        self.code: int | None = None

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        os.kill(self.pid, signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        if self.code is None:
            self.code = nursery().exit_code(self.pid)
        return self.code


@contextmanager
def worker(url: str, *options: str, log: Path, most_bytes: int = 0) -> Iterator[Worker]:
    started = Worker(url, *options, log=log, most_bytes=most_bytes)
    try:
        yield started
    finally:
        if started.code is None:
            started.kill()


def wait_until(is_so: Callable[[], bool], *, seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@contextmanager
def ledger_of(url: str) -> Iterator[Engine]:
    workspace = open_engine(url)
    ledger = open_ledger(workspace)
    try:
        yield ledger
    finally:
        ledger.dispose()
        workspace.dispose()


def row(ledger: Engine, run_id: str) -> dict[str, object]:
    with reading(ledger) as session:
        found = session.execute(sa.text("SELECT * FROM run WHERE id = :id"), {"id": run_id})
        return dict(found.mappings().one())


def figures(ledger: Engine, query: str) -> tuple[object, ...]:
    with reading(ledger) as session:
        return tuple(session.execute(sa.text(query)).one())


def check_books(ledger: Engine, server: PaidServer) -> None:
    """The invariants that hold after every fault, once no worker is left."""
    (sent,) = figures(ledger, "SELECT count(*) FROM call WHERE state = 'sent'")
    assert sent == 0
    with reading(ledger) as session:
        runs = session.execute(sa.text("SELECT * FROM run")).mappings().all()
        for run in runs:
            _check_run(session, dict(run))
    spent, unconfirmed = figures(
        ledger, "SELECT coalesce(sum(spent_micro), 0), coalesce(sum(unconfirmed_micro), 0) FROM run"
    )
    days = figures(
        ledger,
        "SELECT coalesce(sum(spent_micro), 0), coalesce(sum(unconfirmed_micro), 0), "
        "coalesce(sum(reserved_micro), 0) FROM budget_day",
    )
    assert days == (spent, unconfirmed, 0)
    assert figures(ledger, "SELECT coalesce(sum(in_flight), 0) FROM pace") == (0,)
    charged = PAID_PER_CALL * sum(server.paid().values())
    assert charged <= int(str(spent)) + int(str(unconfirmed))


def _check_run(session: "sa.orm.Session", run: dict[str, object]) -> None:
    counts = {"pending": 0, "done": 0, "failed": 0, "skipped": 0}
    where = {"id": run["id"]}
    query = "SELECT state, count(*) FROM run_call WHERE run_id = :id GROUP BY state"
    counts |= dict(session.execute(sa.text(query), where).all())  # type: ignore[arg-type]
    assert (run["done"], run["failed"], run["skipped"]) == (
        counts["done"],
        counts["failed"],
        counts["skipped"],
    )
    assert sum(counts.values()) == run["total"]
    assert (run["in_flight"], run["reserved_micro"]) == (0, 0)
    money = session.execute(
        sa.text(
            "SELECT coalesce(sum(spent_micro), 0), coalesce(sum(unconfirmed_micro), 0) "
            "FROM attempt WHERE run_id = :id"
        ),
        where,
    ).one()
    assert (run["spent_micro"], run["unconfirmed_micro"]) == tuple(money)
    assert int(str(run["spent_micro"])) + int(str(run["unconfirmed_micro"])) <= int(
        str(run["cap_micro"])
    )
