"""Owns two processes that make gestures at the same moment."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests.programs import Program, program

Gesture = Mapping[str, object]
Answer = dict[str, object]
# Enough for both to have read their line.
AHEAD_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two processes that wait for gestures."""

    programs: tuple[Program, Program]

    def open(self, url: str | None) -> None:
        """Go to a database; None leaves the one they are at."""
        for each in self.programs:
            each.tell(json.dumps({"open": url}))
        for each in self.programs:
            each.line()

    def together(
        self, call: str, one: Gesture, two: Gesture | None = None
    ) -> tuple[Answer, Answer]:
        """Make one call in both processes at one moment, with the same arguments or others."""
        return self.at_once({"call": call, **one}, {"call": call, **(one if two is None else two)})

    def at_once(self, one: Gesture, two: Gesture) -> tuple[Answer, Answer]:
        """Make two calls at one moment, one in each process."""
        moment = time.monotonic() + AHEAD_SECONDS
        for each, gesture in zip(self.programs, (one, two), strict=True):
            each.tell(json.dumps({**gesture, "moment": moment}))
        first, second = (json.loads(each.line()) for each in self.programs)
        return first, second


@contextmanager
def pair() -> Iterator[Pair]:
    """Start two processes; they are gone at the end."""
    module = "tests.reliability.gesture_sender"
    with program(module) as one, program(module) as two:
        for each in (one, two):
            assert each.line() == "ready"
        yield Pair(programs=(one, two))
