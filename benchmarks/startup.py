"""Owns the figures "cold start" and "warm start", both by ``make run``, to health and to the page.

Cold is a fresh clone with an empty home: packages are fetched, the workspace is made. Warm is the
same clone again.
"""

import http.client
import os
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.machine import ROOT
from tests.running import BROWSER_FLAGS, browser_path, free_port

WARM_ROUNDS = 3
COLD_AIM_SECONDS = 30
WARM_AIM_SECONDS = 3
GIVE_UP_SECONDS = 600
# A person's settings that would make a start different from a newcomer's.
NOT_PASSED_ON = ("GAINSAY_", "XDG_", "UV_CACHE", "VIRTUAL_ENV", "PYTHON", "MAKE", "MFLAGS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Seconds from ``make run`` to a healthy server, and to the first page's heading."""

    health: float
    page: float


def measure() -> dict[str, object]:
    """Clone HEAD, start it once cold and three times warm; seconds."""
    with tempfile.TemporaryDirectory(prefix="gainsay-bench-") as folder, _browser() as browser:
        clone, home = Path(folder) / "project", Path(folder) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cold = _start(clone, home, browser)
        warm = [_start(clone, home, browser) for _ in range(WARM_ROUNDS)]
    warm_health = statistics.median(start.health for start in warm)
    return {
        "name": "startup",
        "cold_health_seconds": cold.health,
        "cold_page_seconds": cold.page,
        "warm_health_seconds": warm_health,
        "warm_page_seconds": statistics.median(start.page for start in warm),
        "aim": f"health cold under {COLD_AIM_SECONDS} s, warm under {WARM_AIM_SECONDS} s",
        "met": cold.health < COLD_AIM_SECONDS and warm_health < WARM_AIM_SECONDS,
        "note": f"cold once, with the network's speed in it; warm median of {WARM_ROUNDS}",
    }


def _start(clone: Path, home: Path, browser: Browser) -> Start:
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(NOT_PASSED_ON)
    }
    begin = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=clone,
        env={**environment, "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        while not _is_healthy(port):
            if process.poll() is not None or time.perf_counter() - begin > GIVE_UP_SECONDS:
                raise RuntimeError(f"make run did not become healthy (exit {process.poll()}).")
            time.sleep(0.02)
        health = time.perf_counter() - begin
        page = browser.new_page()
        page.goto(f"http://localhost:{port}")
        page.get_by_role("heading").first.wait_for(timeout=60_000)
        seen = time.perf_counter() - begin
        page.close()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
    return Start(health=health, page=seen)


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=list(BROWSER_FLAGS)
        )
        yield browser
        browser.close()


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
