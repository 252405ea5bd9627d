"""Owns Cochran's Q: whether three or more raters (or judges) say "yes" equally often.

The chi-square behind it takes the units as independent; units that share clusters get no p.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.contingency_tables import cochrans_q

from calibration.agreement.columns import binary, cluster_codes
from db.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CochranQ:
    """Hold one test.

    Attributes:
        q: The statistic; None when it is undefined.
        df: Degrees of freedom: raters less one; None with ``q``.
        p: Upper tail of the chi-square; None when ``q`` is, or when units share clusters.
        n: How many units all raters rated.
        left_out: How many units lack a rating of some rater.
        reason: Why ``q`` or ``p`` is undefined; None when both are numbers.
    """

    q: float | None
    df: int | None
    p: float | None
    n: int
    left_out: int
    reason: str | None

    def as_json(self) -> dict[str, object]:
        """Write the test as an object for JSON; what is undefined is None with its reason."""
        return {
            "q": self.q,
            "df": self.df,
            "p": self.p,
            "n": self.n,
            "left_out": self.left_out,
            "reason": self.reason,
        }


def no_test(reason: str, *, n: int = 0, left_out: int = 0) -> CochranQ:
    """Build the result of a test that could not be made, with the reason why."""
    return CochranQ(q=None, df=None, p=None, n=n, left_out=left_out, reason=reason)


def cochran_q(
    ratings: ArrayLike, *, clusters: ArrayLike | None = None, left_out: int = 0
) -> CochranQ:
    """Test "all raters call the same share positive" on complete binary ratings.

    Args:
        ratings: Shape (units, raters), each 0 or 1; nothing missing.
        clusters: Shape (units,), cluster of each unit; None makes every unit its own cluster.
        left_out: How many incomplete units the caller left out; kept in the result.

    Raises:
        Invalid: The table is not two-dimensional, or holds something else than 0 and 1.

    Source: Cochran (1950); ``statsmodels.stats.contingency_tables.cochrans_q``.
    """
    table = np.asarray(ratings)
    if table.ndim != 2:
        raise Invalid(f"ratings must have shape (units, raters), got shape {table.shape!r}.")
    n, raters = table.shape
    if raters < 3:
        told = f"the test compares three raters or more, and there are {raters}"
        return no_test(told, n=n, left_out=left_out)
    if n == 0:
        return no_test("no unit is rated by every rater", left_out=left_out)
    yes = binary("ratings", table.ravel()).reshape(n, raters).astype(np.float64)
    of_units = yes.sum(axis=1)
    if not np.any((of_units > 0) & (of_units < raters)):
        told = "no unit that every rater rated has two different labels"
        return no_test(told, n=n, left_out=left_out)
    found = cochrans_q(yes)
    owners = cluster_codes(clusters, n=n)
    shared = int(owners.max()) + 1 < n
    return CochranQ(
        q=float(found.statistic),
        df=raters - 1,
        p=None if shared else float(found.pvalue),
        n=n,
        left_out=left_out,
        reason="units share clusters, and the test takes them as independent" if shared else None,
    )
