"""Owns the tables that two raters fill: one k x k count table per cluster.

Every two-rater coefficient is a function of these tables, and a resample of clusters is a weighted
sum of them, so the point estimate and each bootstrap replicate go through the same code.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from calibration.agreement.columns import (
    check_equally_long,
    cluster_codes,
    label_codes,
    labels,
)
from db.errors import Invalid

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterTables:
    """Hold the tables of two raters.

    Attributes:
        categories: The k labels, in the order of rows and columns.
        counts: Shape (clusters, k, k); counts[c, i, j] units of cluster c have label i from the
            first rater and j from the second.
    """

    categories: tuple[Hashable, ...]
    counts: Numbers

    @property
    def n(self) -> int:
        """How many units were counted."""
        return int(self.counts.sum())

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return int(self.counts.shape[0])

    @property
    def pooled(self) -> Numbers:
        """The table of all clusters together, as a stack of one: shape (1, k, k)."""
        pooled: Numbers = self.counts.sum(axis=0, keepdims=True)
        return pooled


def cluster_tables(
    first: ArrayLike,
    second: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    categories: Sequence[Hashable] | None = None,
) -> ClusterTables:
    """Count two raters' labels into one table per cluster.

    Args:
        first: Shape (n,), labels of the first rater (gold); none missing.
        second: Shape (n,), labels of the second rater (judge); none missing: leave unscored units
            out and count them apart.
        clusters: Shape (n,), cluster of each unit; None makes every unit its own cluster.
        categories: The legal labels; None takes the distinct labels seen, in order of their text.
            Only AC1 depends on a category that nobody used.

    Raises:
        Invalid: The lengths differ, or a label or cluster is missing or not legal.
    """
    legal = distinct_labels(first, second) if categories is None else tuple(categories)
    if len(set(legal)) != len(legal):
        raise Invalid(f"categories must differ from one another, got {list(legal)!r}.")
    rows, columns = label_codes("first", first, legal), label_codes("second", second, legal)
    owners = cluster_codes(clusters, n=rows.size)
    check_equally_long(first=rows, second=columns, clusters=owners)
    k, count = len(legal), int(owners.max()) + 1 if owners.size else 0
    cells = np.bincount((owners * k + rows) * k + columns, minlength=count * k * k)
    return ClusterTables(categories=legal, counts=cells.astype(np.float64).reshape(count, k, k))


def distinct_labels(*columns: ArrayLike) -> tuple[Hashable, ...]:
    """List the distinct labels of several columns, in order of their text.

    Raises:
        Invalid: A column is not one-dimensional, or a label is missing.
    """
    seen: set[Hashable] = set()
    for position, column in enumerate(columns):
        seen |= set(labels(("first", "second", "third")[position], column))
    return tuple(sorted(seen, key=str))
