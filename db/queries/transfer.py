"""Owns what imports and exports of responses, labels and verdicts ask: few statements, many rows.

Look-ups go by batches of keys; exports are streamed in an order that is the same on every database.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from db.annotators import Annotator
from db.history import Event, HistoryHead
from db.items import Requirement, Revision
from db.labels import Decision, Factuality, Label, LabelSource, LabelWithdrawal, RequirementLabel
from db.responses import ContrastRole, Response, ResponseSource
from db.verdicts import Judge, JudgeKind, JudgeOrigin, Verdict, VerdictSource

BATCH: Final = 5_000
_STREAM: Final = 2_000

_LABEL: Final = (
    "id",
    "response_id",
    "annotator_id",
    "source",
    "decision",
    "factually_right",
    "failed",
    "reason",
    "reason_hash",
    "rater",
    "declared_source",
    "supersedes_id",
    "is_surplus",
    "created_at",
)

Query: TypeAlias = "sa.Select[*tuple[object, ...]]"
Line: TypeAlias = "sa.Row[*tuple[object, ...]]"


@dataclass(frozen=True, slots=True)
class KnownRevision:
    """One revision that exists."""

    id: str
    item_id: str
    number: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class KnownResponse:
    """One response that exists, without its text."""

    id: str
    revision_id: str
    item_id: str
    source: ResponseSource
    content_hash: str


@dataclass(frozen=True, slots=True)
class KnownLabel:
    """One label that exists.

    Attributes:
        handle: Of the annotator who gave or imported it.
        requirements: What was decided requirement by requirement.
    """

    id: str
    response_id: str
    annotator_id: str
    handle: str
    is_demonstration: bool
    source: LabelSource
    decision: Decision
    factually_right: Factuality | None
    failed: tuple[int, ...]
    requirements: tuple[tuple[int, Decision], ...]
    reason: str
    reason_hash: str | None
    rater: str
    declared_source: str
    supersedes_id: str | None
    is_surplus: bool
    created_at: datetime
    superseded_by: str | None
    withdrawn_at: datetime | None
    item_id: str
    response_source: ResponseSource
    response_is_simulated: bool


@dataclass(frozen=True, slots=True)
class KnownJudge:
    """One judge that exists."""

    id: str
    name: str
    kind: JudgeKind
    origin: JudgeOrigin
    is_simulated: bool


@dataclass(frozen=True, slots=True)
class KnownVerdict:
    """What a judge is known to have decided."""

    value: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class ResponseLine:
    """One response as it leaves."""

    id: str
    item_id: str
    revision_id: str
    revision_hash: str
    text: str
    source: ResponseSource
    source_name: str
    role: ContrastRole | None
    is_simulated: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One verdict as it leaves, or as a screen shows it."""

    response_id: str
    item_id: str
    judge: str
    kind: JudgeKind
    origin: JudgeOrigin
    is_simulated: bool
    repeat: int
    value: int | None
    reason: str
    source: VerdictSource
    response_source: ResponseSource
    response_is_simulated: bool
    created_at: datetime


def revisions_of_items(session: Session, item_ids: Iterable[str]) -> dict[str, list[KnownRevision]]:
    """Read all revisions of those of these items that exist, the oldest first."""
    found: dict[str, list[KnownRevision]] = defaultdict(list)
    for batch in _batches(item_ids):
        query = _revisions().where(col(Revision.item_id).in_(batch)).order_by(col(Revision.number))
        for row in session.execute(query):
            found[row.item_id].append(KnownRevision(*row))
    return dict(found)


def revisions_by_id(session: Session, revision_ids: Iterable[str]) -> dict[str, KnownRevision]:
    """Read those of these revisions that exist."""
    return {
        row.id: KnownRevision(*row)
        for batch in _batches(revision_ids)
        for row in session.execute(_revisions().where(col(Revision.id).in_(batch)))
    }


def responses_by_id(session: Session, response_ids: Iterable[str]) -> dict[str, KnownResponse]:
    """Read those of these responses that exist."""
    return {
        row.id: KnownResponse(*row)
        for batch in _batches(response_ids)
        for row in session.execute(_responses().where(col(Response.id).in_(batch)))
    }


