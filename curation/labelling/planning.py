"""Owns labelling in a shared workspace as work that is claimed: two slots for each response.

Slots are opened in batches, when few are left or a person finds none that is for them: a workspace
of a hundred thousand responses has slots for what is being labelled and not for all of it.
"""

from datetime import datetime, timedelta
from typing import Final

from curation.claims.claiming import Claim, ClaimFilter, EmptyQueue, claim
from curation.labelling.retrying import retried
from db.engine import Engine, reading, writing
from db.queries.item_slots import close_these
from db.queries.label_plan import (
    count_free,
    label_needs,
    labels_no_longer_asked,
    lacks_slots,
)
from db.queries.roles import require
from db.queries.slots import open_slots
from db.roles import Role
from db.slots import Stage

# Fewer open slots than these leave a person little choice between families.
FEW: Final = 60
BATCH: Final = 200


def claim_label(
    engine: Engine,
    *,
    annotator_id: str,
    now: datetime,
    wanted: ClaimFilter | None = None,
    lease: timedelta | None = None,
    batch: int = BATCH,
) -> Claim | EmptyQueue:
    """Give a person the next response to label, opening slots where there are too few.

    Args:
        engine: Of a shared workspace.
        annotator_id: The person.
        now: The moment.
        wanted: What they want to label.
        lease: How long it is theirs; None for the stage's own.
        batch: For how many responses at a time slots are opened.

    Raises:
        Forbidden: The annotator may label nothing.
    """
    with reading(engine) as session:
        # Before slots are opened: whoever may label nothing sets nothing in motion.
        require(session, annotator_id, Role.LABELLER)
        is_short = count_free(session, Stage.LABEL) < FEW
    if is_short:
        open_label_slots(engine, now=now, batch=batch)
    while True:
        got = claim(
            engine, Stage.LABEL, annotator_id=annotator_id, now=now, wanted=wanted, lease=lease
        )
        if isinstance(got, Claim):
            if not _is_stale(engine, got, now=now):
                return got
        elif not open_label_slots(engine, now=now, batch=batch):
            return got


def open_label_slots(engine: Engine, *, now: datetime, batch: int = BATCH) -> int:
    """Open slots for responses that lack labels of people; give how many were opened."""
    with reading(engine) as session:
        if not lacks_slots(session):
            return 0

    def once() -> int:
        opened = 0
        with writing(engine) as session:
            for need in label_needs(session, limit=batch):
                opened += len(
                    open_slots(
                        session,
                        stage=Stage.LABEL,
                        subject_id=need.response_id,
                        item_id=need.item_id,
                        revision_id=need.revision_id,
                        response_id=need.response_id,
                        count=need.highest + need.missing,
                        now=now,
                    )
                )
        return opened

    return retried(once)


def _is_stale(engine: Engine, got: Claim, *, now: datetime) -> bool:
    """Close a claimed slot whose text went out of use since it was opened, with its like."""
    with reading(engine) as session:
        if not labels_no_longer_asked(session, [got.item_id]):
            return False
    with writing(engine) as session:
        stale = labels_no_longer_asked(session, [got.item_id])
        close_these(session, stale, now=now)
    return got.slot_id in stale
