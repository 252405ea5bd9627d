"""Owns the question whether any prompt changed: revisions are only ever added."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.items import Revision


def newest_revision(session: Session) -> str:
    """Give a text that is another one as soon as there is a new revision."""
    count, newest = session.exec(
        select(sa.func.count(), sa.func.max(col(Revision.created_at)))
    ).one()
    return f"{count} {newest}"
