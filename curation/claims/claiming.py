"""Owns claiming: a person takes one piece of work at a time and keeps it while they are at it.

A claim is a lease. Whoever stays away loses it to somebody else, and what they hand in afterwards
is kept as surplus: ``hand_in`` of ``db.queries.slots``, called by whoever stores the work.
"""

import time
from datetime import datetime, timedelta
from typing import Final

from curation.claims.releasing import release
from curation.claims.skipping import Skipped, settle_skip, skip
from curation.labelling.retrying import retried
from db.engine import Engine, writing
from db.queries.roles import require_on_item
from db.queries.slot_queue import ClaimFilter, EmptyQueue, Why, explain_empty, take
from db.queries.slot_rules import ROLE_OF
from db.queries.slots import (
    Claim,
    HandIn,
    Lost,
    LostBecause,
    free,
    hand_in,
    held,
    keep,
    read_slot,
)
from db.slots import Stage

__all__ = [
    "Claim",
    "ClaimFilter",
    "EmptyQueue",
    "HandIn",
    "Lost",
    "LostBecause",
    "Skipped",
    "Why",
    "claim",
    "explain_empty",
    "give_back",
    "hand_in",
    "heartbeat",
    "held",
    "release",
    "settle_skip",
    "skip",
]

LOOKS: Final = 20
LOOK_AGAIN_SECONDS: Final = 0.01


def claim(
    engine: Engine,
    stage: Stage,
    *,
    annotator_id: str,
    now: datetime,
    wanted: ClaimFilter | None = None,
    lease: timedelta | None = None,
) -> Claim | EmptyQueue:
    """Give a person the next piece of work, or the one they have; else say why there is none.

    Args:
        engine: The workspace's.
        stage: What they want to do.
        annotator_id: The person.
        now: The moment.
        wanted: What they want to work on; it does not take away what they have.
        lease: How long it is theirs; None for the stage's own.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: It is a machine, or a person who has withdrawn.
    """

    def once() -> Claim | EmptyQueue:
        with writing(engine) as session:
            return take(
                session, stage, annotator_id=annotator_id, now=now, wanted=wanted, lease=lease
            )

    for _ in range(LOOKS):
        got = retried(once)
        if isinstance(got, Claim) or not got.waiting:
            break
        # Only what was being written at that moment was passed over: a queue is not called empty
        # for the sake of a transaction that may yet be rolled back.
        time.sleep(LOOK_AGAIN_SECONDS)
    return got


def heartbeat(
    engine: Engine,
    slot_id: str,
    *,
    annotator_id: str,
    fence: int,
    now: datetime,
    lease: timedelta | None = None,
) -> Claim | Lost:
    """Keep a claim for another lease.

    Raises:
        NotFound: There is no such slot.
        Forbidden: They lack the role that the work takes.
    """
    with writing(engine) as session:
        slot = read_slot(session, slot_id)
        require_on_item(session, annotator_id, ROLE_OF[slot.stage], slot.item_id)
        return keep(session, slot_id, annotator_id=annotator_id, fence=fence, now=now, lease=lease)


def give_back(
    engine: Engine, slot_id: str, *, annotator_id: str, fence: int, now: datetime
) -> bool:
    """Leave a piece of work to others; False when the person no longer had it."""
    del now
    with writing(engine) as session:
        return free(session, slot_id, annotator_id=annotator_id, fence=fence)
