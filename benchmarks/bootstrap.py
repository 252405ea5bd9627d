"""Owns the figure "vectorised cluster bootstrap against a plain Python loop".

Both do the same work on the same labels: draw whole clusters with replacement, recompute kappa,
4,000 times, take the percentiles. Labels are drawn from a seed: the figure is about time only.
"""

import random
import time
from collections import Counter
from collections.abc import Callable

import numpy as np

from calibration.agreement.bootstrap import Plan, estimate_agreement
from calibration.agreement.coefficients import Coefficient

UNITS = 419
REPLICATES = 4_000
ROUNDS = 5


def measure() -> dict[str, object]:
    """Time both bootstraps on 419 units and return seconds and their ratio.

    Returns:
        ``ratio`` and the seconds for units that are their own clusters; ``ratio_families`` for the
        same units in families of one to five, where fewer clusters look alike.
    """
    draw = np.random.default_rng(0)
    gold = draw.integers(0, 2, size=UNITS)
    verdict = np.where(draw.random(UNITS) < 0.83, gold, 1 - gold)
    alone = np.arange(UNITS)
    families = np.repeat(alone, draw.integers(1, 6, size=UNITS))[:UNITS]
    loop, vectorised = _both(gold, verdict, alone)
    loop_families, vectorised_families = _both(gold, verdict, families)
    return {
        "name": "bootstrap",
        "ratio": loop / vectorised,
        "loop_seconds": loop,
        "vectorised_seconds": vectorised,
        "ratio_families": loop_families / vectorised_families,
        "aim": "20x",
        "note": f"kappa of {UNITS} units, {REPLICATES} replicates in both, none scaled; loop timed "
        f"once, vectorised best of {ROUNDS}",
    }


def _both(gold: np.ndarray, verdict: np.ndarray, clusters: np.ndarray) -> tuple[float, float]:
    members: dict[int, list[tuple[int, int]]] = {}
    for cluster, first, second in zip(
        clusters.tolist(), gold.tolist(), verdict.tolist(), strict=True
    ):
        members.setdefault(cluster, []).append((first, second))
    plan = Plan(replicates=REPLICATES)

    def vectorised() -> None:
        estimate_agreement(gold, verdict, clusters=clusters, names=[Coefficient.KAPPA], plan=plan)

    vectorised()
    return (
        _seconds(lambda: _loop(list(members.values()))),
        min(_seconds(vectorised) for _ in range(ROUNDS)),
    )


def _loop(clusters: list[list[tuple[int, int]]]) -> list[float]:
    """Bootstrap kappa as one would write it without arrays: the 2.5 and 97.5 percentiles."""
    source = random.Random(0)
    replicates = []
    for _ in range(REPLICATES):
        chosen = source.choices(clusters, k=len(clusters))
        replicates.append(_kappa([pair for cluster in chosen for pair in cluster]))
    replicates.sort()
    return [replicates[round(REPLICATES * tail)] for tail in (0.025, 0.975)]


def _kappa(pairs: list[tuple[int, int]]) -> float:
    counts = Counter(pairs)
    n = len(pairs)
    observed = (counts[0, 0] + counts[1, 1]) / n
    first = (counts[1, 0] + counts[1, 1]) / n
    second = (counts[0, 1] + counts[1, 1]) / n
    chance = first * second + (1 - first) * (1 - second)
    return (observed - chance) / (1 - chance)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
