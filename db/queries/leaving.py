"""Owns what is removed when a person leaves: sign-in, claims, open texts, personal texts.

Facts stay; of a personal text that is blanked the fact and the history keep the hash, so that the
history still verifies. The statements are on the tables themselves: the session's rule that facts
never change makes no exception that anybody else could use.
"""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.annotators import Annotator
from db.base import Table
from db.history import Event, EventText
from db.seals import BLANKABLE, HASHED_LATER
from db.sign_ins import Identity, LoginSession, Password
from db.slots import Slot, SlotText
from db.working_copies import Closing, WorkingCopy


def remove_sign_ins(session: Session, annotator_id: str) -> None:
    """Remove a person's password, identities and sessions."""
    for table in (Password, Identity, LoginSession):
        rows = _table(table)
        session.connection().execute(sa.delete(rows).where(rows.c.annotator_id == annotator_id))


def give_back_slots(session: Session, annotator_id: str) -> int:
    """Free the pieces of work that a person holds and has not handed in; say how many."""
    slot = _table(Slot)
    freed = session.connection().execute(
        sa.update(slot)
        .where(
            slot.c.holder_id == annotator_id,
            slot.c.done_at.is_(None),
            slot.c.closed_at.is_(None),
        )
        .values(holder_id=None, lease_until=None, claimed_at=None, heartbeat_at=None)
    )
    return freed.rowcount


def close_copies(session: Session, annotator_id: str, *, now: datetime) -> int:
    """Close a person's open working copies, whose texts stay; say how many."""
    rows = session.exec(
        select(WorkingCopy).where(
            WorkingCopy.annotator_id == annotator_id, col(WorkingCopy.closed_at).is_(None)
        )
    ).all()
    for row in rows:
        row.closed_as, row.closed_at = Closing.DISCARDED, now
    session.flush()
    return len(rows)


def blank_texts(session: Session, annotator_id: str) -> int:
    """Blank what a person wrote beside items: reasons, solutions, comments; count the texts.

    What was written before its hash was kept beside it stays: its seal needs the text.
    """
    count = 0
    for table, names in BLANKABLE.items():
        for name in names:
            count += _blank(session, table, name, annotator_id)
    count += _blank(session, SlotText, "text", annotator_id)
    reasons = select(Event.reason_hash).where(
        col(Event.reason_hash).is_not(None), Event.actor_id == annotator_id
    )
    others = select(Event.reason_hash).where(
        col(Event.reason_hash).is_not(None), Event.actor_id != annotator_id
    )
    count += forget_texts(session, set(session.exec(reasons)) - set(session.exec(others)))
    return count


def forget_texts(session: Session, hashes: Iterable[str | None]) -> int:
    """Blank texts that are kept beside the history; say how many were not blank."""
    texts = _table(EventText)
    blanked = session.connection().execute(
        sa.update(texts)
        .where(texts.c.content_hash.in_([one for one in hashes if one]), texts.c.text != "")
        .values(text="")
    )
    return blanked.rowcount


def background_hashes(session: Session, annotator_id: str) -> set[str]:
    """List the hashes of backgrounds that only events about this person name."""
    own, others = set[str](), set[str]()
    query = select(Event).where(Event.subject_kind == "annotator")
    left = set(session.exec(select(Annotator.id).where(col(Annotator.withdrawn_at).is_not(None))))
    for event in session.exec(query):
        for side in (event.before, event.after):
            hashed = (side or {}).get("background_hash")
            if not isinstance(hashed, str):
                continue
            if event.subject_id == annotator_id:
                own.add(hashed)
            elif event.subject_id not in left:
                others.add(hashed)
    return own - others


def _blank(session: Session, table: type[Table], name: str, annotator_id: str) -> int:
    rows = _table(table)
    change = sa.update(rows).where(rows.c.annotator_id == annotator_id, rows.c[name] != "")
    if name in HASHED_LATER.get(table, ()):
        change = change.where(rows.c[f"{name}_hash"].is_not(None))
    return session.connection().execute(change.values({name: ""})).rowcount


def _table(table: type[Table]) -> sa.Table:
    found: sa.Table = table.__table__  # type: ignore[attr-defined]
    return found
