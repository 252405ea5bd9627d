"""Owns labelling: one gesture is one label, whatever is clicked, retried or opened twice.

The label's id comes from the token of the gesture, so a gesture that arrives again finds its
label. A person has at most one live label on a response: UNIQUE (response, annotator, turn) is the
lock on both databases. What another tab stored meanwhile is never overwritten silently. What comes
too late is kept as surplus and said so; it counts nowhere.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from curation.labelling.consistency import check
from curation.labelling.retrying import retried
from curation.labelling.sources import Standing, Unblinded, standing_on
from curation.labelling.undoing import refuse_ruled_on
from curation.review.rounds import reconcile
from db.contents import NewLabel, build_person_label
from db.engine import Engine, Session, writing
from db.errors import Invalid
from db.hashing import Json
from db.labels import Decision, Factuality, LabelWithdrawal
from db.queries.labelling import (
    LABEL_DECIDED,
    Ground,
    PersonLabel,
    find_ground,
    labels_on,
)
from db.queries.roles import require_on_response
from db.queries.slots import hand_in, read_slot
from db.queries.working_copies import lock_item
from db.recording import recording
from db.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """What a person decided about a response.

    Attributes:
        token: A nonce made when the response was shown; the same gesture carries the same one.
        requirements: Decisions by number; empty when only the whole was decided.
        factually_right: None when the person was not asked or did not say.
    """

    token: str
    decision: Decision
    requirements: Mapping[int, Decision]
    factually_right: Factuality | None
    reason: str

    def is_told_by(self, label: PersonLabel) -> bool:
        """Say whether a stored label says the same."""
        return (
            label.decision is self.decision
            and label.requirements == dict(self.requirements)
            and label.factually_right is self.factually_right
            and label.reason == self.reason
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForSlot:
    """The claim that a label is handed in for."""

    slot_id: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A label that is stored.

    Attributes:
        label: As it is stored.
        reasons: What kept the label from being blind; empty when it is blind.
        is_new: False when it was stored before, by this gesture or one that said the same.
        is_current: Whether the response answers its item's newest revision.
    """

    label: PersonLabel
    reasons: tuple[Unblinded, ...]
    is_new: bool
    is_current: bool

    @property
    def is_surplus(self) -> bool:
        """Whether it came too late: it is kept and counts nowhere."""
        return self.label.is_surplus


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelConflict:
    """The person decided otherwise in another tab meanwhile; nothing was stored.

    Attributes:
        stored: What is stored; its id as ``replaces`` changes it to what was wanted now.
        wanted: What this gesture said.
    """

    response_id: str
    stored: PersonLabel
    wanted: Gesture


def decide(
    engine: Engine,
    *,
    annotator_id: str,
    response_id: str,
    decision: Decision,
    requirements: Mapping[int, Decision] | None = None,
    factually_right: Factuality | None = None,
    reason: str = "",
    token: str,
    replaces: str | None = None,
    slot: ForSlot | None = None,
    now: datetime,
) -> Decided | LabelConflict:
    """Store a person's label on a response, once per gesture.

    Args:
        engine: The workspace's.
        annotator_id: Who decides.
        response_id: What was shown; its revision may be superseded.
        decision: On the whole.
        requirements: Decisions by number; empty or None when only the whole was decided.
        factually_right: Apart from following; None when it was not asked.
        reason: A short text, may be empty.
        token: The nonce of the gesture.
        replaces: The person's live label that this one changes and withdraws.
        slot: The claim that it is handed in for; None where nothing was claimed.
        now: The moment.

    Raises:
        NotFound: There is no such response.
        Forbidden: The annotator may not label items of that type and language, or wants to change
            a label that an adjudicator has ruled on.
        Invalid: The parts of the decision contradict each other.
    """
    gesture = Gesture(
        token=token,
        decision=decision,
        requirements=dict(requirements or {}),
        factually_right=factually_right,
        reason=reason.strip(),
    )

    def once() -> Decided | LabelConflict:
        with writing(engine) as session:
            return _decide(session, annotator_id, response_id, gesture, replaces, slot, now)

    return retried(once)


