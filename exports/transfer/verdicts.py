"""Owns taking verdicts in, with the judges that gave them.

A verdict is a fact: another one for the same response, judge and repeat is refused. A judge comes
in by its name alone; what this workspace registered itself gets no verdicts from a file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from db.contents import build_judge, build_verdict
from db.engine import Session
from db.intake import Table
from db.queries.transfer import (
    KnownJudge,
    KnownVerdict,
    judges_by_name,
    responses_by_id,
    verdicts_of_responses,
)
from db.verdicts import Judge, JudgeKind, JudgeOrigin, VerdictSource
from exports.transfer.arrivals import Arrivals, Settle
from exports.transfer.cells import RowReader, Sheet, open_sheet
from exports.transfer.forms import Kind, Progress

NO_VERDICT: Final = "imported without a verdict"


class _Said(StrEnum):
    PASSED = "1"
    FAILED = "0"
    UNSCORED = ""


_WORDS: Final = {member.value: member for member in _Said}
_VALUES: Final = {_Said.PASSED: 1, _Said.FAILED: 0, _Said.UNSCORED: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """One checked row; what it does not say is None.

    Attributes:
        reason: Why it is unscored, as the file says it; empty when it says nothing.
    """

    number: int
    response_id: str
    item_id: str | None
    judge: str
    kind: JudgeKind | None
    is_simulated: bool | None
    repeat: int
    value: int | None
    reason: str
    created_at: datetime


def check_verdicts(table: Table, now: datetime, progress: Progress | None) -> Settle:
    """Check every row by itself, and give what compares them with the workspace.

    Raises:
        RowsRefused: At least one row is bad; all are counted.
        FileRefused: Columns are missing, unknown, or there twice.
    """
    sheet = open_sheet(table, Kind.VERDICTS, now=now)
    read = (_read(row, sheet) for row in sheet.rows(progress))
    sent = [row for row in read if row is not None]
    _check_together(sent, sheet)
    sheet.refuse()

    def settle(session: Session, actor_id: str) -> Arrivals:
        del actor_id
        return _settle(session, sheet, sent)

    return settle


def _read(row: RowReader, sheet: Sheet) -> _Sent | None:
    response_id, item_id = row.identifier("response_id"), row.identifier("item_id")
    if response_id is None and row.is_good:
        row.problem("no response_id")
    judge = row.line("judge")
    if not judge:
        row.problem("no judge")
    said = row.decided("verdict", _WORDS)
    reason = row.text("reason") or ""
    if reason and said in (_Said.PASSED, _Said.FAILED):
        row.problem(
            "a reason beside a verdict",
            way_out="a reason says why a verdict is missing: empty it where there is one",
        )
    kind, is_simulated = row.choice("kind", JudgeKind), row.flag("is_simulated")
    repeat, created_at = row.whole("repeat"), row.moment("created_at")
    row.choice("source", VerdictSource)
    if not row.is_good or response_id is None or said is None:
        return None
    return _Sent(
        number=row.number,
        response_id=response_id,
        item_id=item_id,
        judge=judge,
        kind=kind,
        is_simulated=is_simulated,
        repeat=repeat or 0,
        value=_VALUES[said],
        reason=reason if reason.strip() else "",
        created_at=created_at or sheet.now,
    )


def _check_together(sent: Sequence[_Sent], sheet: Sheet) -> None:
    """Refuse keys that occur twice, and judges that rows describe differently."""
    keys: set[tuple[str, str, int]] = set()
    kinds: dict[str, JudgeKind] = {}
    simulated: dict[str, bool] = {}
    for row in sent:
        key = (row.response_id, row.judge, row.repeat)
        if key in keys:
            sheet.problems.add(
                row.number, "a response, judge and repeat that an earlier row has already"
            )
        keys.add(key)
        if row.kind is not None and kinds.setdefault(row.judge, row.kind) is not row.kind:
            sheet.problems.add(row.number, "another kind than an earlier row gives its judge")
        if (
            row.is_simulated is not None
            and simulated.setdefault(row.judge, row.is_simulated) is not row.is_simulated
        ):
            sheet.problems.add(row.number, "another is_simulated than an earlier row of its judge")


def _settle(session: Session, sheet: Sheet, sent: Sequence[_Sent]) -> Arrivals:
    responses = responses_by_id(session, (row.response_id for row in sent))
    for row in sent:
        known = responses.get(row.response_id)
        if known is None:
            sheet.problems.add(row.number, "a response_id that is not here")
            sheet.wanted.setdefault("responses", "import the responses first")
        elif row.item_id not in (None, known.item_id):
            sheet.problems.add(row.number, "an item_id that is not the response's")
    sheet.refuse()
    here = judges_by_name(session, (row.judge for row in sent))
    made = _new_judges(sent, here, now=sheet.now)
    verdicts = verdicts_of_responses(session, (row.response_id for row in sent)) if here else {}
    arrivals = Arrivals(facts=list(made.values()), new_judges=tuple(made))
    for row in sent:
        arrivals.counts[row.judge] += 1
        known_judge = here.get(row.judge)
        if known_judge is None:
            _add(row, made[row.judge].id, arrivals)
        else:
            at = (row.response_id, known_judge.id, row.repeat)
            _compare(row, known_judge, verdicts.get(at), sheet, arrivals)
    sheet.refuse()
    arrivals.advice = sheet.advice.entries()
    return arrivals


def _new_judges(
    sent: Sequence[_Sent], here: Mapping[str, KnownJudge], *, now: datetime
) -> dict[str, Judge]:
    kinds = {row.judge: row.kind for row in sent if row.kind is not None}
    simulated = {row.judge for row in sent if row.is_simulated}
    return {
        name: build_judge(
            name,
            kind=kinds.get(name, JudgeKind.UNKNOWN),
            origin=JudgeOrigin.IMPORTED,
            definition={},
            is_simulated=name in simulated,
            now=now,
        )
        for name in sorted({row.judge for row in sent} - here.keys())
    }


def _compare(
    row: _Sent,
    judge: KnownJudge,
    verdict: KnownVerdict | None,
    sheet: Sheet,
    arrivals: Arrivals,
) -> None:
    if row.kind not in (None, judge.kind):
        sheet.problems.add(row.number, "another kind than its judge has here")
    elif row.is_simulated not in (None, judge.is_simulated):
        sheet.problems.add(row.number, "another is_simulated than its judge has here")
    elif verdict is not None:
        same = verdict.value == row.value and row.reason in ("", verdict.reason)
        if same:
            arrivals.unchanged += 1
        else:
            sheet.problems.add(row.number, "another verdict than the judge's here")
            sheet.wanted.setdefault(
                "verdicts", "a verdict is never overwritten: give a new one another repeat or judge"
            )
    elif judge.origin is JudgeOrigin.REGISTERED:
        sheet.problems.add(row.number, "a judge that this workspace registered")
        sheet.wanted.setdefault("registered", "give the judge of the file another name")
    else:
        _add(row, judge.id, arrivals)


def _add(row: _Sent, judge_id: str, arrivals: Arrivals) -> None:
    arrivals.facts.append(
        build_verdict(
            response_id=row.response_id,
            judge_id=judge_id,
            value=row.value,
            reason="" if row.value is not None else row.reason or NO_VERDICT,
            repeat=row.repeat,
            source=VerdictSource.IMPORTED,
            now=row.created_at,
        )
    )
    arrivals.created += 1
