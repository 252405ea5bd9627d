"""Owns the figure "a page again", on a workspace of 10,000 items and 100,000 labels.

Every page is asked for over the websocket of the real server, one browser at a time: from the
request to the end of the script as the browser gets it, and the server's own time per rerun.
"""

import asyncio
import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from benchmarks.large import ITEMS, RATERS, RESPONSES_PER_ITEM, large_workspace
from tests.running import RunningApp, running_app
from tests.sessions import open_tab

ROUNDS = 40
AIM_MS = 50
PAGES = (
    ("overview", ""),
    ("items", ""),
    ("items", "q=poet"),
    ("items", "item=item-00007"),
    ("label", ""),
    ("author", ""),
    ("agreement", ""),
    ("releases", ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page took, in milliseconds.

    Attributes:
        first: The first time in a tab, with what is worked out once per state of the history.
        own: Of the server's processor, mean of the reruns.
    """

    name: str
    first: float
    median: float
    p95: float
    own: float


def measure() -> dict[str, object]:
    """Ask for every page again and again; milliseconds."""
    with large_workspace() as home, running_app(home) as app:
        pages = asyncio.run(_pages(app))
    found = {key: value for page in pages for key, value in _told(page)}
    slowest = max(page.median for page in pages)
    return {
        "name": "reruns",
        **found,
        "slowest_median_ms": slowest,
        "load": round(os.getloadavg()[0], 2),
        "aim": f"every median under {AIM_MS} ms",
        "met": slowest < AIM_MS,
        "note": f"{ITEMS:,} items, {ITEMS * RESPONSES_PER_ITEM:,} responses, "
        f"{ITEMS * RESPONSES_PER_ITEM * len(RATERS):,} labels (generated); {ROUNDS} reruns per "
        "page in one tab; SQLite; load is that of the machine at the end",
    }


async def _pages(app: RunningApp) -> list[Page]:
    return [await _page(app, page, query) for page, query in PAGES]


async def _page(app: RunningApp, page: str, query: str) -> Page:
    (server,) = psutil.Process(app.process.pid).children()
    async with open_tab(app.url, page, query) as tab:
        first = await tab.rerun()
        await tab.rerun()
        before = server.cpu_times()
        seconds = sorted([(await tab.rerun()).seconds for _ in range(ROUNDS)])
        after = server.cpu_times()
    own = after.user + after.system - before.user - before.system
    return Page(
        name=f"{page}?{query}" if query else page,
        first=first.seconds * 1_000,
        median=statistics.median(seconds) * 1_000,
        p95=seconds[round(0.95 * (ROUNDS - 1))] * 1_000,
        own=own / ROUNDS * 1_000,
    )


def _told(page: Page) -> Iterator[tuple[str, object]]:
    yield (
        page.name,
        f"median {page.median:.1f} ms, p95 {page.p95:.1f} ms, of the server's processor "
        f"{page.own:.1f} ms, first time {page.first:.0f} ms",
    )
