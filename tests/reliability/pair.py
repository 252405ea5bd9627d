"""Owns two processes that make gestures at the same moment."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

Gesture = Mapping[str, object]
Answer = dict[str, object]
# Enough for both to have read their line.
AHEAD_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two processes that wait for gestures."""

    processes: tuple[subprocess.Popen[str], subprocess.Popen[str]]

    def open(self, url: str | None) -> None:
        """Go to a database; None leaves the one they are at."""
        for process in self.processes:
            self._tell(process, {"open": url})
        for process in self.processes:
            self._answer(process)

    def together(
        self, call: str, one: Gesture, two: Gesture | None = None
    ) -> tuple[Answer, Answer]:
        """Make one call in both processes at one moment, with the same arguments or others."""
        return self.at_once({"call": call, **one}, {"call": call, **(one if two is None else two)})

    def at_once(self, one: Gesture, two: Gesture) -> tuple[Answer, Answer]:
        """Make two calls at one moment, one in each process."""
        moment = time.monotonic() + AHEAD_SECONDS
        for process, gesture in zip(self.processes, (one, two), strict=True):
            self._tell(process, {**gesture, "moment": moment})
        first, second = (self._answer(process) for process in self.processes)
        return first, second

    def _tell(self, process: subprocess.Popen[str], line: Gesture) -> None:
        assert process.stdin is not None
        process.stdin.write(f"{json.dumps(line)}\n")
        process.stdin.flush()

    def _answer(self, process: subprocess.Popen[str]) -> Answer:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the process ended"
        answer: Answer = json.loads(line)
        return answer


@contextmanager
def pair() -> Iterator[Pair]:
    """Start two processes; they are gone at the end."""
    command = [sys.executable, "-m", "tests.reliability.gesture_sender"]
    one, two = (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    )
    try:
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield Pair(processes=(one, two))
    finally:
        for process in (one, two):
            process.kill()
            process.communicate()
