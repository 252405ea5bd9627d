"""Owns how facts enter: buffered, inserted in one order, summed up in one history event.

Every fact is tied to its event, and the event holds count and digest of the facts it recorded, so
that a fact changed, added or removed behind the program's back is found by ``db.verification``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from db.base import Table, new_id
from db.hashing import Json, content_hash
from db.history import append_event
from db.items import Family, Item, Requirement, Revision, SystemPrompt, Template
from db.labels import Label
from db.releases import Release, ReleaseRow
from db.responses import Response

# Parents before children: foreign keys are checked row by row.
ORDER: Final[tuple[type[Table], ...]] = (
    SystemPrompt,
    Template,
    Family,
    Item,
    Revision,
    Requirement,
    Response,
    Label,
    Release,
    ReleaseRow,
)
# Tables whose rows carry a content hash and the id of their event.
DIGESTED: Final[tuple[type[Table], ...]] = (Revision, Response, Label, Release)


class Recording:
    """One action's facts on their way into the database."""

    def __init__(self, *, now: datetime, actor_id: str) -> None:
        self.now = now
        self.actor_id = actor_id
        self.event_id = new_id("event")
        self.after: dict[str, Json] = {}
        self._rows: dict[type[Table], list[Table]] = defaultdict(list)

    def add(self, row: Table) -> None:
        """Buffer one row; rows of tables outside ``ORDER`` are a programming error."""
        if type(row) not in ORDER:
            raise TypeError(f"{type(row).__name__} is not recorded as a fact")
        self._rows[type(row)].append(row)

    @property
    def is_empty(self) -> bool:
        """Whether the action changed nothing, so that there is nothing to tell."""
        return not self._rows and not self.after

    def write(self, session: Session) -> dict[str, Json]:
        """Insert everything buffered and sum it up: ``{table: {"count", "digest"}}``."""
        session.flush()
        for table in ORDER:
            if rows := self._rows[table]:
                session.execute(sa.insert(table), _values(table, rows))
        return {
            str(table.__tablename__): digest([row.content_hash for row in self._rows[table]])  # type: ignore[attr-defined]
            for table in DIGESTED
            if self._rows[table]
        }


def _values(table: type[Table], rows: list[Table]) -> list[dict[str, object]]:
    # Not model_dump(): it would deep-copy and validate a hundred thousand rows for nothing.
    names = tuple(table.model_fields)
    return [{name: getattr(row, name) for name in names} for row in rows]


def digest(content_hashes: list[str]) -> Mapping[str, Json]:
    """Sum up content hashes, whatever their order: ``{"count": n, "digest": hash}``."""
    return {"count": len(content_hashes), "digest": content_hash(sorted(content_hashes))}


@contextmanager
def recording(
    session: Session,
    *,
    now: datetime,
    actor_id: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    reason: str = "",
) -> Iterator[Recording]:
    """Record one action: its facts, then its event; nothing when the block raises or adds nothing.

    Args:
        session: Open for writing; the caller commits.
        now: The moment of the action.
        actor_id: The annotator who acts.
        action: Verb with its noun in front, such as ``items.import``.
        subject_kind: What was acted on, such as ``item``.
        subject_id: Its id.
        reason: What the person gave as a reason; kept outside the hash chain.
    """
    record = Recording(now=now, actor_id=actor_id)
    yield record
    if record.is_empty:
        return
    facts = record.write(session)
    append_event(
        session,
        event_id=record.event_id,
        now=now,
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        after=record.after,
        facts=facts,
        reason=reason,
    )
