"""Owns undoing: a person takes one of their last decisions back; the label and its history stay.

It can be done until an adjudicator has ruled on it. From then on a lead is asked to free it again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.labelling.retrying import retried
from curation.review.rounds import reconcile
from db.engine import Engine, Session, writing
from db.errors import Forbidden
from db.labels import LabelWithdrawal
from db.queries.decisions import ruled_on
from db.queries.labelling import PersonLabel, find_ground, get_label, last_decided
from db.queries.roles import require_on_response
from db.queries.slots import reopen_slot, slot_done_by
from db.queries.working_copies import lock_item
from db.recording import recording
from db.roles import Role

LABEL_UNDONE: Final = "label.undo"
UNDOABLE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A decision that was taken back.

    Attributes:
        label: What had been decided.
        at: When it was taken back; the first time, when it is undone twice.
        is_new: False when it had been taken back before.
    """

    label: PersonLabel
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """How far undoing reaches: a person's last ten decisions, those taken back included.

    Attributes:
        decisions: Those of the ten that still hold, newest first.
        ruled: Ids of those among them on which an adjudicator has ruled: they stay.
        is_spent: Whether none of the ten holds any more, so that only older ones are left.
    """

    decisions: tuple[PersonLabel, ...]
    ruled: frozenset[str]
    is_spent: bool


def last_decisions(session: Session, *, annotator_id: str) -> Undoable:
    """Say which decisions of a person can be undone now.

    A decision that was taken back or changed stays one of the ten: undoing again and again ends
    after ten and never reaches what was decided long ago.
    """
    newest = last_decided(session, annotator_id=annotator_id, limit=UNDOABLE)
    live = tuple(one for one in newest if one.is_live)
    ruled = ruled_on(session, [one.response_id for one in live])
    return Undoable(
        decisions=live,
        ruled=frozenset(one.id for one in live if one.response_id in ruled),
        is_spent=len(newest) == UNDOABLE and not live,
    )


def refuse_ruled_on(session: Session, response_id: str) -> None:
    """Refuse to change what an adjudicator has decided between.

    Raises:
        Forbidden: A ruling on the labels of the response holds.
    """
    if ruled_on(session, [response_id]):
        raise Forbidden(
            "An adjudicator has ruled on the labels of this response, so yours can be neither "
            "taken back nor changed; ask a lead with a reason to open it again."
        )


def undo(engine: Engine, *, annotator_id: str, label_id: str, now: datetime) -> Undone:
    """Take one of a person's last ten decisions back.

    Raises:
        NotFound: There is no such label.
        Forbidden: It is somebody else's, older than the last ten, or an adjudicator has ruled on
            it; or the person may not label items of that type and language any more.
    """

    def once() -> Undone:
        with writing(engine) as session:
            return _undo(session, annotator_id=annotator_id, label_id=label_id, now=now)

    return retried(once)


def _undo(session: Session, *, annotator_id: str, label_id: str, now: datetime) -> Undone:
    label = get_label(session, label_id)
    if label.annotator_id != annotator_id:
        raise Forbidden(f"The label {label_id!r} is another person's; only they can undo it.")
    require_on_response(session, annotator_id, Role.LABELLER, label.response_id)
    reach = last_decisions(session, annotator_id=annotator_id)
    # Looked up last: a label that another tab takes back meanwhile is no longer undoable either.
    withdrawal = session.get(LabelWithdrawal, label_id)
    if withdrawal is not None:
        taken_back = get_label(session, label_id)
        return Undone(label=taken_back, at=withdrawal.created_at, is_new=False)
    if label_id not in {one.id for one in reach.decisions}:
        raise Forbidden(
            f"The label {label_id!r} is older than your last {UNDOABLE} decisions, which are "
            "those that can be undone; open its response and decide again instead."
        )
    ground = find_ground(session, annotator_id=annotator_id, response_id=label.response_id)
    if not ground.is_solo:
        lock_item(session, ground.item_id)
        refuse_ruled_on(session, label.response_id)
        # Another piece of work in hand stays so: then the slot is free for everybody.
        slot_id = slot_done_by(session, annotator_id=annotator_id, response_id=label.response_id)
        if slot_id is not None:
            reopen_slot(session, slot_id, annotator_id=annotator_id, now=now)
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=LABEL_UNDONE,
        subject_kind="response",
        subject_id=label.response_id,
    ) as record:
        record.add(LabelWithdrawal(label_id=label_id, annotator_id=annotator_id, created_at=now))
        record.after["label"] = label_id
    if not ground.is_solo:
        reconcile(session, ground.item_id, now=now)
    # Read again: the first answer says, like every later one, that the label is live no more.
    return Undone(label=get_label(session, label_id), at=now, is_new=True)
