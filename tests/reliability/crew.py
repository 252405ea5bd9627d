"""Owns a crew of writing processes: starting them, killing them at random moments, their ends."""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.programs import PATIENCE_SECONDS, ended, start
from tests.reliability.journal import Entry, answers, entries, unanswered

LONGEST_WAIT = 0.03
LOOK_SECONDS = 0.02
FIRST_ANSWERS = 3
READER = "reader"


@dataclass(slots=True, kw_only=True)
class Hand:
    """One process of the crew, whichever it is after restarts.

    Attributes:
        answered: How many answers it had when it was last started.
    """

    name: str
    module: str
    arguments: Sequence[str]
    process: ForkServerProcess | None = None
    answered: int = 0


@dataclass(slots=True, kw_only=True)
class Crew:
    """Processes that work on one database, each with a journal in ``folder``.

    Attributes:
        caught: How many kills came before the answer to a gesture.
        kills: How many processes were killed.
    """

    url: str
    folder: Path
    random_state: int
    hands: dict[str, Hand] = field(default_factory=dict)
    caught: int = 0
    kills: int = 0

    @property
    def stop(self) -> Path:
        """The file that ends the work."""
        return self.folder / "stop"

    def journal(self, name: str) -> Path:
        """Name the journal of one process."""
        return self.folder / f"{name}.journal"

    def entries(self, name: str) -> list[Entry]:
        """Read the journal of one process."""
        return entries(self.journal(name))

    def all_entries(self) -> dict[str, list[Entry]]:
        """Read the journals of the writers."""
        return {name: self.entries(name) for name in self.hands if name != READER}

    def add(self, name: str, module: str, annotator_id: str, *arguments: str) -> None:
        """Start a writer."""
        seed = f"{self.random_state} {name}"
        log, stop = str(self.journal(name)), str(self.stop)
        self._start(
            Hand(
                name=name,
                module=module,
                arguments=[self.url, annotator_id, log, stop, seed, *arguments],
            )
        )

    def add_reader(self) -> None:
        """Start a process that keeps a read transaction open until the end."""
        arguments = [self.url, str(self.journal(READER)), str(self.stop)]
        self._start(Hand(name=READER, module="long_reader", arguments=arguments))
        self.wait_for(READER, 1)

    def wait_for(self, name: str, count: int) -> None:
        """Wait until a process has that many answers since it was started."""
        hand, deadline = self.hands[name], time.monotonic() + PATIENCE_SECONDS
        while self._answers(name) < hand.answered + count:
            assert hand.process is not None
            assert hand.process.is_alive(), self.complaints()
            assert time.monotonic() < deadline, f"{name} does nothing: {self.complaints()}"
            time.sleep(LOOK_SECONDS)

    def _at_work(self) -> list[str]:
        """Name the writers that have done something since they were started, once there are any."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            names = [
                name
                for name, hand in self.hands.items()
                if name != READER and self._answers(name) >= hand.answered + FIRST_ANSWERS
            ]
            if names:
                return names
            assert time.monotonic() < deadline, f"nobody works: {self.complaints()}"
            time.sleep(LOOK_SECONDS)

    def kill_at_random(self, kills: int, *, amid_gestures: bool = False) -> None:
        """Kill writers at random moments of their work, and start each again.

        Args:
            kills: How many.
            amid_gestures: Whether to wait for a gesture to begin, for writers that mostly read.
        """
        source = random.Random(self.random_state)
        for _ in range(kills):
            name = source.choice(self._at_work())
            if amid_gestures:
                self._wait_for_gesture(name)
            time.sleep(source.uniform(0, LONGEST_WAIT))
            hand = self.hands[name]
            assert hand.process is not None
            hand.process.kill()
            assert ended(hand.process) == -signal.SIGKILL, self.complaints()
            self.kills += 1
            self.caught += unanswered(self.journal(name)) is not None
            self._start(hand)

    def _wait_for_gesture(self, name: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while unanswered(self.journal(name)) is None:
            assert time.monotonic() < deadline, f"{name} asks for nothing: {self.complaints()}"

    def finish(self) -> None:
        """Let everybody end by themselves; nobody may have complained."""
        self.stop.touch()
        for hand in self.hands.values():
            assert hand.process is not None
            assert ended(hand.process) == 0, self.complaints()
        assert self.complaints() == ""

    def complaints(self) -> str:
        """Everything that was written to standard error."""
        return "".join(file.read_text() for file in sorted(self.folder.glob("*.errors")))

    def end(self) -> None:
        """Kill whoever is left."""
        for hand in self.hands.values():
            if hand.process is not None and hand.process.is_alive():
                hand.process.kill()
                ended(hand.process)

    def _answers(self, name: str) -> int:
        return answers(self.journal(name))

    def _start(self, hand: Hand) -> None:
        hand.answered = self._answers(hand.name)
        module = f"tests.reliability.{hand.module}"
        with (
            Path(os.devnull).open("rb") as nothing,
            (self.folder / f"{hand.name}.errors").open("ab") as errors,
        ):
            hand.process = start(
                module, *hand.arguments, stdin=nothing, stdout=errors, stderr=errors
            )
        self.hands[hand.name] = hand


@contextmanager
def crew(url: str, folder: Path, *, random_state: int) -> Iterator[Crew]:
    """Give a crew without anybody; nobody of it is left at the end.

    The random state is written to standard output, which pytest shows when the test fails.
    """
    sys.stdout.write(f"random_state {random_state}\n")
    folder.mkdir()
    made = Crew(url=url, folder=folder, random_state=random_state)
    try:
        yield made
    finally:
        made.end()


def refused(found: dict[str, list[Entry]]) -> list[str]:
    """Give the sentences of everything that was refused."""
    return [
        f"{entry.told['error']}: {entry.told['sentence']}"
        for lines in found.values()
        for entry in lines
        if entry.word == "failed"
    ]


def figures(workers: Crew, found: dict[str, list[Entry]]) -> str:
    """Say what there was to do and how long it took, on one line."""
    answered = sum(entry.word == "answer" for lines in found.values() for entry in lines)
    return (
        f"{workers.kills} kills, {workers.caught} of them before the answer, {answered} answers, "
        f"the slowest after {slowest(found):.3f} s\n"
    )


def slowest(found: dict[str, list[Entry]]) -> float:
    """Give the longest time that an answer took, in seconds."""
    return max(entry.seconds for lines in found.values() for entry in lines)
