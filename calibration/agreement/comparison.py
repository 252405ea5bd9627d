"""Owns the paired comparison of two judges on the same gold.

Everything is second minus first, and an unscored verdict is wrong. The two p-values test "no
difference": McNemar takes the units as independent, the sign flip takes whole clusters.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binom
from statsmodels.stats.contingency_tables import mcnemar

from calibration.agreement.bootstrap import Plan, interval_from, resample
from calibration.agreement.columns import binary, check_equally_long, cluster_codes
from calibration.agreement.estimate import Estimate
from calibration.agreement.tables import Numbers
from db.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Hold how a second judge differs from a first.

    Attributes:
        n: How many units both were to judge.
        clusters: How many clusters they form.
        only_first_right: Units that only the first judge has right.
        only_second_right: Units that only the second judge has right.
        mcnemar_p: Two-sided exact McNemar p; 1 when no unit differs.
        sign_flip_p: Two-sided exact permutation p over clusters; equals ``mcnemar_p`` when every
            cluster has one member; 1 when no cluster differs.
        difference: Accuracy of the second minus accuracy of the first, over all n.
    """

    n: int
    clusters: int
    only_first_right: int
    only_second_right: int
    mcnemar_p: float
    sign_flip_p: float
    difference: Estimate


def compare(
    first_right: ArrayLike,
    second_right: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    plan: Plan | None = None,
) -> Comparison:
    """Compare two judges on the same units.

    The interval of the difference is the cluster bootstrap in every case, clusters of one member
    included: one method covers both, it keeps the pairing, and it is the one that every other
    difference in a report has. When no unit differs it has no width, and its method says so.

    Args:
        first_right: Shape (n,), 1 where the first judge is right, 0 where wrong or unscored.
        second_right: Shape (n,), the same for the second judge, in the same order.
        clusters: Shape (n,), cluster of each unit; None makes every unit its own cluster.
        plan: How to resample; None takes 4,000 replicates from seed 0.

    Raises:
        Invalid: n is 0, the lengths differ, a value is neither 0 nor 1, or a cluster is missing.

    Source: McNemar (1947), exact; Efron and Tibshirani (1993).
    """
    one, two = binary("first_right", first_right), binary("second_right", second_right)
    owners = cluster_codes(clusters, n=one.size)
    check_equally_long(first_right=one, second_right=two, clusters=owners)
    if one.size == 0:
        raise Invalid("A comparison needs at least one unit that both judges were to judge, got 0.")
    plan = plan or Plan()
    differences = two.astype(np.int64) - one.astype(np.int64)
    count = int(owners.max()) + 1
    units = np.bincount(owners, minlength=count).astype(np.float64)
    sums = np.stack([np.bincount(owners, weights=differences, minlength=count), units], axis=1)
    only_first, only_second = int(np.sum(differences < 0)), int(np.sum(differences > 0))
    return Comparison(
        n=one.size,
        clusters=count,
        only_first_right=only_first,
        only_second_right=only_second,
        mcnemar_p=mcnemar_p(only_first, only_second),
        sign_flip_p=sign_flip_p(sums[:, 0]),
        difference=interval_from(
            float(differences.mean()),
            resample(sums, _mean, plan)[:, 0],
            n=one.size,
            clusters=count,
            plan=plan,
            undefined_because="there is nothing to compare",
        ),
    )


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Test "no difference" on independent units: two-sided exact p; 1 when no unit differs.

    Source: McNemar (1947); ``statsmodels.stats.contingency_tables.mcnemar(exact=True)``.
    """
    if only_first + only_second == 0:
        return 1.0
    return float(mcnemar([[0, only_first], [only_second, 0]], exact=True).pvalue)


def sign_flip_p(differences: ArrayLike) -> float:
    """Test "no difference" by flipping the sign of every cluster's difference.

    The distribution over all 2^C sign patterns is built exactly, magnitude by magnitude (clusters
    with the same magnitude flip like coins), so there is nothing to sample and no seed.

    Args:
        differences: Shape (C,), whole numbers: right answers of the second judge minus those of the
            first, per cluster.

    Returns:
        The two-sided p: the share of patterns with a sum at least as far from 0; 1 when all are 0.

    Raises:
        Invalid: A difference is not a whole number.

    Source: Fisher (1935), randomisation test for paired differences.
    """
    sizes = np.asarray(differences, dtype=np.float64)
    whole = np.rint(sizes).astype(np.int64)
    wrong = sizes[whole != sizes]
    if wrong.size:
        raise Invalid(
            f"Differences per cluster must be whole numbers of right answers, got "
            f"{float(wrong[0])!r}."
        )
    chances = np.ones(1)
    magnitudes, counts = np.unique(np.abs(whole[whole != 0]), return_counts=True)
    for magnitude, count in zip(magnitudes, counts, strict=True):
        # m of `count` clusters positive: a sum of (2m - count) * magnitude; index 0 is the least.
        coins = np.zeros(2 * count * magnitude + 1)
        coins[:: 2 * magnitude] = binom.pmf(np.arange(count + 1), count, 0.5)
        chances = np.convolve(chances, coins)
    reach = (chances.size - 1) // 2
    far = np.abs(np.arange(chances.size) - reach) >= abs(int(whole.sum()))
    return min(1.0, float(chances[far].sum()))


def _mean(totals: Numbers) -> Numbers:
    return totals[:, :1] / totals[:, 1:]
