"""How a worker treats a server: how many at once, how long it waits, when it counts as down."""

import asyncio
import random

import pytest

from calibration.llm.faults import FaultKind, ModelFault
from calibration.runs.breaker import IN_A_ROW, Breaker
from calibration.runs.gate import EPISODE_SECONDS, FIRST, Draining, Gate
from calibration.runs.retries import BASE_SECONDS, LONGEST_SECONDS, seconds_before


def fault(kind: FaultKind) -> ModelFault:
    return ModelFault("no", kind=kind, was_sent=True)


async def filled(gate: Gate) -> None:
    """Use every place once, and answer from within."""

    async def one() -> None:
        async with gate.passed():
            await asyncio.sleep(0)
            gate.note_answer()

    await asyncio.gather(*(one() for _ in range(gate.limit)))


def test_as_many_at_once_as_the_server_stands() -> None:
    async def grow() -> None:
        gate = Gate(most=64)
        assert gate.limit == FIRST
        await filled(gate)
        assert FIRST < gate.limit <= 2 * FIRST
        for _ in range(5):
            await filled(gate)
        assert gate.limit == 64
        # One episode, however many say so: 64 * 0.8 = 51.2.
        for _ in range(30):
            gate.note_too_many(100.0)
        assert gate.limit == 51
        gate.note_too_many(100.0 + EPISODE_SECONDS)
        assert gate.limit == 40
        # From then on one more for a whole round of answers.
        await filled(gate)
        assert gate.limit <= 42
        for number in range(200):
            gate.note_too_many(1_000.0 + 10 * number)
        assert gate.limit == 1

    asyncio.run(grow())


def test_a_closed_gate_lets_nobody_through_and_sends_away_who_waits() -> None:
    async def close() -> None:
        gate = Gate(most=1)
        async with gate.passed():
            waiting = asyncio.create_task(filled(gate))
            await asyncio.sleep(0)
            gate.close()
            with pytest.raises(Draining):
                await waiting

    asyncio.run(close())


def test_the_wait_doubles_is_drawn_at_random_and_honours_what_the_server_asks() -> None:
    drawn = random.Random(1)
    for attempt in range(1, 20):
        window = min(LONGEST_SECONDS, BASE_SECONDS * 2 ** (attempt - 1))
        waits = [seconds_before(attempt, retry_after=None, random_state=drawn) for _ in range(200)]
        assert min(waits) < window / 4
        assert window * 3 / 4 < max(waits) <= window
    asked = [seconds_before(1, retry_after=7.0, random_state=drawn) for _ in range(50)]
    assert 7.0 <= min(asked) < max(asked) <= 8.0


def test_twenty_failures_in_a_row_are_too_many_and_limits_and_refusals_are_none() -> None:
    breaker = Breaker()
    for _ in range(IN_A_ROW - 1):
        assert not breaker.note_fault(fault(FaultKind.SERVER_ERROR))
    for kind in (FaultKind.RATE_LIMITED, FaultKind.BAD_REQUEST):
        assert not breaker.note_fault(fault(kind))
    assert breaker.note_fault(fault(FaultKind.TIMEOUT))
    breaker.note_answer()
    assert not breaker.note_fault(fault(FaultKind.SERVER_ERROR))
