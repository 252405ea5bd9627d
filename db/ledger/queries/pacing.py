"""Owns when the next call of a model may start: the generic cell rate algorithm on one row."""

from db.ledger.queries.settlement import Limits
from db.ledger.workers import Pace

MICRO = 1_000_000
# A start further ahead than this is not given out yet: whoever stops would leave a hole behind.
AHEAD_US = MICRO
# A row further ahead than any wait can explain was written by a clock that was set back since.
ABSURD_US = 120 * MICRO


def delay_until_start(pace: Pace, limits: Limits, *, tokens: int, now_us: int) -> float | None:
    """Take the next start of a model and say how many seconds it is away.

    None when it is too far away to be taken yet, or when as many calls are in flight as may be.
    """
    if limits.max_concurrency is not None and pace.in_flight >= limits.max_concurrency:
        return None
    gap = _gap_us(limits, tokens)
    if gap == 0:
        return 0.0
    planned = pace.next_start_us
    if planned - now_us > max(ABSURD_US, 2 * gap):
        planned = now_us
    start = max(planned, now_us)
    if start - now_us > AHEAD_US:
        return None
    pace.next_start_us = start + gap
    return (start - now_us) / MICRO


def seconds_to_ask_again(pace: Pace, limits: Limits, *, now_us: int) -> float:
    """Say when a call that was not given a start should ask again."""
    if limits.max_concurrency is not None and pace.in_flight >= limits.max_concurrency:
        return 0.05
    return max(0.05, (pace.next_start_us - now_us - AHEAD_US) / MICRO)


def _gap_us(limits: Limits, tokens: int) -> int:
    gap = 0
    if limits.requests_per_minute is not None:
        gap = 60 * MICRO // limits.requests_per_minute
    if limits.tokens_per_minute is not None:
        gap = max(gap, 60 * MICRO * tokens // limits.tokens_per_minute)
    return gap
