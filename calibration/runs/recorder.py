"""Owns talking to the ledger while calls are made: what many calls tell shares one commit.

Nothing is sent before its reservation is committed, and a call's place is given up only when its
result is. When the ledger cannot be written, nobody is told "go" any more.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Final

from db.engine import Engine, writing
from db.errors import External, GainsayError
from db.ledger.queries.settlement import Batch, Ended, Grant, Holder, Limits, Wanted
from db.ledger.queries.settling import settle

GATHER_SECONDS: Final = 0.01
MOST_AT_ONCE: Final = 400
# How long a result that was paid for is tried to be written before the worker gives up.
STORE_SECONDS: Final = 4.0
STORE_PAUSE: Final = 0.25


class LedgerGone(External):
    """The ledger cannot be written, or is no longer this worker's: no further call is made."""


class Recorder:
    """Gathers what calls tell and ask for a moment, and settles it in one transaction."""

    def __init__(
        self,
        ledger: Engine,
        holder: Holder,
        *,
        limits: Mapping[tuple[str, str], Limits],
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._holder = holder
        self._limits = limits
        self._now = now
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._wanted: list[tuple[Wanted, asyncio.Future[Grant]]] = []
        self._ended: list[tuple[Ended, asyncio.Future[None]]] = []
        self._some = asyncio.Event()
        self._first = 0.0
        self._task: asyncio.Task[None] | None = None
        self.gone: LedgerGone | None = None

    async def __aenter__(self) -> "Recorder":
        """Begin, in the running loop."""
        self._task = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End; whoever still waits is told that the ledger is gone."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._give_up(self.gone or LedgerGone("The worker stops.", retryable=True))
        self._thread.shutdown()

    async def reserve(self, wanted: Wanted) -> Grant:
        """Ask whether a call may be sent; a granted one is reserved and committed.

        Raises:
            LedgerGone: Nobody can say so any more.
        """
        answer: asyncio.Future[Grant] = asyncio.get_running_loop().create_future()
        self._refuse_gone()
        self._wanted.append((wanted, answer))
        self._note_first()
        return await answer

    async def end(self, ended: Ended) -> None:
        """Tell what became of a try, and wait until that is committed.

        Raises:
            LedgerGone: It cannot be written.
        """
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._refuse_gone()
        self._ended.append((ended, answer))
        self._note_first()
        await answer

    def _note_first(self) -> None:
        if not self._some.is_set():
            self._first = time.monotonic()
            self._some.set()

    def _refuse_gone(self) -> None:
        if self.gone is not None:
            raise self.gone

    async def _work(self) -> None:
        while True:
            await self._some.wait()
            # What came while the last commit was on its way has waited long enough.
            await asyncio.sleep(max(0.0, self._first + GATHER_SECONDS - time.monotonic()))
            self._some.clear()
            ended, self._ended = self._ended[:MOST_AT_ONCE], self._ended[MOST_AT_ONCE:]
            wanted, self._wanted = self._wanted[:MOST_AT_ONCE], self._wanted[MOST_AT_ONCE:]
            if self._ended or self._wanted:
                self._some.set()
            batch = Batch(
                ended=tuple(one for one, _ in ended),
                wanted=tuple(one for one, _ in wanted),
                limits=self._limits,
            )
            loop = asyncio.get_running_loop()
            try:
                grants = await loop.run_in_executor(self._thread, self._settle, batch)
            except Exception as error:
                # Whatever it is: callers that nobody answers any more would wait for ever.
                self._wanted, self._ended = self._wanted + wanted, self._ended + ended
                self._give_up(LedgerGone(_sentence(error), retryable=True))
                return
            for (_, told), grant in zip(wanted, grants, strict=True):
                _tell(told, grant)
            for _, done in ended:
                _tell(done, None)

    def _settle(self, batch: Batch) -> list[Grant]:
        try:
            with writing(self._ledger) as session:
                return settle(session, self._holder, batch, now=self._now())
        except External:
            # Whether it was committed is not known: what was wanted is not sent by this worker any
            # more. What was paid for is worth more tries; told twice it counts once.
            if batch.ended:
                self._store(Batch(ended=batch.ended))
            raise

    def _store(self, batch: Batch) -> None:
        deadline = time.monotonic() + STORE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(STORE_PAUSE)
            with suppress(External), writing(self._ledger) as session:
                settle(session, self._holder, batch, now=self._now())
                return

    def _give_up(self, reason: LedgerGone) -> None:
        self.gone = reason
        for waiting in (self._wanted, self._ended):
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(reason)
            waiting.clear()


def _tell(answer: "asyncio.Future[Grant] | asyncio.Future[None]", value: Grant | None) -> None:
    if not answer.done():
        answer.set_result(value)  # type: ignore[arg-type]


def _sentence(error: Exception) -> str:
    if isinstance(error, GainsayError):
        return str(error)
    return f"The ledger could not be kept ({error!r}); run 'gainsay db check', and report it."
