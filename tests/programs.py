"""Owns programs of the suite that run in processes of their own, and how they start quickly.

A program is a module of ours with a function ``main`` of texts. Its process is a copy of one that
has loaded all of them: to load Python and our packages again takes as long as what most tests do,
and a test that kills or races processes starts dozens. Environment and folder are the starter's.
"""

import importlib
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import IO, Any, TextIO

PATIENCE_SECONDS = 60
LOADED = [
    "tests.authoring.at_once",
    "tests.claims.crew",
    "tests.db.backup_load",
    "tests.db.test_history",
    "tests.db.test_schema",
    "tests.exports.cut_at_once",
    "tests.exports.kill_a_cut",
    "tests.exports.publish_and_die",
    "tests.labelling.decide_at_once",
    "tests.reliability.copy_writer",
    "tests.reliability.gesture_sender",
    "tests.reliability.label_writer",
    "tests.reliability.long_reader",
    "tests.reliability.review_writer",
    "tests.review.gestures",
]


class _Sent:
    """An open file that goes along to a new process, where it is a descriptor."""

    def __init__(self, file: IO[Any]) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (reduction.DupFd(self.file.fileno()),)


def _received(copy: Any) -> int:
    return int(copy.detach())


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that is talked to.

    Attributes:
        stdin: What it reads.
        stdout: What it answers.
        stderr: What it complained of; complete once it has ended.
    """

    process: ForkServerProcess
    stdin: TextIO
    stdout: TextIO
    stderr: TextIO

    def tell(self, line: str) -> None:
        """Write a line to it."""
        self.stdin.write(f"{line}\n")
        self.stdin.flush()

    def line(self) -> str:
        """Wait for its next line, without the end; fail when it says no more."""
        line = self.stdout.readline()
        assert line, f"the program ended: {self._complaints()}"
        return line.removesuffix("\n")

    def end(self) -> str:
        """Wait until it has ended well, and give what it said since its last line."""
        said = self.stdout.read()
        assert ended(self.process) == 0, self._complaints()
        assert self._complaints() == ""
        return said

    def _complaints(self) -> str:
        self.stderr.seek(0)
        return self.stderr.read()


def loaded() -> ForkServerContext:
    """Give what starts processes as copies of one that has loaded the programs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    return context


def start(
    module: str, *arguments: str, stdin: IO[Any], stdout: IO[Any], stderr: IO[Any]
) -> ForkServerProcess:
    """Start a program that reads and writes open files."""
    files = [_Sent(file) for file in (stdin, stdout, stderr)]
    process = loaded().Process(
        target=_run, args=(module, arguments, Path.cwd(), dict(os.environ), files)
    )
    process.start()
    return process


def ended(process: ForkServerProcess) -> int:
    """Wait for the end of a process and give its code, below 0 for a signal."""
    process.join(PATIENCE_SECONDS)
    assert process.exitcode is not None, f"{process.name} does not end"
    return process.exitcode


@contextmanager
def program(module: str, *arguments: str) -> Iterator[Program]:
    """Start a program to talk to; at the end of the block it is gone."""
    (reads, tells), (hears, says) = os.pipe(), os.pipe()
    with (
        open(tells, "w", encoding="utf-8") as stdin,
        open(hears, encoding="utf-8") as stdout,
        tempfile.TemporaryFile("w+", encoding="utf-8") as stderr,
    ):
        with open(reads, "rb") as its_in, open(says, "wb") as its_out:
            process = start(module, *arguments, stdin=its_in, stdout=its_out, stderr=stderr)
        try:
            yield Program(process=process, stdin=stdin, stdout=stdout, stderr=stderr)
        finally:
            process.kill()
            process.join(PATIENCE_SECONDS)


def at_once(module: str, calls: Sequence[Sequence[str]]) -> list[str]:
    """Run a program with each of the arguments, all let go together; give what they printed.

    The program says "ready" when all is loaded, and begins when it has read a line.
    """
    with ExitStack() as stack:
        started = [stack.enter_context(program(module, *call)) for call in calls]
        for one in started:
            assert one.line() == "ready"
        for one in started:
            one.tell("go")
        return [one.end() for one in started]


def _run(
    module: str,
    arguments: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    files: Sequence[int],
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    # What begins as a copy has no standard input any more.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    importlib.import_module(module).main(*arguments)
