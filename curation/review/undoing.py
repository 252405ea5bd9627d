"""Owns taking a review, a confirmation or a ruling back: the decision and its history stay.

It can be done until somebody has built on it. From then on a lead is asked to open the round again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from curation.authoring.texts import check_text, retried
from curation.labelling.undoing import last_decisions
from curation.review.rounds import reconcile
from db.acts import ActKind
from db.contents import short_id
from db.engine import Engine, Session
from db.errors import Forbidden, Invalid, NotFound
from db.hashing import content_hash
from db.queries.decisions import (
    OwnDecision,
    find_own,
    item_of_response,
    items_seen,
    labelled_at,
    last_own,
    open_request,
    released_at,
    third_reviewers,
)
from db.queries.item_facts import load_item_facts
from db.queries.labelling import get_label, revealed_to
from db.queries.review_rounds import DECIDED
from db.queries.reviews import get_work
from db.queries.roles import find_standing, require_on_item
from db.queries.slots import Claim, free, held, reopen_slot
from db.queries.status import Standing
from db.queries.workflow import ItemFacts
from db.queries.working_copies import lock_item
from db.recording import recording
from db.reviews import ReopenRequest, Withdrawal, Withdrawn
from db.roles import Role

DECISION_UNDONE: Final = "review.undo"
REOPEN_REQUESTED: Final = "review.request_reopen"
UNDOABLE: Final = 10
LABEL: Final = "label"
_ROLE_OF: Final = {
    Withdrawn.REVIEW: Role.REVIEWER,
    Withdrawn.CONFIRMATION: Role.REVIEWER,
    Withdrawn.ADJUDICATION: Role.ADJUDICATOR,
}
_SAYS_NOTHING: Final = (ActKind.MARK_SEED, ActKind.UNMARK_SEED)


class WhyNot(StrEnum):
    """Why a decision cannot be taken back any more."""

    TAKEN_BACK = "taken_back"
    SURPLUS = "surplus"
    OLD = "old"
    ROUND_DECIDED = "round_decided"
    CONFIRMED = "confirmed"
    THIRD_REVIEW = "third_review"
    RULED = "ruled"
    ACTED = "acted"
    LABELLED = "labelled"
    RELEASED = "released"
    SEEN = "seen"


SENTENCES: Final[Mapping[WhyNot, str]] = {
    WhyNot.TAKEN_BACK: "it is taken back",
    WhyNot.SURPLUS: "it came too late and decides nothing",
    WhyNot.OLD: f"it is older than your last {UNDOABLE} decisions",
    WhyNot.ROUND_DECIDED: "the other review is in and the round is decided",
    WhyNot.CONFIRMED: "somebody has said their word on the edit",
    WhyNot.THIRD_REVIEW: "a third reviewer is at work",
    WhyNot.RULED: "an adjudicator has ruled",
    WhyNot.ACTED: "the item went on since",
    WhyNot.LABELLED: "responses have been labelled since",
    WhyNot.RELEASED: "a release holds the item",
    WhyNot.SEEN: "you have seen what others decided",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """One of a person's last decisions.

    Attributes:
        why_not: What keeps it from being taken back; None when nothing does.
    """

    decision: OwnDecision
    why_not: WhyNot | None

    @property
    def may_undo(self) -> bool:
        """Whether it can be taken back now."""
        return self.why_not is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A decision that was taken back.

    Attributes:
        at: When; the first time, when it is undone twice.
        claim: The work that the person holds again; None when there is none to be done.
        is_new: False when it had been taken back before.
    """

    decision: OwnDecision
    at: datetime
    claim: Claim | None
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenRequested:
    """A lead was asked.

    Attributes:
        is_new: False when the same was asked before and nobody has answered.
    """

    request_id: str
    item_id: str
    is_new: bool


def recent(session: Session, *, annotator_id: str) -> tuple[Recent, ...]:
    """List a person's last ten decisions, newest first, and which of them they may take back.

    One that was taken back stays one of the ten, so that undoing again and again ends.
    """
    found = last_own(session, annotator_id=annotator_id, limit=UNDOABLE)
    built = _read(session, found, annotator_id=annotator_id)
    return tuple(Recent(decision=one, why_not=_why_not(one, built)) for one in found)


