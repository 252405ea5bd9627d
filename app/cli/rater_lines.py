"""Owns how `gainsay agree` tells a person about several raters: counts, figures, pairs, groups."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calibration.agreement.raters.retrospective import RaterRetrospective


def rater_lines(result: "RaterRetrospective") -> list[str]:
    """Write the answer for a person; the last line says what the figures stand on."""
    from calibration.agreement.raters.document import counts_text, q_text, statistic_name
    from calibration.agreement.raters.retrospective import rater_estimates
    from calibration.agreement.report_document import conditions_text, interval_text, value_text
    from calibration.agreement.report_markdown import visible

    whole = result.study.whole
    lines = [f"{len(whole.raters):,} raters of {result.labels.name}", counts_text(whole)]
    for name, estimate in rater_estimates(whole).items():
        told = f"{value_text(name, estimate):<10} {interval_text(name, estimate):<18}"
        why = estimate.reason or estimate.method
        lines.append(f"  {statistic_name(name, result):<34} {told} n {estimate.n:<6,} {why}")
    for pair in whole.pairs:
        p = "" if pair.p_holm is None else f", p {pair.p:.4g}, Holm {pair.p_holm:.4g}"
        why = f" ({pair.kappa.reason})" if pair.kappa.reason else ""
        lines.append(
            f"  {pair.first} and {pair.second}: kappa {value_text('kappa', pair.kappa)}, "
            f"{interval_text('kappa', pair.kappa)}, n {pair.n:,}, equal {pair.equal:,}{p}{why}"
        )
    lines.append(q_text(whole))
    for rater, counts in whole.raters.items():
        lines.append(
            f"  {rater}: {counts.decided:,} decided, {counts.cannot_tell:,} cannot tell, "
            f"{counts.empty:,} empty, {counts.absent:,} absent"
        )
    for part in result.study.by:
        found = rater_estimates(part)
        told = ", ".join(
            f"{name} {value_text(name, found[name])} ({interval_text(name, found[name])})"
            for name in ("percent", "alpha", "ac1")
        )
        lines.append(f"{conditions_text(part.where)}: n {part.rated_twice:,}, {told}")
    if result.standing.workspace:
        lines.append(f"left out of this workspace: {left_out(result.standing.workspace)}")
    return [visible(line) for line in (*lines, result.standing.note)]


def left_out(facts: Mapping[str, object]) -> str:
    """Say which labels of the workspace did not enter, before any filter."""
    return (
        f"{facts['earlier_left_out']} earlier labels of the same rater, "
        f"{facts['demonstration_left_out']} of demonstration people, "
        f"{facts['simulated_left_out']} of simulated responses, "
        f"{facts['surplus_left_out']} handed in too late"
    )
