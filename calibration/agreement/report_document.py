"""Owns what a report says, in which order, before it becomes Markdown or HTML.

All text is plain here; the writers escape it. Shares are shown in percent with one decimal; the
unrounded numbers are in the csv report and in the JSON object.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from calibration.agreement.estimate import Estimate
from calibration.agreement.retrospective import Retrospective, estimates, provenance
from calibration.agreement.study import Part
from calibration.agreement.summary import UNSCORED

MOST_DISAGREEMENTS: Final = 100
COEFFICIENTS: Final = ("kappa", "fleiss", "ac1", "alpha", "mcc")
NAMES: Final = {
    "accuracy": "Accuracy of scored verdicts",
    "exact": "The same, exact interval",
    "counted_wrong": "Accuracy, unscored counted wrong",
    "lower_one_sided": "The same, one-sided lower bound",
    "kappa": "Cohen kappa",
    "ac1": "Gwet AC1",
    "alpha": "Krippendorff alpha (nominal)",
    "mcc": "Matthews correlation",
    "tpr": "True positive rate",
    "tnr": "True negative rate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Hold one table of a report.

    Attributes:
        title: Its heading.
        head: The column names.
        rows: Plain texts, as long as ``head``.
        remark: A sentence under the heading; "" for none.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Hold a whole report: title, the note that qualifies it, and its tables in order."""

    title: str
    note: str
    blocks: tuple[Block, ...]


def document(result: Retrospective) -> Document:
    """Lay out a report."""
    whole = result.study.whole
    blocks = [_figures(whole)]
    if result.study.by:
        blocks.append(_groups(result.study.by))
    if whole.versus is not None:
        blocks.append(_comparison(whole, result.study.by))
    blocks += [_confusion(result), _disagreements(result), provenance_block(provenance(result))]
    return Document(
        title=f"Agreement of {whole.summary.judge} with {result.standing.gold}",
        note=sentence(result.standing.note),
        blocks=tuple(block for block in blocks if block.rows),
    )


def sentence(told: str) -> str:
    """Write a clause as a sentence: with a capital letter and a full stop."""
    return f"{told[0].upper()}{told[1:]}."


def percent(share: float) -> str:
    """Write a fraction for a person: 0.828 is "82.8 %"."""
    return f"{100 * share:.1f} %"


def points(share: float) -> str:
    """Write a difference of two fractions in percentage points, with its sign: "+3.3"."""
    return f"{100 * share:+.1f}"


def interval_text(name: str, estimate: Estimate) -> str:
    """Write an interval for a person; "undefined" where there is none."""
    if estimate.low is None or estimate.high is None:
        return "undefined"
    if name in COEFFICIENTS:
        return f"{estimate.low:z.3f} to {estimate.high:z.3f}"
    if name == "difference":
        return f"{points(estimate.low)} to {points(estimate.high)}"
    if name == "lower_one_sided":
        return f"at least {percent(estimate.low)}"
    return f"{percent(estimate.low)} to {percent(estimate.high)}"


def value_text(name: str, estimate: Estimate) -> str:
    """Write a point estimate for a person; "undefined" where there is none."""
    if estimate.estimate is None:
        return "undefined"
    if name == "difference":
        return f"{points(estimate.estimate)} points"
    return f"{estimate.estimate:z.3f}" if name in COEFFICIENTS else percent(estimate.estimate)


def _figures(part: Part) -> Block:
    one = part.summary
    rows = [
        (
            NAMES.get(name, f"{name[0].upper()}{name[1:]}"),
            value_text(name, estimate),
            interval_text(name, estimate),
            str(estimate.n),
            estimate.method if estimate.reason is None else estimate.reason,
        )
        for name, estimate in estimates(one).items()
    ]
    counts = one.counts
    effect = "undefined" if one.deff is None else f"{one.deff:.3g}"
    effective = "undefined" if one.n_eff is None else f"{one.n_eff:.1f}"
    return Block(
        title="Figures",
        head=("statistic", "estimate", "interval", "n", "method, or why undefined"),
        rows=tuple(rows),
        remark=(
            f"{counts.right:,} right of {counts.scored:,} scored verdicts; {counts.unscored:,} of "
            f"{counts.n:,} gold labels unscored; {one.clusters:,} clusters, design effect "
            f"{effect}, effective n {effective}."
        ),
    )


