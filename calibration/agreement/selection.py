"""Owns which rows a study looks at, and into which groups it cuts them.

Different columns must all match, values of one column are alternatives. A filter applies to each
file that has its column; a column of one file only leaves the other file whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from calibration.agreement.cell import text_of
from calibration.agreement.quoting import pasted, where_options
from calibration.agreement.sheet import Sheet
from db.errors import Invalid
from db.intake import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Hold the filters of a study.

    Attributes:
        wanted: Per column the normalised texts of which a row must have one; empty takes all rows.
    """

    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def narrowed(self, where: Mapping[str, str]) -> "Selection":
        """Add one more condition per column; a column that was filtered is narrowed to the text."""
        return Selection(wanted={**self.wanted, **{c: (text,) for c, text in where.items()}})

    def rows(self, sheet: Sheet, among: Sequence[int]) -> Sequence[int]:
        """Keep the rows that match every filter whose column this file has."""
        for column, texts in self.wanted.items():
            if column in sheet:
                cells, legal = sheet.texts(column), set(texts)
                among = [row for row in among if cells[row] in legal]
        return among

    def conditions(self) -> list[str]:
        """Write the filters as conditions: ["order=original", "subset=Natural"]."""
        return [f"{column}={text}" for column, texts in self.wanted.items() for text in texts]

    def phrase(self) -> str:
        """Write the filters as options: "--where order=original --where subset=Natural"."""
        return where_options((c, text) for c, texts in self.wanted.items() for text in texts)


def parse_where(conditions: Sequence[str]) -> Selection:
    """Parse conditions of the form COL=VALUE; the first "=" divides.

    Raises:
        Invalid: A condition has no "=" or no column before it.
    """
    wanted: dict[str, list[str]] = {}
    for condition in conditions:
        column, sign, value = condition.partition("=")
        if not sign or not column:
            raise Invalid(
                f"--where takes COL=VALUE, got {shown(condition)}; write for example "
                "--where order=original."
            )
        wanted.setdefault(column, []).append(text_of(value))
    return Selection(wanted={column: tuple(texts) for column, texts in wanted.items()})


def check_selection(selection: Selection, sheets: Sequence[Sheet]) -> None:
    """Refuse filters that cannot mean anything: an unknown column, a value that no row has.

    Raises:
        Invalid: The sentence names the columns or the values there are.
    """
    for column, texts in selection.wanted.items():
        check_column("--where", column, sheets)
        seen = [text for sheet in sheets if column in sheet for text in sheet.places(column)]
        for text in texts:
            if text not in seen:
                raise Invalid(
                    f"{where_options([(column, text)])} matches no row; {shown(column)} has "
                    f"{listed(sorted(set(seen)))}: choose one of them."
                )


def check_column(option: str, column: str, sheets: Sequence[Sheet]) -> None:
    """Refuse a column that none of the files has; a study has one file or two.

    Raises:
        Invalid: The sentence names the columns there are.
    """
    if any(column in sheet for sheet in sheets):
        return
    known = list(dict.fromkeys(name for sheet in sheets for name in sheet.table.columns))
    lacking, having = ("the file lacks", "it has")
    if len(sheets) > 1:
        lacking, having = ("neither file has", "they have")
    raise Invalid(
        f"{option} names the column {shown(column)}, which {lacking}; {having} "
        f"{listed(known, most=20)}: choose one of them."
    )


def groups(
    columns: Sequence[str],
    gold: Sheet,
    verdicts: Sheet,
    *,
    gold_rows: Sequence[int],
    verdict_rows: Sequence[int],
    most: int,
) -> list[dict[str, str]]:
    """List the groups that columns cut a study into, as one condition per column.

    Columns of the gold file give the combinations of texts that occur in its rows; columns that
    only the verdicts have give those of theirs; both are crossed. The order is that of the texts.
    A column that both files have is gold's: `pairing` refuses files that differ in it.

    Raises:
        Invalid: There would be more than ``most``; they are counted before they are listed.
    """
    columns = list(dict.fromkeys(columns))
    in_gold = [column for column in columns if column in gold]
    others = [column for column in columns if column not in gold]
    first = _combinations(in_gold, gold, gold_rows)
    second = _combinations(others, verdicts, verdict_rows)
    if len(first) * len(second) > most:
        raise Invalid(
            f"{' '.join(f'--by {pasted(column)}' for column in columns)} makes "
            f"{len(first) * len(second):,} groups where {most:,} is the limit; choose columns with "
            "fewer values."
        )
    cut = [{**one, **two} for one, two in product(first, second)]
    return [{column: where[column] for column in columns} for where in cut] if columns else []


def listed(texts: Sequence[str], *, most: int = 10) -> str:
    """Quote the first texts, then say how many more there are."""
    told = ", ".join(shown(text) for text in texts[:most])
    return f"{told} and {len(texts) - most:,} more" if len(texts) > most else told


def _combinations(
    columns: Sequence[str], sheet: Sheet, rows: Sequence[int]
) -> list[dict[str, str]]:
    texts = [sheet.texts(column) for column in columns]
    found = sorted({tuple(column[row] for column in texts) for row in rows}) if columns else [()]
    return [dict(zip(columns, combination, strict=True)) for combination in found]
