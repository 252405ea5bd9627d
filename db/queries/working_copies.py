"""Owns reading working copies and locking them, and what a revision says part by part.

``lock_copy`` puts everything that happens to one copy in a line: saves, settling, closing. SQLite
has one writer anyway; on PostgreSQL it is the row's lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.items import Item, Placement, Revision
from db.placements import head_at
from db.responses import ContrastRole, Response, ResponseSource
from db.working_copies import Closing, Part, SetAside, WorkingCopy, WorkingText

ROLES = {
    Part.FOLLOWS: ContrastRole.FOLLOWS,
    Part.CONVENTIONAL: ContrastRole.CONVENTIONAL,
    Part.NEAR_MISS: ContrastRole.NEAR_MISS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A working copy as a list shows it.

    Attributes:
        prompt: Its prompt as last saved.
        unsettled: How many texts were set aside and wait for a decision.
    """

    id: str
    item_id: str | None
    base_revision_id: str | None
    opened_at: datetime
    touched_at: datetime
    closed_as: Closing | None
    revision_id: str | None
    prompt: str
    unsettled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentPrompt:
    """An item's prompt as it is now."""

    item_id: str
    family_id: str
    language_id: str
    prompt: str


def lock_copy(session: Session, copy_id: str) -> WorkingCopy | None:
    """Read a copy as it is now and keep everybody else from changing it until the end."""
    query = select(WorkingCopy).where(WorkingCopy.id == copy_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def lock_item(session: Session, item_id: str) -> Item | None:
    """Read an item's head as it is now and keep everybody else from changing it until the end.

    Without the lock the key of the revision would refuse whoever is second, who is then tried
    again: waiting spares that work.
    """
    query = select(Item).where(Item.id == item_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def open_copy_of(session: Session, item_id: str, *, annotator_id: str) -> WorkingCopy | None:
    """Find the one open copy that a person has of an item."""
    return session.exec(
        select(WorkingCopy).where(
            WorkingCopy.item_id == item_id,
            WorkingCopy.annotator_id == annotator_id,
            col(WorkingCopy.closed_at).is_(None),
        )
    ).one_or_none()


def copies_of(session: Session, item_id: str, *, annotator_id: str) -> list[str]:
    """Name every copy that a person ever had of an item, the newest first."""
    return list(
        session.exec(
            select(WorkingCopy.id)
            .where(WorkingCopy.item_id == item_id, WorkingCopy.annotator_id == annotator_id)
            .order_by(col(WorkingCopy.opened_at).desc(), col(WorkingCopy.id))
        )
    )


def newest_texts(session: Session, copy_ids: Sequence[str]) -> dict[Part, WorkingText]:
    """Read the text with the highest number of each part."""
    newest = (
        select(WorkingText.part, sa.func.max(WorkingText.number).label("number"))
        .where(col(WorkingText.copy_id).in_(copy_ids))
        .group_by(col(WorkingText.part))
        .subquery()
    )
    rows = session.exec(
        select(WorkingText)
        .join(
            newest,
            sa.and_(
                col(WorkingText.part) == newest.c.part, col(WorkingText.number) == newest.c.number
            ),
        )
        .where(col(WorkingText.copy_id).in_(copy_ids))
    )
    return {row.part: row for row in rows}


def all_texts(session: Session, copy_id: str) -> list[WorkingText]:
    """Read every text of a copy, by part and number."""
    return list(
        session.exec(
            select(WorkingText)
            .where(WorkingText.copy_id == copy_id)
            .order_by(col(WorkingText.part), col(WorkingText.number))
        )
    )


def newest_text(session: Session, copy_id: str, part: Part) -> WorkingText | None:
    """Read the text of a part with the highest number."""
    return session.exec(
        select(WorkingText)
        .where(WorkingText.copy_id == copy_id, WorkingText.part == part)
        .order_by(col(WorkingText.number).desc())
        .limit(1)
    ).one_or_none()


def first_text(session: Session, copy_id: str, part: Part) -> WorkingText | None:
    """Read the text of a part that the copy began with."""
    return session.exec(
        select(WorkingText)
        .where(WorkingText.copy_id == copy_id, WorkingText.part == part)
        .order_by(col(WorkingText.number))
        .limit(1)
    ).one_or_none()


def text_up_to(session: Session, copy_ids: Sequence[str], part: Part, number: int) -> str:
    """Read the newest text of a part up to a number; empty when there was none yet."""
    found = session.exec(
        select(WorkingText.text)
        .where(
            col(WorkingText.copy_id).in_(copy_ids),
            WorkingText.part == part,
            WorkingText.number <= number,
        )
        .order_by(col(WorkingText.number).desc())
        .limit(1)
    ).one_or_none()
    return found or ""


def numbered_texts(
    session: Session, copy_ids: Sequence[str], part: Part, number: int
) -> list[WorkingText]:
    """Read the text of a part with a number in each copy that has it, the earliest saved first."""
    return list(
        session.exec(
            select(WorkingText)
            .where(
                col(WorkingText.copy_id).in_(copy_ids),
                WorkingText.part == part,
                WorkingText.number == number,
            )
            .order_by(col(WorkingText.saved_at), col(WorkingText.copy_id))
        )
    )


def tabs_after(session: Session, copy_ids: Sequence[str], part: Part, number: int) -> set[str]:
    """Name the tabs that wrote the texts of a part with higher numbers."""
    return set(
        session.exec(
            select(WorkingText.tab)
            .where(
                col(WorkingText.copy_id).in_(copy_ids),
                WorkingText.part == part,
                WorkingText.number > number,
            )
            .distinct()
        )
    )


def set_asides(session: Session, copy_id: str) -> list[SetAside]:
    """List the texts of a copy that came too late, the oldest first."""
    return list(
        session.exec(
            select(SetAside)
            .where(SetAside.copy_id == copy_id)
            .order_by(col(SetAside.saved_at), col(SetAside.id))
        )
    )


def list_copy_rows(
    session: Session, *, annotator_id: str, include_closed: bool = False
) -> list[CopyRow]:
    """List a person's copies, the last touched first."""
    prompt = (
        select(WorkingText.text)
        .where(WorkingText.copy_id == WorkingCopy.id, WorkingText.part == Part.PROMPT)
        .order_by(col(WorkingText.number).desc())
        .limit(1)
        .correlate(WorkingCopy)
        .scalar_subquery()
    )
    unsettled = (
        select(sa.func.count(col(SetAside.id)))
        .where(SetAside.copy_id == WorkingCopy.id, col(SetAside.resolved_at).is_(None))
        .correlate(WorkingCopy)
        .scalar_subquery()
    )
    query = (
        select(WorkingCopy, prompt, unsettled)
        .where(WorkingCopy.annotator_id == annotator_id)
        .order_by(col(WorkingCopy.touched_at).desc(), col(WorkingCopy.id))
    )
    if not include_closed:
        query = query.where(col(WorkingCopy.closed_at).is_(None))
    return [
        CopyRow(
            id=row.id,
            item_id=row.item_id,
            base_revision_id=row.base_revision_id,
            opened_at=row.opened_at,
            touched_at=row.touched_at,
            closed_as=row.closed_as,
            revision_id=row.revision_id,
            prompt=text or "",
            unsettled=count,
        )
        for row, text, count in session.exec(query)
    ]


def current_revision(session: Session, item_id: str) -> Revision | None:
    """Read an item's revision with the highest number."""
    return session.exec(
        select(Revision)
        .where(Revision.item_id == item_id)
        .order_by(col(Revision.number).desc())
        .limit(1)
    ).one_or_none()


def placements_of(session: Session, item_id: str) -> list[Placement]:
    """List the changes of an item's head, by number."""
    return list(
        session.exec(
            select(Placement).where(Placement.item_id == item_id).order_by(col(Placement.number))
        )
    )


def revision_parts(session: Session, revision: Revision) -> dict[Part, str]:
    """Read what a revision says, part by part, as a working copy holds it.

    The family is named by the first other item that is in it now; empty when there is none.
    """
    item = session.get_one(Item, revision.item_id)
    head = head_at(item, placements_of(session, item.id), revision.number)
    contrast: dict[ContrastRole | None, str] = {}
    for row in session.exec(
        select(Response)
        .where(Response.revision_id == revision.id, Response.source == ResponseSource.CONSTRUCTION)
        .order_by(col(Response.created_at), col(Response.id))
    ):
        contrast.setdefault(row.role, row.text)
    sibling = session.exec(
        select(Item.id)
        .where(Item.family_id == head.family_id, Item.id != item.id)
        .order_by(col(Item.created_at), col(Item.id))
        .limit(1)
    ).one_or_none()
    return {
        Part.TYPE: head.type_id,
        Part.DOMAIN: head.domain_id or "",
        Part.LANGUAGE: head.language_id,
        Part.FAMILY: sibling or "",
        Part.PROMPT: revision.prompt,
        Part.REFERENCE: revision.reference,
        Part.TWIN: revision.twin,
        Part.NOTES: revision.notes,
        Part.CHECKS: revision.checks,
    } | {part: contrast.get(role, "") for part, role in ROLES.items()}


def family_at(session: Session, revision: Revision) -> str:
    """Name the family that an item was in from a revision on."""
    item = session.get_one(Item, revision.item_id)
    return head_at(item, placements_of(session, item.id), revision.number).family_id


def current_prompts(session: Session) -> list[CurrentPrompt]:
    """Read the prompt of every item as it is now, by item id."""
    newest = (
        select(Revision.item_id, sa.func.max(Revision.number).label("number"))
        .group_by(col(Revision.item_id))
        .subquery()
    )
    # Columns, not rows: ten thousand prompts need no identity map.
    rows = session.exec(
        select(Item.id, Item.family_id, Item.language_id, Revision.prompt)
        .join(Revision, col(Revision.item_id) == col(Item.id))
        .join(
            newest,
            sa.and_(
                newest.c.item_id == col(Revision.item_id), newest.c.number == col(Revision.number)
            ),
        )
        .order_by(col(Item.id))
    )
    return [
        CurrentPrompt(item_id=item_id, family_id=family_id, language_id=language_id, prompt=prompt)
        for item_id, family_id, language_id, prompt in rows
    ]
