"""Owns rulings on reviews or labels that differ: one live ruling per round or response.

Whoever wrote, reviewed or labelled has no part in it. A ruling that comes too late is not stored:
what was typed stays with the slot.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.authoring.texts import check_text, retried
from curation.review.disputes import opinions_on, subject_of
from curation.review.rounds import reconcile
from curation.review.standing import RULINGS, check_holder, check_stage, fitness
from db.contents import short_id
from db.engine import Engine, Session
from db.errors import Forbidden, Invalid
from db.hashing import content_hash
from db.queries.labelling import labels_on, revealed_to
from db.queries.reviews import (
    RulingView,
    Work,
    get_ruling,
    get_work,
    reviews_of,
    rulings_on,
    solution_of,
)
from db.queries.roles import find_standing
from db.queries.slots import hand_in
from db.queries.working_copies import lock_item
from db.recording import recording
from db.reviews import Adjudication, Confidence, ReasonCode, Ruling
from db.slots import Stage

RULED: Final = "review.adjudicate"
LABELS_RULED: Final = "label.adjudicate"
OF_REVIEWS: Final = (Ruling.ACCEPT, Ruling.RETURN, Ruling.REJECT)
OF_LABELS: Final = (Ruling.FOLLOWS, Ruling.DOES_NOT_FOLLOW, Ruling.CANNOT_TELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What an adjudicator ruled, as one gesture says it.

    Attributes:
        edit_of: Letter of the opinion whose edit is accepted; empty for the item as it was
            reviewed.
    """

    ruling: Ruling
    confidence: Confidence
    error_category: ReasonCode
    is_guideline_gap: bool
    reason: str
    edit_of: str

    def is_told_by(self, stored: RulingView, *, revision_id: str | None) -> bool:
        """Say whether a stored ruling says the same."""
        return (
            stored.ruling is self.ruling
            and stored.confidence is self.confidence
            and stored.error_category is self.error_category
            and stored.is_guideline_gap == self.is_guideline_gap
            and stored.reason == self.reason
            and stored.revision_id == revision_id
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """The ruling is stored.

    Attributes:
        is_new: False when it was stored before, by this gesture or one that said the same.
    """

    ruling: RulingView
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingConflict:
    """Nothing was stored: there is a ruling, or the work went to somebody else meanwhile.

    Attributes:
        stored: The person's own ruling of another tab; None when the work is no longer theirs.
    """

    stored: RulingView | None
    wanted: Judgement


def rule(
    engine: Engine,
    slot_id: str,
    *,
    annotator_id: str,
    fence: int,
    ruling: Ruling,
    confidence: Confidence,
    error_category: ReasonCode,
    is_guideline_gap: bool,
    reason: str,
    edit_of: str = "",
    token: str,
    now: datetime,
) -> Ruled | RulingConflict:
    """Store a ruling on reviews or labels that differ, once per gesture.

    Args:
        engine: The workspace.
        slot_id: The piece of work.
        annotator_id: The adjudicator.
        fence: Of the claim.
        ruling: Accept, return or reject for reviews; the others for labels.
        confidence: How sure they are.
        error_category: What was behind the dispute.
        is_guideline_gap: Whether the guideline did not settle it.
        reason: In their words.
        edit_of: Letter of the opinion whose edit is accepted; only with ``accept``.
        token: Names the gesture.
        now: The moment.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person lacks the role, never held the slot, or wrote, reviewed or labelled.
        Invalid: The parts of the ruling contradict each other, or cannot be stored.
    """
    check_text("reason", reason)
    judgement = Judgement(
        ruling=ruling,
        confidence=confidence,
        error_category=error_category,
        is_guideline_gap=is_guideline_gap,
        reason=reason.strip(),
        edit_of=edit_of,
    )

    def attempt(session: Session) -> Ruled | RulingConflict:
        work = get_work(session, slot_id)
        check_stage(work, RULINGS)
        check_judgement(work, judgement)
        lock_item(session, work.item_id)
        return _rule(
            session, work, judgement, annotator_id=annotator_id, fence=fence, token=token, now=now
        )

    return retried(engine, attempt)


def check_judgement(work: Work, judgement: Judgement) -> None:
    """Refuse a ruling whose parts contradict each other.

    Raises:
        Invalid: They do; the sentence says how.
    """
    legal = OF_LABELS if work.stage is Stage.ADJUDICATE_LABELS else OF_REVIEWS
    if judgement.ruling not in legal:
        raise Invalid(
            f"The ruling {judgement.ruling.value!r} is not one on this dispute; rule "
            f"{', '.join(one.value for one in legal)}."
        )
    if not judgement.reason:
        raise Invalid("The ruling has no reason; say in a few words what decided it.")
    if judgement.edit_of and judgement.ruling is not Ruling.ACCEPT:
        raise Invalid(
            f"The edit of {judgement.edit_of!r} is chosen and the ruling is "
            f"{judgement.ruling.value!r}; choose an edit only to accept it."
        )


def _rule(
    session: Session,
    work: Work,
    judgement: Judgement,
    *,
    annotator_id: str,
    fence: int,
    token: str,
    now: datetime,
) -> Ruled | RulingConflict:
    subject_id = subject_of(work)
    revision_id = _accepted(session, work, judgement)
    ruling_id = short_id("ruling", [work.slot_id, annotator_id, token])
    before = rulings_on(session, subject_id)
    known = next((one for one in before if one.id == ruling_id), None)
    known = known or next((one for one in before if one.is_live), None)
    if known is not None and known.annotator_id == annotator_id:
        if judgement.is_told_by(known, revision_id=revision_id):
            return Ruled(ruling=known, is_new=False)
        return RulingConflict(stored=known, wanted=judgement)
    if known is not None:
        return RulingConflict(stored=None, wanted=judgement)
    check_holder(work, annotator_id=annotator_id, has_handed_in=False)
    check_neutral(session, work, annotator_id=annotator_id)
    taken = hand_in(session, work.slot_id, annotator_id=annotator_id, fence=fence, now=now)
    if taken.is_surplus:
        return RulingConflict(stored=None, wanted=judgement)
    _record(
        session,
        work,
        judgement,
        ruling_id=ruling_id,
        revision_id=revision_id,
        annotator_id=annotator_id,
        turn=len(before) + 1,
        now=now,
    )
    reconcile(session, work.item_id, now=now)
    return Ruled(ruling=get_ruling(session, ruling_id), is_new=True)


def _record(
    session: Session,
    work: Work,
    judgement: Judgement,
    *,
    ruling_id: str,
    revision_id: str | None,
    annotator_id: str,
    turn: int,
    now: datetime,
) -> None:
    is_of_labels = work.stage is Stage.ADJUDICATE_LABELS
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=LABELS_RULED if is_of_labels else RULED,
        subject_kind="response" if is_of_labels else "act",
        subject_id=subject_of(work),
    ) as record:
        record.add(
            Adjudication(
                id=ruling_id,
                subject_id=subject_of(work),
                turn=turn,
                act_id=None if is_of_labels else work.act_id,
                response_id=work.response_id if is_of_labels else None,
                slot_id=work.slot_id,
                revision_id=revision_id,
                annotator_id=annotator_id,
                ruling=judgement.ruling,
                confidence=judgement.confidence,
                error_category=judgement.error_category,
                is_guideline_gap=judgement.is_guideline_gap,
                reason=judgement.reason,
                reason_hash=content_hash(judgement.reason),
                created_at=now,
            )
        )
        record.after.update({"ruling": ruling_id, "slot": work.slot_id})


