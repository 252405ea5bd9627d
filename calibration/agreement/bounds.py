"""Owns the arithmetic of "how many labels prove an accuracy".

All of it is one rule: n labels with k errors show the target when the one-sided exact lower bound
reaches it. Units are independent, one response per family; this is arithmetic, not a certificate.
"""

from calibration.agreement.limits import (
    LARGEST_COUNT,
    check_count,
    check_fraction,
    lower_limit,
)
from db.errors import Invalid

ALPHA = 0.05


def labels_needed(errors: int, target: float, *, alpha: float = ALPHA) -> int:
    """Find the fewest labels with which this many errors still show the target.

    Args:
        errors: How many of the labels the judge gets wrong.
        target: The accuracy to show, a fraction.
        alpha: The error probability of the bound.

    Raises:
        Invalid: The target is no fraction, or a billion labels would not do.

    Source: binomial tail, the inverse of Clopper and Pearson (1934).
    """
    check_count("errors", errors)
    check_fraction("target", target)
    check_fraction("alpha", alpha)
    high = 2 * errors + 2
    while not _shows(errors, high, target, alpha):
        high *= 2
        if high > LARGEST_COUNT:
            raise Invalid(
                f"To show {target!r} with {errors!r} errors takes more than {LARGEST_COUNT:,} "
                "labels; choose a lower target."
            )
    low = errors
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _shows(errors, middle, target, alpha) else (middle, high)
    return high


def errors_allowed(n: int, target: float, *, alpha: float = ALPHA) -> int | None:
    """Find the most errors with which n labels still show the target.

    Args:
        n: How many labels there are.
        target: The accuracy to show, a fraction.
        alpha: The error probability of the bound.

    Returns:
        The number of errors; None when even n labels without an error are too few.

    Raises:
        Invalid: n is no count, or the target is no fraction.
    """
    check_count("n", n)
    check_fraction("target", target)
    check_fraction("alpha", alpha)
    if not _shows(0, n, target, alpha):
        return None
    low, high = 0, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _shows(middle, n, target, alpha) else (low, middle)
    return low


def _shows(errors: int, n: int, target: float, alpha: float) -> bool:
    # The limit itself and not the tail it inverts: a bound that is printed shows itself, to the
    # last bit, and every answer here agrees with it.
    return errors < n and lower_limit(n - errors, n, alpha=alpha) >= target
