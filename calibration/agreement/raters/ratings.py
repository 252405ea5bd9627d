"""Owns how a table of several raters is read: one row per rating, nothing dropped silently.

An empty label is a rating that was not given, `cannot_tell` one that was given and decides nothing:
both are counted, and neither enters a coefficient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pandas as pd

from calibration.agreement.pairing import check_labels
from calibration.agreement.selection import Selection, listed
from calibration.agreement.sheet import Sheet
from calibration.agreement.telling_apart import Rows, advice
from db.errors import Invalid
from db.intake import FileRefused, require_columns, shown

Key: TypeAlias = tuple[str, ...]
CANNOT_TELL: Final = "cannot_tell"
_WORDS: Final = {"1": "follows", "0": "does_not_follow"}
_KEYS: Final = ("response_id", "unit_id")
_RATERS: Final = ("rater", "rater_id", "annotator_id")
MOST_RATERS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Hold one row.

    Attributes:
        unit: One text per key column.
        rater: Who rated.
        said: The label as it was written, `1` and `0` as words where the file uses the words; ""
            where none was given.
        cluster: The cluster of the unit; the unit itself without a cluster column.
        row: The number of the row in the file.
    """

    unit: Key
    rater: str
    said: str
    cluster: Key
    row: int

    @property
    def label(self) -> str | None:
        """The label, where it decides something."""
        return None if self.said in ("", CANNOT_TELL) else self.said


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterGround:
    """Hold what all parts of a study of raters share.

    Attributes:
        sheet: The file.
        key: The columns that say which unit a row rates.
        rater: The column of raters.
        cluster: The column of clusters; None when each unit is its own.
        labels: The labels that decide something, sorted: the distinct ones of the whole file.
        said: Per row of the file the label, words where the file uses the words.
    """

    sheet: Sheet
    key: tuple[str, ...]
    rater: str
    cluster: str | None
    labels: tuple[str, ...]
    said: Sequence[str]


def lay_rater_ground(
    sheet: Sheet, *, key: Sequence[str], rater: str | None, cluster: str | None
) -> RaterGround:
    """Check what holds for the file whatever is selected: columns, keys, raters, labels.

    Args:
        sheet: The file.
        key: Key columns; empty takes `response_id`, else `unit_id`, else `item_id` with `subset`
            if the file has it.
        rater: Column of raters; None takes `rater`, else `rater_id`, else `annotator_id`.
        cluster: Column of clusters; None takes `cluster_id` where the file has it.

    Raises:
        FileRefused: A needed column is missing.
        Invalid: The labels are too many different ones to be labels, or nobody decided anything.
    """
    columns = tuple(dict.fromkeys(key)) or _usual_key(sheet)
    if cluster is None and "cluster_id" in sheet:
        cluster = "cluster_id"
    rater = rater or _usual_rater(sheet)
    needed = (*columns, rater, *(() if cluster is None else (cluster,)))
    require_columns(sheet.table, [*dict.fromkeys((*needed, "label"))])
    said = _said(sheet)
    labels = tuple(sorted(set(said) - {"", CANNOT_TELL}))
    if not labels:
        raise Invalid(
            f"{sheet.table.subject} holds no decision: every 'label' is empty or {CANNOT_TELL!r} "
            "(n = 0); hand in labels such as 1 and 0."
        )
    check_labels(sheet, labels)
    return RaterGround(
        sheet=sheet, key=columns, rater=rater, cluster=cluster, labels=labels, said=said
    )


