"""Owns comments: threads anchored to one field of one revision, and whether they are settled.

Comments that reviewers write in a blind round are hidden from each other until both reviews are in.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link
from db.working_copies import Part


class Comment(Table, table=True):
    """One comment.

    Attributes:
        part: The field it is about.
        quote: The words it is about; empty for the whole field. They can be blanked like the text.
        quote_hash: Hash of them; None without any, and where the seal covers the words themselves,
            which was so until schema 0004: such words cannot be blanked.
        parent_id: The comment that began the thread; None for that one.
        act_id: The review round in which it was written, when its writer was a reviewer of it.
        text: What was written; it can be blanked without breaking the history.
    """

    __tablename__ = "comment"
    __table_args__ = (sa.CheckConstraint("parent_id <> id", name="parent_is_another"),)

    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="item.id", index=True)
    revision_id: str = Field(foreign_key="revision.id", index=True)
    part: Part = Field(sa_column=choice(Part))
    quote: str = Field(default="")
    quote_hash: str | None = Field(default=None)
    parent_id: str | None = Field(default=None, foreign_key="comment.id", index=True)
    act_id: str | None = Field(default=None, foreign_key="item_act.id", index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    text: str
    text_hash: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class ThreadMark(Table, table=True):
    """The fact that a thread was settled or taken up again.

    Attributes:
        number: 1 for the first mark of a thread, without gaps; the newest holds.
    """

    __tablename__ = "thread_mark"
    __table_args__ = (sa.CheckConstraint("number >= 1", name="number_from_one"),)

    comment_id: str = Field(primary_key=True, foreign_key="comment.id")
    number: int = Field(primary_key=True)
    is_settled: bool
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())
