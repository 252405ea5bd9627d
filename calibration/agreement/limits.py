"""Owns the exact (Clopper-Pearson) limits of a proportion as plain numbers.

Every gate, certificate, bound table and plan stands on these functions, so that they cannot
disagree. Counts may be real-valued, because an effective sample size is not a whole number.
The module needs scipy.special only: it is what the command line loads.
"""

import math

import numpy as np
from scipy.special import betaincinv

from db.errors import Invalid

LARGEST_COUNT = 1_000_000_000


def lower_limit(right: float, n: float, *, alpha: float) -> float:
    """Compute the exact lower limit of a proportion; 0 when nothing is right.

    Args:
        right: How many of n are right, 0 <= right <= n; may be fractional.
        n: How many there are, above 0; may be fractional.
        alpha: The error probability left below the limit.

    Source: Clopper and Pearson (1934); ``scipy.stats.beta.ppf(alpha, right, n - right + 1)``.
    """
    return 0.0 if right <= 0 else float(betaincinv(right, n - right + 1, alpha))


def upper_limit(right: float, n: float, *, alpha: float) -> float:
    """Compute the exact upper limit of a proportion; 1 when all are right.

    Args:
        right: How many of n are right, 0 <= right <= n; may be fractional.
        n: How many there are, above 0; may be fractional.
        alpha: The error probability left above the limit.

    Source: Clopper and Pearson (1934); ``scipy.stats.beta.ppf(1 - alpha, right + 1, n - right)``.
    """
    return 1.0 if right >= n else float(betaincinv(right + 1, n - right, 1 - alpha))


def check_count(name: str, value: int) -> None:
    """Refuse a count that is not a whole number from 0 to 1,000,000,000.

    Raises:
        Invalid: The value is negative, too large or not a whole number.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (whole and 0 <= value <= LARGEST_COUNT):
        raise Invalid(f"{name} must be a whole number from 0 to {LARGEST_COUNT:,}, got {value!r}.")


def check_right(right: int, n: int) -> None:
    """Refuse counts that cannot be "right of n".

    Raises:
        Invalid: A count is negative or not whole, or right exceeds n.
    """
    check_count("n", n)
    check_count("right", right)
    if right > n:
        raise Invalid(f"right must be at most n, got right={right!r} of n={n!r}.")


def check_fraction(name: str, value: float) -> None:
    """Refuse what is not strictly between 0 and 1, naming the fraction that a percentage means.

    Raises:
        Invalid: The value is not a number above 0 and below 1.
    """
    if math.isfinite(value) and 0 < value < 1:
        return
    meant = f"{value / 100:.12g}" if 1 < value < 100 else None
    advice = f"write {value:g} % as {meant}" if meant else "write 95 % as 0.95"
    raise Invalid(f"{name} must be a fraction above 0 and below 1, got {value!r}: {advice}.")
