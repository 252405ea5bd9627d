"""Owns how raw columns enter the estimators: checked once, refused with the offending value.

A column is one-dimensional; nothing missing passes in silence, and nothing is dropped here.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from db.errors import Invalid


def binary(name: str, values: ArrayLike) -> NDArray[np.bool_]:
    """Read a column of 0 and 1.

    Args:
        name: What the column is called in the message.
        values: Shape (n,), each 0 or 1 (or a boolean).

    Raises:
        Invalid: The column is not one-dimensional, or a value is neither 0 nor 1.
    """
    array = np.asarray(values)
    _check_flat(name, array)
    ones, zeros = np.asarray(array == 1, dtype=bool), np.asarray(array == 0, dtype=bool)
    wrong = np.flatnonzero(~(ones | zeros))
    if wrong.size:
        raise Invalid(
            f"{name} must hold only 0 and 1, got {array[wrong[:1]].tolist()[0]!r} at position "
            f"{wrong[0]}; leave unscored rows out, or count them as 0 where they are wrong."
        )
    return ones


def label_codes(name: str, values: ArrayLike, legal: Sequence[Hashable]) -> NDArray[np.int64]:
    """Read a column of labels as positions in the list of legal ones.

    Args:
        name: What the column is called in the message.
        values: Shape (n,), labels.
        legal: The legal labels.

    Raises:
        Invalid: A label is missing or not legal.
    """
    column = labels(name, values)
    codes = column.map({label: index for index, label in enumerate(legal)})
    foreign = np.flatnonzero(codes.isna().to_numpy())
    if foreign.size:
        raise Invalid(
            f"{name} holds {column.iloc[foreign[0]]!r} at position {foreign[0]}; legal labels are "
            f"{list(legal)!r}."
        )
    return np.asarray(codes, dtype=np.int64)


def labels(name: str, values: ArrayLike) -> "pd.Series[str]":
    """Read a column of labels of which none is missing.

    Raises:
        Invalid: The column is not one-dimensional, or a label is missing.
    """
    array = np.asarray(values, dtype=object)
    _check_flat(name, array)
    column = pd.Series(array, dtype=object)
    missing = np.flatnonzero(column.isna().to_numpy())
    if missing.size:
        raise Invalid(
            f"{name} has no label at position {missing[0]}; leave unscored units out and count "
            "them apart."
        )
    return column


def cluster_codes(clusters: ArrayLike | None, *, n: int) -> NDArray[np.int64]:
    """Number the clusters 0, 1, 2 in order of appearance.

    Args:
        clusters: Shape (n,), the cluster of each unit; None makes every unit its own cluster.
        n: How many units there are.

    Raises:
        Invalid: A cluster is missing.
    """
    if clusters is None:
        return np.arange(n, dtype=np.int64)
    array = np.asarray(clusters, dtype=object)
    _check_flat("clusters", array)
    codes, _ = pd.factorize(array)
    if codes.size and codes.min() < 0:
        raise Invalid(f"Every unit needs a cluster; the one at position {codes.argmin()} has none.")
    return codes.astype(np.int64)


def check_equally_long(**columns: NDArray[np.generic]) -> None:
    """Refuse columns of different lengths, naming each with its length.

    Raises:
        Invalid: The lengths differ.
    """
    if len({column.size for column in columns.values()}) > 1:
        found = ", ".join(f"{name} {column.size}" for name, column in columns.items())
        raise Invalid(f"Columns must be equally long, got {found}.")


def _check_flat(name: str, array: NDArray[np.generic]) -> None:
    if array.ndim != 1:
        raise Invalid(f"{name} must be one-dimensional, got shape {array.shape!r}.")
