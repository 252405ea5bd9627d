"""Owns the question which texts are nearly the same, in Chinese and in English.

A text is the set of its character n-grams after normalisation; the similarity of two texts is the
Jaccard similarity of their sets: shared grams over all grams, from 0 to 1. Every answer is exact
and in a fixed order, whatever the order of the rows. Texts without any gram are like nothing.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from curation.authoring.overlaps import Numbers, alike_rows
from db.errors import Invalid

NEAR_DUPLICATE: Final = 0.4
"""From here on two prompts count as near-duplicates: docs/decisions/near-duplicates.md."""

_DENSE_GRAM: Final = 2
_SPACED_GRAM: Final = 4
# Scripts in which a character carries about a word's part: Han, kana, Hangul.
_DENSE: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u30ff\u3105-\u312f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U0001aff0-\U0001b2ff\U00020000-\U0003ffff"
)
_RUN: Final = re.compile(f"([{_DENSE}]+)|[^{_DENSE}]+")
# Nobody sees them: soft hyphen, zero-width signs, directions, variation selectors, tags.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A text of the index and how like the asked one it is; 1 means the same set of grams."""

    id: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts of the index, ``first`` before ``second`` in the order of ids."""

    first: str
    second: str
    similarity: float


def normalise(text: str) -> str:
    """Return the text as it is compared: NFKC, without case, unseen signs and needless blanks."""
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def grams(text: str) -> set[str]:
    """Split a text into its set of character n-grams.

    Runs of Han, kana and Hangul give pairs of characters, everything else gives fours, blanks
    and punctuation included. A run that is shorter is one gram.
    """
    found: set[str] = set()
    for match in _RUN.finditer(normalise(text)):
        run, size = match[0], _DENSE_GRAM if match[1] else _SPACED_GRAM
        found.update([run[at : at + size] for at in range(max(len(run) - size, 0) + 1)])
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearDuplicateIndex:
    """An unchangeable index of texts by id, safe to share between threads.

    Attributes:
        ids: The ids, ascending; rows of the arrays below are in this order.
        numbers: The number of every gram met.
        row_starts: Where each row's grams begin in ``row_grams``; one more than rows.
        row_grams: Numbers of the grams, row after row.
        gram_starts: Where each gram's rows begin in ``gram_rows``; one more than grams.
        gram_rows: Rows that have a gram, gram after gram, ascending.
    """

    ids: tuple[str, ...]
    numbers: dict[str, int]
    row_starts: Numbers
    row_grams: Numbers
    gram_starts: Numbers
    gram_rows: Numbers

    @classmethod
    def build(cls, rows: Iterable[tuple[str, str]]) -> "NearDuplicateIndex":
        """Index texts.

        Args:
            rows: An id and its text each.

        Raises:
            Invalid: An id comes twice.
        """
        return _EMPTY.with_rows(rows)

    def with_rows(
        self, rows: Iterable[tuple[str, str]], *, without: Collection[str] = ()
    ) -> "NearDuplicateIndex":
        """Return an index with these texts too; this one stays as it is.

        Args:
            rows: An id and its text each; a text whose id is known replaces the one before.
            without: Ids to leave out of the new index.

        Raises:
            Invalid: An id comes twice among the rows.
        """
        numbers = defaultdict(count(len(self.numbers)).__next__, self.numbers)
        added: dict[str, Numbers] = {}
        for id_, text in rows:
            if id_ in added:
                raise Invalid(f"The id {id_!r} comes twice; give every text an id of its own.")
            own = grams(text)
            added[id_] = np.fromiter(map(numbers.__getitem__, own), dtype=np.int32, count=len(own))
        gone = {*added, *without}
        kept = [row for row, id_ in enumerate(self.ids) if id_ not in gone]
        ids = [*(self.ids[row] for row in kept), *added]
        sets = [self.row_grams[self.row_starts[row] : self.row_starts[row + 1]] for row in kept]
        sets.extend(added.values())
        order = sorted(range(len(ids)), key=ids.__getitem__)
        return _index(tuple(ids[at] for at in order), [sets[at] for at in order], dict(numbers))

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.ids)

    def nearest(self, text: str, *, limit: int = 5, leave_out: Collection[str] = ()) -> list[Near]:
        """Find the texts most like this one.

        Args:
            text: Any text, finished or not; it need not be in the index.
            limit: How many at most.
            leave_out: Ids that are not to be answered, such as those of the text's own family.

        Returns:
            The most alike first, equally alike by id; texts that share no gram are not in it.
        """
        asked = grams(text)
        known = [number for gram in asked if (number := self.numbers.get(gram)) is not None]
        if not known or limit < 1:
            return []
        starts = self.gram_starts
        rows = np.concatenate([self.gram_rows[starts[at] : starts[at + 1]] for at in known])
        shared = np.bincount(rows, minlength=len(self.ids))
        similarity = shared / (len(asked) + np.diff(self.row_starts) - shared)
        for id_ in leave_out:
            row = bisect_left(self.ids, id_)
            if self.ids[row : row + 1] == (id_,):
                similarity[row] = 0
        last = np.partition(similarity, -limit)[-limit] if limit < len(similarity) else 0.0
        best = np.flatnonzero((similarity >= last) & (similarity > 0))
        best = best[np.argsort(-similarity[best], kind="stable")][:limit]
        return [Near(id=self.ids[row], similarity=float(similarity[row])) for row in best]

    def pairs(self, threshold: float = NEAR_DUPLICATE) -> list[Pair]:
        """Find every two texts that are at least this alike.

        Args:
            threshold: The least similarity, above 0 and at most 1.

        Returns:
            All of them, by the ids of first and second.

        Raises:
            Invalid: The threshold is outside its range.
        """
        if not 0 < threshold <= 1:
            raise Invalid(
                f"The threshold is {threshold!r}; give a similarity above 0 and at most 1."
            )
        alike = alike_rows(self.row_starts, self.row_grams, threshold=threshold)
        return [
            Pair(first=self.ids[first], second=self.ids[second], similarity=similarity)
            for first, second, similarity in zip(
                alike.first.tolist(), alike.second.tolist(), alike.similarity.tolist(), strict=True
            )
        ]


def _index(
    ids: tuple[str, ...], rows: Sequence[Numbers], numbers: dict[str, int]
) -> NearDuplicateIndex:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int32)])
    elements = np.concatenate([np.empty(0, dtype=np.int32), *rows])
    # Empty matrices are refused by some versions: one column that nothing uses costs nothing.
    shape = (len(ids), max(len(numbers), 1))
    by_gram = csr_array((np.ones(len(elements), dtype=np.int8), elements, starts), shape=shape)
    by_gram = by_gram.tocsc()
    return NearDuplicateIndex(
        ids=ids,
        numbers=numbers,
        row_starts=starts.astype(np.int32),
        row_grams=elements,
        gram_starts=by_gram.indptr,
        gram_rows=by_gram.indices,
    )


_EMPTY: Final = _index((), (), {})
