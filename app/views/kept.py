"""Owns keeping what was worked out from the taxonomy until the taxonomy changes."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from db.engine import Session
from db.queries.taxonomy import taxonomy_state

MOST: Final = 256

T = TypeVar("T")


class Kept(Generic[T]):
    """Frozen values by what they were asked for, shared by all sessions of this process.

    The taxonomy changes with an event of the history, whose hash no other event has in this
    database or another: what was worked out before is never given again.
    """

    def __init__(self) -> None:
        self._values: dict[tuple[str, ...], T] = {}

    def give(self, session: Session, *wanted: str, build: Callable[[], T]) -> T:
        """Give the value for what is wanted; it is built once per state of the taxonomy."""
        state = taxonomy_state(session)
        key = (state, *wanted)
        values = self._values
        if key in values:
            return values[key]
        built = build()
        if state:
            # Another dictionary instead of an emptied one: other threads still read this one.
            self._values = values = values if len(values) < MOST else {}
            values[key] = built
        return built
