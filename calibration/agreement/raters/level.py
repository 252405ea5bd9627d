"""Owns how far apart two labels are: the level of measurement of Krippendorff's alpha.

Nominal: equal or not. Interval: the squared difference of the numbers. Ordinal: the squared number
of ratings between the two, which depends on how often each label was used.
"""

import math
from collections.abc import Hashable, Sequence
from enum import StrEnum

import numpy as np

from calibration.agreement.tables import Numbers
from db.errors import Invalid
from db.intake import shown


class Level(StrEnum):
    """Name the levels of measurement."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def in_order(categories: Sequence[Hashable], level: Level) -> tuple[Hashable, ...]:
    """Put labels into the order that a level needs: that of their numbers.

    Nominal labels, and two labels of any kind, stay in the order they have.

    Raises:
        Invalid: A label is no number, or two labels are the same number.
    """
    if level is Level.NOMINAL or len(categories) <= 2:
        return tuple(categories)
    by_number: dict[float, Hashable] = {}
    for label in categories:
        same = by_number.setdefault(_number(label, level), label)
        if same is not label:
            raise Invalid(
                f"The labels {shown(str(same))} and {shown(str(label))} are the same number; write "
                "it one way."
            )
    return tuple(by_number[number] for number in sorted(by_number))


def distances(totals: Numbers, categories: Sequence[Hashable], level: Level) -> Numbers:
    """Compute the squared distance of every two labels.

    Args:
        totals: Shape (B, k): how often each label was used, in the order of ``categories``.
        categories: The k labels, in the order that ``in_order`` gives.
        level: The level of measurement.

    Returns:
        Shape (B, k, k), or (1, k, k) where the distance does not depend on the totals.

    Source: Krippendorff (2011), section on metric differences. The ordinal one counts the ratings
    from label c to label k, half of those with c or k: a difference of mid-ranks.
    """
    k = totals.shape[1]
    if level is Level.NOMINAL:
        return (1 - np.eye(k))[np.newaxis]
    if level is Level.ORDINAL:
        ranks = np.cumsum(totals, axis=1) - totals / 2
    elif k <= 2:
        ranks = np.arange(k, dtype=np.float64)[np.newaxis]
    else:
        ranks = np.array([[_number(label, level) for label in categories]])
    gaps: Numbers = (ranks[:, :, np.newaxis] - ranks[:, np.newaxis, :]) ** 2
    return gaps


def _number(label: Hashable, level: Level) -> float:
    try:
        number = float(str(label))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Invalid(
            f"The level {level.value!r} needs labels that are numbers, got {shown(str(label))}; "
            "write them as numbers, or take the level 'nominal'."
        )
    return number
