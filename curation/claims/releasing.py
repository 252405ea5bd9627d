"""Owns a lead's release of somebody's claim: work is never stuck behind absent people."""

from datetime import datetime
from typing import Final

from db.engine import Engine, writing
from db.queries.roles import require_on_item
from db.queries.slots import read_slot, take_away
from db.queries.working_copies import lock_item
from db.recording import recording
from db.roles import Role

SLOT_RELEASED: Final = "slot.release"


def release(engine: Engine, slot_id: str, *, lead_id: str, reason: str = "", now: datetime) -> bool:
    """Free a slot that somebody holds; what they hand in afterwards is surplus.

    Returns:
        False when nobody held it, so that there was nothing to free.

    Raises:
        NotFound: There is no such slot.
        Forbidden: They are no lead for the item's type and language.
    """
    with writing(engine) as session:
        slot = read_slot(session, slot_id)
        require_on_item(session, lead_id, Role.LEAD, slot.item_id)
        lock_item(session, slot.item_id)
        holder_id = take_away(session, slot_id)
        if holder_id is None:
            return False
        with recording(
            session,
            now=now,
            actor_id=lead_id,
            action=SLOT_RELEASED,
            subject_kind="slot",
            subject_id=slot_id,
            reason=reason.strip(),
        ) as record:
            record.after.update({"holder": holder_id, "stage": slot.stage.value})
        return True
