"""Owns a report as csv: one row per statistic and group, unrounded, with its provenance.

Spreadsheets run cells that begin like a formula; such texts get a leading apostrophe. Numbers are
numbers, negative ones too.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from calibration.agreement.estimate import Estimate
from calibration.agreement.report_document import where_text
from calibration.agreement.retrospective import Retrospective, estimates
from calibration.agreement.study import Part

Cell: TypeAlias = str | int | float | None

HEAD: Final = (
    "note",
    "judge",
    "group",
    "statistic",
    "estimate",
    "low",
    "high",
    "n",
    "method",
    "reason",
    "gold_file",
    "gold_sha256",
    "verdicts_file",
    "verdicts_sha256",
    "filters",
    "random_state",
    "program",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def csv_text(result: Retrospective) -> str:
    """Write a report as csv text."""
    done, kind = result.study, result.standing.kind.value
    tail: tuple[Cell, ...] = (
        result.gold.name,
        result.gold.sha256,
        result.verdicts.name,
        result.verdicts.sha256,
        "; ".join(done.selection.conditions()),
        done.options.plan.random_state,
        result.program,
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for part in (done.whole, *done.by):
        start: tuple[Cell, ...] = (kind, part.summary.judge, where_text(part) or "all")
        for cells in _statistics(part):
            writer.writerow([safe_cell(cell) for cell in (*start, *cells, *tail)])
    return out.getvalue()


def safe_cell(cell: Cell) -> Cell:
    """Keep a spreadsheet from running a text: a leading apostrophe where it begins like a formula.

    A text that is nothing but a number is left alone, so that -1 stays a number.
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def _statistics(part: Part) -> Iterator[tuple[Cell, ...]]:
    one, n = part.summary, part.summary.counts.n
    for name in ("n", "scored", "unscored", "right"):
        why = part.note if name == "unscored" else None
        yield _number(name, getattr(one.counts, name), n, reason=why)
    yield _number("clusters", one.clusters, n)
    yield _number("deff", one.deff, n, reason=one.lower_one_sided.reason)
    yield _number("n_eff", one.n_eff, n, reason=one.lower_one_sided.reason)
    for name, estimate in estimates(one).items():
        yield _estimate(name, estimate)
    if part.versus is None:
        return
    found, judge = part.versus.comparison, part.versus.judge
    against = f"against {judge}"
    yield _number(f"right, {judge}", part.versus.counts.right, n)
    yield _number(f"only first right, {against}", found.only_first_right, n)
    yield _number(f"only second right, {against}", found.only_second_right, n)
    yield _number(f"mcnemar_p, {against}", found.mcnemar_p, n, method="exact McNemar, two-sided")
    yield _number(f"sign_flip_p, {against}", found.sign_flip_p, n, method="exact, over clusters")
    yield _estimate(f"difference, {judge} minus {one.judge}", found.difference)


def _number(
    name: str, value: float | None, n: int, *, method: str = "count", reason: str | None = None
) -> tuple[Cell, ...]:
    return (name, value, None, None, n, method, reason)


def _estimate(name: str, one: Estimate) -> tuple[Cell, ...]:
    return (name, one.estimate, one.low, one.high, one.n, one.method, one.reason)
