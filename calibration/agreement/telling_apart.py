"""Owns the advice when one key has several rows: which filter leaves one row of each key.

A column that differs in every row of the file (an index, a uuid, a time) tells rows apart, but no
filter on it makes a study; neither does a column without a name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from calibration.agreement.quoting import where_options
from calibration.agreement.selection import Selection, listed
from calibration.agreement.sheet import Sheet
from db.intake import shown

Key = tuple[str, ...]
_MOST_COLUMNS = 12
_MOST_TOGETHER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Hold rows of a file by their key.

    Attributes:
        sheet: The file.
        known: Columns that are no filter here: the key, judge, label and verdict.
        by_key: The rows of each key, positions in the file.
    """

    sheet: Sheet
    known: frozenset[str]
    by_key: Mapping[Key, Sequence[int]]


def advice(rows: Rows, selection: Selection) -> str:
    """Say how rows of one key can be told apart, as the end of a sentence.

    Args:
        rows: All rows that the study looks at; at least one key has several.
        selection: The filters that already apply.
    """
    columns, identities = _columns(rows)
    repeated = {key: places for key, places in rows.by_key.items() if len(places) > 1}
    same = {key for key, places in repeated.items() if _alike(rows, columns, places)}
    differing = {key: places for key, places in repeated.items() if key not in same}
    said = []
    if differing:
        said.append(_differing(rows, columns, differing, same, selection))
    if same:
        said.append(_same(identities, repeated, same))
    return "; ".join(said)


def _columns(rows: Rows) -> tuple[list[str], list[str]]:
    """List the columns that can be a filter, and those that differ in every row."""
    usable: list[str] = []
    identities: list[str] = []
    several = len(rows.by_key) > 1
    for column in rows.sheet.table.columns:
        if not column.strip() or column in rows.known or "=" in column:
            continue
        if rows.sheet.holds_lists(column):
            continue
        texts = rows.sheet.texts(column)
        unique = several and len(set(texts)) == len(texts)
        (identities if unique else usable).append(column)
    return usable, identities


def _alike(rows: Rows, columns: Sequence[str], places: Sequence[int]) -> bool:
    """Whether two of these rows agree in all columns."""
    return len(set(_cut(rows, columns, places))) < len(places)


def _cut(rows: Rows, columns: Sequence[str], places: Sequence[int]) -> list[Key]:
    texts = [rows.sheet.texts(column) for column in columns]
    return [tuple(column[place] for column in texts) for place in places]


def _differing(
    rows: Rows,
    columns: Sequence[str],
    differing: Mapping[Key, Sequence[int]],
    same: set[Key],
    selection: Selection,
) -> str:
    varied = [
        column
        for column in columns
        if any(len(set(_cut(rows, [column], places))) > 1 for places in differing.values())
    ]
    which = "the rows differ" if not same else f"the rows of {_keys(differing)} differ"
    others = {key: places for key, places in rows.by_key.items() if key not in same}
    for together in _sets(varied):
        best = _best(rows, together, others, differing)
        if best is None:
            continue
        told = " and ".join(f"{shown(c)} ({_values(rows, c, differing)})" for c in together)
        options = where_options(zip(together, best, strict=True))
        if any(column in selection.wanted for column in together):
            return f"{which} in {told}: write {options} and no other value of these columns"
        return f"{which} in {told}: add {options}"
    return f"{which} in {listed(varied)}: add --where with the values that you mean"


def _sets(columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, _MOST_TOGETHER + 1):
        yield from combinations(columns[:_MOST_COLUMNS], size)
    if len(columns) > _MOST_TOGETHER:
        yield tuple(columns)


def _best(
    rows: Rows,
    columns: Sequence[str],
    others: Mapping[Key, Sequence[int]],
    differing: Mapping[Key, Sequence[int]],
) -> Key | None:
    """Find the values that leave one row of the most keys; None when no values do.

    Values that leave fewer than half of the differing keys a row are a batch or a moment, not a
    condition of the study.
    """
    kept: dict[Key, int] = {}
    reached: dict[Key, int] = {}
    twice: set[Key] = set()
    for key, places in others.items():
        values = _cut(rows, columns, places)
        for value in dict.fromkeys(values):
            kept[value] = kept.get(value, 0) + 1
            reached[value] = reached.get(value, 0) + (key in differing)
            if values.count(value) > 1:
                twice.add(value)
    good = [v for v in kept if v not in twice and 2 * reached[v] >= len(differing)]
    return max(good, key=kept.__getitem__, default=None)


def _same(identities: Sequence[str], repeated: Mapping[Key, Sequence[int]], same: set[Key]) -> str:
    mixed = len(same) < len(repeated)
    of = f" of {_keys(dict.fromkeys(same))}" if mixed else ""
    if identities:
        return (
            f"only {listed(identities)} tells the rows{of} apart, which no two rows of the file "
            "share: keep the row that you mean"
        )
    other = "no column" if mixed else "no other column"
    return f"{other} tells {f'the rows{of}' if mixed else 'them'} apart: keep one row per key"


def _values(rows: Rows, column: str, differing: Mapping[Key, Sequence[int]]) -> str:
    texts = rows.sheet.texts(column)
    return listed(sorted({texts[place] for places in differing.values() for place in places}))


def _keys(keys: Mapping[Key, object]) -> str:
    return listed(sorted("/".join(key) for key in keys), most=3)
