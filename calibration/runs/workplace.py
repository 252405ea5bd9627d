"""Owns what a worker works with; light, so that an idle worker stays small."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.engine import Engine

MOST_AT_ONCE: Final = 64
DRAIN_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a worker works with.

    Attributes:
        workspace, ledger: The databases.
        keys: Gives the providers' keys.
        now: The clock.
        most_at_once: Calls of one model under way at once, at most.
    """

    workspace: Engine
    ledger: Engine
    keys: Callable[[str], str | None]
    now: Callable[[], datetime]
    most_at_once: int = MOST_AT_ONCE
    drain_seconds: float = DRAIN_SECONDS
