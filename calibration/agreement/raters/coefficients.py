"""Owns agreement among any number of raters, with missing ratings, from a long-form frame.

The frame has one row per rating: ``unit_id, cluster_id, rater_id, label``; a missing label is a
missing rating. Each statistic adds up over units, so clusters are resampled as in ``bootstrap``.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from calibration.agreement.bootstrap import Plan, interval_from, resample
from calibration.agreement.coefficients import ac1_from, alpha_from, alpha_over, fleiss_from
from calibration.agreement.columns import label_codes
from calibration.agreement.estimate import Estimate, undefined
from calibration.agreement.raters.level import Level, distances, in_order
from calibration.agreement.tables import Numbers
from db.errors import Invalid

COLUMNS = ("unit_id", "cluster_id", "rater_id", "label")
NO_PAIR = "no unit has two ratings"


class RaterCoefficient(StrEnum):
    """Name the coefficients of any number of raters."""

    PERCENT = "percent"
    FLEISS = "fleiss"
    AC1 = "ac1"
    ALPHA = "alpha"


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterFigures:
    """Hold what a frame of ratings says as a whole.

    Attributes:
        coefficients: One estimate each; ``n`` is the number of units with at least two ratings.
        prevalence: Mean share of each label over the units; ``n`` is the number of rated units.
        fewest: Fewest ratings of a rated unit; 0 when nothing is rated.
        most: Most ratings of a unit.
    """

    coefficients: Mapping[RaterCoefficient, Estimate]
    prevalence: Mapping[Hashable, Estimate]
    fewest: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Hold what each cluster adds: agreement and pairable units, shares and units, coincidences."""

    values: Numbers
    categories: tuple[Hashable, ...]
    per_unit: Numbers

    @property
    def pairable_units(self) -> int:
        return int(np.sum(self.per_unit > 1))


def estimate_raters(
    ratings: pd.DataFrame,
    *,
    categories: Sequence[Hashable] | None = None,
    level: Level = Level.NOMINAL,
    plan: Plan | None = None,
) -> RaterFigures:
    """Estimate percent agreement, Fleiss' kappa, Gwet's AC1 and Krippendorff's alpha.

    Args:
        ratings: Columns ``unit_id, cluster_id, rater_id, label``, one row per rating; a missing
            label is a missing rating. Other columns are ignored.
        categories: The legal labels; None takes the distinct labels seen, in order of their text.
            Only AC1 depends on a category that nobody used.
        level: The level of measurement of alpha; the other coefficients are nominal.
        plan: How to resample clusters; None takes 4,000 replicates from seed 0.

    Raises:
        Invalid: A column or an id is missing, a rater rates a unit twice, a unit is in two
            clusters, a label is not legal, or the level needs numbers and a label is none.

    Source: Gwet, Handbook of Inter-Rater Reliability (2014), chapters 2 and 5, for percent, Fleiss
    and AC1 with missing ratings; Krippendorff (2011) for alpha.
    """
    _check(ratings)
    plan = plan or Plan()
    sums = _sums(ratings[ratings["label"].notna()], categories, level)
    if sums.per_unit.size == 0:
        return _nothing(sums.categories)
    names = list(RaterCoefficient)

    def statistic(totals: Numbers) -> Numbers:
        return _statistics(totals, sums.categories, level)

    points = statistic(sums.values.sum(axis=0, keepdims=True))[0]
    replicates = resample(sums.values, statistic, plan)

    def estimate(index: int, n: int, because: str) -> Estimate:
        return interval_from(
            float(points[index]),
            replicates[:, index],
            n=n,
            clusters=len(sums.values),
            plan=plan,
            undefined_because=because,
        )

    n = sums.pairable_units
    because = "only one class was used, so chance cannot be told apart" if n else NO_PAIR
    found = {name: estimate(index, n, because) for index, name in enumerate(names)}
    fewest, most = int(sums.per_unit.min()), int(sums.per_unit.max())
    if fewest != most and n:
        found[RaterCoefficient.FLEISS] = _uneven(found[RaterCoefficient.FLEISS], fewest, most)
    shares = {
        label: estimate(len(names) + index, sums.per_unit.size, "nothing is rated")
        for index, label in enumerate(sums.categories)
    }
    return RaterFigures(coefficients=found, prevalence=shares, fewest=fewest, most=most)


def _nothing(categories: tuple[Hashable, ...]) -> RaterFigures:
    return RaterFigures(
        coefficients=dict.fromkeys(RaterCoefficient, undefined(NO_PAIR, 0, "none")),
        prevalence=dict.fromkeys(categories, undefined("nothing is rated", 0, "none")),
        fewest=0,
        most=0,
    )


def _uneven(fleiss: Estimate, fewest: int, most: int) -> Estimate:
    told = f", in the form for missing ratings: units have {fewest} to {most}"
    return replace(fleiss, method=fleiss.method + told)


def _statistics(totals: Numbers, categories: tuple[Hashable, ...], level: Level) -> Numbers:
    """Compute the coefficients, then the share of each category: shape (B, 4 + k)."""
    k = len(categories)
    percent = _divide(totals[:, :1], totals[:, 1:2])[:, 0]
    shares = _divide(totals[:, 2 : 2 + k], totals[:, 2 + k : 3 + k])
    coincidences = totals[:, 3 + k :].reshape(-1, k, k)
    if level is Level.NOMINAL:
        alpha = alpha_from(coincidences)
    else:
        alpha = alpha_over(coincidences, distances(coincidences.sum(axis=2), categories, level))
    coefficients = [percent, fleiss_from(percent, shares), ac1_from(percent, shares), alpha]
    return np.concatenate([np.stack(coefficients, axis=1), shares], axis=1)


def _sums(ratings: pd.DataFrame, categories: Sequence[Hashable] | None, level: Level) -> _Sums:
    """Add up per cluster; a unit with one rating counts in the shares only, as Gwet has it."""
    if categories is None:
        categories = sorted(ratings["label"].unique(), key=str)
    legal = in_order(categories, level)
    codes = label_codes("label", ratings["label"].to_numpy(dtype=object), legal)
    units, unit_ids = pd.factorize(ratings["unit_id"])
    k, n = len(legal), len(unit_ids)
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
    return _Sums(values=values, categories=legal, per_unit=raters[:, 0])


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
