"""Owns the match of one judge's verdicts to gold, key by key; nothing is dropped silently.

Every selected gold row becomes one pair, with or without a verdict. A verdict whose key has no gold
anywhere in the file is refused; one whose gold the filters left out is left out with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from calibration.agreement.selection import Selection, listed
from calibration.agreement.sheet import Sheet
from calibration.agreement.telling_apart import Rows, advice
from db.errors import Invalid
from db.intake import require_columns, shown

Key: TypeAlias = tuple[str, ...]
MOST_LABELS = 50
TABLE_CELLS = 20_000_000
"""How many counts the tables of gold label by verdict may hold over all clusters: 160 MB."""
MEND_KEYS = "mend the keys or hand in the matching gold file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Hold one gold label with the judge's verdict on it.

    Attributes:
        key: One text per key column.
        gold: The gold label.
        verdict: The verdict, one of the legal labels; None when unscored.
        cluster: The cluster the key belongs to; its own without a cluster column.
        gold_row: The number of the row in the gold file.
        verdict_row: The number of the row in the verdicts file; None when it has none.
    """

    key: Key
    gold: str
    verdict: str | None
    cluster: Key
    gold_row: int
    verdict_row: int | None

    @property
    def right(self) -> bool:
        """Whether the verdict equals gold; unscored is wrong."""
        return self.verdict == self.gold


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Hold what all judges of a study are matched to: two files and how they belong together.

    Attributes:
        gold: The gold file.
        verdicts: The verdicts file.
        key: The columns that say which verdict belongs to which gold label.
        cluster: The gold column of clusters; None when each key is its own.
        labels: The legal labels, sorted.
        keys: All keys of the whole gold file.
    """

    gold: Sheet
    verdicts: Sheet
    key: tuple[str, ...]
    cluster: str | None
    labels: tuple[str, ...]
    keys: frozenset[Key]


def lay_ground(
    gold: Sheet,
    verdicts: Sheet,
    *,
    key: Sequence[str],
    cluster: str | None,
    labels: Sequence[str] = (),
) -> Ground:
    """Check what holds for the files whatever the judge: columns, keys, labels, clusters.

    Args:
        gold: The gold file.
        verdicts: The verdicts file.
        key: Key columns; empty takes `response_id` if both files have it, else `item_id`, with
            `subset` if both have it.
        cluster: Column of clusters; None takes `cluster_id` where gold has it.
        labels: The legal labels; empty takes the distinct ones of the whole gold file.

    Raises:
        FileRefused: A needed column is missing.
        RowsRefused: A cell is empty that must not be.
        Invalid: The gold labels are too many different ones to be labels.
    """
    columns = tuple(dict.fromkeys(key)) or _usual_key(gold, verdicts)
    if cluster is None and "cluster_id" in gold:
        cluster = "cluster_id"
    everything = range(len(gold))
    in_gold = (*columns, "label", *(() if cluster is None else (cluster,)))
    require_columns(gold.table, in_gold)
    require_columns(verdicts.table, [*columns, "judge_id", "verdict"])
    for column in in_gold:
        gold.refuse_empty(column, everything)
    for column in (*columns, "verdict"):
        verdicts.texts(column)
    verdicts.refuse_empty("judge_id", range(len(verdicts)))
    check_labels(gold, sorted(gold.places("label")))
    return Ground(
        gold=gold,
        verdicts=verdicts,
        key=columns,
        cluster=cluster,
        labels=tuple(sorted(labels or gold.places("label"))),
        keys=frozenset(_keys(columns, gold, everything)),
    )


def check_judge(ground: Ground, judge: str, *, option: str = "--judge") -> None:
    """Refuse a judge that the verdicts do not have, naming the nearest or the first ones.

    Raises:
        Invalid: There is no such judge.
    """
    judges = ground.verdicts.places("judge_id")
    if judge in judges:
        return
    near = get_close_matches(judge, list(judges), n=3, cutoff=0.75)
    known = f"the nearest are {listed(near)}" if near else f"there are {listed(sorted(judges))}"
    raise Invalid(
        f"{option} {shown(judge)} is no judge_id of {ground.verdicts.table.name!r}; {known}: "
        "choose one of them."
    )


def gold_rows(ground: Ground, selection: Selection) -> Sequence[int]:
    """List the gold rows that a selection keeps.

    Raises:
        Invalid: It keeps none.
    """
    rows = selection.rows(ground.gold, range(len(ground.gold)))
    if not rows:
        raise Invalid(
            f"No row of {ground.gold.table.name!r} matches {selection.phrase()} together; drop one "
            "of the filters."
        )
    return rows


def verdict_rows(ground: Ground, judge: str, selection: Selection) -> Sequence[int]:
    """List a judge's verdict rows that a selection keeps; it may keep none."""
    return selection.rows(ground.verdicts, ground.verdicts.places("judge_id")[judge])


