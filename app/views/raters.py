"""Owns what the page Agreement offers and shows of several raters and of the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.views.agreement import MOST_VALUES
from calibration.agreement.estimate import Estimate
from calibration.agreement.raters.retrospective import RaterRetrospective
from calibration.agreement.sheet import Sheet
from db.engine import Session
from db.intake import Table, require_columns
from db.labels import LabelSource
from db.queries.agreement import list_judges, live_by_source

# Columns of the workspace's rows that cut a study into groups.
WORKSPACE_GROUPS = ("type", "domain", "language", "model", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterChoices:
    """What can be chosen for a file of several raters.

    Attributes:
        columns: Every column but the label, in the order of the file.
        filters: The values of each column that is worth a filter.
    """

    columns: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceChoices:
    """What can be chosen of the workspace: judges by name, live labels by source."""

    judges: tuple[str, ...]
    labels: Mapping[LabelSource, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCell:
    """One cell of the map of raters; both halves of the map are filled."""

    first: str
    second: str
    kappa: Estimate
    n: int
    equal: int


def rater_choices(labels: Table) -> RaterChoices:
    """Look at what a file of several raters offers.

    Raises:
        FileRefused: It has no column of labels.
    """
    require_columns(labels, ["label"])
    sheet = Sheet(labels)
    columns = tuple(column for column in labels.columns if column != "label")
    filters = {}
    for column in columns:
        values = sorted(text for text in sheet.places(column))
        if 1 < len(values) <= MOST_VALUES:
            filters[column] = tuple(values)
    return RaterChoices(columns=columns, filters=filters)


def workspace_choices(session: Session) -> WorkspaceChoices:
    """Look at what the workspace offers."""
    return WorkspaceChoices(
        judges=tuple(judge.name for judge in list_judges(session)),
        labels=live_by_source(session),
    )


def pair_cells(result: RaterRetrospective) -> tuple[PairCell, ...]:
    """Give the map of raters: every pair twice, none with itself."""
    return tuple(
        PairCell(first=one, second=two, kappa=pair.kappa, n=pair.n, equal=pair.equal)
        for pair in result.study.whole.pairs
        for one, two in ((pair.first, pair.second), (pair.second, pair.first))
    )
