"""Owns passing work on: for a reason, and each reason sends it somewhere else.

What a person lacks the language or the knowledge for, knows already or cannot bear is not offered
to them again, whatever round it comes in. What is unclear or broken is shown to a lead as well.
What distresses waits for a lead before it is offered to anybody else. The item is locked before
its slot, in the order of all who write a fact and change a slot: so none waits for the other.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.labelling.retrying import retried
from db.engine import Engine, Session, writing
from db.errors import Invalid, NotFound
from db.hashing import content_hash
from db.queries.roles import require_on_item
from db.queries.skips import is_settled_skip
from db.queries.slot_rules import ROLE_OF, SKIP_SETTLED
from db.queries.slots import Lost, free, lost, read_slot
from db.queries.working_copies import lock_item
from db.recording import recording
from db.reviews import ItemReveal
from db.roles import Role
from db.slots import Skip, SkipReason, Slot

SKIPPED: Final = "slot.skip"
LONGEST_NOTE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Work that was passed on.

    Attributes:
        is_new: False when the same claim was skipped before.
    """

    skip_id: str
    reason: SkipReason
    is_new: bool


def skip(
    engine: Engine,
    slot_id: str,
    *,
    annotator_id: str,
    fence: int,
    reason: SkipReason,
    note: str = "",
    now: datetime,
) -> Skipped | Lost:
    """Pass a claimed piece of work on; the same claim skipped again answers the same.

    Raises:
        NotFound: There is no such slot.
        Forbidden: They lack the role that the work takes.
        Invalid: The note cannot be stored.
    """
    told = _checked(note)

    def once() -> Skipped | Lost:
        with writing(engine) as session:
            skip_id = _skip_id(slot_id, annotator_id, fence)
            stored = session.get(Skip, skip_id)
            if stored is not None:
                return Skipped(skip_id=skip_id, reason=stored.reason, is_new=False)
            slot = read_slot(session, slot_id)
            require_on_item(session, annotator_id, ROLE_OF[slot.stage], slot.item_id)
            lock_item(session, slot.item_id)
            if not free(session, slot_id, annotator_id=annotator_id, fence=fence):
                return lost(session, slot_id, annotator_id, fence)
            _record(session, slot, skip_id, annotator_id, reason=reason, note=told, now=now)
            return Skipped(skip_id=skip_id, reason=reason, is_new=True)

    return retried(once)


def settle_skip(
    engine: Engine, skip_id: str, *, lead_id: str, reason: str = "", now: datetime
) -> bool:
    """Let a lead say that they have looked at a skip; what waited for that is offered again.

    Returns:
        False when it had been settled before.

    Raises:
        NotFound: There is no such skip.
        Forbidden: They are no lead for the item's type and language.
    """
    told = _checked(reason)
    with writing(engine) as session:
        stored = session.get(Skip, skip_id)
        if stored is None:
            raise NotFound(f"There is no skip {skip_id!r} in this workspace.")
        item_id = read_slot(session, stored.slot_id).item_id
        require_on_item(session, lead_id, Role.LEAD, item_id)
        lock_item(session, item_id)
        if is_settled_skip(session, skip_id):
            return False
        with recording(
            session,
            now=now,
            actor_id=lead_id,
            action=SKIP_SETTLED,
            subject_kind="skip",
            subject_id=skip_id,
            reason=told,
        ) as record:
            record.after["item"] = item_id
        return True


def _record(
    session: Session,
    slot: Slot,
    skip_id: str,
    annotator_id: str,
    *,
    reason: SkipReason,
    note: str,
    now: datetime,
) -> None:
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=SKIPPED,
        subject_kind="item",
        subject_id=slot.item_id,
    ) as record:
        record.add(
            Skip(
                id=skip_id,
                slot_id=slot.id,
                annotator_id=annotator_id,
                reason=reason,
                note=note,
                note_hash=content_hash(note) if note else None,
                created_at=now,
            )
        )
        record.after.update({"slot": slot.id, "stage": slot.stage.value, "reason": reason.value})
        seen = (annotator_id, slot.item_id)
        if reason is SkipReason.KNOWN and session.get(ItemReveal, seen) is None:
            record.add(ItemReveal(annotator_id=annotator_id, item_id=slot.item_id, created_at=now))


def _skip_id(slot_id: str, annotator_id: str, fence: int) -> str:
    claim = "\n".join((slot_id, annotator_id, str(fence)))
    return f"skip-{hashlib.sha256(claim.encode()).hexdigest()[:32]}"


def _checked(note: str) -> str:
    told = note.strip()
    if len(told) > LONGEST_NOTE:
        raise Invalid(
            f"The note has {len(told)} characters where {LONGEST_NOTE} are the limit; shorten it."
        )
    if "\0" in told or any("\ud800" <= sign <= "\udfff" for sign in told):
        raise Invalid(
            f"The note {told!r} holds a sign that cannot be stored (NUL or half of a pair); "
            "remove it."
        )
    return told
