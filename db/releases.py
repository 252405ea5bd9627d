"""Owns releases: immutable, versioned, content-hashed snapshots of the dataset."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, event_link


class Release(Table, table=True):
    """One version; cutting it again with equal content gives the same files.

    Attributes:
        version: ``MAJOR.MINOR.PATCH``.
        content_hash: Hash of the six columns of every row in order, and of the side metadata.
    """

    __tablename__ = "release"
    __table_args__ = (sa.CheckConstraint("row_count >= 0", name="not_negative"),)

    version: str = Field(primary_key=True)
    content_hash: str
    row_count: int
    author_id: str = Field(foreign_key="annotator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(sa_column=event_link())


class ReleaseRow(Table, table=True):
    """One item of a release, at the revision that was current when it was cut."""

    __tablename__ = "release_row"
    __table_args__ = (sa.UniqueConstraint("release_version", "item_id"),)

    release_version: str = Field(primary_key=True, foreign_key="release.version")
    position: int = Field(primary_key=True)
    item_id: str = Field(foreign_key="item.id", index=True)
    revision_id: str = Field(foreign_key="revision.id")
    content_sha256: str