def select_ratings(ground: RaterGround, selection: Selection) -> tuple[Rating, ...]:
    """Give the ratings that a selection keeps, in the order of the file.

    Raises:
        Invalid: No row is left, or too many raters are.
        RowsRefused: A key, rater or cluster is empty, a rater rates a unit twice, or a unit is in
            two clusters.
    """
    sheet = ground.sheet
    rows = selection.rows(sheet, range(len(sheet)))
    if not rows:
        raise Invalid(
            f"No row of {sheet.table.name!r} matches {selection.phrase()} together; drop one of "
            "the filters."
        )
    for column in (*ground.key, ground.rater, *filter(None, [ground.cluster])):
        sheet.refuse_empty(column, rows)
    keys = [sheet.texts(column) for column in ground.key]
    raters = sheet.texts(ground.rater)
    clusters = None if ground.cluster is None else sheet.texts(ground.cluster)
    found = []
    for row in rows:
        unit = tuple(column[row] for column in keys)
        found.append(
            Rating(
                unit=unit,
                rater=raters[row],
                said=ground.said[row],
                cluster=(clusters[row],) if clusters else unit,
                row=sheet.table.row_number(row),
            )
        )
    _refuse_twice(ground, selection, dict(zip(rows, found, strict=True)))
    _refuse_spread(ground, found)
    _check_raters(ground, found)
    return tuple(found)


def frame_of(ratings: Sequence[Rating]) -> pd.DataFrame:
    """Write ratings as the frame that the estimators take; what decides nothing is missing."""
    units: dict[Key, int] = {}
    clusters: dict[Key, int] = {}
    return pd.DataFrame(
        {
            "unit_id": [units.setdefault(one.unit, len(units)) for one in ratings],
            "cluster_id": [clusters.setdefault(one.cluster, len(clusters)) for one in ratings],
            "rater_id": pd.Series([one.rater for one in ratings], dtype=object),
            "label": pd.Series([one.label for one in ratings], dtype=object),
        }
    )


def _usual_key(sheet: Sheet) -> tuple[str, ...]:
    for column in _KEYS:
        if column in sheet:
            return (column,)
    return ("subset", "item_id") if "subset" in sheet else ("item_id",)


def _usual_rater(sheet: Sheet) -> str:
    for column in _RATERS:
        if column in sheet:
            return column
    raise FileRefused(
        f"{sheet.table.subject} has no column 'rater'; it has "
        f"{listed(list(sheet.table.columns), most=20)}: write one row per rating (unit, rater, "
        "label), or name the column of raters with --rater."
    )


def _said(sheet: Sheet) -> list[str]:
    """Give the labels; 1 and 0 become words in a file that uses one of the words."""
    texts = sheet.texts("label")
    words = {*_WORDS.values(), CANNOT_TELL}
    if not words & set(texts):
        return list(texts)
    return [_WORDS.get(text, text) for text in texts]


def _refuse_twice(ground: RaterGround, selection: Selection, ratings: Mapping[int, Rating]) -> None:
    sharing: dict[Key, list[int]] = {}
    for place, one in ratings.items():
        sharing.setdefault((*one.unit, one.rater), []).append(place)
    repeated = sorted(p for places in sharing.values() if len(places) > 1 for p in places)
    if not repeated:
        return
    table = ground.sheet.table
    problems = table.problems()
    for place in repeated:
        problems.add(table.row_number(place), "a unit rated twice by one rater")
    known = frozenset({*ground.key, ground.rater, "label"})
    told = advice(Rows(sheet=ground.sheet, known=known, by_key=sharing), selection)
    problems.refuse(table.subject, way_out=told)


def _refuse_spread(ground: RaterGround, ratings: Sequence[Rating]) -> None:
    table, owners = ground.sheet.table, dict[Key, Key]()
    problems = table.problems()
    for one in ratings:
        if owners.setdefault(one.unit, one.cluster) != one.cluster:
            problems.add(one.row, f"another {shown(str(ground.cluster))} for a unit seen before")
    problems.refuse(table.subject, way_out="give every row of a unit the same cluster")


def _check_raters(ground: RaterGround, ratings: Sequence[Rating]) -> None:
    raters = sorted({one.rater for one in ratings})
    if len(raters) > MOST_RATERS:
        raise Invalid(
            f"{ground.sheet.table.subject} has {len(raters):,} raters in {shown(ground.rater)} "
            f"({listed(raters, most=3)}) where {MOST_RATERS} is the limit; keep some of them with "
            f"--where {ground.rater}=NAME, or name another column with --rater."
        )
