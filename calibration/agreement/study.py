"""Owns a study: one judge's verdicts against gold, in groups and beside a second judge.

Each group is exactly what a study with the group's condition as one more filter gives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from calibration.agreement.bootstrap import Plan
from calibration.agreement.cell import text_of
from calibration.agreement.comparison import Comparison, compare
from calibration.agreement.pairing import (
    Ground,
    Pair,
    check_judge,
    gold_rows,
    lay_ground,
    pair,
    verdict_rows,
)
from calibration.agreement.selection import (
    Selection,
    check_column,
    check_selection,
    groups,
    listed,
    parse_where,
)
from calibration.agreement.sheet import Sheet
from calibration.agreement.summary import Counts, Summary, count, positive_label, summarise
from db.errors import Invalid
from db.intake import Table, shown

MOST_GROUPS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Hold what a person asks of a study, as they wrote it.

    Attributes:
        judge: The judge to study.
        where: Filters COL=VALUE; different columns must all match, values of one are alternatives.
        by: Columns whose values cut the study into groups.
        compare: A second judge; the difference is the second minus the first.
        key: Key columns; empty takes the usual ones.
        cluster: The gold column of clusters; None takes `cluster_id` where gold has it.
        positive: The label that counts as positive.
        labels: The legal labels; empty takes the distinct ones of the whole gold file.
        plan: How the bootstrap resamples, and from which seed.
    """

    judge: str
    where: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    compare: str | None = None
    key: tuple[str, ...] = ()
    cluster: str | None = None
    positive: str | None = None
    labels: tuple[str, ...] = ()
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """Hold the second judge of a comparison.

    Attributes:
        judge: The second judge.
        counts: Its whole numbers on the same gold.
        comparison: How it differs from the first.
    """

    judge: str
    counts: Counts
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Hold the figures of one set of gold rows: the whole selection or one group.

    Attributes:
        where: The group's condition per column; empty for the whole selection.
        summary: The judge's figures.
        versus: The second judge, when one was named.
        note: How to read the group's unscored labels; None when there is nothing to say.
    """

    where: Mapping[str, str]
    summary: Summary
    versus: Versus | None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Hold everything a study found, without where the files came from.

    Attributes:
        options: What was asked.
        ground: The files, key, clusters and legal labels.
        selection: The parsed filters.
        whole: The figures of the whole selection.
        by: The figures of each group.
        pairs: Every gold label with its verdict.
    """

    options: Options
    ground: Ground
    selection: Selection
    whole: Part
    by: tuple[Part, ...]
    pairs: tuple[Pair, ...]

    @property
    def positive(self) -> str | None:
        """The label that counted as positive; None when none did."""
        return positive_label(self.ground.labels, self.options.positive)

    @property
    def disagreements(self) -> tuple[Pair, ...]:
        """The pairs with a verdict other than gold; unscored ones are not among them."""
        return tuple(one for one in self.pairs if one.verdict is not None and not one.right)


def study(gold: Table, verdicts: Table, options: Options) -> Study:
    """Study one judge on handed-in labels and verdicts.

    Args:
        gold: Rows with the key, `label`, and maybe a cluster column.
        verdicts: Rows with the key, `judge_id` and `verdict` (empty is unscored).
        options: What to look at.

    Raises:
        Invalid: A judge, column, value or label that is not there, or filters that leave nothing.
        FileRefused: A column is missing.
        RowsRefused: Rows that cannot be matched; all are counted.
    """
    ground = lay_ground(
        Sheet(gold),
        Sheet(verdicts),
        key=options.key,
        cluster=options.cluster,
        labels=options.labels,
    )
    selection = parse_where(options.where)
    options = _checked(ground, selection, options)
    pairs = pair(ground, options.judge, selection)
    cut = groups(
        options.by,
        ground.gold,
        ground.verdicts,
        gold_rows=gold_rows(ground, selection),
        verdict_rows=_rows_of_judges(ground, options, selection),
        most=MOST_GROUPS,
    )
    return Study(
        options=options,
        ground=ground,
        selection=selection,
        whole=_part(ground, options, selection, {}, pairs),
        by=tuple(
            _part(
                ground,
                options,
                selection.narrowed(where),
                where,
                pair(ground, options.judge, selection.narrowed(where)),
            )
            for where in cut
        ),
        pairs=pairs,
    )


def judge_counts(ground: Ground, judges: Sequence[str], selection: Selection) -> dict[str, Counts]:
    """Count many judges on the same selection, without intervals."""
    return {judge: count(pair(ground, judge, selection)) for judge in judges}


def _checked(ground: Ground, selection: Selection, options: Options) -> Options:
    """Check every option against the files, and give the options with normalised texts."""
    judge = text_of(options.judge)
    second = None if options.compare is None else text_of(options.compare)
    positive = None if options.positive is None else text_of(options.positive)
    check_judge(ground, judge)
    if second is not None:
        check_judge(ground, second, option="--compare")
        if second == judge:
            raise Invalid(f"--compare {shown(second)} is the judge itself; name another judge.")
    if positive is not None and positive not in ground.labels:
        raise Invalid(
            f"--positive {shown(positive)} is no gold label; the labels are "
            f"{listed(ground.labels)}: choose one of them."
        )
    check_selection(selection, (ground.gold, ground.verdicts))
    for column in options.by:
        check_column("--by", column, (ground.gold, ground.verdicts))
    by = tuple(dict.fromkeys(options.by))
    return replace(options, judge=judge, by=by, compare=second, positive=positive)


def _rows_of_judges(ground: Ground, options: Options, selection: Selection) -> list[int]:
    """List the verdict rows from which groups come: those of both judges, else of any judge."""
    named = [options.judge, *([] if options.compare is None else [options.compare])]
    rows = [row for name in named for row in verdict_rows(ground, name, selection)]
    return rows or list(selection.rows(ground.verdicts, range(len(ground.verdicts))))


def _note(ground: Ground, where: Mapping[str, str]) -> str | None:
    """Say what a group by a column of the verdicts does to gold without a verdict."""
    columns = [column for column in where if column not in ground.gold]
    if not columns:
        return None
    return (
        f"only the verdicts have {' and '.join(shown(column) for column in columns)}: gold without "
        "a verdict in this group counts as unscored here, and so in every such group"
    )


def _part(
    ground: Ground,
    options: Options,
    selection: Selection,
    where: Mapping[str, str],
    pairs: tuple[Pair, ...],
) -> Part:
    versus = None
    if options.compare is not None:
        others = pair(ground, options.compare, selection)
        versus = Versus(
            judge=options.compare,
            counts=count(others),
            comparison=compare(
                [one.right for one in pairs],
                [one.right for one in others],
                clusters=[" ".join(map(repr, one.cluster)) for one in pairs],
                plan=options.plan,
            ),
        )
    return Part(
        where=where,
        summary=summarise(
            options.judge,
            pairs,
            labels=ground.labels,
            positive=options.positive,
            plan=options.plan,
        ),
        versus=versus,
        note=_note(ground, where),
    )
