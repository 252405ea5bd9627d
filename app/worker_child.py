"""Owns the worker that `gainsay up` keeps: a child that is there while a run is to be worked on.

Without a run there is no process at all: this one asks the ledger once a second. A child that says
"later" (exit 75) or fails is started again after a pause that doubles; it never outlives this
process, and when it is told to stop it finishes the calls that are under way.
"""

import ctypes
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from calibration.runs.kinds import is_needed
from db.engine import open_engine, reading
from db.errors import GainsayError
from db.ledger.migrations import current
from db.ledger.place import open_ledger

ASK_SECONDS: Final = 1.0
FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 60.0
# A worker has a minute to finish what is under way, and a little to close.
STOP_SECONDS: Final = 70.0
LINGER_SECONDS: Final = "20"


@contextmanager
def worker_child(database_url: str, environment: Mapping[str, str]) -> Iterator[None]:
    """Keep a worker for the block, whenever there is a run."""
    keeper = _Keeper(database_url, environment)
    thread = threading.Thread(target=keeper.keep, name="worker-child", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.stop.set()
        thread.join(STOP_SECONDS)


class _Keeper:
    def __init__(self, database_url: str, environment: Mapping[str, str]) -> None:
        self.stop = threading.Event()
        self._workspace = open_engine(database_url)
        self._ledger = open_ledger(self._workspace)
        self._environment = dict(environment)
        self._pause = 0.0

    def keep(self) -> None:
        """Start a worker whenever there is work, until told to stop."""
        while not self.stop.wait(max(ASK_SECONDS, self._pause)):
            if self._has_work():
                self._see_through(_start(self._environment))
        self._ledger.dispose()
        self._workspace.dispose()

    def _has_work(self) -> bool:
        # Whatever keeps it from being read, the next second may be better.
        with suppress(GainsayError):
            if current(self._ledger) is not None:
                with reading(self._ledger) as session:
                    return is_needed(session)
        return False

    def _see_through(self, child: "subprocess.Popen[bytes]") -> None:
        while child.poll() is None:
            if self.stop.wait(ASK_SECONDS / 10):
                _end(child)
        if child.returncode == 0:
            self._pause = 0.0
        else:
            self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * self._pause))


def _start(environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    # -P: a folder named app where somebody starts it is not this package.
    command = [sys.executable, "-P", "-m", "app.cli", "worker", "--linger", LINGER_SECONDS]
    return subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        # A group of its own: Ctrl+C reaches this process alone, which then tells the child.
        process_group=0,
        preexec_fn=_stop_with_parent(),
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _stop_with_parent() -> "Callable[[], None] | None":
    """On Linux, have the kernel tell the child to stop when this process is killed outright."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, signal.SIGTERM)
