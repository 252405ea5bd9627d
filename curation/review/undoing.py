"""Owns taking a review, a confirmation or a ruling back: the decision and its history stay.

It can be done until somebody has built on it. From then on a lead is asked to open the round again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from curation.authoring.texts import check_text, retried
from curation.review.rounds import reconcile
from db.acts import ActKind
from db.contents import short_id
from db.engine import Engine, Session
from db.errors import Forbidden, Invalid, NotFound
from db.hashing import content_hash
from db.queries.decisions import (
    OwnDecision,
    find_own,
    has_labels_since,
    has_release_since,
    holders_of,
    item_of_response,
    last_own,
    open_request,
)
from db.queries.item_facts import load_item_facts
from db.queries.labelling import get_label, revealed_to
from db.queries.review_rounds import DECIDED
from db.queries.reviews import confirmations_of, find_ties, get_work, reviews_of, rulings_on
from db.queries.roles import find_standing
from db.queries.slots import Claim, free, held, reopen_slot
from db.queries.status import Standing
from db.queries.workflow import ItemFacts
from db.queries.working_copies import lock_item
from db.recording import recording
from db.reviews import ReopenRequest, Withdrawal, Withdrawn
from db.slots import Stage

DECISION_UNDONE: Final = "review.undo"
REOPEN_REQUESTED: Final = "review.request_reopen"
UNDOABLE: Final = 10
LABEL: Final = "label"
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
    return tuple(
        Recent(decision=one, why_not=_why_not(session, one))
        for one in last_own(session, annotator_id=annotator_id, limit=UNDOABLE)
    )


def undo(
    engine: Engine, kind: Withdrawn, subject_id: str, *, annotator_id: str, now: datetime
) -> Undone:
    """Take one of a person's last decisions back and give them the work again.

    Whatever else of that kind they hold goes back to the queue; what they typed there is kept.

    Raises:
        NotFound: There is no such decision.
        Forbidden: It is somebody else's, too old, or somebody has built on it.
    """

    def attempt(session: Session) -> Undone:
        own = _own(session, kind, subject_id, annotator_id=annotator_id)
        lock_item(session, own.item_id)
        own = _own(session, kind, subject_id, annotator_id=annotator_id)
        if own.taken_back_at is not None:
            return Undone(decision=own, at=own.taken_back_at, claim=None, is_new=False)
        last = {one.id for one in last_own(session, annotator_id=annotator_id, limit=UNDOABLE)}
        why_not = _why_not(session, own) if own.id in last else WhyNot.OLD
        if why_not is not None:
            raise Forbidden(
                f"This decision cannot be taken back, because {SENTENCES[why_not]}; ask a lead "
                "with a reason to open it again."
            )
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
        claim = _give_again(session, own, now=now)
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
        Forbidden: It is somebody else's, or can still be taken back.
        Invalid: There is no reason, or it cannot be stored.
    """
    check_text("reason", reason)
    said = reason.strip()
    if not said:
        raise Invalid("The request has no reason; say in a few words what you would decide now.")

    def attempt(session: Session) -> ReopenRequested:
        item_id = _asked_about(session, kind, subject_id, annotator_id=annotator_id)
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
        return item_of_response(session, label.response_id)
    own = _own(session, kind, subject_id, annotator_id=annotator_id)
    last = {one.id for one in last_own(session, annotator_id=annotator_id, limit=UNDOABLE)}
    if own.id in last and _why_not(session, own) is None:
        raise Forbidden("This decision can still be taken back; undo it and decide again.")
    return own.item_id


def _give_again(session: Session, own: OwnDecision, *, now: datetime) -> Claim | None:
    if own.slot_id is None:
        return None
    stage = get_work(session, own.slot_id).stage
    other = held(session, annotator_id=own.annotator_id, stage=stage)
    if other is not None:
        free(session, other.slot_id, annotator_id=own.annotator_id, fence=other.fence)
    return reopen_slot(session, own.slot_id, annotator_id=own.annotator_id, now=now)


def _why_not(session: Session, own: OwnDecision) -> WhyNot | None:
    if own.taken_back_at is not None:
        return WhyNot.TAKEN_BACK
    if own.is_surplus:
        return WhyNot.SURPLUS
    if has_release_since(session, own.revision_ids, since=own.created_at):
        return WhyNot.RELEASED
    if own.act_id is None:
        seen = revealed_to(
            session, annotator_id=own.annotator_id, response_ids=[str(own.response_id)]
        )
        return WhyNot.SEEN if seen else None
    return _why_not_in_round(session, own, str(own.act_id))


def _why_not_in_round(session: Session, own: OwnDecision, act_id: str) -> WhyNot | None:
    facts = load_item_facts(session, [own.item_id])[own.item_id]
    if _went_on(facts, act_id):
        return WhyNot.ACTED
    if has_labels_since(session, own.revision_ids, since=own.created_at):
        return WhyNot.LABELLED
    if own.kind is not Withdrawn.ADJUDICATION:
        if any(one.is_live for one in rulings_on(session, act_id)):
            return WhyNot.RULED
        if holders_of(session, act_id, stage=Stage.THIRD_REVIEW) - {own.annotator_id}:
            return WhyNot.THIRD_REVIEW
    if own.kind is Withdrawn.REVIEW:
        why_not = _why_not_review(session, own, act_id, facts)
        if why_not is not None:
            return why_not
    person = find_standing(session, own.annotator_id)
    is_solo = person is not None and person.is_solo
    ties = find_ties(session, own.item_id, annotator_id=own.annotator_id, act_id=act_id)
    return WhyNot.SEEN if ties.was_revealed and not is_solo else None


def _why_not_review(
    session: Session, own: OwnDecision, act_id: str, facts: ItemFacts
) -> WhyNot | None:
    reviews = [one for one in reviews_of(session, act_id) if one.counts]
    if any(one.is_live for one in confirmations_of(session, [one.id for one in reviews])):
        return WhyNot.CONFIRMED
    outcome = Standing(facts).outcome
    others = any(one.annotator_id != own.annotator_id for one in reviews)
    is_decided = outcome is not None and outcome.state in DECIDED
    return WhyNot.ROUND_DECIDED if others and is_decided else None


def _went_on(facts: ItemFacts, act_id: str) -> bool:
    """Say whether somebody acted on the item after the act that opened the round."""
    number = next(act.number for act in facts.acts if act.id == act_id)
    return any(act.number > number and act.kind not in _SAYS_NOTHING for act in facts.acts)
