"""Owns the figure "claims per second": eight processes take slots and hand them in.

The alternative of the same run reads which slot is free and then takes it where nobody else did
meanwhile, else reads again; both ask the same rules about everybody.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from curation.claims.claiming import Claim, claim
from db.engine import Engine, open_engine, reading, writing
from db.items import Item
from db.migrations import upgrade
from db.queries.slot_queue import ClaimFilter, read_claimer
from db.queries.slot_rules import rules, shape_of, values_of
from db.queries.slots import hand_in
from db.roles import Role
from db.slots import Slot, Stage
from tests.claims.desk import Desk
from tests.postgres import running_server

PROCESSES: Final = 8
ITEMS: Final = 500  # two slots each
LEASE: Final = timedelta(minutes=20)
AIM_RATIO: Final = 1.0
Taken = tuple[str, int] | None


def measure() -> dict[str, object]:
    """Let eight processes empty a queue of 1,000 slots, in two ways on two databases."""
    found: dict[str, object] = {"name": "claims"}
    ratios = []
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        for database, new in (
            ("sqlite", lambda way: f"sqlite:///{Path(folder) / way}.db"),
            ("postgresql", lambda _: server.url_of(server.create())),
        ):
            rate, _ = _run(new("ours"), "ours")
            other, again = _run(new("other"), "other")
            found |= {
                f"{database}_claims_per_second": rate,
                f"{database}_select_then_update_per_second": other,
                f"{database}_select_then_update_beaten": again,
                f"{database}_ratio": rate / other,
            }
            ratios.append(rate / other)
    return found | {
        "aim": f"at least {AIM_RATIO:g} times select-then-update on both",
        "met": min(ratios) >= AIM_RATIO,
        "note": f"{PROCESSES} processes, {2 * ITEMS} slots of {ITEMS} rounds of two, each claimed "
        "and handed in, every write synchronous; beaten counts the slots that somebody else had "
        "taken between reading and writing",
    }


def _run(url: str, way: str) -> tuple[float, int]:
    engine = open_engine(url)
    upgrade(engine)
    desk = Desk(engine=engine).start()
    people = [desk.person(f"p{number}", Role.REVIEWER) for number in range(PROCESSES)]
    desk.items_with_rounds(ITEMS)
    engine.dispose()
    starter: ForkServerContext = multiprocessing.get_context("forkserver")
    starter.set_forkserver_preload(["benchmarks.claims"])
    ready, beaten = starter.Barrier(PROCESSES + 1), starter.Value("i", 0)
    crew = [
        starter.Process(target=_work, args=(url, person, way, ready, beaten)) for person in people
    ]
    for one in crew:
        one.start()
    ready.wait()
    begin = time.perf_counter()
    for one in crew:
        one.join()
    seconds = time.perf_counter() - begin
    if any(one.exitcode for one in crew):
        raise RuntimeError("a process that claimed ended with an error")
    return 2 * ITEMS / seconds, beaten.value


def _work(url, person, way, ready, beaten):  # type: ignore[no-untyped-def]
    engine = open_engine(url)
    taken: Callable[[], Taken] = (
        (lambda: _in_one(engine, person))
        if way == "ours"
        else (lambda: _in_two(engine, person, beaten))
    )
    with reading(engine) as session:
        session.connection()
    ready.wait()
    while (got := taken()) is not None:
        slot_id, fence = got
        with writing(engine) as session:
            hand_in(session, slot_id, annotator_id=person, fence=fence, now=datetime.now(UTC))
    engine.dispose()


def _in_one(engine: Engine, person: str) -> Taken:
    got = claim(engine, Stage.REVIEW, annotator_id=person, now=datetime.now(UTC), lease=LEASE)
    return (got.slot_id, got.fence) if isinstance(got, Claim) else None


def _in_two(engine: Engine, person: str, beaten) -> Taken:  # type: ignore[no-untyped-def]
    table: sa.Table = Slot.__table__  # type: ignore[attr-defined]
    query, whole = None, ClaimFilter()
    while True:
        now = datetime.now(UTC)
        with reading(engine) as session:
            who = read_claimer(session, person)
            query = _free(person, who, whole) if query is None else query
            row = session.connection().execute(query, values_of(who, whole, now)).first()
        if row is None:
            return None
        taking = (
            sa.update(table)
            .where(table.c.id == row.id, table.c.fence == row.fence, table.c.done_at.is_(None))
            .values(
                holder_id=person,
                fence=row.fence + 1,
                claimed_at=now,
                heartbeat_at=now,
                lease_until=now + LEASE,
            )
        )
        with writing(engine) as session:
            if session.connection().execute(taking).rowcount == 1:
                return row.id, row.fence + 1
        with beaten.get_lock():
            beaten.value += 1


_BUILT: dict[str, sa.Executable] = {}


def _free(person, who, whole):  # type: ignore[no-untyped-def]
    if person not in _BUILT:
        slot = aliased(Slot)
        against = rules(slot, shape_of(Stage.REVIEW, who, whole))
        _BUILT[person] = (
            sa.select(col(slot.id), col(slot.fence))
            .select_from(slot)
            .join(Item, col(Item.id) == col(slot.item_id))
            .where(
                col(slot.stage) == Stage.REVIEW,
                col(slot.done_at).is_(None),
                col(slot.closed_at).is_(None),
                *(~clause for clause in against.values()),
            )
            .order_by(col(slot.created_at), col(slot.id))
            .limit(1)
        )
    return _BUILT[person]
