"""Owns how facts enter: buffered, inserted in one order, summed up in one history event.

Every fact is tied to its event, and the event holds count and digest of the facts it recorded, so
that a fact changed, added or removed behind the program's back is found by ``db.verification``.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from db.acts import ItemAct
from db.annotators import Annotator, AnnotatorKind
from db.base import Table, new_id
from db.comments import Comment, ThreadMark
from db.errors import Forbidden
from db.hashing import Json, content_hash
from db.history import append_event
from db.items import Family, Item, Placement, Requirement, Revision, SystemPrompt, Template
from db.labels import BY_PEOPLE, Label, LabelWithdrawal, RequirementLabel, Reveal
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.reviews import (
    Adjudication,
    Confirmation,
    ItemReveal,
    ReopenAnswer,
    ReopenRequest,
    Review,
    ReviewAxis,
    Solution,
    Withdrawal,
)
from db.roles import RoleGrant, RoleRevocation
from db.seals import CHILDREN, SEALED, identity, seal
from db.slots import Skip
from db.taxonomy.tables import Guideline
from db.verdicts import Judge, Verdict

# Parents before children: foreign keys are checked row by row.
ORDER: Final[tuple[type[Table], ...]] = (
    Guideline,
    SystemPrompt,
    Template,
    Family,
    Item,
    Revision,
    Requirement,
    Placement,
    Response,
    Label,
    RequirementLabel,
    LabelWithdrawal,
    Reveal,
    Judge,
    Verdict,
    RoleGrant,
    RoleRevocation,
    ItemAct,
    Skip,
    Solution,
    Review,
    ReviewAxis,
    Confirmation,
    Adjudication,
    Withdrawal,
    ReopenRequest,
    ReopenAnswer,
    ItemReveal,
    Comment,
    ThreadMark,
    Release,
    ReleaseRow,
)

# What only people do: a machine never moves an item on.
PEOPLES: Final[tuple[type[Table], ...]] = (
    RoleGrant,
    ItemAct,
    Skip,
    Solution,
    Review,
    Confirmation,
    Adjudication,
    Withdrawal,
    ReopenRequest,
    ReopenAnswer,
    ItemReveal,
    Comment,
    ThreadMark,
)


class Recording:
    """One action's facts on their way into the database."""

    def __init__(self, *, now: datetime, actor_id: str) -> None:
        self.now = now
        self.actor_id = actor_id
        self.event_id = new_id("event")
        self.before: dict[str, Json] = {}
        self.after: dict[str, Json] = {}
        self._rows: dict[type[Table], list[Table]] = defaultdict(list)

    def add(self, row: Table) -> None:
        """Buffer one row and tie it to this action's event.

        Raises:
            TypeError: The table is not one of ``ORDER``.
        """
        if type(row) not in ORDER:
            raise TypeError(f"{type(row).__name__} is not recorded as a fact")
        if "event_id" in type(row).model_fields:
            row.event_id = self.event_id
        self._rows[type(row)].append(row)

    @property
    def is_empty(self) -> bool:
        """Whether the action changed nothing, so that there is nothing to tell."""
        return not self._rows and not self.after

    def write(self, session: Session) -> dict[str, Json]:
        """Insert everything buffered and sum it up: ``{table: {"count", "digest"}}``."""
        session.flush()
        self._refuse_machines(session)
        for table in ORDER:
            if rows := self._rows[table]:
                session.execute(_insertion(table), _values(table, rows))
        return {
            str(table.__tablename__): digest(self._seals(table))
            for table in SEALED
            if self._rows[table]
        }

    def _seals(self, table: type[Table]) -> list[str]:
        children: dict[str, list[Table]] = defaultdict(list)
        if table in CHILDREN:
            kind, parent = CHILDREN[table]
            for child in self._rows[kind]:
                children[getattr(child, parent)].append(child)
        return [
            seal(row, children[identity(row)] if table in CHILDREN else ())
            for row in self._rows[table]
        ]

    def _refuse_machines(self, session: Session) -> None:
        claimed = {
            row.annotator_id
            for row in self._rows[Label]
            if isinstance(row, Label) and row.source in BY_PEOPLE
        }
        for annotator_id in sorted(claimed):
            if not _is_person(session, annotator_id):
                raise Forbidden(
                    f"Annotator {annotator_id!r} is no person, so its label cannot have a source "
                    f"of people ({', '.join(sorted(BY_PEOPLE))}); use 'machine' or 'construction'."
                )
        for table in PEOPLES:
            for annotator_id in sorted({row.annotator_id for row in self._rows[table]}):  # type: ignore[attr-defined]
                if not _is_person(session, annotator_id):
                    raise Forbidden(
                        f"Annotator {annotator_id!r} is no person, and only people review, rule "
                        "and move items on; sign in as a person."
                    )


def _is_person(session: Session, annotator_id: str) -> bool:
    kind = session.execute(_kind(), {"annotator": annotator_id}).scalar_one_or_none()
    return kind is AnnotatorKind.HUMAN


@cache
def _kind() -> "sa.Select[AnnotatorKind]":
    return sa.select(col(Annotator.kind)).where(
        col(Annotator.id) == sa.bindparam("annotator", type_=sa.String)
    )


@cache
def _insertion(table: type[Table]) -> sa.Insert:
    return sa.insert(table.__table__)  # type: ignore[attr-defined]


def _values(table: type[Table], rows: list[Table]) -> list[dict[str, object]]:
    # Not model_dump(): it would deep-copy and validate a hundred thousand rows for nothing.
    names = tuple(table.model_fields)
    return [{name: getattr(row, name) for name in names} for row in rows]


def digest(seals: list[str]) -> Mapping[str, Json]:
    """Sum up seals, whatever their order: ``{"count": n, "digest": hash}``."""
    return {"count": len(seals), "digest": content_hash(sorted(seals))}


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
        before=record.before or None,
        after=record.after,
        facts=facts,
        reason=reason,
    )
