"""Owns the power planner: how many labels probably suffice to show an accuracy.

The power of the exact bound is a saw-tooth in n. On a tooth the same number of errors k is allowed
and power falls with n, so a tooth is known by its first n (its top) and its last n (its bottom).
Labels are independent, one response per family; otherwise multiply by the design effect.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, ndtri

from calibration.agreement.bounds import ALPHA
from calibration.agreement.limits import check_fraction
from db.errors import Invalid

MOST_LABELS = 100_000
"""A plan beyond this is refused: nobody labels that many, and the search would take long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPlan:
    """Hold how many labels a plan needs.

    Attributes:
        target: The accuracy to show.
        true_accuracy: The accuracy that the judge is assumed to have.
        power: The probability of success that was asked for.
        alpha: The error probability of the bound.
        labels: The first n that reaches the power.
        labels_stable: The n from which the power stays reached.
        errors_allowed: The most errors with which ``labels`` labels still show the target.
        errors_allowed_stable: The same for ``labels_stable``.
    """

    target: float
    true_accuracy: float
    power: float
    alpha: float
    labels: int
    labels_stable: int
    errors_allowed: int
    errors_allowed_stable: int


def plan_labels(
    target: float, true_accuracy: float, power: float, *, alpha: float = ALPHA
) -> LabelPlan:
    """Plan how many labels show a target with a given probability.

    Args:
        target: The accuracy to show, a fraction.
        true_accuracy: The accuracy that the judge is assumed to have, a fraction above the target.
        power: The probability of success wanted, a fraction.
        alpha: The error probability of the bound.

    Raises:
        Invalid: A value is no fraction, the true accuracy does not exceed the target, or the plan
            would take more than 100,000 labels.

    Source: exact binomial power of the Clopper-Pearson bound; the saw-tooth in Chernick and Liu
    (2002).
    """
    for name, value in (("target", target), ("power", power), ("alpha", alpha)):
        check_fraction(name, value)
    _check_above(target, true_accuracy)
    expected = _normal_size(target, true_accuracy, power, alpha)
    if expected > MOST_LABELS:
        raise Invalid(
            f"Showing {target!r} when the true accuracy is {true_accuracy!r} takes more than "
            f"{MOST_LABELS:,} labels; choose a lower target."
        )
    # The last tooth below the power lies near the normal size; look at twice that and beyond.
    teeth = math.ceil((2 * expected + 200) * (1 - target)) + 20
    while True:
        tops = _first_labels(np.arange(teeth + 1), target, alpha)
        errors = np.arange(teeth)
        enough_top = _power(errors, tops[:-1], true_accuracy) >= power
        short_bottom = np.flatnonzero(_power(errors, tops[1:] - 1, true_accuracy) < power)
        last_short = int(short_bottom[-1]) if short_bottom.size else -1
        if enough_top.any() and last_short < 3 * teeth // 4:
            break
        teeth *= 2
    first = int(np.argmax(enough_top))
    return LabelPlan(
        target=target,
        true_accuracy=true_accuracy,
        power=power,
        alpha=alpha,
        labels=int(tops[first]),
        labels_stable=int(tops[last_short + 1]),
        errors_allowed=first,
        errors_allowed_stable=last_short + 1,
    )


def power_curve(
    target: float,
    true_accuracies: Sequence[float],
    *,
    most_labels: int,
    step: int = 1,
    alpha: float = ALPHA,
) -> pd.DataFrame:
    """Compute the saw-tooth for a plot.

    Args:
        target: The accuracy to show, a fraction.
        true_accuracies: The accuracies to draw a curve for, fractions; one at or below the target
            draws the probability of a false success.
        most_labels: The last n, at most 100,000.
        step: The distance of one n from the next.
        alpha: The error probability of the bound.

    Returns:
        A frame ``true_accuracy, labels, errors_allowed, power``, one row per curve and n;
        ``errors_allowed`` is missing and ``power`` is 0 where n is too small.

    Raises:
        Invalid: A value is no fraction, or a count is out of range.
    """
    for name, value in (("target", target), ("alpha", alpha)):
        check_fraction(name, value)
    for accuracy in true_accuracies:
        check_fraction("true_accuracies", accuracy)
    if not (1 <= most_labels <= MOST_LABELS and step >= 1):
        raise Invalid(
            f"most_labels must be from 1 to {MOST_LABELS:,} and step at least 1, got "
            f"{most_labels!r} and {step!r}."
        )
    labels = np.arange(1, most_labels + 1, step, dtype=np.int64)
    tops = _first_labels(np.arange(math.ceil(most_labels * (1 - target)) + 2), target, alpha)
    allowed = np.searchsorted(tops, labels, side="right") - 1
    errors = pd.array(allowed, dtype="Int64")
    errors[allowed < 0] = pd.NA
    powers = [_power(np.maximum(allowed, 0), labels, accuracy) for accuracy in true_accuracies]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "true_accuracy": accuracy,
                    "labels": labels,
                    "errors_allowed": errors,
                    "power": np.where(allowed < 0, 0.0, power),
                }
            )
            for accuracy, power in zip(true_accuracies, powers, strict=True)
        ],
        ignore_index=True,
    )


def _check_above(target: float, true_accuracy: float) -> None:
    check_fraction("true_accuracy", true_accuracy)
    if true_accuracy <= target:
        raise Invalid(
            f"true_accuracy must be above target, got {true_accuracy!r} and {target!r}: a judge no "
            "better than the target reaches it only by luck, however many labels there are."
        )


def _normal_size(target: float, true_accuracy: float, power: float, alpha: float) -> float:
    spread = float(ndtri(1 - alpha)) * math.sqrt(target * (1 - target))
    spread += float(ndtri(power)) * math.sqrt(true_accuracy * (1 - true_accuracy))
    return (max(0.0, spread) / (true_accuracy - target)) ** 2


def _first_labels(errors: NDArray[np.int64], target: float, alpha: float) -> NDArray[np.int64]:
    """Find ``bounds.labels_needed`` for many error counts at once."""
    low = errors.astype(np.int64)
    high = 2 * low + 2
    while True:
        short = betaincinv(high - errors, errors + 1, alpha) < target
        if not short.any():
            break
        high = np.where(short, 2 * high, high)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        shown = (middle > errors) & (
            betaincinv(np.maximum(middle - errors, 1), errors + 1, alpha) >= target
        )
        low, high = np.where(shown, low, middle), np.where(shown, middle, high)
    return high


def _power(
    errors: NDArray[np.int64], labels: NDArray[np.int64], true_accuracy: float
) -> NDArray[np.float64]:
    """Compute P(at most ``errors`` errors in ``labels``), element by element."""
    power = betainc(np.maximum(labels - errors, 1), errors + 1, true_accuracy)
    return np.where(errors >= labels, 1.0, power)
