"""Owns what the page Agreement offers and shows: files, choices, figures, disagreements."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from calibration.agreement.estimate import Estimate
from calibration.agreement.llmbar import llmbar_paths
from calibration.agreement.retrospective import Retrospective
from calibration.agreement.sheet import Sheet
from calibration.agreement.study import Part
from calibration.agreement.summary import UNSCORED
from db.errors import Invalid
from db.intake import Table, read_table, require_columns

# A column with more values than this is an identity, not something to filter or group by.
MOST_VALUES = 60
NOT_FILTERS = frozenset({"label", "verdict", "judge_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFiles:
    """The two files of a study."""

    gold: Table
    verdicts: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyChoices:
    """What can be chosen for a pair of files.

    Attributes:
        filters: The values of each column that is worth a filter, in the order of the files.
        keys: Columns that both files have.
        labels: The distinct gold labels.
    """

    judges: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]
    keys: tuple[str, ...]
    gold_columns: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One group, or the whole selection, as the interval plot and the table of groups show it.

    Attributes:
        name: The group's values; empty for the whole selection.
        right: Verdicts that equal gold.
    """

    name: str
    n: int
    scored: int
    unscored: int
    right: int
    accuracy: Estimate
    counted_wrong: Estimate
    kappa: Estimate
    ac1: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionCell:
    """How often a gold label met a verdict; ``verdict`` is None for unscored."""

    gold: str
    verdict: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An instruction with two outputs, of which one follows it (LLMBar)."""

    instruction: str
    output_1: str
    output_2: str


def llmbar_files() -> StudyFiles:
    """Read the bundled study."""
    paths = llmbar_paths()
    return StudyFiles(gold=read_table(paths.gold, what="gold"), verdicts=read_table(paths.verdicts))


@cache
def llmbar_pairs() -> Mapping[tuple[str, ...], Pair]:
    """Read the content of the bundled study by subset and item."""
    with llmbar_paths().pairs.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        (row["subset"], row["item_id"]): Pair(
            instruction=row["input"], output_1=row["output_1"], output_2=row["output_2"]
        )
        for row in rows
    }


def study_choices(files: StudyFiles) -> StudyChoices:
    """Look at what the files offer.

    Raises:
        FileRefused: A column is missing that every study needs.
        Invalid: The verdicts name no judge.
    """
    require_columns(files.gold, ["label"])
    require_columns(files.verdicts, ["judge_id", "verdict"])
    gold, verdicts = Sheet(files.gold), Sheet(files.verdicts)
    judges = tuple(sorted(text for text in verdicts.places("judge_id") if text))
    if not judges:
        raise Invalid(f"{files.verdicts.subject} names no judge; fill the column 'judge_id'.")
    columns = dict.fromkeys((*files.gold.columns, *files.verdicts.columns))
    filters = {}
    for column in columns:
        if column in NOT_FILTERS:
            continue
        values = sorted(
            {text for sheet in (gold, verdicts) if column in sheet for text in sheet.places(column)}
        )
        if 1 < len(values) <= MOST_VALUES:
            filters[column] = tuple(values)
    return StudyChoices(
        judges=judges,
        filters=filters,
        keys=tuple(c for c in files.gold.columns if c in files.verdicts.columns and c != "label"),
        gold_columns=tuple(c for c in files.gold.columns if c != "label"),
        labels=tuple(sorted(gold.places("label"))),
    )


def group_rows(result: Retrospective) -> tuple[GroupRow, ...]:
    """Give the whole selection first, then every group."""
    return tuple(_row(part) for part in (result.study.whole, *result.study.by))


def confusion_cells(result: Retrospective) -> tuple[ConfusionCell, ...]:
    """Give the counts by gold label and verdict; unscored only where there are any."""
    table, labels = result.study.whole.summary.table, result.study.ground.labels
    unscored = any(table[gold][UNSCORED] for gold in labels)
    return tuple(
        ConfusionCell(gold=gold, verdict=verdict or None, count=table[gold][verdict])
        for gold in labels
        for verdict in (*labels, *([UNSCORED] if unscored else []))
    )


def content_of(key: tuple[str, ...], columns: tuple[str, ...]) -> Pair | None:
    """Find the texts behind a key; None where they are not known."""
    if columns != ("subset", "item_id"):
        return None
    return llmbar_pairs().get(key)


def _row(part: Part) -> GroupRow:
    one = part.summary
    by_name = {name.value: estimate for name, estimate in one.coefficients.items()}
    return GroupRow(
        name=", ".join(part.where.values()),
        n=one.counts.n,
        scored=one.counts.scored,
        unscored=one.counts.unscored,
        right=one.counts.right,
        accuracy=one.accuracy,
        counted_wrong=one.counted_wrong,
        kappa=by_name["kappa"],
        ac1=by_name["ac1"],
    )
