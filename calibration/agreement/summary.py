"""Owns the figures of one judge on one set of pairs, each with interval, n and reason.

`accuracy` and the coefficients rest on the scored verdicts; `counted_wrong` and the gate's bound
rest on all gold labels, so that a judge never gains by leaving a verdict out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calibration.agreement.bootstrap import Plan, estimate_agreement
from calibration.agreement.clusters import cluster_effect, clustered_interval, clustered_lower
from calibration.agreement.coefficients import Coefficient
from calibration.agreement.estimate import Estimate, undefined
from calibration.agreement.intervals import exact, wilson
from calibration.agreement.pairing import Pair
from db.intake import shown

UNSCORED = ""
COEFFICIENTS = (Coefficient.KAPPA, Coefficient.AC1, Coefficient.ALPHA, Coefficient.MCC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Hold the whole numbers behind the figures.

    Attributes:
        n: Gold labels.
        scored: Verdicts that are one of the legal labels.
        unscored: Gold labels with an empty verdict or none.
        right: Verdicts that equal gold.
    """

    n: int
    scored: int
    unscored: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Hold the share of one class that the judge gets right.

    Attributes:
        scored: Over the scored verdicts, with the two-sided interval for display.
        lower: Over all gold labels of the class, unscored is wrong: the one-sided bound for gates.
    """

    scored: Estimate
    lower: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Hold what one judge's verdicts say about it; every share is a fraction.

    Attributes:
        judge: The judge.
        counts: The whole numbers.
        clusters: How many clusters the n labels form.
        deff: The design effect used, 1 when each label is its own cluster; None when undefined.
        n_eff: Effective labels behind ``lower_one_sided``; None when undefined.
        accuracy: Right over scored; Wilson, or Korn-Graubard when labels share clusters.
        exact: Right over scored; Clopper-Pearson, or Korn-Graubard when labels share clusters.
        counted_wrong: Right over n: an unscored verdict is wrong.
        lower_one_sided: The same share with its one-sided lower bound (read ``low``).
        coefficients: Kappa, AC1, alpha and MCC of the scored verdicts, cluster bootstrap.
        tpr: Share of the positive label that the judge finds; undefined without a positive label.
        tnr: Share of the other labels that the judge does not call positive.
        table: Counts by gold label, then by verdict; "" counts the unscored.
        prevalence: Share of each gold label among n, with the interval of ``counted_wrong``.
    """

    judge: str
    counts: Counts
    clusters: int
    deff: float | None
    n_eff: float | None
    accuracy: Estimate
    exact: Estimate
    counted_wrong: Estimate
    lower_one_sided: Estimate
    coefficients: Mapping[Coefficient, Estimate]
    tpr: Rate
    tnr: Rate
    table: Mapping[str, Mapping[str, int]]
    prevalence: Mapping[str, Estimate]


def count(pairs: Sequence[Pair]) -> Counts:
    """Count pairs; cheap, for tables over many judges."""
    scored = sum(one.verdict is not None for one in pairs)
    right = sum(one.right for one in pairs)
    return Counts(n=len(pairs), scored=scored, unscored=len(pairs) - scored, right=right)


def summarise(
    judge: str,
    pairs: Sequence[Pair],
    *,
    labels: Sequence[str],
    positive: str | None,
    plan: Plan,
) -> Summary:
    """Work out all figures of one judge.

    Args:
        judge: The judge.
        pairs: Gold with verdicts; may be all unscored, not empty.
        labels: The legal labels of the study.
        positive: The label that counts as positive; None takes "1" when the labels are 0 and 1.
        plan: How the bootstrap resamples.
    """
    counts = count(pairs)
    scored = [one for one in pairs if one.verdict is not None]
    effect = cluster_effect([one.right for one in pairs], _codes(pairs))
    positive = positive_label(labels, positive)
    return Summary(
        judge=judge,
        counts=counts,
        clusters=effect.clusters,
        deff=effect.deff,
        n_eff=effect.n_eff,
        accuracy=_share(scored, [one.right for one in scored]),
        exact=_share(scored, [one.right for one in scored], exactly=True),
        counted_wrong=_share(pairs, [one.right for one in pairs]),
        lower_one_sided=clustered_lower(effect),
        coefficients=estimate_agreement(
            [one.gold for one in scored],
            [one.verdict or UNSCORED for one in scored],
            clusters=_codes(scored),
            categories=labels,
            names=COEFFICIENTS,
            plan=plan,
        ),
        tpr=_class_rate(pairs, positive, labels, found=True),
        tnr=_class_rate(pairs, positive, labels, found=False),
        table=_table(pairs, labels),
        prevalence={label: _share(pairs, [one.gold == label for one in pairs]) for label in labels},
    )


def positive_label(labels: Sequence[str], named: str | None) -> str | None:
    """Decide which label is positive: the named one, else "1" when all labels are 0 or 1."""
    if named is not None:
        return named
    return "1" if set(labels) <= {"0", "1"} else None


def _share(pairs: Sequence[Pair], right: Sequence[bool], *, exactly: bool = False) -> Estimate:
    """Estimate a share with the interval that fits: clustered when pairs share clusters."""
    codes = _codes(pairs)
    if len(set(codes)) < len(codes):
        return clustered_interval(cluster_effect(right, codes))
    return (exact if exactly else wilson)(sum(right), len(pairs))


def _class_rate(
    pairs: Sequence[Pair], positive: str | None, labels: Sequence[str], *, found: bool
) -> Rate:
    if positive is None:
        told = ", ".join(shown(label) for label in labels)
        nothing = undefined(
            f"the labels are {told}: say with --positive which one is positive", 0, "Wilson"
        )
        return Rate(scored=nothing, lower=nothing)
    members = [one for one in pairs if (one.gold == positive) is found]
    scored = [one for one in members if one.verdict is not None]
    hits = [_hit(one, positive, found=found) for one in members]
    effect = cluster_effect(hits, _codes(members))
    return Rate(
        scored=_share(scored, [_hit(one, positive, found=found) for one in scored]),
        lower=clustered_lower(effect),
    )


def _hit(one: Pair, positive: str, *, found: bool) -> bool:
    return one.verdict is not None and (one.verdict == positive) is found


def _table(pairs: Sequence[Pair], labels: Sequence[str]) -> dict[str, dict[str, int]]:
    table = {gold: dict.fromkeys((*labels, UNSCORED), 0) for gold in labels}
    for one in pairs:
        table[one.gold][one.verdict or UNSCORED] += 1
    return table


def _codes(pairs: Sequence[Pair]) -> list[int]:
    codes: dict[tuple[str, ...], int] = {}
    return [codes.setdefault(one.cluster, len(codes)) for one in pairs]
