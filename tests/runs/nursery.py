"""Forks workers from one process that has imported everything, which takes seconds; a program.

Each line of its input starts a worker (JSON: arguments and log) or asks for the exit code of one
(a process id); each line of its output answers.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.cli import main as command_line

WAIT_SECONDS = 600.0


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _worker(arguments: list[str], log: str, most_bytes: int) -> None:
    _die_with_parent()
    stream = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for number in (1, 2):
        os.dup2(stream, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if most_bytes:
        # No file of this process grows beyond that, as on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os._exit(command_line(["worker", *arguments]))


def _exit_code(pid: int) -> int:
    """Wait for a worker; one that never ends is killed, which is an exit code too."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def serve() -> None:
    _die_with_parent()
    import calibration.runs.crew  # noqa: F401 - what every worker would import

    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            answer = _exit_code(asked)
        else:
            answer = os.fork()
            if answer == 0:
                _worker(asked["arguments"], asked["log"], asked["most_bytes"])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


class Nursery:
    """The program, seen from a test."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.runs.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, *arguments: str, log: Path, most_bytes: int = 0) -> int:
        asked = {"arguments": list(arguments), "log": str(log), "most_bytes": most_bytes}
        return self._ask(asked)

    def exit_code(self, pid: int) -> int:
        return self._ask(pid)

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, what: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


if __name__ == "__main__":
    serve()