def undo(
    engine: Engine, kind: Withdrawn, subject_id: str, *, annotator_id: str, now: datetime
) -> Undone:
    """Take one of a person's last decisions back and give them the work again.

    Whatever else of that kind they hold goes back to the queue; what they typed there is kept.

    Raises:
        NotFound: There is no such decision.
        Forbidden: It is somebody else's, too old, or somebody has built on it; or the person lost
            the role.
    """

    def attempt(session: Session) -> Undone:
        own = _own(session, kind, subject_id, annotator_id=annotator_id)
        require_on_item(session, annotator_id, _ROLE_OF[kind], own.item_id)
        lock_item(session, own.item_id)
        own = _own(session, kind, subject_id, annotator_id=annotator_id)
        if own.taken_back_at is not None:
            return Undone(decision=own, at=own.taken_back_at, claim=None, is_new=False)
        why_not = _why_not_now(session, own)
        if why_not is not None:
            raise Forbidden(
                f"This decision cannot be taken back, because {SENTENCES[why_not]}; ask a lead "
                "with a reason to open it again."
            )
        # Before the history: the other work is of another item, whose writers wait for the history.
        claim = _give_again(session, own, now=now)
        with recording(
            session,
            now=now,
            actor_id=annotator_id,
            action=DECISION_UNDONE,
            subject_kind="act" if own.act_id else "response",
            subject_id=str(own.act_id or own.response_id),
        ) as record:
            record.add(
                Withdrawal(
                    kind=kind, subject_id=subject_id, annotator_id=annotator_id, created_at=now
                )
            )
            record.after.update({"kind": kind.value, "decision": subject_id})
        reconcile(session, own.item_id, now=now)
        undone = _own(session, kind, subject_id, annotator_id=annotator_id)
        return Undone(decision=undone, at=now, claim=claim, is_new=True)

    return retried(engine, attempt)


def request_reopen(
    engine: Engine,
    kind: Withdrawn | None,
    subject_id: str,
    *,
    annotator_id: str,
    reason: str,
    now: datetime,
) -> ReopenRequested:
    """Ask a lead to open again what others have built on.

    Args:
        engine: The workspace.
        kind: What the person decided; None for a label.
        subject_id: Its id.
        annotator_id: Who decided and asks.
        reason: Why, in their words.
        now: The moment.

    Raises:
        NotFound: There is no such decision.
        Forbidden: It is somebody else's, or can still be taken back; or the person lost the role.
        Invalid: There is no reason, or it cannot be stored.
    """
    check_text("reason", reason)
    said = reason.strip()
    if not said:
        raise Invalid("The request has no reason; say in a few words what you would decide now.")

    def attempt(session: Session) -> ReopenRequested:
        item_id = _asked_about(session, kind, subject_id, annotator_id=annotator_id)
        role = Role.LABELLER if kind is None else _ROLE_OF[kind]
        require_on_item(session, annotator_id, role, item_id)
        lock_item(session, item_id)
        waiting = open_request(session, subject_id, annotator_id=annotator_id)
        if waiting is not None:
            return ReopenRequested(request_id=waiting.id, item_id=item_id, is_new=False)
        request_id = short_id("request", [subject_id, annotator_id, said, now.isoformat()])
        with recording(
            session,
            now=now,
            actor_id=annotator_id,
            action=REOPEN_REQUESTED,
            subject_kind="item",
            subject_id=item_id,
        ) as record:
            record.add(
                ReopenRequest(
                    id=request_id,
                    item_id=item_id,
                    subject_kind=kind.value if kind is not None else LABEL,
                    subject_id=subject_id,
                    annotator_id=annotator_id,
                    reason=said,
                    reason_hash=content_hash(said),
                    created_at=now,
                )
            )
            record.after.update({"request": request_id})
        return ReopenRequested(request_id=request_id, item_id=item_id, is_new=True)

    return retried(engine, attempt)


def _own(session: Session, kind: Withdrawn, subject_id: str, *, annotator_id: str) -> OwnDecision:
    own = find_own(session, kind, subject_id)
    if own is None:
        raise NotFound(f"There is no {kind.value} {subject_id!r}; load your decisions again.")
    if own.annotator_id != annotator_id:
        raise Forbidden(f"The {kind.value} {subject_id!r} is another person's; only they undo it.")
    return own


def _asked_about(
    session: Session, kind: Withdrawn | None, subject_id: str, *, annotator_id: str
) -> str:
    """Give the item of a decision that may be asked about."""
    if kind is None:
        label = get_label(session, subject_id)
        if label.annotator_id != annotator_id:
            raise Forbidden(
                f"The label {subject_id!r} is another person's; only they ask about it."
            )
        reach = last_decisions(session, annotator_id=annotator_id)
        if subject_id in {one.id for one in reach.decisions} - reach.ruled:
            raise Forbidden("This label can still be taken back; undo it and decide again.")
        return item_of_response(session, label.response_id)
    own = _own(session, kind, subject_id, annotator_id=annotator_id)
    if _why_not_now(session, own) is None:
        raise Forbidden("This decision can still be taken back; undo it and decide again.")
    return own.item_id


