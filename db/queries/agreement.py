"""Owns reading what agreement rests on: live labels of responses, judges and their verdicts.

A label is live when no other supersedes it and nobody took it back; those handed in too late are
left out. Nothing else is judged here: who counts as evidence is for the caller to say.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.annotators import Annotator
from db.errors import NotFound
from db.items import Item, Revision
from db.labels import Decision, Label, LabelSource
from db.queries.labelling_queue import is_counted, is_live
from db.responses import Response, ResponseSource
from db.verdicts import Judge, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledResponse:
    """A response with what it belongs to.

    Attributes:
        domain_id: None when unassigned.
        model: Exact model snapshot of the response; empty when no model wrote it.
    """

    response_id: str
    item_id: str
    family_id: str
    type_id: str
    domain_id: str | None
    language_id: str
    response_source: ResponseSource
    model: str
    is_simulated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLabel:
    """A live label.

    Attributes:
        handle: Who gave or imported the label.
        rater: Who decided, as an imported file names them; empty for labels given here.
    """

    response: LabelledResponse
    source: LabelSource
    decision: Decision
    handle: str
    rater: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeView:
    """A judge and how many verdicts it has."""

    id: str
    name: str
    kind: str
    origin: str
    is_simulated: bool
    verdicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """One verdict; the reason is empty exactly when there is a value."""

    response_id: str
    repeat: int
    value: int | None
    reason: str


def live_labels(session: Session, sources: Collection[LabelSource]) -> list[LiveLabel]:
    """List the live labels of these sources but surplus ones, by response, oldest first."""
    # Columns, not rows of tables: with a hundred thousand labels the objects cost most of the time.
    wanted = (col(Label.source).in_(list(sources)), is_counted())
    responses = _responses(session, select(Label.response_id).where(*wanted))
    people = {row.id: row for row in session.exec(select(Annotator))}
    query = (
        sa.select(
            col(Label.response_id),
            col(Label.source),
            col(Label.decision),
            col(Label.annotator_id),
            col(Label.rater),
        )
        .where(*wanted)
        .order_by(col(Label.response_id), col(Label.created_at), col(Label.id))
    )
    return [
        LiveLabel(
            response=responses[response_id],
            source=source,
            decision=decision,
            handle=people[annotator_id].handle,
            rater=rater,
            is_demonstration=people[annotator_id].is_demonstration,
        )
        for response_id, source, decision, annotator_id, rater in session.execute(query)
    ]


def _responses(session: Session, ids: SelectOfScalar[str]) -> dict[str, LabelledResponse]:
    query = (
        sa.select(
            col(Response.id),
            col(Item.id),
            col(Item.family_id),
            col(Item.type_id),
            col(Item.domain_id),
            col(Item.language_id),
            col(Response.source),
            col(Response.source_name),
            col(Response.is_simulated),
        )
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .join(Item, col(Item.id) == col(Revision.item_id))
        .where(col(Response.id).in_(ids))
    )
    return {
        row[0]: LabelledResponse(
            response_id=row[0],
            item_id=row[1],
            family_id=row[2],
            type_id=row[3],
            domain_id=row[4],
            language_id=row[5],
            response_source=row[6],
            model=row[7],
            is_simulated=row[8],
        )
        for row in session.execute(query)
    }


def count_surplus(session: Session, sources: Collection[LabelSource]) -> int:
    """Count the live labels of these sources that were handed in too late."""
    query = (
        select(sa.func.count())
        .select_from(Label)
        .where(col(Label.source).in_(list(sources)), col(Label.is_surplus), is_live())
    )
    return session.exec(query).one()


def live_by_source(session: Session) -> dict[LabelSource, int]:
    """Count the live labels of each source but surplus ones; one without any is absent."""
    query = (
        select(Label.source, sa.func.count())
        .where(is_counted())
        .group_by(col(Label.source))
        .order_by(col(Label.source))
    )
    return {LabelSource(source): count for source, count in session.exec(query)}


def list_judges(session: Session) -> list[JudgeView]:
    """List the judges by name, each with how many verdicts it has."""
    counts = dict(
        session.exec(
            select(Verdict.judge_id, sa.func.count()).group_by(col(Verdict.judge_id))
        ).all()
    )
    return [
        JudgeView(
            id=judge.id,
            name=judge.name,
            kind=judge.kind.value,
            origin=judge.origin.value,
            is_simulated=judge.is_simulated,
            verdicts=counts.get(judge.id, 0),
        )
        for judge in session.exec(select(Judge).order_by(col(Judge.name)))
    ]


def find_judge(session: Session, name: str) -> JudgeView:
    """Find a judge by its name.

    Raises:
        NotFound: There is none of that name; the sentence names those there are.
    """
    judges = {judge.name: judge for judge in list_judges(session)}
    if name in judges:
        return judges[name]
    if not judges:
        raise NotFound(
            f"There is no judge {name!r}: this workspace knows none (n = 0); import verdicts with "
            "'gainsay import verdicts FILE', or hand in files with --gold and --verdicts."
        )
    near = get_close_matches(name, list(judges), n=3, cutoff=0.6) or list(judges)[:10]
    raise NotFound(
        f"There is no judge {name!r} in this workspace; there are {len(judges):,}, among them "
        f"{_listed(near)}: choose one of them."
    )


def verdicts_of(session: Session, judge_id: str) -> list[VerdictView]:
    """List a judge's verdicts, by response and repeat."""
    query = (
        sa.select(
            col(Verdict.response_id), col(Verdict.repeat), col(Verdict.value), col(Verdict.reason)
        )
        .where(col(Verdict.judge_id) == judge_id)
        .order_by(col(Verdict.response_id), col(Verdict.repeat))
    )
    return [
        VerdictView(response_id=response_id, repeat=repeat, value=value, reason=reason)
        for response_id, repeat, value, reason in session.execute(query)
    ]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
