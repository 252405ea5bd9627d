"""Owns the agreement coefficients of two raters, as functions over stacks of count tables.

Each takes tables of shape (B, k, k) and returns shape (B,), NaN where it is undefined; NaN never
leaves the package. One code path serves the point estimate (a stack of one) and the bootstrap,
which scikit-learn's one-table functions cannot; tests hold kappa and MCC against scikit-learn.
"""

from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from calibration.agreement.tables import Numbers, cluster_tables


class Coefficient(StrEnum):
    """Name the coefficients of two raters."""

    PERCENT = "percent"
    KAPPA = "kappa"
    AC1 = "ac1"
    ALPHA = "alpha"
    MCC = "mcc"


def percent_of(tables: Numbers) -> Numbers:
    """Compute the share of units with equal labels; NaN for a table without units."""
    return _ratio(_trace(tables), _total(tables))


def kappa_of(tables: Numbers) -> Numbers:
    """Compute Cohen's kappa; NaN when agreement by chance is certain (one class only).

    Source: Cohen (1960), multiplied through by n^2 so that counts stay whole.
    """
    n = _total(tables)
    chance = np.sum(tables.sum(axis=2) * tables.sum(axis=1), axis=1)
    return _ratio(n * _trace(tables) - chance, n * n - chance)


def ac1_of(tables: Numbers) -> Numbers:
    """Compute Gwet's AC1 for q = k categories; NaN when only one category was used.

    Source: Gwet (2008), p_e = sum pi_k (1 - pi_k) / (q - 1).
    """
    n = _total(tables)
    shares = _ratio(tables.sum(axis=2) + tables.sum(axis=1), 2 * n[:, np.newaxis])
    return ac1_from(percent_of(tables), shares)


def alpha_of(tables: Numbers) -> Numbers:
    """Compute Krippendorff's nominal alpha; NaN when only one category was used.

    Source: Krippendorff (2011), coincidence matrix with the n - 1 correction.
    """
    return alpha_from(tables + np.swapaxes(tables, 1, 2))


def mcc_of(tables: Numbers) -> Numbers:
    """Compute the Matthews correlation coefficient; NaN when a rater used one category only.

    Source: Gorodkin (2004), the multi-class form.
    """
    n = _total(tables)
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    covariance = n * _trace(tables) - np.sum(rows * columns, axis=1)
    spread_rows = n * n - np.sum(rows * rows, axis=1)
    spread_columns = n * n - np.sum(columns * columns, axis=1)
    # Two roots, not the root of the product: a product of counts could leave exact whole numbers.
    return _ratio(covariance, np.sqrt(spread_rows) * np.sqrt(spread_columns))


OF_TABLES: dict[Coefficient, Callable[[Numbers], Numbers]] = {
    Coefficient.PERCENT: percent_of,
    Coefficient.KAPPA: kappa_of,
    Coefficient.AC1: ac1_of,
    Coefficient.ALPHA: alpha_of,
    Coefficient.MCC: mcc_of,
}

UNDEFINED_BECAUSE: dict[Coefficient, str] = {
    Coefficient.PERCENT: "no unit has two labels",
    Coefficient.KAPPA: "both raters used the same one class only, so chance explains everything",
    Coefficient.AC1: "only one class was used, so agreement by chance cannot be told apart",
    Coefficient.ALPHA: "only one class was used, so agreement by chance cannot be told apart",
    Coefficient.MCC: "one of the raters used one class only, so there is nothing to correlate",
}


def ac1_from(agreement: Numbers, shares: Numbers) -> Numbers:
    """Compute AC1 from observed agreement and category shares, for any number of raters.

    Args:
        agreement: Shape (B,), observed agreement p_a.
        shares: Shape (B, q), mean share of each category, each row summing to 1.

    Returns:
        Shape (B,); NaN when fewer than two categories were used.
    """
    q = shares.shape[1]
    if q < 2:
        return np.full(agreement.shape, np.nan)
    chance = np.sum(shares * (1 - shares), axis=1) / (q - 1)
    value = _ratio(agreement - chance, 1 - chance)
    return np.where(np.sum(shares > 0, axis=1) < 2, np.nan, value)


def alpha_from(coincidences: Numbers) -> Numbers:
    """Compute nominal alpha from coincidence matrices, for any number of raters.

    Args:
        coincidences: Shape (B, k, k), symmetric; each sums to the number of pairable labels.

    Returns:
        Shape (B,); NaN when fewer than two categories were used.
    """
    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    observed = n - _trace(coincidences)
    expected = n * n - np.sum(totals * totals, axis=1)
    return 1 - _ratio((n - 1) * observed, expected)


def alpha_over(coincidences: Numbers, distances: Numbers) -> Numbers:
    """Compute alpha for any squared distance of labels.

    Args:
        coincidences: Shape (B, k, k), symmetric; each sums to the number of pairable labels.
        distances: Shape (B, k, k) or (1, k, k), 0 on the diagonal.

    Returns:
        Shape (B,); NaN when fewer than two categories were used.

    Source: Krippendorff (2011), 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck.
    """
    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    chance = totals[:, :, np.newaxis] * totals[:, np.newaxis, :]
    observed = np.sum(coincidences * distances, axis=(1, 2))
    return 1 - _ratio((n - 1) * observed, np.sum(chance * distances, axis=(1, 2)))


def fleiss_from(agreement: Numbers, shares: Numbers) -> Numbers:
    """Compute Fleiss' kappa from observed agreement and category shares.

    Args:
        agreement: Shape (B,), observed agreement p_a over the units with two or more ratings.
        shares: Shape (B, q), mean share of each category, each row summing to 1.

    Returns:
        Shape (B,); NaN when fewer than two categories were used.

    Source: Fleiss (1971), (p_a - sum pi_k^2) / (1 - sum pi_k^2); with missing ratings as in Gwet,
    Handbook of Inter-Rater Reliability (2014), chapter 2.
    """
    chance = np.sum(shares * shares, axis=1)
    value = _ratio(agreement - chance, 1 - chance)
    return np.where(np.sum(shares > 0, axis=1) < 2, np.nan, value)


def coefficient(
    name: Coefficient,
    first: ArrayLike,
    second: ArrayLike,
    *,
    categories: Sequence[Hashable] | None = None,
) -> float | None:
    """Compute one coefficient of two raters as a bare number.

    ``bootstrap.estimate_agreement`` gives the same number with interval, n and reason.

    Args:
        name: Which coefficient.
        first: Shape (n,), labels of the first rater.
        second: Shape (n,), labels of the second rater.
        categories: The legal labels; None takes the distinct labels seen.

    Returns:
        The coefficient, or None when it is undefined.

    Raises:
        Invalid: The lengths differ, or a label is missing or not legal.
    """
    tables = cluster_tables(first, second, categories=categories)
    value = float(OF_TABLES[name](tables.pooled)[0])
    return None if np.isnan(value) else value


def _trace(tables: Numbers) -> Numbers:
    return np.asarray(np.trace(tables, axis1=1, axis2=2), dtype=np.float64)


def _total(tables: Numbers) -> Numbers:
    return np.asarray(tables.sum(axis=(1, 2)), dtype=np.float64)


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    """Divide, with NaN where the divisor is 0 (a warning would be an error)."""
    above, below = np.broadcast_arrays(above, below)
    out = np.full(above.shape, np.nan)
    quotient: Numbers = np.divide(above, below, out=out, where=below != 0)
    return quotient
