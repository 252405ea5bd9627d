"""Owns the figure "what durable recording costs": calls of a run against the bare package.

Both ask one server here, as many at once, in turns: every call of the run is reserved, asked,
answered and stored in the ledger before the next begins. Beside it a small write to the workspace
is committed again and again, as labels are, and the memory of the worker is watched.
"""

import asyncio
import resource
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from openai import AsyncOpenAI, DefaultAioHttpClient

from app.workspace import upgrade_ledger
from calibration.runs.worker import WorkerExit, work
from calibration.runs.workplace import Workplace
from db.engine import Engine, open_engine, reading, sqlite_url, writing
from db.ledger.place import beside_open
from db.ledger.queries.watching import load_run
from db.migrations import upgrade
from tests.runs.stage import PaidServer, order, paid_server, target

AT_ONCE: Final = 64
# At once: nothing but our own work; half a second: a quick model.
LATENCIES: Final = {"instant": (0.0, 3000), "half_second": (0.5, 1500)}
MANY: Final = 10_000
AIM_RATIO: Final = 0.9
WRITE_PAUSE: Final = 0.02


def measure() -> dict[str, object]:
    """Make runs of 1,500 to 10,000 calls on SQLite."""
    found: dict[str, object] = {"name": "run_throughput"}
    folder = Path(tempfile.mkdtemp(prefix="gainsay-bench-"))
    try:
        for name, (latency, calls) in LATENCIES.items():
            with paid_server(folder / name, latency=latency) as server, _place(folder) as engine:
                bare = asyncio.run(_bare(server, calls))
                durable, waits = _durable(engine, server, calls, first=MANY)
                found |= {
                    f"bare_per_second_{name}": bare,
                    f"durable_per_second_{name}": durable,
                    f"ratio_{name}": durable / bare,
                    f"workspace_write_ms_median_{name}": statistics.median(waits) * 1000,
                    f"workspace_write_ms_most_{name}": max(waits) * 1000,
                }
                if latency == 0.0:
                    before = _most_memory()
                    _durable(engine, server, MANY, first=2 * MANY)
                    found["mib_grown_over_10000_calls"] = _most_memory() - before
    finally:
        shutil.rmtree(folder)
    return found | {
        "aim": f"at least {AIM_RATIO} of the bare client at a model's latency",
        "met": float(str(found["ratio_half_second"])) >= AIM_RATIO,
        "note": f"{AT_ONCE} at once; from the first reservation to the last commit; SQLite, FULL",
    }


@contextmanager
def _place(folder: Path) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        engine = open_engine(sqlite_url(Path(own) / "bench.db"))
        upgrade(engine)
        upgrade_ledger(engine)
        yield engine
        engine.dispose()


async def _bare(server: PaidServer, calls: int) -> float:
    client = AsyncOpenAI(
        api_key="none",
        base_url=f"http://127.0.0.1:{server.port}/v1",
        max_retries=0,
        http_client=DefaultAioHttpClient(),
    )
    left = iter(range(calls))

    async def one_after_another() -> None:
        for number in left:
            await client.chat.completions.create(
                model="m-1",
                messages=[{"role": "user", "content": f"question {number}"}],
                max_tokens=20,
            )

    async with client:
        begin = time.perf_counter()
        await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
        return calls / (time.perf_counter() - begin)


def _durable(
    engine: Engine, server: PaidServer, calls: int, *, first: int
) -> tuple[float, list[float]]:
    with beside_open(engine) as ledger:
        at = target(server.port)
        run_id = order(ledger, at, calls, first=first, cap_micro=10**12).run_id
        place = Workplace(
            workspace=engine,
            ledger=ledger,
            keys=lambda _: None,
            now=lambda: datetime.now(UTC),
            most_at_once=AT_ONCE,
        )
        with _written_meanwhile(engine) as waits:
            code = work(lambda: place, stop=threading.Event(), complain=_fail, once=True)
        assert code is WorkerExit.STOPPED
        with reading(ledger) as session:
            run = load_run(session, run_id)
        assert run.done == calls
        assert run.started_at is not None
        assert run.ended_at is not None
        return calls / (run.ended_at - run.started_at).total_seconds(), waits


@contextmanager
def _written_meanwhile(engine: Engine) -> Iterator[list[float]]:
    waits: list[float] = []
    over = threading.Event()
    statement = sa.text("UPDATE alembic_version SET version_num = version_num")

    def write() -> None:
        while not over.wait(WRITE_PAUSE):
            begin = time.perf_counter()
            with writing(engine) as session:
                session.execute(statement)
            waits.append(time.perf_counter() - begin)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _fail(sentence: str) -> None:
    raise AssertionError(sentence)


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
