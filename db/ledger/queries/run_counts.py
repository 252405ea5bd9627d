"""Owns how many runs there are."""

import sqlalchemy as sa
from sqlmodel import Session, select

from db.ledger.runs import Run


def count_runs(session: Session) -> int:
    """Count every run."""
    return session.exec(select(sa.func.count()).select_from(Run)).one()
