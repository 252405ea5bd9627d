"""Owns writing a new run: its rows in one transaction, whatever their number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from db.hashing import JsonObject
from db.ledger.calls import Call, CallState, Question, RunCall, RunCallState
from db.ledger.runs import Chunk, ChunkState, Run, RunEvent, RunEventKind

ROWS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A call of a new run.

    Attributes:
        low_micro, high_micro: What it costs with an empty and with the longest answer.
    """

    call_hash: str
    body: JsonObject
    subject: JsonObject
    provider_id: str
    model: str
    is_simulated: bool
    low_micro: int
    high_micro: int


def write_calls(
    session: Session, run: Run, calls: Iterable[NewCall], *, now: datetime, actor: str
) -> None:
    """Write a run and its calls, cut into chunks of one model each, and set its totals.

    Calls whose answer is there already cost nothing; failed ones may be tried again.
    """
    session.add(run)
    session.flush()
    chunks = _Chunks(session, run.id, run.chunk_size)
    position = 0
    iterator = iter(calls)
    while part := list(islice(iterator, ROWS)):
        done = _store(session, part)
        links = []
        for call in part:
            links.append(
                {
                    "run_id": run.id,
                    "position": position,
                    "chunk": chunks.take(call.provider_id, call.model),
                    "call_hash": call.call_hash,
                    "subject": dict(call.subject),
                    "state": RunCallState.PENDING,
                    "is_hit": False,
                }
            )
            position += 1
            if call.call_hash not in done:
                run.estimate_low_micro += call.low_micro
                run.estimate_high_micro += call.high_micro
                # The same question twice in one run is paid once.
                done.add(call.call_hash)
        session.execute(sa.insert(RunCall), links)
    run.total = position
    session.add(RunEvent(run_id=run.id, at=now, actor=actor, kind=RunEventKind.CREATED))


class _Chunks:
    """Hands out chunk numbers: one open chunk per model, a new one when it is full."""

    def __init__(self, session: Session, run_id: str, size: int) -> None:
        self._session = session
        self._run_id = run_id
        self._size = size
        self._next = 0
        self._open: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, provider_id: str, model: str) -> int:
        number, room = self._open.get((provider_id, model), (0, 0))
        if room == 0:
            number, room = self._next, self._size
            self._next += 1
            self._session.execute(
                sa.insert(Chunk).values(
                    run_id=self._run_id,
                    number=number,
                    provider_id=provider_id,
                    model=model,
                    state=ChunkState.WAITING,
                    round=0,
                )
            )
        self._open[provider_id, model] = number, room - 1
        return number


def _store(session: Session, part: list[NewCall]) -> set[str]:
    """Store what was never asked, and name the calls that are answered or being asked already."""
    unique = {call.call_hash: call for call in part}
    rows = [
        {
            "hash": call.call_hash,
            "provider_id": call.provider_id,
            "model": call.model,
            "is_simulated": call.is_simulated,
            "state": CallState.WAITING,
            "tries": 0,
            "reserved_micro": 0,
            "spent_micro": 0,
            "fault_kind": "",
        }
        for _, call in sorted(unique.items())
    ]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Call).on_conflict_do_nothing(), rows)
    bodies = [{"call_hash": one.call_hash, "body": one.body} for _, one in sorted(unique.items())]
    session.execute(dialect.insert(Question).on_conflict_do_nothing(), bodies)
    again = sa.update(Call).where(col(Call.hash).in_(unique), col(Call.state) == CallState.FAILED)
    session.execute(again.values(state=CallState.WAITING, tries=0))
    found = select(Call.hash).where(col(Call.hash).in_(unique), col(Call.state) == CallState.DONE)
    return set(session.exec(found))


def answered_calls(session: Session, hashes: Iterable[str]) -> Iterator[str]:
    """Name those of these calls that are answered, and so cost nothing."""
    iterator = iter(hashes)
    while part := list(islice(iterator, ROWS)):
        query = select(Call.hash).where(col(Call.hash).in_(part), col(Call.state) == CallState.DONE)
        yield from session.exec(query)