def known_contents(session: Session, content_hashes: Iterable[str]) -> set[str]:
    """Tell which of these content hashes a response has."""
    return {
        found
        for batch in _batches(content_hashes)
        for found in session.exec(
            select(Response.content_hash).where(col(Response.content_hash).in_(batch))
        )
    }


def requirement_numbers(session: Session, revision_ids: Iterable[str]) -> dict[str, set[int]]:
    """Read which requirement numbers these revisions have."""
    found: dict[str, set[int]] = defaultdict(set)
    for batch in _batches(revision_ids):
        query = select(Requirement.revision_id, Requirement.number).where(
            col(Requirement.revision_id).in_(batch)
        )
        for revision_id, number in session.exec(query):
            found[revision_id].add(number)
    return dict(found)


def labels_of_responses(session: Session, response_ids: Iterable[str]) -> list[KnownLabel]:
    """Read all labels of these responses, the oldest first."""
    return [
        label
        for batch in _batches(response_ids)
        for label in _whole(
            session,
            session.execute(
                _labels()
                .where(col(Label.response_id).in_(batch))
                .order_by(col(Label.created_at), col(Label.id))
            ).all(),
        )
    ]


def labels_by_id(session: Session, label_ids: Iterable[str]) -> dict[str, KnownLabel]:
    """Read those of these labels that exist."""
    return {
        label.id: label
        for batch in _batches(label_ids)
        for label in _whole(
            session, session.execute(_labels().where(col(Label.id).in_(batch))).all()
        )
    }


def judges_by_name(session: Session, names: Iterable[str]) -> dict[str, KnownJudge]:
    """Read those of these judges that exist, by name."""
    return {
        row.name: KnownJudge(*row)
        for batch in _batches(names)
        for row in session.execute(
            _select(Judge.id, Judge.name, Judge.kind, Judge.origin, Judge.is_simulated).where(
                col(Judge.name).in_(batch)
            )
        )
    }


def verdicts_of_responses(
    session: Session, response_ids: Iterable[str]
) -> dict[tuple[str, str, int], KnownVerdict]:
    """Read the verdicts on these responses, by response, judge and repeat."""
    return {
        (row.response_id, row.judge_id, row.repeat): KnownVerdict(row.value, row.reason)
        for batch in _batches(response_ids)
        for row in session.execute(
            _select(
                Verdict.response_id, Verdict.judge_id, Verdict.repeat, Verdict.value, Verdict.reason
            ).where(col(Verdict.response_id).in_(batch))
        )
    }


def newest_event(session: Session) -> int:
    """Give the number of the newest event; 0 when there is none."""
    return session.exec(select(HistoryHead.seq)).one_or_none() or 0


def is_changed_since(session: Session, seq: int) -> bool:
    """Tell whether anything but people's own labels was recorded after an event.

    No import is compared with those: they have places and ids of their own.
    """
    others = select(Event.id).where(Event.seq > seq, col(Event.action).not_like("label.%"))
    return session.exec(others.limit(1)).first() is not None


def kinds_present(session: Session) -> dict[str, bool]:
    """Tell whether there are responses, labels and verdicts at all, without counting them."""
    tables = {"responses": Response.id, "labels": Label.id, "verdicts": Verdict.id}
    return {
        name: session.exec(select(column).limit(1)).first() is not None
        for name, column in tables.items()
    }


def stream_responses(session: Session) -> Iterator[ResponseLine]:
    """Give every response, in the order of item, revision and id."""
    query = (
        _select(
            Response.id,
            Revision.item_id,
            Response.revision_id,
            Revision.content_hash,
            Response.text,
            Response.source,
            Response.source_name,
            Response.role,
            Response.is_simulated,
            Response.created_at,
        )
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .order_by(
            _bytewise(session, Revision.item_id),
            col(Revision.number),
            _bytewise(session, Response.id),
        )
    )
    for row in session.execute(query.execution_options(yield_per=_STREAM)):
        yield ResponseLine(*row)


def stream_labels(session: Session) -> Iterator[KnownLabel]:
    """Give every label, superseded and withdrawn ones too, in the order of response and id."""
    query = _labels().order_by(
        _bytewise(session, Label.response_id), col(Label.created_at), _bytewise(session, Label.id)
    )
    rows = iter(session.execute(query.execution_options(yield_per=_STREAM)))
    while batch := list(islice(rows, _STREAM)):
        yield from _whole(session, batch)


