"""Owns what shared item families do to the accuracy of a judge.

Responses to one item fail together, so n of them prove less than n independent ones. The measured
design effect is unstable, so it never falls below the floor; unfloored, a gate certifies falsely in
7-17 % of simulations. When every cluster has one member the exact bound on n itself is used.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from calibration.agreement.columns import binary, check_equally_long, cluster_codes
from calibration.agreement.estimate import Estimate, undefined
from calibration.agreement.intervals import NOTHING_COUNTED
from calibration.agreement.limits import check_fraction, lower_limit, upper_limit

FLOOR_CORRELATION = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterEffect:
    """Hold how much the clusters of n units shrink them.

    Attributes:
        n: How many units.
        right: How many of them are right.
        clusters: How many clusters.
        mean_size: Units per cluster, n / clusters; 0 when n is 0.
        deff_measured: The measured design effect; None when it is 0/0 (all right, all wrong) or
            when there are fewer than two clusters.
        deff: The design effect used: the larger of the measured one and 1 + (mean_size - 1) * 0.3;
            1 when every cluster has one member; None when it is undefined.
        n_eff: Effective units of the one-sided gate (t quantiles at .95); None when undefined.
        n_eff_display: Effective units of the two-sided 95 % interval (t quantiles at .975).
        reason: Why the effect is undefined; None when it is defined.
    """

    n: int
    right: int
    clusters: int
    mean_size: float
    deff_measured: float | None
    deff: float | None
    n_eff: float | None
    n_eff_display: float | None
    reason: str | None


def cluster_effect(right: ArrayLike, clusters: ArrayLike | None = None) -> ClusterEffect:
    """Measure the design effect of clustered right-or-wrong units.

    Args:
        right: Shape (n,), 1 where the judge is right, 0 where it is wrong or unscored.
        clusters: Shape (n,), the cluster (item family) of each unit; none missing; None
            makes every unit its own cluster.

    Raises:
        Invalid: The lengths differ, a value is neither 0 nor 1, or a cluster is missing.

    Source: clustered variance SE2 = C/(C-1) * sum_c (sum_{i in c} (s_i - mean))^2 / n^2; Korn and
    Graubard (1998) for the effective size.
    """
    scores = binary("right", right).astype(np.float64)
    codes = cluster_codes(clusters, n=scores.size)
    check_equally_long(right=scores, clusters=codes)
    n = scores.size
    count = int(codes.max()) + 1 if n else 0
    total = int(scores.sum())
    if n == 0:
        return _undefined(0, 0, 0, NOTHING_COUNTED)
    if count == n:
        return ClusterEffect(
            n=n,
            right=total,
            clusters=count,
            mean_size=1.0,
            deff_measured=_measured(scores, codes, count) if count > 1 else None,
            deff=1.0,
            n_eff=float(n),
            n_eff_display=float(n),
            reason=None,
        )
    if count < 2:
        return _undefined(n, total, count, "all units share one cluster: its spread is unknown")
    measured = _measured(scores, codes, count)
    floor = 1 + (n / count - 1) * FLOOR_CORRELATION
    deff = max(measured or 0.0, floor)
    return ClusterEffect(
        n=n,
        right=total,
        clusters=count,
        mean_size=n / count,
        deff_measured=measured,
        deff=deff,
        n_eff=_effective(n, count, deff, 0.95),
        n_eff_display=_effective(n, count, deff, 0.975),
        reason=None,
    )


def clustered_lower(effect: ClusterEffect, *, alpha: float = 0.05) -> Estimate:
    """Estimate a clustered proportion with its one-sided lower bound, for gates.

    The interval runs from the bound to 1: read ``low``. With clusters of one member this is the
    exact bound of ``intervals.lower_one_sided``.

    Args:
        effect: What ``cluster_effect`` measured.
        alpha: The error probability of the bound; the t quantiles are taken at 1 - alpha.

    Raises:
        Invalid: alpha is no fraction.

    Source: Korn and Graubard (1998), one-sided.
    """
    check_fraction("alpha", alpha)
    method = _method(effect, f"{1 - alpha:.12g} one-sided lower")
    if effect.deff is None:
        return undefined(effect.reason or NOTHING_COUNTED, effect.n, method)
    p = effect.right / effect.n
    n_eff = _effective(effect.n, effect.clusters, effect.deff, 1 - alpha)
    low = lower_limit(p * n_eff, n_eff, alpha=alpha)
    return Estimate(estimate=p, low=low, high=1.0, n=effect.n, method=method, reason=None)


def clustered_interval(effect: ClusterEffect, *, level: float = 0.95) -> Estimate:
    """Estimate a clustered proportion with its two-sided interval, for display.

    Args:
        effect: What ``cluster_effect`` measured.
        level: The coverage, a fraction; the t quantiles are taken at (1 + level) / 2.

    Raises:
        Invalid: The level is no fraction.

    Source: Korn and Graubard (1998).
    """
    check_fraction("level", level)
    method = _method(effect, f"{level:.12g} two-sided")
    if effect.deff is None:
        return undefined(effect.reason or NOTHING_COUNTED, effect.n, method)
    p, tail = effect.right / effect.n, (1 - level) / 2
    n_eff = _effective(effect.n, effect.clusters, effect.deff, 1 - tail)
    return Estimate(
        estimate=p,
        low=lower_limit(p * n_eff, n_eff, alpha=tail),
        high=upper_limit(p * n_eff, n_eff, alpha=tail),
        n=effect.n,
        method=method,
        reason=None,
    )


def _effective(n: int, clusters: int, deff: float, quantile: float) -> float:
    if clusters == n:
        return float(n)
    ratio = float(stdtrit(n - 1, quantile)) / float(stdtrit(clusters - 1, quantile))
    return min(float(n), n / deff * ratio**2)


def _measured(scores: NDArray[np.float64], codes: NDArray[np.int64], count: int) -> float | None:
    n = scores.size
    p = float(scores.mean())
    if p in (0.0, 1.0):
        return None
    sums = np.bincount(codes, weights=scores - p, minlength=count)
    variance = count / (count - 1) * float(np.sum(sums**2)) / n**2
    return variance / (p * (1 - p) / n)


def _method(effect: ClusterEffect, tail: str) -> str:
    name = "exact (Clopper-Pearson)" if effect.clusters == effect.n else "Korn-Graubard"
    return f"{name}, {tail}"


def _undefined(n: int, right: int, clusters: int, reason: str) -> ClusterEffect:
    return ClusterEffect(
        n=n,
        right=right,
        clusters=clusters,
        mean_size=n / clusters if clusters else 0.0,
        deff_measured=None,
        deff=None,
        n_eff=None,
        n_eff_display=None,
        reason=reason,
    )
