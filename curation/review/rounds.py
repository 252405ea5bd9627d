"""Owns review rounds: an act opens one, and what it needs follows from the facts each time.

A writer first locks the item (``db.queries.working_copies.lock_item``), then records, then calls
``after``: it comes behind the head of the history, so that of two writers the second sees both.
"""

from datetime import datetime
from typing import Final

from db.acts import ActKind, ItemAct
from db.base import new_id
from db.engine import Session
from db.errors import Invalid, NotFound
from db.hashing import content_hash
from db.queries.acts import find_act, is_solo_workspace, last_number
from db.queries.item_facts import load_facts_in_use
from db.queries.item_slots import SlotState, close_these, slots_of_item
from db.queries.slots import open_slots
from db.queries.status import ItemFacts, Needed, SlotNeed, Standing, next_needed
from db.recording import Recording
from db.slots import Stage

BLIND_REVIEWS: Final = 2
SOLO_REVIEWS: Final = 1
OPENING: Final = (ActKind.SUBMIT, ActKind.REOPEN)
# What follows from the facts at once; slots for labels are opened where labels are planned.
OF_ROUNDS: Final = (
    Stage.REVIEW,
    Stage.THIRD_REVIEW,
    Stage.ADJUDICATE,
    Stage.ADJUDICATE_LABELS,
)


def open_round(
    session: Session,
    *,
    item_id: str,
    revision_id: str,
    annotator_id: str,
    kind: ActKind,
    now: datetime,
    record: Recording,
    reason: str = "",
    act_id: str | None = None,
) -> str:
    """Record the act that asks for reviews of a revision; call ``after`` once it is written.

    Args:
        session: Open for writing; the caller commits.
        item_id: The item; it may be one that the same recording brings.
        revision_id: What reviewers are asked about, whatever is written later.
        annotator_id: Who asks.
        kind: ``submit`` or ``reopen``.
        now: The moment.
        record: What the act is recorded with.
        reason: What was given as a reason.
        act_id: Id of the act; None makes a new one.

    Returns:
        The act's id.

    Raises:
        Invalid: The kind opens no round.
    """
    if kind not in OPENING:
        raise Invalid(
            f"The act {kind.value!r} opens no round; use one of "
            f"{', '.join(repr(one.value) for one in OPENING)}."
        )
    return record_act(
        session,
        item_id=item_id,
        revision_id=revision_id,
        annotator_id=annotator_id,
        kind=kind,
        now=now,
        record=record,
        reason=reason,
        act_id=act_id,
    )


def record_act(
    session: Session,
    *,
    item_id: str,
    revision_id: str,
    annotator_id: str,
    kind: ActKind,
    now: datetime,
    record: Recording,
    reason: str = "",
    act_id: str | None = None,
) -> str:
    """Record any act with the next number; whether it is legal has been asked before."""
    is_solo = is_solo_workspace(session)
    slots = SOLO_REVIEWS if is_solo else BLIND_REVIEWS
    act = ItemAct(
        id=act_id or new_id("act"),
        item_id=item_id,
        number=last_number(session, item_id) + 1,
        kind=kind,
        revision_id=revision_id,
        annotator_id=annotator_id,
        slots=slots if kind in OPENING else None,
        is_solo=is_solo,
        reason=reason,
        reason_hash=content_hash(reason) if reason else None,
        created_at=now,
    )
    record.add(act)
    return act.id


def after(session: Session, act_id: str, *, now: datetime) -> Needed:
    """Open and close the slots of an act's item so that they fit the facts; again changes nothing.

    Call it after the recording block of every act, review, confirmation, adjudication and
    withdrawal, in the same transaction, with the act of the round or with the act itself.

    Returns:
        What the item waits for now.

    Raises:
        NotFound: There is no such act.
    """
    act = find_act(session, act_id)
    if act is None:
        raise NotFound(f"There is no act {act_id!r} in this workspace; load the item again.")
    return reconcile(session, act.item_id, now=now)


def reconcile(session: Session, item_id: str, *, now: datetime) -> Needed:
    """Do what ``after`` does, for an item."""
    facts = load_facts_in_use(session, item_id)
    needed = next_needed(facts)
    all_slots = slots_of_item(session, item_id)
    slots = [one for one in all_slots if one.stage in OF_ROUNDS]
    open_now = [one for one in slots if one.is_open]
    wanted = [need for need in needed.slots if need.stage in OF_ROUNDS]
    kept = [one for need in wanted for one in _fitting(need, open_now)]
    gone = [one for one in open_now if one not in kept]
    close_these(session, [one.id for one in (*gone, *_unasked(facts, all_slots))], now=now)
    for need in wanted:
        missing = need.count - len(_fitting(need, kept))
        if missing > 0:
            _open(session, need, missing, slots, now=now)
    return needed


def _unasked(facts: ItemFacts, slots: list[SlotState]) -> list[SlotState]:
    """Pick free slots for labels on a text that is no longer in use; what is in hand stays so."""
    in_use = Standing(facts).in_use_id
    return [
        one
        for one in slots
        if one.stage is Stage.LABEL
        and one.is_open
        and not one.is_held
        and one.revision_id != in_use
    ]


def _fitting(need: SlotNeed, slots: list[SlotState]) -> list[SlotState]:
    """Pick the slots that serve a need, those that somebody holds first."""
    found = [
        one
        for one in slots
        if (one.stage, one.act_id, one.subject_id) == (need.stage, need.act_id, need.subject_id)
        and one.other_background == need.other_background
    ]
    return sorted(found, key=lambda one: not one.is_held)[: need.count]


def _open(
    session: Session, need: SlotNeed, missing: int, slots: list[SlotState], *, now: datetime
) -> None:
    place = (need.stage, need.subject_id, need.round)
    numbers = [one.number for one in slots if (one.stage, one.subject_id, one.round) == place]
    open_slots(
        session,
        stage=need.stage,
        subject_id=need.subject_id,
        item_id=need.item_id,
        count=max(numbers, default=0) + missing,
        now=now,
        round=need.round,
        revision_id=need.revision_id,
        response_id=need.response_id,
        act_id=need.act_id,
        other_background=need.other_background,
    )
