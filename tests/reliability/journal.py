"""Owns what a process writes down about its gestures: before each, and after it was answered.

An answer is on the disk when ``answer`` returns, so whatever a killed process claimed is known.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Fields = Mapping[str, object]
Word = Literal["intent", "answer", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line.

    Attributes:
        gesture: What was asked for, with everything needed to ask again.
        told: The answer, or the error with its type; empty for an intent.
        seconds: How long the answer took.
    """

    word: Word
    gesture: dict[str, object]
    told: dict[str, object]
    seconds: float


class Journal:
    """A file of entries that one process appends to."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._begin = 0.0

    def intend(self, gesture: Fields) -> None:
        """Say what is asked for now."""
        self._begin = time.monotonic()
        self._append("intent", gesture, {})

    def answer(self, gesture: Fields, told: Fields) -> None:
        """Say how it was answered; on the disk afterwards."""
        self._append("answer", gesture, told, lasting=True)

    def fail(self, gesture: Fields, error: Exception) -> None:
        """Say that it failed, and how."""
        self._append("failed", gesture, {"error": type(error).__name__, "sentence": str(error)})

    def _append(self, word: Word, gesture: Fields, told: Fields, *, lasting: bool = False) -> None:
        seconds = time.monotonic() - self._begin
        line = {"word": word, "gesture": gesture, "told": told, "seconds": seconds}
        # One write to the end of the file: a killed process leaves no half line.
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{json.dumps(line)}\n".encode())
        if lasting:
            os.fsync(descriptor)
        os.close(descriptor)


def entries(file: Path) -> list[Entry]:
    """Read a journal; empty when there is none yet."""
    if not file.exists():
        return []
    return [Entry(**json.loads(line)) for line in file.read_text().splitlines()]


def answers(file: Path) -> int:
    """Count the answers in a journal, without reading what they say."""
    return file.read_bytes().count(b'{"word": "answer"') if file.exists() else 0


def unanswered(file: Path) -> Entry | None:
    """Give the last gesture when it was neither answered nor refused."""
    found = entries(file)
    return found[-1] if found and found[-1].word == "intent" else None
