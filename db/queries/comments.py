"""Owns reading comments and threads: what they are about, who may see them, which are settled."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.annotators import Annotator
from db.comments import Comment, ThreadMark
from db.errors import NotFound
from db.items import Revision
from db.working_copies import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """One comment as it is stored.

    Attributes:
        text: Empty when it was blanked.
        act_id: The review round in which a reviewer of it wrote it.
    """

    id: str
    item_id: str
    revision_id: str
    part: Part
    quote: str
    parent_id: str | None
    act_id: str | None
    annotator_id: str
    handle: str
    text: str
    created_at: datetime

    @property
    def thread_id(self) -> str:
        """The comment that began the thread."""
        return self.parent_id or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkView:
    """The newest mark of a thread."""

    number: int
    is_settled: bool
    annotator_id: str


def comments_on(session: Session, item_id: str) -> list[CommentView]:
    """List every comment on an item, in the order in which they came."""
    return _comments(session, col(Comment.item_id) == item_id)


def get_comment(session: Session, comment_id: str) -> CommentView:
    """Read one comment.

    Raises:
        NotFound: There is none with that id.
    """
    found = find_comment(session, comment_id)
    if found is None:
        raise NotFound(f"There is no comment {comment_id!r}; load the item again.")
    return found


def find_comment(session: Session, comment_id: str) -> CommentView | None:
    """Read one comment; None when there is none."""
    found = _comments(session, col(Comment.id) == comment_id)
    return found[0] if found else None


def newest_marks(session: Session, item_id: str) -> dict[str, MarkView]:
    """Read the newest mark of each thread on an item, by thread; none where nobody set one."""
    rows = session.exec(
        select(ThreadMark)
        .join(Comment, col(Comment.id) == col(ThreadMark.comment_id))
        .where(Comment.item_id == item_id)
        .order_by(col(ThreadMark.number))
    )
    return {
        row.comment_id: MarkView(
            number=row.number, is_settled=row.is_settled, annotator_id=row.annotator_id
        )
        for row in rows
    }


def open_threads(session: Session) -> dict[str, int]:
    """Count the threads that are not settled, by item; items without any are left out."""
    comment: sa.Table = Comment.__table__  # type: ignore[attr-defined]
    mark: sa.Table = ThreadMark.__table__  # type: ignore[attr-defined]
    later = mark.alias("later")
    is_newest = ~(
        sa.select(later.c.number)
        .where(later.c.comment_id == mark.c.comment_id, later.c.number > mark.c.number)
        .correlate(mark)
        .exists()
    )
    settled = (
        sa.select(mark.c.comment_id)
        .where(mark.c.comment_id == comment.c.id, mark.c.is_settled, is_newest)
        .correlate(comment)
        .exists()
    )
    query = (
        sa.select(comment.c.item_id, sa.func.count())
        .where(comment.c.parent_id.is_(None), ~settled)
        .group_by(comment.c.item_id)
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def revision_of_item(session: Session, item_id: str, revision_id: str) -> Revision:
    """Read a revision of an item.

    Raises:
        NotFound: The item has no such revision.
    """
    found = session.get(Revision, revision_id)
    if found is None or found.item_id != item_id:
        raise NotFound(f"The item {item_id!r} has no revision {revision_id!r}; load it again.")
    return found


def _comments(session: Session, which: "sa.ColumnElement[bool]") -> list[CommentView]:
    rows = session.exec(
        select(Comment, Annotator.handle)
        .join(Annotator, col(Annotator.id) == col(Comment.annotator_id))
        .where(which)
        .order_by(col(Comment.created_at), col(Comment.id))
    )
    return [
        CommentView(
            id=row.id,
            item_id=row.item_id,
            revision_id=row.revision_id,
            part=row.part,
            quote=row.quote,
            parent_id=row.parent_id,
            act_id=row.act_id,
            annotator_id=row.annotator_id,
            handle=handle,
            text=row.text,
            created_at=row.created_at,
        )
        for row, handle in rows
    ]
