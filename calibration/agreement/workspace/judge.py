"""Owns a judge's verdicts in the workspace against the labels of the same responses.

Gold is what more than half of a response's labels say. Where none does (a tie, cannot tell), the
response is undecided: left out and counted. Clusters are the item families.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from calibration.agreement.bootstrap import Plan
from calibration.agreement.retrospective import Retrospective, retrospect
from calibration.agreement.study import Options
from calibration.agreement.workspace.evidence import (
    Evidence,
    columns_of,
    gather,
    standing_of,
    table_of,
)
from db.engine import Session
from db.errors import Invalid, NotFound
from db.intake import Row, Table
from db.labels import Decision, LabelSource
from db.queries.agreement import (
    JudgeView,
    LiveLabel,
    VerdictView,
    find_judge,
    verdicts_of,
)

LABELS: Final = ("0", "1")
_GOLD: Final = {Decision.FOLLOWS: "1", Decision.DOES_NOT_FOLLOW: "0"}
_VERDICT_COLUMNS: Final = ("response_id", "judge_id", "verdict", "repeat", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeQuestion:
    """Hold what a person asks about a judge of the workspace.

    Attributes:
        judge: Its name.
        compare: The name of a second judge on the same gold.
        sources: Label sources that make gold; empty takes blind labels of people.
        where: Filters COL=VALUE on the columns of the workspace's rows.
        by: Columns whose values cut the study into groups.
        plan: How the bootstrap resamples, and from which seed.
    """

    judge: str
    compare: str | None = None
    sources: tuple[LabelSource, ...] = ()
    where: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gold:
    """Gold rows, and how each response came to be decided or not."""

    rows: tuple[Row, ...]
    single: int
    unanimous: int
    majority: int
    undecided: int


def study_judge(session: Session, question: JudgeQuestion) -> Retrospective:
    """Measure a judge of the workspace against its labels.

    Raises:
        NotFound: There is no such judge, no label, no decided response, or no verdict on one.
        Invalid: Several repeats without a filter that chooses one, or an option that does not fit.
    """
    names = [question.judge, *([] if question.compare is None else [question.compare])]
    judges = [find_judge(session, name) for name in names]
    evidence = gather(session, sources=question.sources, where=question.where)
    gold = _gold(evidence.labels)
    if not gold.rows:
        raise NotFound(
            f"There is nothing to measure: all {gold.undecided:,} labelled responses are undecided "
            "(n = 0: cannot tell, or no majority); have further people label them."
        )
    said = {judge.name: verdicts_of(session, judge.id) for judge in judges}
    labelled = {str(row["response_id"]) for row in gold.rows}
    kept = {
        name: [one for one in rows if one.response_id in labelled] for name, rows in said.items()
    }
    for judge in judges:
        _check_verdicts(judge, kept[judge.name], labelled=len(labelled))
        _check_repeats(judge, kept[judge.name], question.where)
    return retrospect(
        _gold_table(evidence, gold),
        _verdict_table(kept),
        Options(
            judge=question.judge,
            compare=question.compare,
            where=question.where,
            by=question.by,
            labels=LABELS,
            plan=question.plan,
        ),
        standing=standing_of(
            evidence,
            human=(
                f"gold is made of blind labels by {len(evidence.raters):,} people in this "
                "workspace, which anybody may have seen before; these figures are no certificate"
            ),
            gold=_gold_name(evidence),
            workspace=_facts(evidence, gold, judges),
            simulated=_simulated(evidence, judges),
        ),
    )


def _gold(labels: Sequence[LiveLabel]) -> _Gold:
    by_response: dict[str, list[LiveLabel]] = {}
    for label in labels:
        by_response.setdefault(label.response.response_id, []).append(label)
    rows: list[Row] = []
    single = unanimous = majority = undecided = 0
    for votes in by_response.values():
        decisions = [vote.decision for vote in votes]
        most = max(_GOLD, key=decisions.count)
        count = decisions.count(most)
        if 2 * count <= len(votes):
            undecided += 1
            continue
        single += len(votes) == 1
        unanimous += count == len(votes) > 1
        majority += count < len(votes)
        sources = sorted({vote.source.value for vote in votes})
        rows.append(
            columns_of(votes[0].response)
            | {"label": _GOLD[most], "source": "+".join(sources), "raters": len(votes)}
        )
    return _Gold(
        rows=tuple(rows),
        single=single,
        unanimous=unanimous,
        majority=majority,
        undecided=undecided,
    )


def _check_verdicts(judge: JudgeView, kept: Sequence[VerdictView], *, labelled: int) -> None:
    if kept:
        return
    if not judge.verdicts:
        raise NotFound(
            f"There is nothing to measure: judge {judge.name!r} has no verdict in this workspace "
            "(n = 0); import its verdicts with 'gainsay import verdicts FILE'."
        )
    raise NotFound(
        f"There is nothing to measure: judge {judge.name!r} has {judge.verdicts:,} verdicts and "
        f"none of them is on one of the {labelled:,} responses with a decided label (n = 0); label "
        "responses that it judged, or import its verdicts on these."
    )


def _check_repeats(judge: JudgeView, kept: Sequence[VerdictView], where: Sequence[str]) -> None:
    repeats = sorted({one.repeat for one in kept})
    chosen = any(condition.partition("=")[0] == "repeat" for condition in where)
    if len(repeats) > 1 and not chosen:
        raise Invalid(
            f"Judge {judge.name!r} has several verdicts on one response (repeats "
            f"{', '.join(map(str, repeats[:10]))}); choose one with --where repeat={repeats[0]}."
        )


def _gold_table(evidence: Evidence, gold: _Gold) -> Table:
    columns = (*columns_of(evidence.labels[0].response), "label", "source", "raters")
    return table_of(f"{_gold_name(evidence)} of this workspace", "gold", gold.rows, columns)


def _gold_name(evidence: Evidence) -> str:
    return f"the labels {'+'.join(source.value for source in evidence.sources)}"


def _verdict_table(said: dict[str, list[VerdictView]]) -> Table:
    rows: list[Row] = [
        {
            "response_id": one.response_id,
            "judge_id": name,
            "verdict": one.value,
            "repeat": one.repeat,
            "reason": one.reason,
        }
        for name, verdicts in said.items()
        for one in verdicts
    ]
    return table_of("the verdicts of this workspace", "verdicts", rows, _VERDICT_COLUMNS)


def _facts(evidence: Evidence, gold: _Gold, judges: Sequence[JudgeView]) -> dict[str, object]:
    return {
        **evidence.as_json(),
        "gold": len(gold.rows),
        "gold_of_one_label": gold.single,
        "gold_unanimous": gold.unanimous,
        "gold_by_majority": gold.majority,
        "undecided": gold.undecided,
        "judges": [
            {
                "name": judge.name,
                "kind": judge.kind,
                "origin": judge.origin,
                "is_simulated": judge.is_simulated,
                "verdicts": judge.verdicts,
            }
            for judge in judges
        ],
    }


def _simulated(evidence: Evidence, judges: Sequence[JudgeView]) -> str:
    told = [f"judge {judge.name!r} is simulated" for judge in judges if judge.is_simulated]
    if evidence.includes_simulated:
        told.append("responses of a simulated model are among the labelled ones")
    return " and ".join(told)
