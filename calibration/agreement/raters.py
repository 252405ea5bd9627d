"""Owns agreement among any number of raters, with missing ratings, from a long-form frame.

The frame has one row per rating: ``unit_id, cluster_id, rater_id, label``; a missing label is a
missing rating. Each statistic adds up over units, so clusters are resampled as in ``bootstrap``.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from calibration.agreement.bootstrap import Plan, interval_from, resample
from calibration.agreement.coefficients import ac1_from, alpha_from
from calibration.agreement.columns import label_codes
from calibration.agreement.estimate import Estimate, undefined
from calibration.agreement.tables import Numbers
from db.errors import Invalid

COLUMNS = ("unit_id", "cluster_id", "rater_id", "label")


class RaterCoefficient(StrEnum):
    """Name the coefficients of any number of raters."""

    PERCENT = "percent"
    AC1 = "ac1"
    ALPHA = "alpha"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Hold what each cluster adds: agreement and pairable units, shares and units, coincidences."""

    values: Numbers
    categories: int
    pairable_units: int


def estimate_raters(
    ratings: pd.DataFrame,
    *,
    categories: Sequence[Hashable] | None = None,
    plan: Plan | None = None,
) -> dict[RaterCoefficient, Estimate]:
    """Estimate percent agreement, Gwet's AC1 and Krippendorff's nominal alpha.

    Args:
        ratings: Columns ``unit_id, cluster_id, rater_id, label``, one row per rating; a missing
            label is a missing rating. Other columns are ignored.
        categories: The legal labels; None takes the distinct labels seen, in order of their text.
            Only AC1 depends on a category that nobody used.
        plan: How to resample clusters; None takes 4,000 replicates from seed 0.

    Returns:
        One estimate per coefficient; ``n`` is the number of units with at least two ratings.

    Raises:
        Invalid: A column or an id is missing, a rater rates a unit twice, a unit is in two
            clusters, or a label is not legal.

    Source: Gwet, Handbook of Inter-Rater Reliability (2014), chapters 2 and 5, for percent and AC1
    with missing ratings; Krippendorff (2011) for alpha.
    """
    _check(ratings)
    plan = plan or Plan()
    sums = _sums(ratings[ratings["label"].notna()], categories)
    if sums.pairable_units == 0:
        reason = "no unit has two ratings"
        return {name: undefined(reason, 0, "none") for name in RaterCoefficient}

    def statistic(totals: Numbers) -> Numbers:
        return _coefficients(totals, sums.categories)

    points = statistic(sums.values.sum(axis=0, keepdims=True))[0]
    replicates = resample(sums.values, statistic, plan)
    return {
        name: interval_from(
            float(points[index]),
            replicates[:, index],
            n=sums.pairable_units,
            clusters=len(sums.values),
            plan=plan,
            undefined_because="only one class was used, so chance cannot be told apart",
        )
        for index, name in enumerate(RaterCoefficient)
    }


def _coefficients(totals: Numbers, k: int) -> Numbers:
    agreement, shares = _divide(totals[:, :1], totals[:, 1:2]), totals[:, 2 : 2 + k]
    shares = _divide(shares, totals[:, 2 + k : 3 + k])
    coincidences = totals[:, 3 + k :].reshape(-1, k, k)
    percent = agreement[:, 0]
    return np.stack([percent, ac1_from(percent, shares), alpha_from(coincidences)], axis=1)


def _sums(ratings: pd.DataFrame, categories: Sequence[Hashable] | None) -> _Sums:
    """Add up per cluster; a unit with one rating counts in the shares only, as Gwet has it."""
    if categories is None:
        categories = sorted(ratings["label"].unique(), key=str)
    codes = label_codes("label", ratings["label"].to_numpy(dtype=object), categories)
    units, unit_ids = pd.factorize(ratings["unit_id"])
    k, n = len(categories), len(unit_ids)
    counts = np.bincount(units * k + codes, minlength=n * k).reshape(n, k).astype(np.float64)
    raters = counts.sum(axis=1, keepdims=True)
    pairable = raters > 1
    others = np.where(pairable, raters - 1, 1)
    agreement = np.sum(counts * (counts - 1), axis=1, keepdims=True) / (raters * others)
    pairs = counts[:, :, np.newaxis] * counts[:, np.newaxis, :]
    pairs[:, np.arange(k), np.arange(k)] -= counts
    coincidences = pairs.reshape(n, k * k) / others
    per_unit = np.concatenate(
        [agreement * pairable, pairable, counts / raters, np.ones((n, 1)), coincidences], axis=1
    )
    first_rows = ratings.drop_duplicates("unit_id")
    clusters, _ = pd.factorize(first_rows["cluster_id"])
    values = np.zeros((int(clusters.max()) + 1 if n else 0, per_unit.shape[1]))
    np.add.at(values, clusters, per_unit)
    return _Sums(values=values, categories=k, pairable_units=int(pairable.sum()))


def _check(ratings: pd.DataFrame) -> None:
    absent = [name for name in COLUMNS if name not in ratings.columns]
    if absent:
        raise Invalid(
            f"Ratings need the columns {list(COLUMNS)!r}; {absent!r} is absent from "
            f"{[str(name) for name in ratings.columns]!r}."
        )
    for name in COLUMNS[:3]:
        if ratings[name].isna().any():
            row = int(np.flatnonzero(ratings[name].isna().to_numpy())[0])
            raise Invalid(f"Every rating needs a {name}; row {row} has none.")
    twice = ratings[ratings.duplicated(["unit_id", "rater_id"])]
    if len(twice):
        unit, rater = twice.iloc[0]["unit_id"], twice.iloc[0]["rater_id"]
        raise Invalid(f"Rater {rater!r} rates unit {unit!r} twice; keep one rating of each unit.")
    spread = ratings.groupby("unit_id")["cluster_id"].nunique()
    if (spread > 1).any():
        unit = spread.index[spread > 1][0]
        raise Invalid(f"Unit {unit!r} is in {int(spread[unit])} clusters; it can be in one only.")


def _divide(above: Numbers, below: Numbers) -> Numbers:
    above, below = np.broadcast_arrays(above, below)
    quotient: Numbers = np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)
    return quotient
