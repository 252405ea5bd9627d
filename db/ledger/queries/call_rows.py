"""Owns reading and writing calls and their places in runs by the hundred, as plain rows.

A mapped object costs more than everything else that settling a call does; these are read with one
statement, changed in memory and written with one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlmodel import Session

from db.ledger.calls import Call, CallState, RunCall, RunCallState

IN_ONE_QUERY: Final = 400
CALLS: Final = cast("sa.Table", Call.__table__)  # type: ignore[attr-defined]
LINKS: Final = cast("sa.Table", RunCall.__table__)  # type: ignore[attr-defined]


@dataclass(slots=True, kw_only=True)
class CallRow:
    """A row of ``call``; the fields have its columns' names."""

    hash: str
    provider_id: str
    model: str
    is_simulated: bool
    state: CallState
    tries: int
    payer_run_id: str | None
    payer_position: int | None
    day: str | None
    reserved_micro: int
    spent_micro: int
    input_price: str | None
    output_price: str | None
    owner_slot: int | None
    owner_fence: int | None
    fault_kind: str
    sent_at: datetime | None
    ended_at: datetime | None


@dataclass(slots=True, kw_only=True)
class LinkRow:
    """What of a row of ``run_call`` may change."""

    run_id: str
    position: int
    state: RunCallState
    is_hit: bool


CALL_FIELDS: Final = tuple(one.name for one in fields(CallRow))
LINK_FIELDS: Final = tuple(one.name for one in fields(LinkRow))
WRITTEN: Final = tuple(name for name in CALL_FIELDS if name not in ("hash", "provider_id", "model"))
_READ_CALLS: Final = sa.select(*(CALLS.c[name] for name in CALL_FIELDS)).order_by(CALLS.c.hash)
_READ_LINKS: Final = sa.select(*(LINKS.c[name] for name in LINK_FIELDS))
_WRITE_CALL: Final = (
    sa.update(CALLS)
    .where(CALLS.c.hash == sa.bindparam("its_hash"))
    .values({name: sa.bindparam(f"new_{name}") for name in WRITTEN})
)
_WRITE_LINK: Final = (
    sa.update(LINKS)
    .where(
        LINKS.c.run_id == sa.bindparam("its_run"), LINKS.c.position == sa.bindparam("its_position")
    )
    .values(state=sa.bindparam("new_state"), is_hit=sa.bindparam("new_hit"))
)


def read_calls(session: Session, hashes: Iterable[str], *, lock: bool) -> dict[str, CallRow]:
    """Read calls by their hashes."""
    found: dict[str, CallRow] = {}
    wanted = sorted(hashes)
    for at in range(0, len(wanted), IN_ONE_QUERY):
        query = _READ_CALLS.where(CALLS.c.hash.in_(wanted[at : at + IN_ONE_QUERY]))
        found |= _calls(session, query.with_for_update() if lock else query)
    return found


def read_sent_calls(session: Session, slot: int) -> dict[str, CallRow]:
    """Read the calls that a worker's place has under way; only who holds its row changes them."""
    # Not locked: calls are locked after the books, or two that settle wait for each other for ever.
    mine = (CALLS.c.state == CallState.SENT, CALLS.c.owner_slot == slot)
    return _calls(session, _READ_CALLS.where(*mine))


def read_links(
    session: Session, positions: Mapping[str, Iterable[int]]
) -> dict[tuple[str, int], LinkRow]:
    """Read places of runs, given by run."""
    found = {}
    for run_id, wanted in positions.items():
        query = _READ_LINKS.where(LINKS.c.run_id == run_id, LINKS.c.position.in_(sorted(wanted)))
        for row in session.execute(query):
            link = LinkRow(**dict(zip(LINK_FIELDS, row, strict=True)))
            found[link.run_id, link.position] = link
    return found


def write_calls(session: Session, calls: Iterable[CallRow]) -> None:
    """Write calls that were changed."""
    rows: list[dict[str, Any]] = []
    for call in calls:
        row: dict[str, Any] = {f"new_{name}": getattr(call, name) for name in WRITTEN}
        row["its_hash"] = call.hash
        rows.append(row)
    if rows:
        session.connection().execute(_WRITE_CALL, rows)


def write_links(session: Session, links: Iterable[LinkRow]) -> None:
    """Write places that were changed."""
    rows = [
        {
            "its_run": link.run_id,
            "its_position": link.position,
            "new_state": link.state,
            "new_hit": link.is_hit,
        }
        for link in links
    ]
    if rows:
        session.connection().execute(_WRITE_LINK, rows)


def _calls(session: Session, query: "sa.Select[Any]") -> dict[str, CallRow]:
    rows = session.execute(query)
    return {row[0]: CallRow(**dict(zip(CALL_FIELDS, row, strict=True))) for row in rows}
