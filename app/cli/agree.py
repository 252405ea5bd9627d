"""Owns the verb `gainsay agree`: how far a judge agrees with labels, or several raters agree.

The labels come from files or from the workspace; no model is asked. What it prints describes these
labels and is never a certificate; labels that are no human evidence are named as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from typer.exceptions import TyperException

from app.cli.judge_lines import judge_lines
from app.cli.numbers import whole_number
from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option
from app.cli.rater_lines import rater_lines

if TYPE_CHECKING:
    from calibration.agreement.bootstrap import Plan
    from calibration.agreement.raters.retrospective import RaterRetrospective
    from calibration.agreement.retrospective import Retrospective

ENDINGS = (".md", ".html", ".csv")
SOURCES = ("blind_human", "human_unblinded", "imported", "construction", "machine")
LEVELS = ("nominal", "ordinal", "interval")
SHOWN_CHARS = 60

Gold = Annotated[
    Path | None, typer.Option("--gold", help="Labels: key, label, maybe a cluster column.")
]
Verdicts = Annotated[
    Path | None,
    typer.Option("--verdicts", help="Verdicts: key, judge_id, verdict (empty is unscored)."),
]
Labels = Annotated[
    Path | None,
    typer.Option(
        "--labels", help="Labels of several raters, one row per rating: key, rater, label."
    ),
]
Judge = Annotated[
    str | None,
    typer.Option("--judge", help="The judge to look at: a judge_id, or a judge of the workspace."),
]
Source = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        help=f"Workspace labels of this source: {', '.join(SOURCES)}; repeats. Default: "
        "blind_human, the only human evidence.",
    ),
]
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
        help="A second judge on the same gold; the difference is second minus first.",
    ),
]
KeyColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--key", help="Key column; repeats. Default: response_id, else item_id (+subset)."
    ),
]
Rater = Annotated[
    str | None, typer.Option("--rater", help="Column of raters in --labels. Default: rater.")
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help="Column of clusters. Default: cluster_id where it exists."),
]
Positive = Annotated[
    str | None, typer.Option("--positive", help="The label that counts as positive for TPR, TNR.")
]
LevelOf = Annotated[
    str | None,
    typer.Option("--level", help=f"Level of alpha over raters: {', '.join(LEVELS)}."),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The options as they were written."""

    gold: Path | None
    verdicts: Path | None
    labels: Path | None
    judge: str | None
    source: list[str]
    where: list[str]
    by: list[str]
    compare: str | None
    key: list[str]
    rater: str | None
    cluster: str | None
    positive: str | None
    level: str | None
    report: list[Path]
    db: str | None


# Which options belong to only some of the ways to ask.
_OPTIONS: Final = {
    "with files of labels and verdicts": ("judge", "compare", "key", "cluster", "positive"),
    "with --labels": ("key", "rater", "cluster", "level"),
    "with a judge of the workspace": ("judge", "compare", "source"),
    "among the people of the workspace": ("source", "level"),
}


