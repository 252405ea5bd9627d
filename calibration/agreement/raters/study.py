"""Owns a study of several raters: how far they agree, as a whole, in groups and two by two.

Each group is exactly what a study with the group's condition as one more filter gives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from calibration.agreement.bootstrap import Plan
from calibration.agreement.cochran import CochranQ
from calibration.agreement.raters.coefficients import RaterFigures, estimate_raters
from calibration.agreement.raters.level import Level
from calibration.agreement.raters.pairs import RaterPair, rater_pairs, rater_q
from calibration.agreement.raters.ratings import (
    CANNOT_TELL,
    Key,
    RaterGround,
    Rating,
    frame_of,
    lay_rater_ground,
    select_ratings,
)
from calibration.agreement.selection import (
    Selection,
    check_column,
    check_selection,
    groups,
    parse_where,
)
from calibration.agreement.sheet import Sheet
from calibration.agreement.study import MOST_GROUPS
from db.errors import Invalid
from db.intake import Table

MOST_PAIRS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterOptions:
    """Hold what a person asks of a study of raters, as they wrote it.

    Attributes:
        where: Filters COL=VALUE; different columns must all match, values of one are alternatives.
        by: Columns whose values cut the study into groups.
        key: Key columns; empty takes the usual ones.
        rater: The column of raters; None takes the usual one.
        cluster: The column of clusters; None takes `cluster_id` where the file has it.
        level: The level of measurement of Krippendorff's alpha.
        plan: How the bootstrap resamples, and from which seed.
    """

    where: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    rater: str | None = None
    cluster: str | None = None
    level: Level = Level.NOMINAL
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingCounts:
    """Hold whole numbers of ratings: of one rater, or of all.

    Attributes:
        decided: Labels that say something.
        cannot_tell: Ratings that were given and decide nothing.
        empty: Rows without a label.
        absent: Units times raters without a row.
    """

    decided: int
    cannot_tell: int
    empty: int
    absent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """Hold a unit on which raters differ.

    Attributes:
        unit: One text per key column.
        said: What each rater said, as it was written; raters without a row are absent.
    """

    unit: Key
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterPart:
    """Hold the figures of one set of ratings: the whole selection or one group.

    Attributes:
        where: The group's condition per column; empty for the whole selection.
        units: How many units have a row.
        rated_twice: Units with two decided labels or more: the n of the coefficients.
        rated_once: Units with one.
        undecided: Units with none.
        clusters: How many clusters the units form.
        differing: Units on which two decided labels differ.
        counts: The ratings of all raters.
        raters: The ratings of each rater, by name.
        figures: Coefficients and prevalence.
        pairs: Every two raters.
        q: Cochran's Q over the raters.
    """

    where: Mapping[str, str]
    units: int
    rated_twice: int
    rated_once: int
    undecided: int
    clusters: int
    differing: int
    counts: RatingCounts
    raters: Mapping[str, RatingCounts]
    figures: RaterFigures
    pairs: tuple[RaterPair, ...]
    q: CochranQ


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterStudy:
    """Hold everything a study of raters found.

    Attributes:
        options: What was asked.
        ground: The file, its columns and labels.
        selection: The parsed filters.
        whole: The figures of the whole selection.
        by: The figures of each group.
        differing: The units on which raters differ, in the order of the file.
    """

    options: RaterOptions
    ground: RaterGround
    selection: Selection
    whole: RaterPart
    by: tuple[RaterPart, ...]
    differing: tuple[Differing, ...]


def study_raters(labels: Table, options: RaterOptions) -> RaterStudy:
    """Study how far several raters agree.

    Args:
        labels: One row per rating: the key, a rater, `label`, maybe a cluster.
        options: What to look at.

    Raises:
        Invalid: A column or value that is not there, filters that leave nothing, too many raters
            or pairs, or a level that the labels do not have.
        FileRefused: A column is missing.
        RowsRefused: Rows that contradict each other; all are counted.
    """
    ground = lay_rater_ground(
        Sheet(labels), key=options.key, rater=options.rater, cluster=options.cluster
    )
    sheet, selection = ground.sheet, parse_where(options.where)
    check_selection(selection, (sheet,))
    for column in options.by:
        check_column("--by", column, (sheet,))
    ratings = select_ratings(ground, selection)
    rows = selection.rows(sheet, range(len(sheet)))
    cut = groups(options.by, sheet, sheet, gold_rows=rows, verdict_rows=rows, most=MOST_GROUPS)
    parts = [select_ratings(ground, selection.narrowed(where)) for where in cut]
    _check_pairs([ratings, *parts])
    return RaterStudy(
        options=options,
        ground=ground,
        selection=selection,
        whole=_part(ground, options, {}, ratings),
        by=tuple(
            _part(ground, options, where, part) for where, part in zip(cut, parts, strict=True)
        ),
        differing=_differing(ratings),
    )


def _check_pairs(parts: Sequence[Sequence[Rating]]) -> None:
    raters = [len({one.rater for one in part}) for part in parts]
    pairs = sum(n * (n - 1) // 2 for n in raters)
    if pairs > MOST_PAIRS:
        raise Invalid(
            f"{raters[0]:,} raters in {len(parts) - 1:,} groups make {pairs:,} pairs where "
            f"{MOST_PAIRS:,} is the limit; keep fewer raters with --where, or make fewer groups."
        )


def _part(
    ground: RaterGround,
    options: RaterOptions,
    where: Mapping[str, str],
    ratings: Sequence[Rating],
) -> RaterPart:
    frame = frame_of(ratings)
    decided: dict[Key, int] = {}
    for one in ratings:
        decided[one.unit] = decided.get(one.unit, 0) + (one.label is not None)
    by_rater: dict[str, list[Rating]] = {}
    for one in ratings:
        by_rater.setdefault(one.rater, []).append(one)
    return RaterPart(
        where=where,
        units=len(decided),
        rated_twice=sum(n > 1 for n in decided.values()),
        rated_once=sum(n == 1 for n in decided.values()),
        undecided=sum(n == 0 for n in decided.values()),
        clusters=int(frame["cluster_id"].nunique()),
        differing=len(_differing(ratings)),
        counts=_counts(ratings, places=len(decided) * len(by_rater)),
        raters={rater: _counts(by_rater[rater], places=len(decided)) for rater in sorted(by_rater)},
        figures=estimate_raters(
            frame, categories=ground.labels, level=options.level, plan=options.plan
        ),
        pairs=rater_pairs(frame, categories=ground.labels, plan=options.plan),
        q=rater_q(frame, categories=ground.labels),
    )


def _counts(ratings: Sequence[Rating], *, places: int) -> RatingCounts:
    said = [one.said for one in ratings]
    return RatingCounts(
        decided=sum(one.label is not None for one in ratings),
        cannot_tell=said.count(CANNOT_TELL),
        empty=said.count(""),
        absent=places - len(ratings),
    )


def _differing(ratings: Sequence[Rating]) -> tuple[Differing, ...]:
    of_unit: dict[Key, dict[str, str]] = {}
    for one in ratings:
        of_unit.setdefault(one.unit, {})[one.rater] = one.said
    return tuple(
        Differing(unit=unit, said=said)
        for unit, said in of_unit.items()
        if len({label for label in said.values() if label not in ("", CANNOT_TELL)}) > 1
    )
