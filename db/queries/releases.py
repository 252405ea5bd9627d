"""Owns reading releases."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from db.releases import Release, ReleaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseView:
    """One release with the items it holds, in its own order."""

    version: str
    content_hash: str
    row_count: int
    author_id: str
    created_at: datetime
    rows: tuple["ReleaseRowView", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRowView:
    """One item of a release."""

    item_id: str
    revision_id: str
    content_sha256: str


def list_releases(session: Session) -> list[ReleaseView]:
    """List releases, newest first."""
    found = session.exec(select(Release).order_by(col(Release.created_at).desc())).all()
    return [_view(session, release) for release in found]


def find_release(session: Session, version: str) -> ReleaseView | None:
    """Read one release; None when the version was never cut."""
    release = session.get(Release, version)
    return _view(session, release) if release is not None else None


def _view(session: Session, release: Release) -> ReleaseView:
    rows = session.exec(
        select(ReleaseRow)
        .where(ReleaseRow.release_version == release.version)
        .order_by(col(ReleaseRow.position))
    )
    return ReleaseView(
        version=release.version,
        content_hash=release.content_hash,
        row_count=release.row_count,
        author_id=release.author_id,
        created_at=release.created_at,
        rows=tuple(
            ReleaseRowView(
                item_id=row.item_id,
                revision_id=row.revision_id,
                content_sha256=row.content_sha256,
            )
            for row in rows
        ),
    )