def _decide(
    session: Session,
    annotator_id: str,
    response_id: str,
    gesture: Gesture,
    replaces: str | None,
    slot: ForSlot | None,
    now: datetime,
) -> Decided | LabelConflict:
    ground, standing = _stand(session, annotator_id, response_id, gesture)
    label_id = _label_id(annotator_id, response_id, gesture.token)
    before = labels_on(session, response_id=response_id, annotator_id=annotator_id)
    live = next((label for label in before if label.is_live), None)
    stored = next((label for label in before if label.id == label_id), None)
    in_the_way = stored or (live if live is not None and live.id != replaces else None)
    if in_the_way is not None and not gesture.is_told_by(in_the_way):
        return LabelConflict(response_id=response_id, stored=live or in_the_way, wanted=gesture)
    if slot is not None:
        is_surplus = _hand_in(session, slot, annotator_id, response_id, now)
    else:
        is_surplus = _is_unasked(ground, live)
    comes_to_count = live is not None and live.is_surplus and not is_surplus
    said_before = stored or (
        live if live is not None and gesture.is_told_by(live) and not comes_to_count else None
    )
    if said_before is None and live is not None:
        refuse_ruled_on(session, response_id)
    label = said_before or _record(
        session,
        label_id=label_id,
        annotator_id=annotator_id,
        response_id=response_id,
        gesture=gesture,
        standing=standing,
        is_surplus=is_surplus,
        turn=max((label.turn for label in before), default=0) + 1,
        withdrawn=live,
        now=now,
    )
    if said_before is None and not ground.is_solo:
        reconcile(session, ground.item_id, now=now)
    return Decided(
        label=label,
        reasons=standing.reasons,
        is_new=said_before is None,
        is_current=ground.is_current,
    )


def _stand(
    session: Session, annotator_id: str, response_id: str, gesture: Gesture
) -> tuple[Ground, Standing]:
    require_on_response(session, annotator_id, Role.LABELLER, response_id)
    ground = find_ground(session, annotator_id=annotator_id, response_id=response_id)
    standing = standing_on(ground)
    if not ground.is_solo:
        # Whoever changes slots of an item and writes a fact takes the item first.
        lock_item(session, ground.item_id)
    check(
        decision=gesture.decision,
        requirements=gesture.requirements,
        count=ground.requirements,
        reason=gesture.reason,
    )
    return ground, standing


def _is_unasked(ground: Ground, live: PersonLabel | None) -> bool:
    """Say whether a label without a claim counts nowhere: others are asked for those that do."""
    if live is not None:
        # A change is as good as what it changes.
        return live.is_surplus
    return not ground.is_solo


def _hand_in(
    session: Session, slot: ForSlot, annotator_id: str, response_id: str, now: datetime
) -> bool:
    if read_slot(session, slot.slot_id).response_id != response_id:
        raise Invalid(
            f"The slot {slot.slot_id!r} is not for the response {response_id!r}; load the page "
            "again."
        )
    handed_in = hand_in(session, slot.slot_id, annotator_id=annotator_id, fence=slot.fence, now=now)
    return handed_in.is_surplus


def _record(
    session: Session,
    *,
    label_id: str,
    annotator_id: str,
    response_id: str,
    gesture: Gesture,
    standing: Standing,
    is_surplus: bool,
    turn: int,
    withdrawn: PersonLabel | None,
    now: datetime,
) -> PersonLabel:
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=LABEL_DECIDED,
        subject_kind="response",
        subject_id=response_id,
    ) as record:
        new = build_person_label(
            label_id=label_id,
            response_id=response_id,
            annotator_id=annotator_id,
            source=standing.source,
            turn=turn,
            decision=gesture.decision,
            factually_right=gesture.factually_right,
            requirements=gesture.requirements,
            reason=gesture.reason,
            is_surplus=is_surplus,
            now=now,
            event_id=record.event_id,
        )
        for row in (new.label, *new.requirements):
            record.add(row)
        because: list[Json] = [reason.value for reason in standing.reasons]
        record.after.update({"label": label_id, "turn": turn, "not_blind_because": because})
        if is_surplus:
            record.after["is_surplus"] = True
        if withdrawn is not None:
            record.add(
                LabelWithdrawal(label_id=withdrawn.id, annotator_id=annotator_id, created_at=now)
            )
            record.after["replaces"] = withdrawn.id
    return _as_stored(new)


def _as_stored(new: NewLabel) -> PersonLabel:
    label = new.label
    return PersonLabel(
        id=label.id,
        response_id=label.response_id,
        annotator_id=label.annotator_id,
        source=label.source,
        decision=label.decision,
        factually_right=label.factually_right,
        requirements={row.number: row.decision for row in new.requirements},
        reason=label.reason,
        turn=label.turn or 1,
        created_at=label.created_at.astimezone(UTC),
        is_live=True,
        is_surplus=label.is_surplus,
    )


def _label_id(annotator_id: str, response_id: str, token: str) -> str:
    gesture = "\n".join((annotator_id, response_id, token))
    return f"label-{hashlib.sha256(gesture.encode()).hexdigest()[:32]}"
