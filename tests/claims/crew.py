"""One process that claims work without pause and hands most of it in, with a log of its own.

A line that says how something ended is written after the database has answered: what stands there
was acknowledged.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from curation.claims.claiming import Claim, claim, give_back, heartbeat
from db.engine import Engine, open_engine, writing
from db.queries.slots import hand_in
from db.slots import Stage

# Of a hundred claims so many are given back, forgotten or kept longer.
GIVEN_BACK, FORGOTTEN, KEPT = 5, 4, 10


def work(url: str, person: str, log: Path, lease: timedelta, seed: int) -> None:
    """Claim until nothing is open any more."""
    engine = open_engine(url)
    chance = random.Random(seed)
    with log.open("a", encoding="ascii") as lines:

        def tell(*words: object) -> None:
            lines.write(" ".join(map(str, words)) + "\n")
            lines.flush()
            os.fsync(lines.fileno())

        tell("began")
        while True:
            got = claim(
                engine, Stage.REVIEW, annotator_id=person, now=datetime.now(UTC), lease=lease
            )
            if not isinstance(got, Claim):
                if got.total == 0:
                    return
                time.sleep(0.02)
                continue
            tell("claimed", got.slot_id, got.fence)
            _end(engine, person, got, lease=lease, draw=chance.randrange(100), tell=tell)


def _end(
    engine: Engine,
    person: str,
    got: Claim,
    *,
    lease: timedelta,
    draw: int,
    tell: Callable[..., None],
) -> None:
    if draw < GIVEN_BACK:
        give_back(engine, got.slot_id, annotator_id=person, fence=got.fence, now=datetime.now(UTC))
        return
    if draw < GIVEN_BACK + FORGOTTEN:
        time.sleep(lease.total_seconds() * 1.2)
    elif draw < GIVEN_BACK + FORGOTTEN + KEPT:
        heartbeat(
            engine,
            got.slot_id,
            annotator_id=person,
            fence=got.fence,
            now=datetime.now(UTC),
            lease=lease,
        )
    tell("hands_in", got.slot_id, got.fence)
    with writing(engine) as session:
        answer = hand_in(
            session,
            got.slot_id,
            annotator_id=person,
            fence=got.fence,
            now=datetime.now(UTC),
        )
    tell("surplus" if answer.is_surplus else "done", got.slot_id, got.fence)
