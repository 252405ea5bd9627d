"""Owns what every two raters say together: kappa with n and interval, and who is more lenient.

The p-value asks whether two raters call the same share of their common units positive. It is exact
over clusters (McNemar's when every unit is its own) and Holm-corrected over all pairs.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.agreement.bootstrap import Plan, estimate_agreement
from calibration.agreement.cochran import CochranQ, cochran_q, no_test
from calibration.agreement.coefficients import Coefficient
from calibration.agreement.columns import cluster_codes
from calibration.agreement.comparison import sign_flip_p
from calibration.agreement.estimate import Estimate
from calibration.agreement.holm import holm

NAMES = (Coefficient.PERCENT, Coefficient.KAPPA)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterPair:
    """Hold what two raters say about the units that both rated.

    Attributes:
        first: The one rater.
        second: The other.
        n: How many units both rated.
        equal: On how many of them they agree.
        percent: Share of equal labels.
        kappa: Cohen's kappa.
        p: Two-sided exact p for "both call the same share positive"; None without a test.
        p_holm: The same, corrected for the number of pairs tested.
        reason: Why there is no p; None when there is one.
    """

    first: str
    second: str
    n: int
    equal: int
    percent: Estimate
    kappa: Estimate
    p: float | None
    p_holm: float | None
    reason: str | None

    def as_json(self) -> dict[str, object]:
        """Write the pair as an object for JSON."""
        return {
            "raters": [self.first, self.second],
            "n": self.n,
            "equal": self.equal,
            "percent": self.percent.as_json(),
            "kappa": self.kappa.as_json(),
            "p": self.p,
            "p_holm": self.p_holm,
            "reason": self.reason,
        }


def rater_pairs(
    ratings: pd.DataFrame, *, categories: Sequence[Hashable], plan: Plan
) -> tuple[RaterPair, ...]:
    """Compare every two raters on the units that both rated.

    Args:
        ratings: Columns ``unit_id, cluster_id, rater_id, label``, as ``estimate_raters`` takes
            them; a missing label is a missing rating, but its rater is listed.
        categories: The legal labels.
        plan: How to resample clusters.

    Source: Cohen (1960); Fisher (1935) for the p-value, Holm (1979) for its correction.
    """
    wide = _wide(ratings)
    found = [
        _pair(wide, (first, second), categories=categories, plan=plan)
        for first, second in combinations(sorted(wide.labels.columns), 2)
    ]
    corrected = holm([pair.p for pair in found])
    return tuple(replace(pair, p_holm=p) for pair, p in zip(found, corrected, strict=True))


def rater_q(ratings: pd.DataFrame, *, categories: Sequence[Hashable]) -> CochranQ:
    """Test whether all raters call the same share of units positive (Cochran's Q).

    Only units that every rater rated enter; the others are counted in ``left_out``.

    Args:
        ratings: As ``rater_pairs`` takes them.
        categories: The legal labels; the test needs two.
    """
    wide = _wide(ratings)
    complete = wide.labels.notna().all(axis=1)
    left_out = int((~complete).sum())
    if len(categories) != 2:
        told = f"the test needs two labels, and there are {len(categories)}"
        return no_test(told, n=int(complete.sum()), left_out=left_out)
    said = (wide.labels[complete] == categories[1]).to_numpy(dtype=np.int64)
    return cochran_q(said, clusters=wide.clusters[complete.to_numpy()], left_out=left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wide:
    """One row per unit and one column per rater, and the cluster of each row."""

    labels: pd.DataFrame
    clusters: NDArray[np.object_]


def _wide(ratings: pd.DataFrame) -> _Wide:
    raters = list(dict.fromkeys(ratings["rater_id"]))
    rated = ratings[ratings["label"].notna()]
    wide = rated.pivot(index="unit_id", columns="rater_id", values="label")
    wide = wide.reindex(index=list(dict.fromkeys(ratings["unit_id"])), columns=raters)
    owner = ratings.drop_duplicates("unit_id").set_index("unit_id")["cluster_id"]
    return _Wide(labels=wide, clusters=owner.loc[list(wide.index)].to_numpy(dtype=object))


def _pair(
    wide: _Wide,
    raters: tuple[str, str],
    *,
    categories: Sequence[Hashable],
    plan: Plan,
) -> RaterPair:
    both = wide.labels[list(raters)].notna().all(axis=1).to_numpy()
    one, two = (wide.labels[rater].to_numpy(dtype=object)[both] for rater in raters)
    owners = wide.clusters[both]
    estimates = estimate_agreement(
        one, two, clusters=owners, categories=categories, names=NAMES, plan=plan
    )
    n, p, reason = len(one), None, None
    if n == 0:
        reason = "no unit is rated by both"
    elif len(categories) != 2:
        reason = f"the test needs two labels, and there are {len(categories)}"
    else:
        gaps = (two == categories[1]).astype(np.int64) - (one == categories[1]).astype(np.int64)
        p = sign_flip_p(np.bincount(cluster_codes(owners, n=n), weights=gaps))
    return RaterPair(
        first=raters[0],
        second=raters[1],
        n=n,
        equal=int(np.sum(one == two)),
        percent=estimates[Coefficient.PERCENT],
        kappa=estimates[Coefficient.KAPPA],
        p=p,
        p_holm=None,
        reason=reason,
    )
