"""Keep one read transaction open; a program: URL journal stop.

Counts the events at its beginning and at its end, in the same transaction.
"""

import time
from pathlib import Path

import sqlalchemy as sa

from db.engine import Session, open_engine, reading
from tests.reliability.journal import Journal


def _count(session: Session) -> int:
    return int(session.execute(sa.text("SELECT count(*) FROM event")).scalar_one())


def main(url: str, log: str, stop: str) -> None:
    """Read until the file ``stop`` is there."""
    engine, journal = open_engine(url), Journal(Path(log))
    with reading(engine) as session:
        journal.answer({"verb": "begin"}, {"events": _count(session)})
        while not Path(stop).exists():
            time.sleep(0.05)
        journal.answer({"verb": "end"}, {"events": _count(session)})
    engine.dispose()