def _groups(parts: Sequence[Part]) -> Block:
    rows = []
    for part in parts:
        one = part.summary
        kappa = next(estimate for name, estimate in one.coefficients.items() if name == "kappa")
        rows.append(
            (
                where_text(part),
                f"{one.counts.n:,}",
                f"{one.counts.unscored:,}",
                f"{one.counts.right:,}",
                value_text("accuracy", one.accuracy),
                interval_text("accuracy", one.accuracy),
                interval_text("lower_one_sided", one.lower_one_sided),
                value_text("kappa", kappa),
                interval_text("kappa", kappa),
            )
        )
    return Block(
        title="By group",
        head=(
            "group",
            "n",
            "unscored",
            "right",
            "accuracy",
            "95 % interval",
            "one-sided bound, unscored counted wrong",
            "kappa",
            "95 % interval",
        ),
        rows=tuple(rows),
        remark=group_note(parts),
    )


def group_note(parts: Sequence[Part]) -> str:
    """Write how to read the groups, as one sentence; "" where there is nothing to say.

    The groups of a study are cut by the same columns, so that one sentence holds for all.
    """
    told = next((part.note for part in parts if part.note), None)
    return "" if told is None else sentence(told)


def _comparison(whole: Part, groups: Sequence[Part]) -> Block:
    rows = []
    for part in (whole, *groups):
        if part.versus is None:
            continue
        found = part.versus.comparison
        rows.append(
            (
                where_text(part) or "all",
                f"{found.n:,}",
                f"{part.summary.counts.right:,}",
                f"{part.versus.counts.right:,}",
                f"{found.only_first_right:,}",
                f"{found.only_second_right:,}",
                value_text("difference", found.difference),
                interval_text("difference", found.difference),
                f"{found.mcnemar_p:.4g}",
                f"{found.sign_flip_p:.4g}",
            )
        )
    second = whole.versus.judge if whole.versus else ""
    return Block(
        title="Second judge",
        head=(
            "group",
            "n",
            "first right",
            "second right",
            "only first right",
            "only second right",
            "difference",
            "95 % interval",
            "McNemar p (exact)",
            "sign-flip p (clusters)",
        ),
        rows=tuple(rows),
        remark=f"{second} minus {whole.summary.judge}; an unscored verdict counts as wrong.",
    )


def _confusion(result: Retrospective) -> Block:
    table, labels = result.study.whole.summary.table, result.study.ground.labels
    return Block(
        title="Confusion",
        head=("gold", *(f"verdict {label}" for label in labels), "unscored"),
        rows=tuple(
            (gold, *(f"{table[gold][verdict]:,}" for verdict in (*labels, UNSCORED)))
            for gold in labels
        ),
    )


def _disagreements(result: Retrospective) -> Block:
    found = result.study.disagreements
    return Block(
        title="Disagreements",
        head=(*result.study.ground.key, "gold", "verdict", "gold row", "verdicts row"),
        rows=tuple(
            (*one.key, one.gold, one.verdict or "", str(one.gold_row), str(one.verdict_row))
            for one in found[:MOST_DISAGREEMENTS]
        ),
        remark=f"{min(len(found), MOST_DISAGREEMENTS):,} of {len(found):,}, in the order of gold.",
    )


def provenance_block(entries: Mapping[str, object]) -> Block:
    """Lay out what figures rest on as the last table of a report."""
    rows = []
    for name, value in entries.items():
        if isinstance(value, dict):
            told = "; ".join(f"{key}: {_plain(entry)}" for key, entry in value.items())
        else:
            told = _plain(value)
        rows.append((name.replace("_", " "), told or "none"))
    return Block(title="Provenance", head=("what", "value"), rows=tuple(rows))


def where_text(part: Part) -> str:
    """Write a group's conditions: "subset=Natural, order=original"."""
    return conditions_text(part.where)


def conditions_text(where: Mapping[str, str]) -> str:
    """Write conditions for a person: "subset=Natural, order=original"."""
    return ", ".join(f"{column}={text}" for column, text in where.items())


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)
