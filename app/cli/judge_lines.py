"""Owns how `gainsay agree` tells a person about one judge: counts, figures, groups, comparison."""

from typing import TYPE_CHECKING

from app.cli.rater_lines import left_out

if TYPE_CHECKING:
    from calibration.agreement.retrospective import Retrospective


def judge_lines(result: "Retrospective") -> list[str]:
    """Write the answer for a person; the last line says what the figures stand on."""
    from calibration.agreement.report_document import (
        NAMES,
        group_note,
        interval_text,
        value_text,
        where_text,
    )
    from calibration.agreement.report_markdown import visible
    from calibration.agreement.retrospective import estimates

    whole = result.study.whole
    one, counts = whole.summary, whole.summary.counts
    lines = [
        f"{one.judge} against {result.gold.name}",
        f"right {counts.right:,} of {counts.scored:,} scored; unscored {counts.unscored:,} of "
        f"{counts.n:,}; clusters {one.clusters:,}",
    ]
    for name, estimate in estimates(one).items():
        told = f"{value_text(name, estimate):<10} {interval_text(name, estimate):<18}"
        why = estimate.reason or estimate.method
        lines.append(f"  {NAMES.get(name, name):<34} {told} n {estimate.n:<6,} {why}")
    for part in result.study.by:
        of = part.summary
        lines.append(
            f"{where_text(part)}: {of.counts.right:,} of {of.counts.scored:,} scored, "
            f"{of.counts.unscored:,} unscored, accuracy {value_text('', of.accuracy)} "
            f"({interval_text('', of.accuracy)})"
        )
    if group_note(result.study.by):
        lines.append(group_note(result.study.by))
    if whole.versus is not None:
        found = whole.versus.comparison
        lines.append(
            f"{whole.versus.judge} minus {one.judge}: "
            f"{value_text('difference', found.difference)} "
            f"({interval_text('difference', found.difference)}); only the first right "
            f"{found.only_first_right:,}, only the second {found.only_second_right:,}, "
            f"McNemar p {found.mcnemar_p:.4g}"
        )
    lines += _workspace_lines(result)
    return [visible(line) for line in (*lines, result.standing.note)]


def _workspace_lines(result: "Retrospective") -> list[str]:
    """Say what was taken from the workspace before the filters, and what was left out."""
    facts = result.standing.workspace
    if not facts:
        return []
    return [
        f"from this workspace: {facts['labels']:,} labels by {facts['raters']:,} on "
        f"{facts['responses']:,} responses; decided {facts['gold']:,} (one label "
        f"{facts['gold_of_one_label']:,}, unanimous {facts['gold_unanimous']:,}, majority "
        f"{facts['gold_by_majority']:,}), undecided and left out {facts['undecided']:,}; also left "
        f"out: {left_out(facts)}"
    ]
