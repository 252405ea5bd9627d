"""Owns the figure "gainsay --help", which is what every verb costs before it starts."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
AIM_SECONDS = 0.3


def measure() -> dict[str, object]:
    """Time ``gainsay --help`` as a process of its own; seconds."""
    program = Path(sys.executable).with_name("gainsay")
    seconds = [_seconds([str(program), "--help"]) for _ in range(ROUNDS)]
    median = statistics.median(seconds)
    return {
        "name": "help",
        "min_seconds": min(seconds),
        "median_seconds": median,
        "max_seconds": max(seconds),
        "aim": f"median under {AIM_SECONDS} s",
        "met": median < AIM_SECONDS,
        "note": f"{ROUNDS} starts, one after another",
    }


def _seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
