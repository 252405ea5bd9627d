"""Owns the figure "100 people label at once": websockets, two seconds of thought between clicks.

Every simulated person has a tab of the page Label on the large workspace and decides again and
again. There is one person in a workspace so far: each tab filters for one type and language and
begins some responses further down that queue, so that nearly every click stores a label. What they
store is deleted with the workspace.
"""

import asyncio
import os
import random
import sqlite3
import statistics
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.large import large_workspace
from db.taxonomy.content import load_taxonomy
from tests.running import RunningApp, running_app
from tests.sessions import Answer, Tab, open_tab

PEOPLE = 100
THINK_SECONDS = (1.0, 3.0)  # uniform: two on average
SECONDS = 60.0
RAMP_SECONDS = 0.25
DECIDE = "label_follows_"
NEXT = "label_do_next"
QUEUES = tuple(
    (type_.id, language.id)
    for content in (load_taxonomy(),)
    for type_ in content.types
    for language in content.languages
)
APART = 8  # responses between two tabs of one queue at the beginning
AIM_P50_MS = 30
AIM_P95_MS = 100


@dataclass(slots=True, kw_only=True)
class Clicks:
    """What was timed once everybody was there.

    Attributes:
        seconds: Of each click, from the request to the end of the script.
        counting: False while people arrive.
    """

    seconds: list[float] = field(default_factory=list)
    counting: bool = False


def measure() -> dict[str, object]:
    """Let 100 people label for a minute; milliseconds."""
    with large_workspace() as home, running_app(home) as app:
        (server,) = psutil.Process(app.process.pid).children()
        alone = asyncio.run(_people(app, 1, seconds=20.0))
        before, begin = server.cpu_times(), time.perf_counter()
        labels = _labels(home)
        many = asyncio.run(_people(app, PEOPLE, seconds=SECONDS))
        stored = _labels(home) - labels
        after, took = server.cpu_times(), time.perf_counter() - begin
        memory = server.memory_info().rss / 2**20
    ordered = sorted(many.seconds)
    p50, p95 = (ordered[round(share * (len(ordered) - 1))] * 1_000 for share in (0.5, 0.95))
    own = after.user + after.system - before.user - before.system
    return {
        "name": "annotators",
        "p50_ms": p50,
        "p95_ms": p95,
        "alone_p50_ms": statistics.median(alone.seconds) * 1_000,
        "clicks": len(ordered),
        "labels_stored": stored,
        "clicks_per_second": len(ordered) / SECONDS,
        "server_processor_share": own / took,
        "server_ms_per_click": own / len(ordered) * 1_000,
        "server_mib": memory,
        "load": round(os.getloadavg()[0], 2),
        "aim": f"p50 under {AIM_P50_MS} ms, p95 under {AIM_P95_MS} ms",
        "met": p50 < AIM_P50_MS and p95 < AIM_P95_MS,
        "note": f"{PEOPLE} tabs, {THINK_SECONDS[0]:g}-{THINK_SECONDS[1]:g} s between clicks, "
        f"{SECONDS:.0f} s, clients on the same machine; the processor's share is of one core and "
        "holds the people's arrival too; labels are stored outside that minute too; "
        "load is that of the machine at the end",
    }


async def _people(app: RunningApp, people: int, *, seconds: float) -> Clicks:
    clicks, stop = Clicks(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        arrived = asyncio.Barrier(people + 1)
        for number in range(people):
            group.create_task(_person(app, number, clicks, stop, arrived))
        await arrived.wait()
        clicks.counting = True
        await asyncio.sleep(seconds)
        clicks.counting = False
        stop.set()
    return clicks


async def _person(
    app: RunningApp, number: int, clicks: Clicks, stop: asyncio.Event, arrived: asyncio.Barrier
) -> None:
    draw = random.Random(number)
    await asyncio.sleep(number * RAMP_SECONDS)
    type_id, language_id = QUEUES[number % len(QUEUES)]
    query = f"label_type={type_id}&label_language={language_id}"
    async with open_tab(app.url, "label", query) as tab:
        answer = await tab.rerun()
        for _ in range(number // len(QUEUES) * APART):
            answer = await tab.rerun(click=answer.button(NEXT))
        await arrived.wait()
        while not stop.is_set():
            await asyncio.sleep(draw.uniform(*THINK_SECONDS))
            counting = clicks.counting
            answer = await _decide(tab, answer)
            if counting:
                clicks.seconds.append(answer.seconds)


async def _decide(tab: Tab, answer: Answer) -> Answer:
    return await tab.rerun(click=answer.button(DECIDE))


def _labels(home: Path) -> int:
    with closing(sqlite3.connect(home / "gainsay.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM label").fetchone()
    return int(count)
