"""Owns a report of several raters as csv: one row per statistic, rater or pair, and group."""

import csv
import io
from collections.abc import Iterator

from calibration.agreement.estimate import Estimate
from calibration.agreement.raters.retrospective import RaterRetrospective, rater_estimates
from calibration.agreement.raters.study import RaterPart
from calibration.agreement.report_csv import Cell, safe_cell
from calibration.agreement.report_document import conditions_text

HEAD = (
    "note",
    "group",
    "statistic",
    "first_rater",
    "second_rater",
    "estimate",
    "low",
    "high",
    "n",
    "method",
    "reason",
    "labels_file",
    "labels_sha256",
    "filters",
    "level",
    "random_state",
    "program",
)
PARTS = ("units", "rated_twice", "rated_once", "undecided", "clusters", "differing")
RATINGS = ("decided", "cannot_tell", "empty", "absent")


def rater_csv(result: RaterRetrospective) -> str:
    """Write a report of several raters as csv text."""
    done = result.study
    tail: tuple[Cell, ...] = (
        result.labels.name,
        result.labels.sha256,
        "; ".join(done.selection.conditions()),
        done.options.level.value,
        done.options.plan.random_state,
        result.program,
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for part in (done.whole, *done.by):
        start: tuple[Cell, ...] = (
            result.standing.kind.value,
            conditions_text(part.where) or "all",
        )
        for cells in _statistics(part):
            writer.writerow([safe_cell(cell) for cell in (*start, *cells, *tail)])
    return out.getvalue()


def _statistics(part: RaterPart) -> Iterator[tuple[Cell, ...]]:
    for name in PARTS:
        yield _count(name, getattr(part, name))
    for name in RATINGS:
        yield _count(name, getattr(part.counts, name))
    for rater, counts in part.raters.items():
        for name in RATINGS:
            yield _count(name, getattr(counts, name), rater=rater)
    for name, estimate in rater_estimates(part).items():
        yield _estimate(name, estimate)
    for pair in part.pairs:
        both = (pair.first, pair.second)
        yield _estimate("percent", pair.percent, *both)
        yield _estimate("kappa", pair.kappa, *both)
        tested = ("exact over clusters, two-sided", pair.reason)
        yield ("p", *both, pair.p, None, None, pair.n, *tested)
        yield ("p_holm", *both, pair.p_holm, None, None, pair.n, *tested)
    q = part.q
    yield ("cochran_q", None, None, q.q, None, None, q.n, f"{q.left_out} left out", q.reason)
    yield ("cochran_p", None, None, q.p, None, None, q.n, f"df {q.df}", q.reason)


def _count(name: str, value: int, *, rater: str | None = None) -> tuple[Cell, ...]:
    return (name, rater, None, value, None, None, None, "count", None)


def _estimate(
    name: str, one: Estimate, first: str | None = None, second: str | None = None
) -> tuple[Cell, ...]:
    return (name, first, second, one.estimate, one.low, one.high, one.n, one.method, one.reason)
