"""Owns working through one chunk of a run; safe to be called again, whatever happened before.

What is done is in the ledger, so a chunk that is run twice, at once or after a crash, only makes
the calls that have no result and that nobody has under way.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from calibration.llm.faults import ModelFault
from calibration.llm.prices import actual, worst_case
from calibration.llm.replies import Reply
from calibration.llm.requests import ChatRequest, request_from_json
from calibration.runs.creating import most_tokens
from calibration.runs.gate import Draining
from calibration.runs.retries import seconds_before
from calibration.runs.shop import Desk, Shop
from calibration.runs.specs import targets_from_json
from db.engine import reading, writing
from db.ledger.queries.chunks import ChunkWork, PendingCall, close_chunk, load_work
from db.ledger.queries.settlement import Ended, Grant, GrantKind, NewAnswer, NewFault, Wanted
from db.ledger.runs import PauseReason

LONGEST_SAMPLE: Final = 500


async def run_chunk(shop: Shop, run_id: str, number: int) -> bool:
    """Make the calls of a chunk that have no result, and say whether all have one now.

    Raises:
        LedgerGone: The ledger cannot be written; calls may be under way whose results are lost.
    """
    work = await asyncio.to_thread(_load, shop, run_id, number)
    if work.calls:
        desk = await shop.desk(targets_from_json(work.spec)[work.provider_id, work.model])
        chunk = _Chunk(shop, desk, run_id)
        async with asyncio.TaskGroup() as group:
            for call in work.calls:
                group.create_task(chunk.see_through(call))
    return await asyncio.to_thread(_close, shop, run_id, number)


def _load(shop: Shop, run_id: str, number: int) -> ChunkWork:
    with reading(shop.ledger) as session:
        return load_work(session, run_id, number)


def _close(shop: Shop, run_id: str, number: int) -> bool:
    with writing(shop.ledger) as session:
        return close_chunk(session, run_id, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Next:
    """What to do with a call after one round: nothing more, or again after a while."""

    is_over: bool
    seconds: float = 0.0


OVER: Final = _Next(is_over=True)


class _Chunk:
    def __init__(self, shop: Shop, desk: Desk, run_id: str) -> None:
        self._shop = shop
        self._desk = desk
        self._run_id = run_id
        self._is_stopped = False

    async def see_through(self, call: PendingCall) -> None:
        """Try one call until it has a result, or the run or the worker stops."""
        request = request_from_json(call.body)
        wanted = self._wanted(call, request)
        while not self._is_stopped:
            try:
                async with self._desk.gate.passed():
                    following = await self._try(wanted, request)
            except Draining:
                return
            if following.is_over or await self._shop.pause(following.seconds):
                return

    def _wanted(self, call: PendingCall, request: ChatRequest) -> Wanted:
        spec = self._desk.target.spec
        return Wanted(
            call_hash=call.call_hash,
            run_id=self._run_id,
            position=call.position,
            estimate_micro=worst_case(spec, request),
            tokens=most_tokens(request),
            input_price=spec.input_price or "",
            output_price=spec.output_price or "",
        )

    async def _try(self, wanted: Wanted, request: ChatRequest) -> _Next:
        if self._is_stopped:
            return OVER
        grant = await self._shop.recorder.reserve(wanted)
        if grant.kind is GrantKind.STOPPED:
            self._is_stopped = True
        if grant.kind in (GrantKind.STOPPED, GrantKind.RESOLVED):
            return OVER
        if grant.kind is not GrantKind.GRANTED:
            return _Next(is_over=False, seconds=grant.delay)
        return await self._ask(wanted, request, grant)

    async def _ask(self, wanted: Wanted, request: ChatRequest, grant: Grant) -> _Next:
        # The money is reserved: from here to the commit of the result the place is held.
        if grant.delay:
            await asyncio.sleep(grant.delay)
        began = self._shop.now()
        timeout = self._desk.target.provider.timeout_seconds
        try:
            reply = await self._desk.model.ask(request, timeout=timeout)
        except ModelFault as fault:
            return await self._note_fault(wanted, grant, fault, began)
        self._desk.breaker.note_answer()
        self._desk.gate.note_answer()
        await self._shop.recorder.end(
            Ended(
                call_hash=wanted.call_hash,
                started_at=began,
                ended_at=self._shop.now(),
                answer=_kept(reply),
                spent_micro=actual(self._desk.target.spec, reply.usage),
            )
        )
        return OVER

    async def _note_fault(
        self, wanted: Wanted, grant: Grant, fault: ModelFault, began: datetime
    ) -> _Next:
        if fault.status == 429 and fault.retryable:
            self._desk.gate.note_too_many(asyncio.get_running_loop().time())
        message, stop = str(fault), None
        if self._desk.breaker.note_fault(fault):
            stop = PauseReason.PROVIDER
            message = f"{self._desk.breaker.failures} calls in a row failed, the last so: {message}"
        elif fault.stops is not None:
            stop = PauseReason(fault.stops.value)
        await self._shop.recorder.end(
            Ended(
                call_hash=wanted.call_hash,
                started_at=began,
                ended_at=self._shop.now(),
                fault=NewFault(
                    kind=fault.kind.value,
                    message=message,
                    status=fault.status,
                    sample=fault.sample[:LONGEST_SAMPLE],
                    may_cost=fault.may_cost,
                    again=fault.retryable,
                    counts=stop is None,
                    stop=stop,
                ),
            )
        )
        if not fault.retryable and stop is None:
            return OVER
        wait = seconds_before(
            grant.number, retry_after=fault.retry_after, random_state=self._shop.random_state
        )
        return _Next(is_over=False, seconds=0.0 if stop is not None else wait)


def _kept(reply: Reply) -> NewAnswer:
    return NewAnswer(
        text=reply.text,
        reasoning=reply.reasoning,
        finish=reply.finish.value,
        snapshot=reply.snapshot,
        input_tokens=reply.usage.input_tokens,
        output_tokens=reply.usage.output_tokens,
        reasoning_tokens=reply.usage.reasoning_tokens,
        cached_tokens=reply.usage.cached_tokens,
        is_estimated=reply.usage.is_estimated,
        is_simulated=reply.is_simulated,
        provider_request_id=reply.provider_request_id,
        latency_ms=reply.latency_ms,
        raw=reply.raw,
    )