def pair(ground: Ground, judge: str, selection: Selection) -> tuple[Pair, ...]:
    """Match a judge's selected verdicts to the selected gold, in the order of the gold file.

    Raises:
        Invalid: No gold is left.
        RowsRefused: A key occurs twice, a verdict has no gold or is no legal label, or the two
            files contradict each other in a filtered column.
    """
    gold, verdicts = ground.gold, ground.verdicts
    kept = gold_rows(ground, selection)
    of_gold = _by_key(ground, gold, kept, selection, "a key twice among the gold labels")
    rows = verdict_rows(ground, judge, selection)
    _refuse_without_gold(ground, judge, rows)
    of_judge = _by_key(
        ground, verdicts, rows, selection, f"a key twice among the verdicts of {shown(judge)}"
    )
    _refuse_contradictions(ground, judge, selection, set(of_gold), set(of_judge))
    _refuse_illegal(ground, [row for key, row in of_judge.items() if key in of_gold])
    labels, said = gold.texts("label"), verdicts.texts("verdict")
    clusters = None if ground.cluster is None else gold.texts(ground.cluster)
    pairs = []
    for key, row in of_gold.items():
        at = of_judge.get(key)
        pairs.append(
            Pair(
                key=key,
                gold=labels[row],
                verdict=(said[at] or None) if at is not None else None,
                cluster=(clusters[row],) if clusters else key,
                gold_row=gold.table.row_number(row),
                verdict_row=None if at is None else verdicts.table.row_number(at),
            )
        )
    return tuple(pairs)


def _usual_key(gold: Sheet, verdicts: Sheet) -> tuple[str, ...]:
    if "response_id" in gold and "response_id" in verdicts:
        return ("response_id",)
    if "subset" in gold and "subset" in verdicts:
        return ("subset", "item_id")
    return ("item_id",)


def check_labels(gold: Sheet, labels: Sequence[str]) -> None:
    """Refuse labels that are free text before tables of label by label are built.

    Raises:
        Invalid: The labels are too many different ones.
    """
    if len(labels) > MOST_LABELS:
        raise Invalid(
            f"{gold.table.subject} has {len(labels):,} different values in 'label' "
            f"({listed(labels, most=3)}) where {MOST_LABELS} is the limit; put the judgement into "
            "'label', such as 1 or 0, and free text into another column."
        )
    if len(gold) * len(labels) ** 2 > TABLE_CELLS:
        raise Invalid(
            f"{gold.table.subject} has {len(gold):,} rows with {len(labels)} different labels, and "
            f"rows times labels times labels must stay within {TABLE_CELLS:,}; cut it into smaller "
            "files or use fewer labels."
        )


def _keys(key: Sequence[str], sheet: Sheet, rows: Sequence[int]) -> list[Key]:
    columns = [sheet.texts(column) for column in key]
    return [tuple(column[row] for column in columns) for row in rows]


def _by_key(
    ground: Ground, sheet: Sheet, rows: Sequence[int], selection: Selection, twice: str
) -> dict[Key, int]:
    sharing: dict[Key, list[int]] = {}
    for key, row in zip(_keys(ground.key, sheet, rows), rows, strict=True):
        sharing.setdefault(key, []).append(row)
    repeated = [places for places in sharing.values() if len(places) > 1]
    if repeated:
        problems = sheet.table.problems()
        for place in sorted(place for places in repeated for place in places):
            problems.add(sheet.table.row_number(place), twice)
        known = frozenset({*ground.key, "judge_id", "label", "verdict"})
        told = advice(Rows(sheet=sheet, known=known, by_key=sharing), selection)
        problems.refuse(sheet.table.subject, way_out=told)
    return {key: places[0] for key, places in sharing.items()}


def _refuse_without_gold(ground: Ground, judge: str, rows: Sequence[int]) -> None:
    table = ground.verdicts.table
    problems = table.problems()
    for key, row in zip(_keys(ground.key, ground.verdicts, rows), rows, strict=True):
        if key not in ground.keys:
            problems.add(table.row_number(row), f"a verdict of {shown(judge)} without a gold label")
    columns = " and ".join(shown(column) for column in ground.key)
    problems.refuse(table.subject, way_out=f"the key is {columns}: {MEND_KEYS}")


def _refuse_illegal(ground: Ground, rows: Sequence[int]) -> None:
    table, said, legal = ground.verdicts.table, ground.verdicts.texts("verdict"), set(ground.labels)
    problems = table.problems()
    for row in sorted(rows):
        if said[row] and said[row] not in legal:
            problems.add(table.row_number(row), f"the verdict {shown(said[row])}")
    problems.refuse(
        table.subject,
        way_out=f"the gold labels are {listed(ground.labels)}: use these, or leave the cell empty "
        "for an unscored verdict",
    )


def _refuse_contradictions(
    ground: Ground, judge: str, selection: Selection, of_gold: set[Key], of_judge: set[Key]
) -> None:
    """Refuse when a filter parts a verdict from its gold because the files differ in the column.

    Without the columns that both files have, the other filters would keep both rows of the key;
    with them one of the two falls away, and a verdict would silently count as missing.
    """
    both = [c for c in selection.wanted if c in ground.gold and c in ground.verdicts]
    if not both:
        return
    looser = Selection(wanted={c: t for c, t in selection.wanted.items() if c not in both})
    gold_keys = set(_keys(ground.key, ground.gold, gold_rows(ground, looser)))
    parted = (of_gold ^ of_judge) & gold_keys
    table = ground.verdicts.table
    problems = table.problems()
    rows = verdict_rows(ground, judge, looser) if parted else ()
    columns = " or ".join(shown(column) for column in both)
    for key, row in zip(_keys(ground.key, ground.verdicts, rows), rows, strict=True):
        if key in parted:
            problems.add(
                table.row_number(row), f"another {columns} than the gold file for the same key"
            )
    problems.refuse(table.subject, way_out="make both files say the same, or drop that filter")
