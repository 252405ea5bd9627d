"""Owns what a report of several raters says, in which order, before it becomes Markdown or HTML.

All text is plain here; the writers escape it.
"""

from collections.abc import Sequence
from typing import Final

from calibration.agreement.raters.retrospective import (
    RaterRetrospective,
    provenance,
    rater_estimates,
)
from calibration.agreement.raters.study import RaterPart, RatingCounts
from calibration.agreement.report_document import (
    MOST_DISAGREEMENTS,
    Block,
    Document,
    conditions_text,
    interval_text,
    provenance_block,
    sentence,
    value_text,
)

NAMES: Final = {
    "percent": "Percent agreement",
    "fleiss": "Fleiss kappa",
    "ac1": "Gwet AC1",
}


def rater_document(result: RaterRetrospective) -> Document:
    """Lay out a report of several raters."""
    done = result.study
    blocks = [_figures(result), _raters(done.whole), _pairs(done.whole)]
    if done.by:
        blocks.append(_groups(done.by))
    blocks += [_differing(result), provenance_block(provenance(result))]
    return Document(
        title=f"Agreement of {len(done.whole.raters):,} raters",
        note=sentence(result.standing.note),
        blocks=tuple(block for block in blocks if block.rows),
    )


def statistic_name(name: str, result: RaterRetrospective) -> str:
    """Name a statistic for a person; alpha says its level."""
    if name == "alpha":
        return f"Krippendorff alpha ({result.study.options.level.value})"
    return NAMES.get(name, f"{name[0].upper()}{name[1:]}")


def counts_text(part: RaterPart) -> str:
    """Write the whole numbers of a part as one line without a full stop."""
    counts = part.counts
    return (
        f"{part.units:,} units: {part.rated_twice:,} with two decided labels or more, "
        f"{part.rated_once:,} with one, {part.undecided:,} with none; {part.differing:,} on which "
        f"raters differ; clusters {part.clusters:,}; labels {counts.decided:,} decided, "
        f"{counts.cannot_tell:,} cannot tell, {counts.empty:,} empty, {counts.absent:,} absent"
    )


def q_text(part: RaterPart) -> str:
    """Write Cochran's Q as one line without a full stop."""
    one = part.q
    if one.q is None:
        return f"Cochran Q undefined (n {one.n:,}): {one.reason}"
    p = f"no p: {one.reason}" if one.p is None else f"p {one.p:.4g}"
    return (
        f"Cochran Q {one.q:.3f}, df {one.df}, {p}, n {one.n:,} rated by all ({one.left_out:,} not)"
    )


def _figures(result: RaterRetrospective) -> Block:
    part = result.study.whole
    return Block(
        title="Figures",
        head=("statistic", "estimate", "interval", "n", "method, or why undefined"),
        rows=tuple(
            (
                statistic_name(name, result),
                value_text(name, estimate),
                interval_text(name, estimate),
                f"{estimate.n:,}",
                estimate.reason or estimate.method,
            )
            for name, estimate in rater_estimates(part).items()
        ),
        remark=f"{counts_text(part)}. {q_text(part)}.",
    )


def _raters(part: RaterPart) -> Block:
    def cells(rater: str, counts: RatingCounts) -> tuple[str, ...]:
        numbers = (counts.decided, counts.cannot_tell, counts.empty, counts.absent)
        return (rater, *(f"{number:,}" for number in numbers))

    return Block(
        title="Raters",
        head=("rater", "decided", "cannot tell", "empty", "absent"),
        rows=tuple(cells(rater, counts) for rater, counts in part.raters.items()),
    )


def _pairs(part: RaterPart) -> Block:
    return Block(
        title="Pairs of raters",
        head=(
            "first",
            "second",
            "n",
            "equal",
            "kappa",
            "95 % interval",
            "p (exact)",
            "p (Holm)",
            "why undefined",
        ),
        rows=tuple(
            (
                pair.first,
                pair.second,
                f"{pair.n:,}",
                f"{pair.equal:,}",
                value_text("kappa", pair.kappa),
                interval_text("kappa", pair.kappa),
                "none" if pair.p is None else f"{pair.p:.4g}",
                "none" if pair.p_holm is None else f"{pair.p_holm:.4g}",
                "; ".join(dict.fromkeys(filter(None, (pair.kappa.reason, pair.reason)))),
            )
            for pair in part.pairs
        ),
        remark=(
            "On the units that both decided. The p-value asks whether the two call the same share "
            "positive, exact over clusters; Holm corrects it for the number of pairs."
        ),
    )


def _groups(parts: Sequence[RaterPart]) -> Block:
    rows = []
    for part in parts:
        found = rater_estimates(part)
        rows.append(
            (
                conditions_text(part.where),
                f"{part.units:,}",
                f"{part.rated_twice:,}",
                *(
                    cell
                    for name in ("percent", "alpha", "ac1")
                    for cell in (value_text(name, found[name]), interval_text(name, found[name]))
                ),
            )
        )
    return Block(
        title="By group",
        head=(
            "group",
            "units",
            "n",
            "percent",
            "95 % interval",
            "alpha",
            "95 % interval",
            "AC1",
            "95 % interval",
        ),
        rows=tuple(rows),
    )


def _differing(result: RaterRetrospective) -> Block:
    found, raters = result.study.differing, list(result.study.whole.raters)
    return Block(
        title="Units on which raters differ",
        head=(*result.study.ground.key, *raters),
        rows=tuple(
            (*one.unit, *(one.said.get(rater, "") for rater in raters))
            for one in found[:MOST_DISAGREEMENTS]
        ),
        remark=f"{min(len(found), MOST_DISAGREEMENTS):,} of {len(found):,}, in the order given.",
    )
