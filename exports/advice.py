"""Owns what an import says about rows that are legal and yet worth a look."""

from dataclasses import dataclass
from typing import Final

NAMED_ROWS: Final = 20
_SHOWN_ROWS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAdvice:
    """Something that is legal and yet worth a look.

    Attributes:
        kind: Stable word, so that screens can translate it.
        sentence: The same for a person, in English, with count and row numbers.
        rows: How many rows it concerns.
        numbers: The first twenty of their numbers in the file.
    """

    kind: str
    sentence: str
    rows: int
    numbers: tuple[int, ...]


class AdviceBook:
    """Collect advice: one entry per kind, with the rows it concerns.

    Args:
        unit: What a row is called in this file: "row", "line" or "element".
    """

    def __init__(self, *, unit: str) -> None:
        self._unit = unit
        self._sentences: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._numbers: dict[str, list[int]] = {}
        self._last: dict[str, int] = {}

    def add(self, kind: str, number: int, sentence: str) -> None:
        """Note one row, once per kind; the first sentence of a kind speaks for all of them."""
        if kind not in self._counts:
            self._sentences[kind] = sentence
            self._counts[kind] = 0
            self._numbers[kind] = []
        elif self._last[kind] == number:
            return
        self._last[kind] = number
        self._counts[kind] += 1
        if len(self._numbers[kind]) < NAMED_ROWS:
            self._numbers[kind].append(number)

    def entries(self) -> tuple[ImportAdvice, ...]:
        """Give the advice, most rows first."""
        order = sorted(self._counts, key=lambda kind: (-self._counts[kind], kind))
        return tuple(
            ImportAdvice(
                kind=kind,
                sentence=f"{self._sentences[kind].rstrip('.')} ({self._where(kind)}).",
                rows=self._counts[kind],
                numbers=tuple(self._numbers[kind]),
            )
            for kind in order
        )

    def _where(self, kind: str) -> str:
        numbers = self._numbers[kind][:_SHOWN_ROWS]
        count = self._counts[kind]
        plural = "s" if count > 1 else ""
        rest = f" and {count - len(numbers):,} more" if count > len(numbers) else ""
        return f"{self._unit}{plural} {', '.join(map(str, numbers))}{rest}"