def stream_verdicts(session: Session) -> Iterator[VerdictLine]:
    """Give every verdict, in the order of response, judge and repeat."""
    query = _verdicts().order_by(
        _bytewise(session, Verdict.response_id), _bytewise(session, Judge.name), col(Verdict.repeat)
    )
    for row in session.execute(query.execution_options(yield_per=_STREAM)):
        yield VerdictLine(*row)


def verdicts_to_show(
    session: Session, response_ids: Sequence[str]
) -> dict[str, tuple[VerdictLine, ...]]:
    """Read the verdicts on a few responses, by response, in the order of judge and repeat."""
    query = (
        _verdicts()
        .where(col(Verdict.response_id).in_(response_ids))
        .order_by(col(Judge.name), col(Verdict.repeat))
    )
    found: dict[str, list[VerdictLine]] = defaultdict(list)
    for row in session.execute(query):
        found[row.response_id].append(VerdictLine(*row))
    return {response_id: tuple(lines) for response_id, lines in found.items()}


def _select(*columns: object) -> Query:
    # The checker types at most ten columns, and takes a table's columns for their values.
    return sa.select(*columns)  # type: ignore[call-overload,no-any-return]


def _revisions() -> Query:
    return _select(Revision.id, Revision.item_id, Revision.number, Revision.content_hash)


def _responses() -> Query:
    return _select(
        Response.id,
        Response.revision_id,
        Revision.item_id,
        Response.source,
        Response.content_hash,
    ).join(Revision, col(Revision.id) == col(Response.revision_id))


def _verdicts() -> Query:
    return (
        _select(
            Verdict.response_id,
            Revision.item_id,
            Judge.name,
            Judge.kind,
            Judge.origin,
            Judge.is_simulated,
            Verdict.repeat,
            Verdict.value,
            Verdict.reason,
            Verdict.source,
            col(Response.source).label("response_source"),
            col(Response.is_simulated).label("response_is_simulated"),
            Verdict.created_at,
        )
        .join(Judge, col(Judge.id) == col(Verdict.judge_id))
        .join(Response, col(Response.id) == col(Verdict.response_id))
        .join(Revision, col(Revision.id) == col(Response.revision_id))
    )


def _labels() -> Query:
    later = aliased(Label)
    return (
        _select(
            *(col(getattr(Label, name)) for name in _LABEL),
            Annotator.handle,
            Annotator.is_demonstration,
            col(later.id).label("superseded_by"),
            col(LabelWithdrawal.created_at).label("withdrawn_at"),
            Revision.item_id,
            col(Response.source).label("response_source"),
            col(Response.is_simulated).label("response_is_simulated"),
        )
        .select_from(Label)
        .join(Annotator, col(Annotator.id) == col(Label.annotator_id))
        .join(Response, col(Response.id) == col(Label.response_id))
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .outerjoin(later, col(later.supersedes_id) == col(Label.id))
        .outerjoin(LabelWithdrawal, col(LabelWithdrawal.label_id) == col(Label.id))
    )


def _whole(session: Session, rows: Sequence[Line]) -> Iterator[KnownLabel]:
    decided: dict[str, list[tuple[int, Decision]]] = defaultdict(list)
    for batch in _batches(row.id for row in rows):
        query = (
            _select(RequirementLabel.label_id, RequirementLabel.number, RequirementLabel.decision)
            .where(col(RequirementLabel.label_id).in_(batch))
            .order_by(col(RequirementLabel.number))
        )
        for label_id, number, decision in session.execute(query):
            decided[label_id].append((number, decision))
    for row in rows:
        values = row._asdict()
        values["failed"] = tuple(values["failed"])
        yield KnownLabel(**values, requirements=tuple(decided.get(row.id, ())))


def _bytewise(session: Session, column: str) -> sa.ColumnElement[str]:
    """Order texts by their code points, as SQLite does, whatever a server's locale is."""
    if session.get_bind().dialect.name == "postgresql":
        return col(column).collate("C")
    return sa.type_coerce(col(column), sa.String)


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    # Databases limit the number of parameters of one statement (SQLite: 32,766).
    rest = iter(sorted(set(values)))
    while batch := list(islice(rest, BATCH)):
        yield batch
