"""Owns a worker at work: its place, its calls and its engine, from the first chunk to the last.

Made when there is something to do and closed when there is not: the engine costs memory and polls.
"""

import logging
import platform
import random
import threading
import time
from contextlib import suppress
from importlib.metadata import version
from os import getpid
from typing import Final

from calibration.runs.applying import apply_answers
from calibration.runs.chunks import run_chunk
from calibration.runs.engine import ChunkEngine, workflow_id
from calibration.runs.loop_thread import LoopThread
from calibration.runs.recorder import LedgerGone
from calibration.runs.shop import Shop
from calibration.runs.workplace import Workplace
from db.engine import reading, writing
from db.errors import External, GainsayError
from db.ledger.queries.chunks import has_work, next_round, waiting_chunks
from db.ledger.queries.settlement import Holder
from db.ledger.queries.slots import (
    Process,
    beat,
    dead_slots,
    give_back,
    is_running,
    take_from_dead,
    take_slot,
)
from db.ledger.queries.states import fail_run

LOGGER: Final = logging.getLogger(__name__)
BEAT_SECONDS: Final = 5.0
REAP_SECONDS: Final = 5.0
FEED_SECONDS: Final = 0.25
CHUNKS_PER_MODEL: Final = 32
ACTOR: Final = "gainsay worker"


class Crew:
    """A worker with a place; a context manager."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._holder = self._take_slot()
        self._loop = LoopThread()
        self._shop = Shop(
            place.ledger,
            self._holder,
            keys=place.keys,
            now=place.now,
            random_state=random.Random(),
            most_at_once=place.most_at_once,
        )
        self._engine = ChunkEngine(place.workspace, self._holder.slot, self._execute)
        self._under_way = 0
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}

    def __enter__(self) -> "Crew":
        """Open everything; chunks this place had under way begin again."""
        self._loop.do(self._shop.__aenter__())
        self._engine.launch()
        self._apply()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop: no further call begins, those under way have a minute, then they are given up."""
        self._loop.do(_drain(self._shop))
        deadline = time.monotonic() + self._place.drain_seconds
        while self._under_way and not self.gone and time.monotonic() < deadline:
            time.sleep(0.02)
        self._loop.cancel_all() if self._under_way else None
        with suppress(Exception):
            self._engine.close()
        self._loop.do(self._shop.__aexit__(None, None, None))
        self._loop.close()
        with suppress(GainsayError), writing(self._place.ledger) as session:
            give_back(session, self._holder, now=self._place.now())

    @property
    def gone(self) -> LedgerGone | None:
        """Why no further call can be made, if that is so."""
        return self._shop.recorder.gone

    @property
    def slot(self) -> int:
        """Which place this worker has."""
        return self._holder.slot

    def turn(self) -> bool:
        """Do what is due: beat, feed the engine, clear up after dead workers.

        Returns:
            Whether there is work.
        """
        if self._is_due("beat", BEAT_SECONDS):
            with writing(self._place.ledger) as session:
                beat(session, self._holder, now=self._place.now())
        if self._is_due("reap", REAP_SECONDS):
            self._reap()
        if self._is_due("feed", FEED_SECONDS):
            self._feed()
        with reading(self._place.ledger) as session:
            return has_work(session) or self._under_way > 0

    def _is_due(self, what: str, seconds: float) -> bool:
        clock = time.monotonic()
        if clock < self._due.get(what, 0.0):
            return False
        self._due[what] = clock + seconds
        return True

    def _feed(self) -> None:
        with reading(self._place.ledger) as session:
            chunks = waiting_chunks(session, per_model=CHUNKS_PER_MODEL)
        turns = self._engine.turns(chunks)
        for chunk in chunks:
            is_over = turns.get(workflow_id(chunk))
            if is_over is None:
                self._engine.hand_out(chunk)
            elif is_over:
                # Its turn ended early: paused, drained, or its worker had no ledger.
                with writing(self._place.ledger) as session:
                    next_round(session, chunk)

    def _reap(self) -> None:
        with writing(self._place.ledger) as session:
            take_from_dead(session, but=self.slot, now=self._place.now())
        with reading(self._place.ledger) as session:
            dead = dead_slots(session, but=self.slot)
        for slot in dead:
            self._engine.take_over(slot)

    def _execute(self, run_id: str, number: int) -> str:
        with self._lock:
            self._under_way += 1
        try:
            is_done = self._loop.submit(run_chunk(self._shop, run_id, number)).result()
            if is_done:
                self._apply()
            return "done" if is_done else "left"
        except External as error:
            # A database that is locked, full or away for a moment: the chunk is handed out again.
            LOGGER.warning("chunk %s of %s waits: %s", number, run_id, error)
            return "stopped"
        except BaseException as error:
            if self.gone is None and not self._shop.draining.is_set():
                self._fail(run_id, number, error)
            return "stopped"
        finally:
            with self._lock:
                self._under_way -= 1

    def _apply(self) -> None:
        # What cannot be applied now stays in the ledger, and the next worker tries again.
        try:
            apply_answers(self._place.workspace, self._place.ledger, now=self._place.now)
        except Exception:
            LOGGER.exception("answers could not be applied")

    def _fail(self, run_id: str, number: int, error: BaseException) -> None:
        LOGGER.error("chunk %s of %s failed: %r", number, run_id, error)
        note = f"Chunk {number} could not be worked on ({_first(error)!r})."
        with suppress(GainsayError), writing(self._place.ledger) as session:
            fail_run(session, run_id, note=note, actor=ACTOR, now=self._place.now())

    def _take_slot(self) -> Holder:
        process = Process(pid=getpid(), host=platform.node(), program=version("gainsay"))
        with writing(self._place.ledger) as session:
            return take_slot(session, process, now=self._place.now(), is_alive=is_running)


async def _drain(shop: Shop) -> None:
    shop.drain()


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
