"""Owns what a worker asks about chunks: which wait, what is in one, and that one is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.hashing import JsonObject
from db.ledger.calls import Answer, Call, Question, RunCall, RunCallState
from db.ledger.runs import ACTIVE, Chunk, ChunkState, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingChunk:
    """A chunk that holds work; ``round`` grows whenever it is handed out again."""

    run_id: str
    number: int
    round: int
    provider_id: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingCall:
    """A call of a chunk that has no result in its run yet."""

    position: int
    call_hash: str
    body: JsonObject
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkWork:
    """What is left to do in a chunk."""

    spec: JsonObject
    kind: str
    provider_id: str
    model: str
    calls: tuple[PendingCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnappliedAnswer:
    """An answer whose run has not made anything of it yet."""

    run_id: str
    position: int
    call_hash: str
    kind: str
    subject: JsonObject
    body: JsonObject
    text: str | None
    reasoning: str | None
    finish: str
    snapshot: str
    is_simulated: bool
    received_at: datetime


def has_work(session: Session) -> bool:
    """Whether any run is to be worked on."""
    query = select(Run.id).where(col(Run.state).in_(ACTIVE)).limit(1)
    return session.exec(query).first() is not None


def has_unapplied(session: Session, kinds: Iterable[str]) -> bool:
    """Whether answers of runs of these kinds wait to be applied."""
    names = list(kinds)
    return bool(names) and session.execute(_unapplied(names).limit(1)).first() is not None


def waiting_chunks(session: Session, *, per_model: int) -> list[WaitingChunk]:
    """List the first chunks of active runs that hold work, oldest run first, some of each model."""
    rank = (
        sa.func.row_number()
        .over(
            partition_by=(col(Chunk.provider_id), col(Chunk.model)),
            order_by=(col(Run.created_at), col(Run.id), col(Chunk.number)),
        )
        .label("rank")
    )
    inner = (
        sa.select(
            col(Chunk.run_id),
            col(Chunk.number),
            col(Chunk.round),
            col(Chunk.provider_id),
            col(Chunk.model),
            rank,
        )
        .join(Run, col(Run.id) == col(Chunk.run_id))
        .where(col(Chunk.state) == ChunkState.WAITING, col(Run.state).in_(ACTIVE))
        .subquery()
    )
    rows = session.execute(sa.select(inner).where(inner.c.rank <= per_model).order_by("rank"))
    return [
        WaitingChunk(
            run_id=row.run_id,
            number=row.number,
            round=row.round,
            provider_id=row.provider_id,
            model=row.model,
        )
        for row in rows
    ]


def next_round(session: Session, chunk: WaitingChunk) -> None:
    """Say that a chunk is to be handed out again, unless somebody has just said so."""
    session.execute(
        sa.update(Chunk)
        .where(
            col(Chunk.run_id) == chunk.run_id,
            col(Chunk.number) == chunk.number,
            col(Chunk.round) == chunk.round,
        )
        .values(round=chunk.round + 1)
    )


def load_work(session: Session, run_id: str, number: int) -> ChunkWork:
    """Load what is left to do in a chunk."""
    chunk = session.get_one(Chunk, (run_id, number))
    run = session.get_one(Run, run_id)
    rows = session.execute(
        sa.select(col(RunCall.position), col(Call.hash), col(Question.body), col(Call.tries))
        .select_from(RunCall)
        .join(Call, col(Call.hash) == col(RunCall.call_hash))
        .join(Question, col(Question.call_hash) == col(Call.hash))
        .where(
            col(RunCall.run_id) == run_id,
            col(RunCall.chunk) == number,
            col(RunCall.state) == RunCallState.PENDING,
        )
        .order_by(col(RunCall.position))
    )
    return ChunkWork(
        spec=cast("JsonObject", run.spec),
        kind=run.kind,
        provider_id=chunk.provider_id,
        model=chunk.model,
        calls=tuple(
            PendingCall(position=position, call_hash=call_hash, body=body, tries=tries)
            for position, call_hash, body, tries in rows
        ),
    )


def close_chunk(session: Session, run_id: str, number: int) -> bool:
    """Mark a chunk as done if nothing of it is pending, and say whether it is."""
    pending = select(RunCall.position).where(
        col(RunCall.run_id) == run_id,
        col(RunCall.chunk) == number,
        col(RunCall.state) == RunCallState.PENDING,
    )
    if session.exec(pending.limit(1)).first() is not None:
        return False
    session.get_one(Chunk, (run_id, number)).state = ChunkState.DONE
    return True


def unapplied_answers(
    session: Session, kinds: Iterable[str], *, count: int
) -> list[UnappliedAnswer]:
    """Give answers that nothing was made of yet, oldest places first."""
    rows = session.execute(
        _unapplied(kinds).order_by(col(RunCall.run_id), col(RunCall.position)).limit(count)
    )
    return [
        UnappliedAnswer(
            run_id=link.run_id,
            position=link.position,
            call_hash=link.call_hash,
            kind=kind,
            subject=cast("JsonObject", link.subject),
            body=cast("JsonObject", body),
            text=answer.text,
            reasoning=answer.reasoning,
            finish=answer.finish,
            snapshot=answer.snapshot,
            is_simulated=answer.is_simulated,
            received_at=answer.received_at,
        )
        for link, kind, body, answer in rows
    ]


def mark_applied(session: Session, places: Iterable[tuple[str, int]], *, now: datetime) -> None:
    """Say that something was made of these places' answers."""
    statement = (
        sa.update(RunCall.__table__)  # type: ignore[attr-defined]
        .where(
            RunCall.__table__.c.run_id == sa.bindparam("its_run"),  # type: ignore[attr-defined]
            RunCall.__table__.c.position == sa.bindparam("its_position"),  # type: ignore[attr-defined]
        )
        .values(applied_at=now)
    )
    rows: list[Mapping[str, object]] = [
        {"its_run": run_id, "its_position": position} for run_id, position in places
    ]
    if rows:
        session.execute(statement, rows)


def _unapplied(kinds: Iterable[str]) -> "sa.Select[RunCall, str, dict[str, object], Answer]":
    return (
        sa.select(RunCall, col(Run.kind), col(Question.body), Answer)
        .join(Run, col(Run.id) == col(RunCall.run_id))
        .join(Question, col(Question.call_hash) == col(RunCall.call_hash))
        .join(Answer, col(Answer.call_hash) == col(RunCall.call_hash))
        .where(
            col(Run.kind).in_(list(kinds)),
            col(RunCall.state) == RunCallState.DONE,
            col(RunCall.applied_at).is_(None),
        )
    )
