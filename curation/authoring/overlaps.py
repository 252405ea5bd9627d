"""Owns the exact search for all pairs of sets whose Jaccard similarity reaches a threshold.

Only the rarest elements of each set (its prefix) are multiplied with each other: two sets that
are alike enough must share one of them, and a bound on what the rest can add leaves few pairs to
count out. Working in tiles bounds the memory, whatever the number of sets.

Source: Chaudhuri, Ganti & Kaushik, A Primitive Operator for Similarity Joins in Data Cleaning,
ICDE 2006 (prefixes); Xiao et al., Efficient Similarity Joins for Near Duplicate Detection,
WWW 2008 (bounds on the rest).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Numbers: TypeAlias = NDArray[np.int32]
Places: TypeAlias = NDArray[np.int64]

# Sets on either side of one multiplication, and elements copied at once to count pairs out.
_TILE: Final = 1_000
_MOST_COPIED: Final = 2_000_000
# The part of the rest that joins the prefix: more to multiply, far fewer pairs to count out.
_LENGTHENED: Final = 0.25
# Bounds are loosened by this, so that rounding never loses a pair; the last word is exact.
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeRows:
    """Pairs of rows, each once: ``first < second``, and how alike they are."""

    first: Places
    second: Places
    similarity: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prefixed:
    """The sets by ascending size, their elements numbered from rare to frequent.

    Attributes:
        rows: The row that each set had.
        sets: One set a row, elements ascending.
        prefixes: The first elements of each set.
        sizes: Number of elements.
        rest: Number of elements after the prefix.
        last: The last element of the prefix, -1 for an empty set.
    """

    rows: Places
    sets: csr_array
    prefixes: csr_array
    sizes: Places
    rest: Places
    last: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidates:
    """Pairs of sets, by place in :class:`_Prefixed`."""

    one: Places
    other: Places


def alike_rows(starts: Numbers, elements: Numbers, *, threshold: float) -> AlikeRows:
    """Find all pairs of sets that are alike enough.

    Args:
        starts: Where each set begins in ``elements``; one more than sets.
        elements: Numbers from 0, set after set, each once in a set.
        threshold: The least Jaccard similarity, above 0 and at most 1.

    Returns:
        The pairs, by first, then second.
    """
    found = [
        AlikeRows(
            first=np.empty(0, dtype=np.int64),
            second=np.empty(0, dtype=np.int64),
            similarity=np.empty(0),
        )
    ]
    if len(elements):
        sets = _prefixed(starts, elements, threshold)
        for candidates in _candidates(sets, threshold):
            found.extend(_counted(sets, candidates, threshold))
    first = np.concatenate([part.first for part in found])
    second = np.concatenate([part.second for part in found])
    similarity = np.concatenate([part.similarity for part in found])
    order = np.lexsort((second, first))
    return AlikeRows(first=first[order], second=second[order], similarity=similarity[order])


def _prefixed(starts: Numbers, elements: Numbers, threshold: float) -> _Prefixed:
    sizes = np.diff(starts).astype(np.int64)
    rows = np.argsort(sizes, kind="stable")
    often = np.bincount(elements)
    rank = np.empty(len(often), dtype=np.int32)
    rank[np.argsort(often, kind="stable")] = np.arange(len(often), dtype=np.int32)
    sets = _matrix(starts, rank[elements], width=len(often))[rows]
    sets.sort_indices()
    sizes = sizes[rows]
    # Sharing none of the first `length` elements leaves fewer than threshold * size to share.
    length = sizes - np.ceil(threshold * sizes - _SLACK).astype(np.int64) + (sizes > 0)
    length += np.floor(_LENGTHENED * (sizes - length)).astype(np.int64)
    begin = np.repeat(sets.indptr[:-1], sizes)
    chosen = np.arange(sets.nnz) - begin < np.repeat(length, sizes)
    ends = np.concatenate([[0], np.cumsum(length)])
    kept = sets.indices[chosen]
    prefixes = _matrix(ends.astype(np.int32), kept, width=len(often))
    last = np.where(length > 0, np.append(kept, -1)[ends[1:] - 1], -1)
    return _Prefixed(
        rows=rows,
        sets=sets,
        prefixes=prefixes,
        sizes=sizes,
        rest=sizes - length,
        last=last.astype(np.int64),
    )


def _matrix(starts: Numbers, elements: Numbers, *, width: int) -> csr_array:
    ones = np.ones(len(elements), dtype=np.int32)
    return csr_array((ones, elements, starts), shape=(len(starts) - 1, width))


def _candidates(sets: _Prefixed, threshold: float) -> Iterator[_Candidates]:
    """Find, tile by tile, the pairs whose prefixes share enough; ``other`` before ``one``."""
    count = len(sets.sizes)
    for left in range(0, count, _TILE):
        stripe = sets.prefixes[left : left + _TILE].T.tocsr()
        largest = sets.sizes[min(left + _TILE, count) - 1]
        # Sets come by size: those further down are too large for every one of the stripe.
        end = int(np.searchsorted(sets.sizes, largest / threshold + _SLACK, side="right"))
        for top in range(left, end, _TILE):
            yield _likely(sets, stripe, top=top, left=left, threshold=threshold)


def _likely(
    sets: _Prefixed, stripe: csr_array, *, top: int, left: int, threshold: float
) -> _Candidates:
    tile = slice(top, top + _TILE)
    shared = (sets.prefixes[tile] @ stripe).tocoo()
    rest = max(sets.rest[tile].max(), sets.rest[left : left + _TILE].max())
    # A pair shares threshold * the larger size at least: most of the tile ends here.
    enough = np.flatnonzero(shared.data >= threshold * sets.sizes[top] - _SLACK - rest)
    one = shared.row[enough].astype(np.int64) + top
    other = shared.col[enough].astype(np.int64) + left
    need = threshold / (1 + threshold) * (sets.sizes[one] + sets.sizes[other]) - _SLACK
    # What is above the lower one of the two prefixes' ends is in the rest of that set.
    after = np.where(sets.last[one] <= sets.last[other], sets.rest[one], sets.rest[other])
    likely = (other < one) & (shared.data[enough] + after >= need)
    return _Candidates(one=one[likely], other=other[likely])


def _counted(sets: _Prefixed, pairs: _Candidates, threshold: float) -> Iterator[AlikeRows]:
    """Count out what each pair shares and keep those that are alike enough."""
    copied = np.cumsum(sets.sizes[pairs.one] + sets.sizes[pairs.other])
    begin = 0
    while begin < len(copied):
        done = copied[begin - 1] if begin else 0
        end = max(int(np.searchsorted(copied, done + _MOST_COPIED, side="right")), begin + 1)
        one, other = pairs.one[begin:end], pairs.other[begin:end]
        shared = sets.sets[one].multiply(sets.sets[other]).sum(axis=1)
        similarity = shared / (sets.sizes[one] + sets.sizes[other] - shared)
        alike = similarity >= threshold
        first, second = sets.rows[one[alike]], sets.rows[other[alike]]
        yield AlikeRows(
            first=np.minimum(first, second),
            second=np.maximum(first, second),
            similarity=similarity[alike],
        )
        begin = end
