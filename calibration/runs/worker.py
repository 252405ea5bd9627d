"""Owns a worker's day: idle until a run is there, at work until there is none, gone when told.

Idle, it asks one small question a second and holds neither engine nor client.
"""

import threading
import time
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from calibration.runs.kinds import is_needed
from db.engine import reading
from db.errors import Conflict, External
from db.ledger.migrations import current, head

if TYPE_CHECKING:
    from collections.abc import Callable

    from calibration.runs.crew import Crew
    from calibration.runs.workplace import Workplace

IDLE_SECONDS: Final = 1.0
TURN_SECONDS: Final = 0.05
# How long a crew stays when the last run has ended: the next may be a moment away.
LINGER_SECONDS: Final = 20.0


class WorkerExit(IntEnum):
    """How a worker ends."""

    STOPPED = 0
    # The way out of sysexits.h for "later": whoever started it starts it again after a while.
    LATER = 75


def work(
    make_place: "Callable[[], Workplace]",
    *,
    stop: threading.Event,
    complain: "Callable[[str], None]",
    linger: float = LINGER_SECONDS,
    once: bool = False,
) -> WorkerExit:
    """Work until told to stop.

    Args:
        make_place: Opens the databases.
        stop: Set when it is to stop; calls under way are finished first, for up to a minute.
        complain: Takes the sentence that says why it cannot go on.
        linger: Seconds without work after which engine and clients are closed.
        once: End when there is no work left, instead of waiting for more.

    Returns:
        ``STOPPED`` also when there was no work for ``linger`` seconds after there was some.
    """
    try:
        place = make_place()
        if not _wait_for_work(place, stop, once=once):
            return WorkerExit.STOPPED
        from calibration.runs.crew import Crew

        with Crew(place) as crew:
            return _turns(crew, stop, linger=linger, once=once, complain=complain)
    except (External, Conflict) as error:
        complain(str(error))
        return WorkerExit.LATER


def _wait_for_work(place: "Workplace", stop: threading.Event, *, once: bool) -> bool:
    ready = False
    while not stop.is_set():
        if not ready:
            found = current(place.ledger)
            if found is not None and found != head():
                raise Conflict(
                    f"The ledger has schema {found!r} and this program needs {head()!r}; run "
                    "'gainsay db upgrade'."
                )
            ready = found is not None
        if ready:
            with reading(place.ledger) as session:
                if is_needed(session):
                    return True
        if once:
            return False
        stop.wait(IDLE_SECONDS)
    return False


def _turns(
    crew: "Crew",
    stop: threading.Event,
    *,
    linger: float,
    once: bool,
    complain: "Callable[[str], None]",
) -> WorkerExit:
    busy = time.monotonic()
    while not stop.is_set():
        if crew.gone is not None:
            complain(str(crew.gone))
            return WorkerExit.LATER
        if crew.turn():
            busy = time.monotonic()
        elif once or time.monotonic() - busy > linger:
            return WorkerExit.STOPPED
        stop.wait(TURN_SECONDS)
    return WorkerExit.STOPPED
