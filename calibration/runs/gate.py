"""Owns how many calls of a model one worker makes at once: as many as the server stands.

It begins with twenty, grows with every answer, fast until the first time the server says "too
many", and then shrinks by a fifth for each such episode.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

FIRST: Final = 20
SHRINK: Final = 0.8
# Answers to calls that were under way when the first "too many" came tell nothing new.
EPISODE_SECONDS: Final = 1.0


class Draining(Exception):
    """No further call begins: the worker stops."""


class Gate:
    """Lets calls through, a changing number at once."""

    def __init__(self, *, most: int, first: int = FIRST) -> None:
        self._most = most
        self._limit = float(min(first, most))
        self._in_use = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._has_shrunk = False
        self._last_episode = float("-inf")
        self._is_closed = False

    @property
    def limit(self) -> int:
        """How many may be under way now."""
        return int(self._limit)

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Hold one of the places for the block.

        Raises:
            Draining: The gate was closed.
        """
        while self._in_use >= self.limit and not self._is_closed:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn
        if self._is_closed:
            raise Draining
        self._in_use += 1
        try:
            yield
        finally:
            self._in_use -= 1
            self._wake()

    def note_answer(self) -> None:
        """An answer came: more at once may work, if as many as may be are in use."""
        # Answers come in bursts: half of the places in use means that all were, a moment ago.
        if 2 * self._in_use >= self.limit:
            self._limit = min(
                self._most, self._limit + (1 / self._limit if self._has_shrunk else 1)
            )
            self._wake()

    def note_too_many(self, now: float) -> None:
        """The server said "too many" at this moment (seconds, of any clock that runs evenly)."""
        if now - self._last_episode < EPISODE_SECONDS:
            return
        self._has_shrunk, self._last_episode = True, now
        self._limit = max(1.0, self._limit * SHRINK)

    def close(self) -> None:
        """Let nobody through any more."""
        self._is_closed = True
        self._wake()

    def _wake(self) -> None:
        room = len(self._waiting) if self._is_closed else self.limit - self._in_use
        while self._waiting and room > 0:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                room -= 1
