"""Owns how long to wait before a call is tried again: full jitter, and what the server asks for."""

import random
from typing import Final

BASE_SECONDS: Final = 0.5
LONGEST_SECONDS: Final = 60.0


def seconds_before(
    attempt: int, *, retry_after: float | None, random_state: random.Random
) -> float:
    """Say how long to wait after a failed try.

    Args:
        attempt: Which try failed, from 1.
        retry_after: What the server asked for, capped at the door; then a little more, so that
            all who were sent away do not come back at once.
        random_state: Draws the jitter.
    """
    window = min(LONGEST_SECONDS, BASE_SECONDS * 2 ** (attempt - 1))
    jitter = random_state.uniform(0, window)
    return jitter if retry_after is None else retry_after + min(jitter, 1.0)
