"""Owns what a worker holds while it makes calls: one client, gate and breaker per model.

Everything here lives in one event loop. Clients are opened once and kept; a chunk borrows them.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

from calibration.llm.chat_model import ChatModel, KeySource
from calibration.llm.openai_client import OpenAIModel
from calibration.runs.breaker import Breaker
from calibration.runs.gate import Gate
from calibration.runs.recorder import Recorder
from calibration.runs.specs import Target
from calibration.runs.workplace import MOST_AT_ONCE
from db.engine import Engine
from db.ledger.queries.settlement import Holder, Limits


@dataclass(slots=True, kw_only=True)
class Desk:
    """Where the calls of one model are made."""

    target: Target
    model: ChatModel
    gate: Gate
    breaker: Breaker = field(default_factory=Breaker)


class Shop:
    """A worker's desks and its way to the ledger; an async context manager."""

    def __init__(
        self,
        ledger: Engine,
        holder: Holder,
        *,
        keys: KeySource,
        now: Callable[[], datetime],
        random_state: random.Random,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self.ledger = ledger
        self.now = now
        self.random_state = random_state
        self.limits: dict[tuple[str, str], Limits] = {}
        self.recorder = Recorder(ledger, holder, limits=self.limits, now=now)
        self.draining = asyncio.Event()
        self._keys = keys
        self._most = most_at_once
        self._desks: dict[Target, Desk] = {}
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Shop":
        """Open the way to the ledger."""
        await self._stack.enter_async_context(self.recorder)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close clients, then the way to the ledger."""
        await self._stack.aclose()

    async def desk(self, target: Target) -> Desk:
        """Give the desk of a model, opened on first use.

        Raises:
            Invalid: The provider's certificates cannot be read.
        """
        async with self._lock:
            if target not in self._desks:
                self._desks[target] = await self._open(target)
            return self._desks[target]

    async def _open(self, target: Target) -> Desk:
        provider, spec = target.provider, target.spec
        key = self._keys(provider.key_name) if provider.key_name else None
        client = OpenAIModel(provider, key, specs=(spec,))
        model = await self._stack.enter_async_context(client)
        most = min(self._most, spec.max_concurrency or self._most)
        self.limits[target.name] = Limits(
            requests_per_minute=spec.requests_per_minute,
            tokens_per_minute=spec.tokens_per_minute,
            max_concurrency=spec.max_concurrency,
        )
        return Desk(target=target, model=model, gate=Gate(most=most))

    def drain(self) -> None:
        """Let no further call begin; those under way go on."""
        self.draining.set()
        for desk in self._desks.values():
            desk.gate.close()

    async def pause(self, seconds: float) -> bool:
        """Wait, but not while the worker stops; say whether it does."""
        if seconds > 0 and not self.draining.is_set():
            try:
                await asyncio.wait_for(self.draining.wait(), seconds)
            except TimeoutError:
                return False
        return self.draining.is_set()
