"""Owns what happens when two writers meet: the one that was beaten looks again and answers."""

from collections.abc import Callable
from typing import Final, TypeVar

from db.errors import Conflict

TRIES: Final = 3

T = TypeVar("T")


def retried(once: Callable[[], T]) -> T:
    """Run a whole transaction again when the database refused it because another came first.

    Only for transactions that begin by reading what is there: the second time they find what the
    other wrote and answer from it.

    Raises:
        Conflict: It was refused every time.
    """
    for _ in range(TRIES - 1):
        try:
            return once()
        except Conflict:
            continue
    return once()
