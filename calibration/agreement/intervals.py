"""Owns the intervals of one proportion whose units are independent.

Wilson is for display; the exact bounds are for gates. Units that share a cluster go through
``clusters`` instead: these functions would claim too much for them.
"""

from statsmodels.stats.proportion import proportion_confint

from calibration.agreement.estimate import Estimate, undefined
from calibration.agreement.limits import (
    check_fraction,
    check_right,
    lower_limit,
    upper_limit,
)

NOTHING_COUNTED = "there is nothing to count: n is 0"


def wilson(right: int, n: int, *, level: float = 0.95) -> Estimate:
    """Estimate a proportion with its Wilson score interval, for display.

    Args:
        right: How many of n are right.
        n: How many there are; 0 gives an undefined estimate.
        level: The coverage, a fraction.

    Raises:
        Invalid: The counts or the level are impossible.

    Source: Wilson (1927); ``statsmodels.stats.proportion.proportion_confint(method="wilson")``.
    """
    check_right(right, n)
    check_fraction("level", level)
    method = f"Wilson, {level:.12g} two-sided"
    if n == 0:
        return undefined(NOTHING_COUNTED, 0, method)
    low, high = proportion_confint(right, n, alpha=1 - level, method="wilson")
    # Rounding may push an end past the estimate by one unit in the last place when right is 0 or n.
    return Estimate(
        estimate=right / n,
        low=0.0 if right == 0 else float(low),
        high=1.0 if right == n else float(high),
        n=int(n),
        method=method,
        reason=None,
    )


def exact(right: int, n: int, *, level: float = 0.95) -> Estimate:
    """Estimate a proportion with its two-sided exact (Clopper-Pearson) interval.

    Args:
        right: How many of n are right.
        n: How many there are; 0 gives an undefined estimate.
        level: The least coverage, a fraction; half of the rest lies beyond each end.

    Raises:
        Invalid: The counts or the level are impossible.

    Source: Clopper and Pearson (1934).
    """
    check_right(right, n)
    check_fraction("level", level)
    method = f"exact (Clopper-Pearson), {level:.12g} two-sided"
    if n == 0:
        return undefined(NOTHING_COUNTED, 0, method)
    tail = (1 - level) / 2
    return Estimate(
        estimate=right / n,
        low=lower_limit(right, n, alpha=tail),
        high=upper_limit(right, n, alpha=tail),
        n=int(n),
        method=method,
        reason=None,
    )


def lower_one_sided(right: int, n: int, *, alpha: float = 0.05) -> Estimate:
    """Estimate a proportion with its one-sided exact lower bound, for gates.

    The interval runs from the bound to 1: read ``low``.

    Args:
        right: How many of n are right; an unscored verdict counts as not right.
        n: How many there are; 0 gives an undefined estimate.
        alpha: The error probability of the bound.

    Raises:
        Invalid: The counts or alpha are impossible.

    Source: Clopper and Pearson (1934), one-sided.
    """
    check_right(right, n)
    check_fraction("alpha", alpha)
    method = f"exact (Clopper-Pearson), {1 - alpha:.12g} one-sided lower"
    if n == 0:
        return undefined(NOTHING_COUNTED, 0, method)
    low = lower_limit(right, n, alpha=alpha)
    return Estimate(estimate=right / n, low=low, high=1.0, n=int(n), method=method, reason=None)


def upper_one_sided(right: int, n: int, *, alpha: float = 0.05) -> Estimate:
    """Estimate a proportion with its one-sided exact upper bound, for flip and error rates.

    The interval runs from 0 to the bound: read ``high``.

    Args:
        right: How many of n show what is counted.
        n: How many there are; 0 gives an undefined estimate.
        alpha: The error probability of the bound.

    Raises:
        Invalid: The counts or alpha are impossible.

    Source: Clopper and Pearson (1934), one-sided.
    """
    check_right(right, n)
    check_fraction("alpha", alpha)
    method = f"exact (Clopper-Pearson), {1 - alpha:.12g} one-sided upper"
    if n == 0:
        return undefined(NOTHING_COUNTED, 0, method)
    high = upper_limit(right, n, alpha=alpha)
    return Estimate(estimate=right / n, low=0.0, high=high, n=int(n), method=method, reason=None)