def agree(
    gold: Gold = None,
    verdicts: Verdicts = None,
    labels: Labels = None,
    judge: Judge = None,
    source: Source = None,
    where: Where = None,
    by: By = None,
    compare: Compare = None,
    key: KeyColumns = None,
    rater: Rater = None,
    cluster: Cluster = None,
    positive: Positive = None,
    level: LevelOf = None,
    report: Reports = None,
    random_state: RandomState = "0",
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Say how far a judge agrees with labels, or raters with one another, with intervals.

    From files with --gold, --verdicts and --judge, or with --labels; else from the workspace: with
    --judge a judge against people, without it the people among themselves.
    """
    asked = _Asked(
        gold=gold,
        verdicts=verdicts,
        labels=labels,
        judge=judge,
        source=source or [],
        where=where or [],
        by=by or [],
        compare=compare,
        key=key or [],
        rater=rater,
        cluster=cluster,
        positive=positive,
        level=level,
        report=list(dict.fromkeys(report or [])),
        db=db,
    )
    seed = whole_number("--random-state", random_state) or 0
    _check_options(asked, seed)
    _check_way(asked)
    _run(asked, seed=seed, as_json=as_json)


def _run(asked: _Asked, *, seed: int, as_json: bool) -> None:
    from calibration.agreement.bootstrap import Plan
    from calibration.agreement.raters.retrospective import as_json as raters_json
    from calibration.agreement.report import check_destinations, write_reports
    from calibration.agreement.report_markdown import visible
    from calibration.agreement.retrospective import Retrospective
    from calibration.agreement.retrospective import as_json as judge_json

    handed_in = [path for path in (asked.gold, asked.verdicts, asked.labels) if path is not None]
    check_destinations(asked.report, sources=handed_in)
    result = _studied(asked, Plan(random_state=seed))
    write_reports(result, asked.report)
    if isinstance(result, Retrospective):
        written, lines = judge_json(result), judge_lines(result)
    else:
        written, lines = raters_json(result), rater_lines(result)
    answer(
        written | {"reports": [str(path) for path in asked.report]},
        as_json=as_json,
        lines=[*lines, *(visible(f"report      {path}") for path in asked.report)],
    )


def _studied(asked: _Asked, plan: "Plan") -> "Retrospective | RaterRetrospective":
    if asked.gold is not None and asked.verdicts is not None:
        return _judge_of_files(asked, asked.gold, asked.verdicts, plan)
    if asked.labels is not None:
        return _raters_of_file(asked, asked.labels, plan)
    return _workspace(asked, plan)


def _judge_of_files(asked: _Asked, gold: Path, verdicts: Path, plan: "Plan") -> "Retrospective":
    from calibration.agreement.retrospective import retrospect
    from calibration.agreement.study import Options
    from db.intake import read_table

    return retrospect(
        read_table(gold, what="gold"),
        read_table(verdicts, what="verdicts"),
        Options(
            judge=asked.judge or "",
            where=tuple(asked.where),
            by=tuple(asked.by),
            compare=asked.compare,
            key=tuple(asked.key),
            cluster=asked.cluster,
            positive=asked.positive,
            plan=plan,
        ),
    )


def _raters_of_file(asked: _Asked, labels: Path, plan: "Plan") -> "RaterRetrospective":
    from calibration.agreement.raters.level import Level
    from calibration.agreement.raters.retrospective import retrospect_raters
    from calibration.agreement.raters.study import RaterOptions
    from db.intake import read_table

    return retrospect_raters(
        read_table(labels, what="labels"),
        RaterOptions(
            where=tuple(asked.where),
            by=tuple(asked.by),
            key=tuple(asked.key),
            rater=asked.rater,
            cluster=asked.cluster,
            level=Level(asked.level or "nominal"),
            plan=plan,
        ),
    )


def _workspace(asked: _Asked, plan: "Plan") -> "Retrospective | RaterRetrospective":
    from app.workspace import existing
    from calibration.agreement.raters.level import Level
    from calibration.agreement.workspace.judge import JudgeQuestion, study_judge
    from calibration.agreement.workspace.people import PeopleQuestion, study_people
    from db.engine import reading
    from db.labels import LabelSource

    sources = tuple(LabelSource(source) for source in asked.source)
    where, by = tuple(asked.where), tuple(asked.by)
    with existing(asked.db) as engine, reading(engine) as session:
        if asked.judge is not None:
            judged = JudgeQuestion(
                judge=asked.judge,
                compare=asked.compare,
                sources=sources,
                where=where,
                by=by,
                plan=plan,
            )
            return study_judge(session, judged)
        level = Level(asked.level or "nominal")
        people = PeopleQuestion(sources=sources, where=where, by=by, level=level, plan=plan)
        return study_people(session, people)


def _check_way(asked: _Asked) -> None:
    """Decide which question is asked, and refuse options that belong to another one."""
    of_files = asked.gold is not None or asked.verdicts is not None
    if asked.labels is not None:
        way = "with --labels"
        if of_files:
            raise wrong_option("--labels", "hand in either --labels, or --gold and --verdicts")
    elif of_files:
        way = "with files of labels and verdicts"
        for name in ("gold", "verdicts", "judge"):
            if getattr(asked, name) is None:
                raise TyperException(f"Missing option '--{name}'.")
    elif asked.judge is not None:
        way = "with a judge of the workspace"
    else:
        way = "among the people of the workspace"
    for name in sorted({name for names in _OPTIONS.values() for name in names}):
        if getattr(asked, name) and name not in _OPTIONS[way]:
            ways = " or ".join(known for known, names in _OPTIONS.items() if name in names)
            raise wrong_option(f"--{name}", f"it means nothing {way}, only {ways}")


def _check_options(asked: _Asked, random_state: int) -> None:
    if random_state < 0:
        raise wrong_option("--random-state", f"write a whole number from 0, got {random_state!r}.")
    for condition in asked.where:
        if not condition.partition("=")[0] or "=" not in condition:
            raise wrong_option("--where", f"write COL=VALUE, got {_told(condition)}.")
    for path in asked.report:
        if path.suffix.lower() not in ENDINGS:
            raise wrong_option(
                "--report", f"the name must end in {', '.join(ENDINGS)}, got {_told(str(path))}."
            )
    for option, values, legal in (
        ("--source", asked.source, SOURCES),
        ("--level", [] if asked.level is None else [asked.level], LEVELS),
    ):
        for value in values:
            if value not in legal:
                raise wrong_option(option, f"choose {', '.join(legal)}, got {_told(value)}.")
    _check_columns(
        {
            "--cluster": [asked.cluster],
            "--rater": [asked.rater],
            "--key": asked.key,
            "--by": asked.by,
        }
    )


def _check_columns(named: Mapping[str, Sequence[str | None]]) -> None:
    for option, columns in named.items():
        if "" in columns:
            raise wrong_option(option, "write the name of a column, got ''; or leave it out.")


def _told(text: str) -> str:
    return repr(text) if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]!r}..."
