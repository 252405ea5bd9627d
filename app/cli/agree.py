"""Owns the verb `gainsay agree`: how far a judge agrees with gold labels, from two files.

It reads no database and asks no model. What it prints is retrospective, never a certificate.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.numbers import whole_number
from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

if TYPE_CHECKING:
    from calibration.agreement.retrospective import Retrospective

ENDINGS = (".md", ".html", ".csv")
SHOWN_CHARS = 60

Gold = Annotated[Path, typer.Option("--gold", help="Labels: key, label, maybe a cluster column.")]
Verdicts = Annotated[
    Path, typer.Option("--verdicts", help="Verdicts: key, judge_id, verdict (empty is unscored).")
]
Judge = Annotated[str, typer.Option("--judge", help="The judge_id to look at.")]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="Keep rows with COL=VALUE; repeats (columns and, values or)."),
]
By = Annotated[
    list[str] | None, typer.Option("--by", help="Also give the figures per value of COL; repeats.")
]
Compare = Annotated[
    str | None,
    typer.Option(
        "--compare",
        help="A second judge_id on the same gold; the difference is second minus first.",
    ),
]
KeyColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--key", help="Key column; repeats. Default: response_id, else item_id (+subset)."
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help="Gold column of clusters. Default: cluster_id where it exists."),
]
Positive = Annotated[
    str | None, typer.Option("--positive", help="The label that counts as positive for TPR, TNR.")
]
Reports = Annotated[
    list[Path] | None,
    typer.Option("--report", help="Also write a report: FILE.md, FILE.html or FILE.csv; repeats."),
]
RandomState = Annotated[
    str,
    typer.Option(
        "--random-state", metavar="INTEGER", help="Seed of the bootstrap intervals, 0 or more."
    ),
]


def agree(
    gold: Gold,
    verdicts: Verdicts,
    judge: Judge,
    where: Where = None,
    by: By = None,
    compare: Compare = None,
    key: KeyColumns = None,
    cluster: Cluster = None,
    positive: Positive = None,
    report: Reports = None,
    random_state: RandomState = "0",
    as_json: AsJson = False,
    db: DatabaseUrl = None,  # noqa: ARG001 - every verb takes --db; this one reads no database
) -> None:
    """Say how far a judge agrees with gold labels, with intervals, from two files."""
    seed = whole_number("--random-state", random_state) or 0
    _check_options(where or [], report or [], seed)
    _check_columns({"--cluster": [cluster], "--key": key or [], "--by": by or []})

    from calibration.agreement.bootstrap import Plan
    from calibration.agreement.report import check_destinations, write_reports
    from calibration.agreement.report_markdown import visible
    from calibration.agreement.retrospective import as_json as json_of
    from calibration.agreement.retrospective import retrospect
    from calibration.agreement.study import Options
    from db.intake import read_table

    places = list(dict.fromkeys(report or []))
    check_destinations(places, sources=[gold, verdicts])
    result = retrospect(
        read_table(gold, what="gold"),
        read_table(verdicts, what="verdicts"),
        Options(
            judge=judge,
            where=tuple(where or ()),
            by=tuple(by or ()),
            compare=compare,
            key=tuple(key or ()),
            cluster=cluster,
            positive=positive,
            plan=Plan(random_state=seed),
        ),
    )
    write_reports(result, places)
    answer(
        json_of(result) | {"reports": [str(path) for path in places]},
        as_json=as_json,
        lines=[*_lines(result), *(visible(f"report      {path}") for path in places)],
    )


def _check_options(where: list[str], report: list[Path], random_state: int) -> None:
    if random_state < 0:
        raise wrong_option("--random-state", f"write a whole number from 0, got {random_state!r}.")
    for condition in where:
        if not condition.partition("=")[0] or "=" not in condition:
            raise wrong_option("--where", f"write COL=VALUE, got {_told(condition)}.")
    for path in report:
        if path.suffix.lower() not in ENDINGS:
            raise wrong_option(
                "--report", f"the name must end in {', '.join(ENDINGS)}, got {_told(str(path))}."
            )


def _check_columns(named: Mapping[str, Sequence[str | None]]) -> None:
    for option, columns in named.items():
        if "" in columns:
            raise wrong_option(option, "write the name of a column, got ''; or leave it out.")


def _told(text: str) -> str:
    return repr(text) if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]!r}..."


def _lines(result: "Retrospective") -> list[str]:
    """Write the answer for a person: counts, figures, groups, comparison, where it comes from."""
    from calibration.agreement.report_document import (
        NAMES,
        group_note,
        interval_text,
        value_text,
        where_text,
    )
    from calibration.agreement.report_markdown import visible
    from calibration.agreement.retrospective import estimates

    whole = result.study.whole
    one, counts = whole.summary, whole.summary.counts
    lines = [
        visible(f"{one.judge} against {result.gold.name}"),
        f"right {counts.right:,} of {counts.scored:,} scored; unscored {counts.unscored:,} of "
        f"{counts.n:,}; clusters {one.clusters:,}",
    ]
    for name, estimate in estimates(one).items():
        told = f"{value_text(name, estimate):<10} {interval_text(name, estimate):<18}"
        why = estimate.reason or estimate.method
        lines.append(visible(f"  {NAMES.get(name, name):<34} {told} n {estimate.n:<6,} {why}"))
    for part in result.study.by:
        of = part.summary
        lines.append(
            visible(
                f"{where_text(part)}: {of.counts.right:,} of {of.counts.scored:,} scored, "
                f"{of.counts.unscored:,} unscored, accuracy {value_text('', of.accuracy)} "
                f"({interval_text('', of.accuracy)})"
            )
        )
    if group_note(result.study.by):
        lines.append(visible(group_note(result.study.by)))
    if whole.versus is not None:
        found = whole.versus.comparison
        lines.append(
            visible(
                f"{whole.versus.judge} minus {one.judge}: "
                f"{value_text('difference', found.difference)} "
                f"({interval_text('difference', found.difference)}); only the first right "
                f"{found.only_first_right:,}, only the second {found.only_second_right:,}, "
                f"McNemar p {found.mcnemar_p:.4g}"
            )
        )
    return [*lines, result.standing.note]