def _why_not_now(session: Session, own: OwnDecision) -> WhyNot | None:
    last = {one.id for one in last_own(session, annotator_id=own.annotator_id, limit=UNDOABLE)}
    if own.id not in last:
        return WhyNot.OLD
    return _why_not(own, _read(session, [own], annotator_id=own.annotator_id))


def _give_again(session: Session, own: OwnDecision, *, now: datetime) -> Claim | None:
    if own.slot_id is None:
        return None
    stage = get_work(session, own.slot_id).stage
    other = held(session, annotator_id=own.annotator_id, stage=stage)
    if other is not None:
        free(session, other.slot_id, annotator_id=own.annotator_id, fence=other.fence)
    return reopen_slot(session, own.slot_id, annotator_id=own.annotator_id, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """What others may have built on some decisions of one person, read in a few statements.

    Attributes:
        is_solo: Whether there is nobody else, so that nothing can be seen too early.
        thirds: Rounds with their third reviewers.
        labelled: The moment of the newest label on each revision.
        released: The moment of the newest release of each revision.
    """

    is_solo: bool
    facts: Mapping[str, ItemFacts]
    thirds: Collection[tuple[str, str]]
    labelled: Mapping[str, datetime]
    released: Mapping[str, datetime]
    seen_items: Collection[str]
    seen_responses: Collection[str]


def _read(session: Session, decisions: Sequence[OwnDecision], *, annotator_id: str) -> _Built:
    person = find_standing(session, annotator_id)
    items = sorted({one.item_id for one in decisions})
    revisions = sorted({one for decision in decisions for one in decision.revision_ids})
    return _Built(
        is_solo=person is not None and person.is_solo,
        facts=load_item_facts(session, items),
        thirds=third_reviewers(session, [one.act_id for one in decisions if one.act_id]),
        labelled=labelled_at(session, revisions),
        released=released_at(session, revisions),
        seen_items=items_seen(session, items, annotator_id=annotator_id),
        seen_responses=revealed_to(
            session,
            annotator_id=annotator_id,
            response_ids=[one.response_id for one in decisions if one.response_id],
        ),
    )


def _why_not(own: OwnDecision, built: _Built) -> WhyNot | None:
    if own.taken_back_at is not None:
        return WhyNot.TAKEN_BACK
    if own.is_surplus:
        return WhyNot.SURPLUS
    if _is_later(built.released, own):
        return WhyNot.RELEASED
    if own.act_id is None:
        return WhyNot.SEEN if own.response_id in built.seen_responses else None
    found = _why_not_in_round(own, own.act_id, built)
    if found is not None or built.is_solo:
        return found
    return WhyNot.SEEN if own.item_id in built.seen_items else None


def _why_not_in_round(own: OwnDecision, act_id: str, built: _Built) -> WhyNot | None:
    facts = built.facts[own.item_id]
    if _went_on(facts, act_id):
        return WhyNot.ACTED
    if _is_later(built.labelled, own):
        return WhyNot.LABELLED
    if own.kind is Withdrawn.ADJUDICATION:
        return None
    if any(one.act_id == act_id for one in facts.rulings):
        return WhyNot.RULED
    if any(act == act_id and who != own.annotator_id for act, who in built.thirds):
        return WhyNot.THIRD_REVIEW
    return _why_not_review(own, act_id, facts) if own.kind is Withdrawn.REVIEW else None


def _why_not_review(own: OwnDecision, act_id: str, facts: ItemFacts) -> WhyNot | None:
    reviews = {one.id for one in facts.reviews if one.act_id == act_id and not one.is_withdrawn}
    if any(one.review_id in reviews for one in facts.confirmations):
        return WhyNot.CONFIRMED
    outcome = Standing(facts).outcome
    if outcome is None or outcome.state not in DECIDED:
        return None
    others = any(one.annotator_id != own.annotator_id for one in outcome.reviews)
    return WhyNot.ROUND_DECIDED if others else None


def _is_later(moments: Mapping[str, datetime], own: OwnDecision) -> bool:
    """Say whether something happened to a revision after it was decided about."""
    return any(moments[one] > own.created_at for one in own.revision_ids if one in moments)


def _went_on(facts: ItemFacts, act_id: str) -> bool:
    """Say whether somebody acted on the item after the act that opened the round."""
    number = next(act.number for act in facts.acts if act.id == act_id)
    return any(act.number > number and act.kind not in _SAYS_NOTHING for act in facts.acts)
