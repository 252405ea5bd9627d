"""Owns the seeded cluster bootstrap: percentile intervals for coefficients and differences.

Whatever adds up over clusters is resampled as a matrix product. Clusters with equal sums are
exchangeable, so a resample is a multinomial draw over the distinct sums: same distribution, less
work, and the order of the rows does not change a byte. Not for gates: exact bounds are.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.agreement.coefficients import OF_TABLES, UNDEFINED_BECAUSE, Coefficient
from calibration.agreement.estimate import Estimate, undefined
from calibration.agreement.limits import check_fraction
from calibration.agreement.tables import Numbers, cluster_tables, distinct_labels
from db.errors import Invalid

REPLICATES = 4_000
BLOCK_CELLS = 2_000_000
"""How many numbers one block of replicates may hold: 16 MB."""
DRAW_RATIO = 5
"""Drawing a binomial for a pattern costs about as much as drawing this many clusters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Say how to resample.

    Attributes:
        replicates: How many resamples; reports use at least 4,000.
        random_state: The seed; the same seed gives the same bytes.
        level: The coverage of the interval, a fraction.
    """

    replicates: int = REPLICATES
    random_state: int = 0
    level: float = 0.95

    def __post_init__(self) -> None:
        """Check the plan.

        Raises:
            Invalid: Fewer than 100 replicates, a negative seed, or a level that is no fraction.
        """
        if self.replicates < 100:
            raise Invalid(f"replicates must be at least 100, got {self.replicates!r}.")
        if self.random_state < 0:
            raise Invalid(f"random_state must be 0 or more, got {self.random_state!r}.")
        check_fraction("level", self.level)


def resample(
    sums: Numbers,
    statistic: Callable[[Numbers], Numbers],
    plan: Plan,
    *,
    block_cells: int = BLOCK_CELLS,
) -> Numbers:
    """Recompute statistics on resampled clusters.

    Args:
        sums: Shape (clusters, d): what each cluster adds to the totals.
        statistic: Takes totals of shape (B, d), returns shape (B, s), NaN where undefined.
        plan: How often, from which seed.
        block_cells: How many weights to hold at once; changes memory, never the result.

    Returns:
        Shape (replicates, s).
    """
    patterns, counts = np.unique(sums, axis=0, return_counts=True)
    clusters = int(counts.sum())
    random = np.random.default_rng(plan.random_state)
    block = max(1, block_cells // max(clusters, patterns.shape[1]))
    done: list[Numbers] = []
    for start in range(0, plan.replicates, block):
        size = min(block, plan.replicates - start)
        done.append(statistic(_weights(random, counts, size) @ patterns))
    return np.concatenate(done)


def _weights(random: np.random.Generator, counts: NDArray[np.int64], size: int) -> Numbers:
    """Draw how often each distinct pattern is in each resample: shape (size, patterns).

    Both ways draw from the same multinomial; one costs per pattern, the other per cluster.
    """
    clusters, patterns = int(counts.sum()), counts.size
    if DRAW_RATIO * patterns < clusters:
        return random.multinomial(clusters, counts / clusters, size=size).astype(np.float64)
    owner = np.repeat(np.arange(patterns), counts)
    drawn = owner[random.integers(0, clusters, size=(size, clusters))]
    drawn += np.arange(size)[:, np.newaxis] * patterns
    weights = np.bincount(drawn.ravel(), minlength=size * patterns).reshape(size, patterns)
    return weights.astype(np.float64)


def interval_from(
    point: float, replicates: Numbers, *, n: int, clusters: int, plan: Plan, undefined_because: str
) -> Estimate:
    """Turn a point estimate and its replicates into an estimate with a percentile interval.

    Undefined replicates are counted and named in the method. When more of them are undefined than
    the interval leaves outside (5 % at 95 %), the percentiles are unknown and no interval is given.

    Args:
        point: The point estimate; NaN when undefined.
        replicates: Shape (B,), NaN where undefined.
        n: How many units.
        clusters: How many clusters were resampled.
        plan: What produced the replicates.
        undefined_because: Why a NaN point is undefined.
    """
    method = f"cluster bootstrap percentile, {plan.level:.12g}, {plan.replicates} replicates"
    if np.isnan(point):
        return undefined(undefined_because, n, method)
    defined = replicates[~np.isnan(replicates)]
    lost = replicates.size - defined.size
    reason = None
    if lost:
        method += f", {lost} of them undefined"
    if clusters < 2:
        reason = "an interval needs at least two clusters, and there is one"
    elif lost > (1 - plan.level) * replicates.size:
        reason = f"the coefficient is undefined in {lost} of {replicates.size} resamples"
    if reason is not None:
        return Estimate(estimate=point, low=None, high=None, n=n, method=method, reason=reason)
    tail = (1 - plan.level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    if low == high:
        method += ", zero width: every replicate gave this value"
    return Estimate(
        estimate=point, low=float(low), high=float(high), n=n, method=method, reason=None
    )


def estimate_agreement(
    first: ArrayLike,
    second: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    categories: Sequence[Hashable] | None = None,
    names: Iterable[Coefficient] = tuple(Coefficient),
    plan: Plan | None = None,
) -> dict[Coefficient, Estimate]:
    """Estimate coefficients of two raters, all from the same resamples.

    Args:
        first: Shape (n,), labels of the first rater (gold); none missing.
        second: Shape (n,), labels of the second rater (judge); none missing.
        clusters: Shape (n,), cluster of each unit; None makes every unit its own cluster.
        categories: The legal labels; None takes the distinct labels seen.
        names: Which coefficients.
        plan: How to resample; None takes 4,000 replicates from seed 0.

    Raises:
        Invalid: The lengths differ, or a label or cluster is missing or not legal.

    Source: Efron and Tibshirani (1993), percentile interval, resampling whole clusters.
    """
    wanted, plan = list(names), plan or Plan()
    tables = cluster_tables(first, second, clusters=clusters, categories=categories)
    k = len(tables.categories)

    def statistic(totals: Numbers) -> Numbers:
        stack = totals.reshape(-1, k, k)
        return np.stack([OF_TABLES[name](stack) for name in wanted], axis=1)

    return _estimates(
        tables.counts.reshape(tables.clusters, k * k), statistic, wanted, n=tables.n, plan=plan
    )


def estimate_difference(
    gold: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    categories: Sequence[Hashable] | None = None,
    names: Iterable[Coefficient] = tuple(Coefficient),
    plan: Plan | None = None,
) -> dict[Coefficient, Estimate]:
    """Estimate how much better a second judge agrees with gold than a first, unit by unit paired.

    Args:
        gold: Shape (n,), gold labels; none missing.
        first: Shape (n,), labels of the first judge; none missing.
        second: Shape (n,), labels of the second judge; none missing.
        clusters: Shape (n,), cluster of each unit; None makes every unit its own cluster.
        categories: The legal labels; None takes the distinct labels seen in the three columns.
        names: Which coefficients.
        plan: How to resample; None takes 4,000 replicates from seed 0.

    Returns:
        Coefficient of the second judge minus that of the first; undefined when either is.

    Raises:
        Invalid: The lengths differ, or a label or cluster is missing or not legal.

    Source: Efron and Tibshirani (1993), percentile interval, resampling whole clusters.
    """
    wanted, plan = list(names), plan or Plan()
    legal = distinct_labels(gold, first, second) if categories is None else tuple(categories)
    one = cluster_tables(gold, first, clusters=clusters, categories=legal)
    two = cluster_tables(gold, second, clusters=clusters, categories=legal)
    k = len(legal)

    def statistic(totals: Numbers) -> Numbers:
        stacks = totals.reshape(-1, 2, k, k)
        return np.stack(
            [OF_TABLES[name](stacks[:, 1]) - OF_TABLES[name](stacks[:, 0]) for name in wanted],
            axis=1,
        )

    sums = np.stack([one.counts, two.counts], axis=1).reshape(one.clusters, 2 * k * k)
    return _estimates(sums, statistic, wanted, n=one.n, plan=plan)


def _estimates(
    sums: Numbers,
    statistic: Callable[[Numbers], Numbers],
    wanted: list[Coefficient],
    *,
    n: int,
    plan: Plan,
) -> dict[Coefficient, Estimate]:
    if n == 0:
        empty = "there is nothing to count: n is 0"
        return {name: undefined(empty, 0, "cluster bootstrap percentile") for name in wanted}
    points = statistic(sums.sum(axis=0, keepdims=True))[0]
    replicates = resample(sums, statistic, plan)
    return {
        name: interval_from(
            float(points[index]),
            replicates[:, index],
            n=n,
            clusters=len(sums),
            plan=plan,
            undefined_because=UNDEFINED_BECAUSE[name],
        )
        for index, name in enumerate(wanted)
    }
