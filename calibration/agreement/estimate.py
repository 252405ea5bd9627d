"""Owns the one shape in which a statistic leaves this package.

An estimate carries its interval, its n, how it was made and, when something is undefined, why.
Invariant: ``reason`` is None exactly when the estimate and both ends of its interval are numbers.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Hold one statistic with its interval.

    Attributes:
        estimate: The point estimate, or None when it is undefined.
        low: The lower end of the interval, or None when there is none.
        high: The upper end, or None. A one-sided bound keeps the natural limit at its open end.
        n: How many units the estimate rests on.
        method: How the interval was made, for a person to read.
        reason: Why the estimate or its interval is undefined; None when both are numbers.
    """

    estimate: float | None
    low: float | None
    high: float | None
    n: int
    method: str
    reason: str | None

    def __post_init__(self) -> None:
        """Refuse a half-built value: these are errors in the code that calls, not in the input."""
        numbers = [x for x in (self.estimate, self.low, self.high) if x is not None]
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError(f"An estimate holds finite numbers or None, got {self!r}.")
        if (len(numbers) == 3) != (self.reason is None):
            raise ValueError(f"An estimate has a reason exactly when it lacks a number: {self!r}.")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"An interval has two ends or none: {self!r}.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"An interval runs from low to high: {self!r}.")

    def as_json(self) -> dict[str, object]:
        """Write the estimate as an object for JSON: fractions unrounded, None, never NaN."""
        return {
            "estimate": self.estimate,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "method": self.method,
            "reason": self.reason,
        }


def undefined(reason: str, n: int, method: str) -> Estimate:
    """Build the estimate of something that has no value, with the reason why."""
    return Estimate(estimate=None, low=None, high=None, n=n, method=method, reason=reason)
