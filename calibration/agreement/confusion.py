"""Owns the two-by-two table of a judge against gold, with its rates.

1 means that the response follows the item. TPR is the share of following responses that pass; TNR
is the share of failing responses that are stopped: an always-pass judge has TNR 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from calibration.agreement.columns import binary, check_equally_long
from calibration.agreement.estimate import Estimate
from calibration.agreement.intervals import exact, lower_one_sided, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Hold one rate with the interval for display and the bounds for gates.

    Attributes:
        wilson: 95 % Wilson interval, for display.
        exact: 95 % two-sided exact interval.
        lower: 95 % one-sided exact lower bound.
    """

    wilson: Estimate
    exact: Estimate
    lower: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Hold the counts of scored verdicts against gold.

    Attributes:
        tp: Gold 1, verdict 1.
        fp: Gold 0, verdict 1.
        fn: Gold 1, verdict 0.
        tn: Gold 0, verdict 0.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def n(self) -> int:
        """How many verdicts were counted."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def accuracy(self) -> Rate:
        """Share of verdicts that equal gold."""
        return rate(self.tp + self.tn, self.n)

    @property
    def tpr(self) -> Rate:
        """Share of gold 1 that the judge passes; undefined without gold 1."""
        return rate(self.tp, self.tp + self.fn)

    @property
    def tnr(self) -> Rate:
        """Share of gold 0 that the judge stops; undefined without gold 0."""
        return rate(self.tn, self.tn + self.fp)

    @property
    def prevalence(self) -> Estimate:
        """Share of gold 1, with its Wilson interval."""
        return wilson(self.tp + self.fn, self.n)


def rate(right: int, n: int) -> Rate:
    """Estimate one rate of independent units in the three ways that are shown or gated on."""
    return Rate(wilson=wilson(right, n), exact=exact(right, n), lower=lower_one_sided(right, n))


def confusion(gold: ArrayLike, verdict: ArrayLike) -> Confusion:
    """Count scored verdicts against gold.

    Args:
        gold: Shape (n,), each 0 or 1.
        verdict: Shape (n,), each 0 or 1; leave unscored verdicts out and count them apart.

    Raises:
        Invalid: The lengths differ, or a value is neither 0 nor 1.
    """
    g, v = binary("gold", gold), binary("verdict", verdict)
    check_equally_long(gold=g, verdict=v)
    return Confusion(
        tp=int(np.sum(g & v)),
        fp=int(np.sum(~g & v)),
        fn=int(np.sum(g & ~v)),
        tn=int(np.sum(~(g | v))),
    )
