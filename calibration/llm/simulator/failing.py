"""Owns the luck of each arrival: how long it takes and which fault befalls it.

Drawn from a stream of its own, arrival by arrival, so that faults and waits never change what a
model says, and the same order of arrivals fares alike under the same seed.
"""

import random
from dataclasses import dataclass
from typing import Final

from calibration.llm.simulator.chance import dice
from calibration.llm.simulator.settings import FAULTS, Settings

RETRY_AFTER: Final = "1"
WEB_PAGE: Final = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"
# Faults after the work was done: the provider charges for it.
CHARGED: Final = frozenset({"", "500", "garbage", "hang", "slow", "cut"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """What befalls one arrival.

    Attributes:
        fault: Its name; "" for none.
        seconds: How long the answer takes.
    """

    number: int
    fault: str
    seconds: float


class LuckStream:
    """Draws the luck of arrivals, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stream: random.Random = dice(settings.seed, "arrivals")
        self._number = 0

    def draw(self) -> Luck:
        """Draw for the next arrival."""
        self._number += 1
        which, pace = self._stream.random(), self._stream.random()
        fault, at = "", 0.0
        for name in FAULTS:
            at += self._settings.faults.get(name, 0.0)
            if which < at:
                fault = name
                break
        # From half to double, as often below the usual time as above it.
        seconds = self._settings.latency_ms / 1000 * 4 ** (pace - 0.5)
        if fault == "slow":
            seconds += self._settings.slow_ms / 1000
        return Luck(number=self._number, fault=fault, seconds=seconds)