def check_neutral(session: Session, work: Work, *, annotator_id: str) -> None:
    """Refuse whoever had a part in what is ruled on.

    Raises:
        Forbidden: They lack the role, wrote at the family, reviewed or labelled, or know too much.
    """
    fitness(session, work, annotator_id=annotator_id)
    person = find_standing(session, annotator_id)
    if person is not None and person.is_solo:
        return
    if work.stage is Stage.ADJUDICATE_LABELS:
        response_id = str(work.response_id)
        if labels_on(session, response_id=response_id, annotator_id=annotator_id):
            raise Forbidden(
                "You have labelled this response, so you cannot rule on its labels; pass it on "
                "with the reason 'known'."
            )
        if revealed_to(session, annotator_id=annotator_id, response_ids=[response_id]):
            raise Forbidden(
                "You have seen what this response is, so you cannot rule on its labels; pass it "
                "on with the reason 'known'."
            )
        return
    act_id = str(work.act_id)
    has_reviewed = any(one.annotator_id == annotator_id for one in reviews_of(session, act_id))
    if has_reviewed or solution_of(session, act_id, annotator_id=annotator_id) is not None:
        raise Forbidden(
            "You are a reviewer of this round, so you cannot rule on it; pass it on with the "
            "reason 'known'."
        )


def _accepted(session: Session, work: Work, judgement: Judgement) -> str | None:
    """Give the revision that an accepting ruling accepts."""
    if judgement.ruling is not Ruling.ACCEPT:
        return None
    if not judgement.edit_of:
        return work.revision_id
    edits = {
        letter: one.edited_revision_id
        for letter, one in opinions_on(session, work).items()
        if one.edited_revision_id is not None
    }
    if judgement.edit_of not in edits:
        raise Invalid(
            f"There is no edit of {judgement.edit_of!r} to accept; choose one of "
            f"{', '.join(sorted(edits)) or 'none, as there is no edit'}."
        )
    return edits[judgement.edit_of]
