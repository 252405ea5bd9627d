"""Owns the history: one event per action, hash-chained, in the action's own transaction.

Every event holds the hash of the one before, so that a changed, missing or reordered event is
found. The facts an action recorded are summed up in its ``facts`` (count and digest per table).
Personal texts (reasons) stay outside the chain: the event holds their hash, ``event_text`` them.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from db.base import Table, UtcDateTime
from db.errors import Conflict
from db.hashing import Json, content_hash

GENESIS = content_hash("gainsay history")


class Event(Table, table=True):
    """One thing that somebody did.

    Attributes:
        seq: 1, 2, ... without a gap.
        before: JSON of what the mutable row held before; None for new things.
        after: JSON of what it holds now.
        facts: JSON ``{table: {"count": n, "digest": hash}}`` of the facts this action recorded.
        reason_hash: Hash of the reason's text; the text is in ``event_text``.
        prev_hash: ``hash`` of the event before.
    """

    __tablename__ = "event"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: str = Field(foreign_key="annotator.id", index=True)
    action: str = Field(index=True)
    subject_kind: str
    subject_id: str = Field(index=True)
    before: dict[str, Json] | None = Field(
        default=None, sa_column=sa.Column(sa.JSON(none_as_null=True))
    )
    after: dict[str, Json] | None = Field(
        default=None, sa_column=sa.Column(sa.JSON(none_as_null=True))
    )
    facts: dict[str, Json] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    reason_hash: str | None = Field(default=None)
    prev_hash: str = Field(unique=True)
    hash: str = Field(unique=True)


class EventText(Table, table=True):
    """A text that a person gave as a reason; it can be blanked without breaking the chain."""

    __tablename__ = "event_text"

    content_hash: str = Field(primary_key=True)
    text: str


class HistoryHead(Table, table=True):
    """The end of the chain; writers lock it last in their transaction."""

    __tablename__ = "history_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(default=1, primary_key=True)
    seq: int
    hash: str


def append_event(
    session: Session,
    *,
    event_id: str,
    now: datetime,
    actor_id: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    before: Mapping[str, Json] | None = None,
    after: Mapping[str, Json] | None = None,
    facts: Mapping[str, Json] | None = None,
    reason: str = "",
) -> Event:
    """Append one event to the chain; call it last, it locks the head until the transaction ends."""
    session.flush()
    reason_hash = content_hash(reason) if reason else None
    if reason_hash is not None and session.get(EventText, reason_hash) is None:
        session.add(EventText(content_hash=reason_hash, text=reason))
    end = session.execute(_step()).one_or_none()
    if end is None:
        raise Conflict("The head of the history is missing; run 'gainsay db check'.")
    seq, prev_hash = end
    event = Event(
        seq=seq,
        id=event_id,
        at=now,
        actor_id=actor_id,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        facts=dict(facts or {}),
        reason_hash=reason_hash,
        prev_hash=prev_hash,
        hash="",
    )
    event.hash = hash_event(event)
    session.flush()
    session.execute(_insertion(), {name: getattr(event, name) for name in Event.model_fields})
    session.execute(_end(), {"newest": event.hash})
    return event


# Statements on the tables themselves, built once: the head is read as it is locked, whatever the
# session has seen before.


@cache
def _step() -> "sa.Executable":
    head: sa.Table = HistoryHead.__table__  # type: ignore[attr-defined]
    return sa.update(head).values(seq=head.c.seq + 1).returning(head.c.seq, head.c.hash)


@cache
def _insertion() -> sa.Insert:
    return sa.insert(Event.__table__)  # type: ignore[attr-defined]


@cache
def _end() -> sa.Update:
    head: sa.Table = HistoryHead.__table__  # type: ignore[attr-defined]
    return sa.update(head).values(hash=sa.bindparam("newest"))


def hash_event(event: Event) -> str:
    """Hash everything an event says, and the hash of the event before it."""
    return content_hash(
        {
            "seq": event.seq,
            "id": event.id,
            "at": event.at.isoformat(),
            "actor_id": event.actor_id,
            "action": event.action,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            "before": event.before,
            "after": event.after,
            "facts": event.facts,
            "reason_hash": event.reason_hash,
            "prev_hash": event.prev_hash,
        }
    )


def events(
    session: Session,
    *,
    subject_id: str | None = None,
    newest: int = 200,
    without: Collection[str] = (),
) -> list[Event]:
    """List the newest events first, all or those about one thing.

    Actions that begin with one of ``without`` are left out.
    """
    query = select(Event).order_by(col(Event.seq).desc()).limit(newest)
    for beginning in without:
        query = query.where(~col(Event.action).startswith(beginning, autoescape=True))
    if subject_id is not None:
        query = query.where(Event.subject_id == subject_id)
    return list(session.exec(query))
