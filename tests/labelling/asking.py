"""Owns slots for single labels, asked of and claimed by whoever a test names."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from curation.labelling.deciding import ForSlot
from db.engine import Engine, writing
from db.items import Revision
from db.queries.slots import open_slots
from db.responses import Response
from db.slots import Slot, Stage

LEASE = timedelta(minutes=20)


def asked(engine: Engine, response_id: str, *, annotator_id: str, now: datetime) -> ForSlot:
    """Open one more slot for a label on a response and give it to a person."""
    with writing(engine) as session:
        response = session.get_one(Response, response_id)
        of_it = sa.select(sa.func.count()).where(col(Slot.response_id) == response_id)
        (slot_id,) = open_slots(
            session,
            stage=Stage.LABEL,
            subject_id=response_id,
            item_id=session.get_one(Revision, response.revision_id).item_id,
            revision_id=response.revision_id,
            response_id=response_id,
            count=session.execute(of_it).scalar_one() + 1,
            now=now,
        )
        slot = session.get_one(Slot, slot_id)
        slot.holder_id, slot.fence, slot.lease_until = annotator_id, 1, now + LEASE
    return ForSlot(slot_id=slot_id, fence=1)
