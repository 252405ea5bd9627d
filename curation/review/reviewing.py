"""Owns the decision of a review: one gesture is one review, whatever is clicked, retried or opened.

The review, its answers, an edited revision and the end of the claim are one transaction. What comes
too late is kept as surplus and said so; it decides nothing. What another tab stored meanwhile is
never overwritten silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.authoring.checks import Finding
from curation.authoring.texts import check_text, retried
from curation.review.editing import Edit, check_edit, edit_field, record_edit, told
from curation.review.rounds import after
from curation.review.standing import REVIEWS, check_holder, check_stage, fitness
from db.contents import short_id
from db.engine import Engine, Session
from db.errors import Forbidden, Invalid
from db.hashing import content_hash
from db.items import Revision
from db.labels import LabelSource
from db.queries.reviews import (
    ReviewView,
    Work,
    get_review,
    get_work,
    reviews_of,
    solution_of,
)
from db.queries.slot_texts import keep_text, line_of
from db.queries.slots import hand_in
from db.queries.working_copies import lock_item, revision_parts
from db.recording import Recording, recording
from db.reviews import Answer, Axis, ReasonCode, Review, ReviewAxis, ReviewDecision
from db.working_copies import Part

REVIEW_DECIDED: Final = "review.decide"
_ACCEPTS: Final = (ReviewDecision.ACCEPT, ReviewDecision.ACCEPT_WITH_EDIT)
_OF_THE_UNSAFE: Final = (ReviewDecision.ESCALATE, ReviewDecision.REJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reviewer decided, as one gesture says it.

    Attributes:
        edit: The parts that the reviewer wants to read otherwise; None unless they edit.
    """

    answers: Mapping[Axis, Answer]
    decision: ReviewDecision
    reason_code: ReasonCode
    reason: str
    edit: Mapping[Part, str] | None

    def is_told_by(self, review: ReviewView) -> bool:
        """Say whether a stored review says the same, apart from the text of an edit."""
        return (
            review.answers == dict(self.answers)
            and review.decision is self.decision
            and review.reason_code is self.reason_code
            and review.reason == self.reason
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The review is stored.

    Attributes:
        review: As it is stored.
        is_new: False when it was stored before, by this gesture or one that said the same.
    """

    review: ReviewView
    is_new: bool

    @property
    def review_id(self) -> str:
        """Its id, by which it is taken back."""
        return self.review.id

    @property
    def is_surplus(self) -> bool:
        """Whether it came too late: it is kept and decides nothing."""
        return self.review.is_surplus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConflict:
    """The person decided otherwise in another tab meanwhile; nothing was stored."""

    stored: ReviewView
    wanted: Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRefused:
    """Nothing was stored: the edited item could not be one; at least one finding is a refusal."""

    findings: tuple[Finding, ...]


def decide(
    engine: Engine,
    slot_id: str,
    *,
    annotator_id: str,
    fence: int,
    answers: Mapping[Axis, Answer],
    decision: ReviewDecision,
    reason_code: ReasonCode = ReasonCode.NONE,
    reason: str = "",
    edit: Mapping[Part, str] | None = None,
    token: str,
    now: datetime,
) -> Reviewed | ReviewConflict | EditRefused:
    """Store a reviewer's decision on the revision that the round asks about, once per gesture.

    Args:
        engine: The workspace.
        slot_id: The piece of work.
        annotator_id: The reviewer.
        fence: Of the claim; when somebody else has it by now, the review is surplus.
        answers: On all seven axes.
        decision: The whole.
        reason_code: What is wrong; needed unless the item is accepted.
        reason: In the reviewer's words, may be empty.
        edit: What they want the parts to say that they changed; exactly with an accepting edit.
        token: Names the gesture; the same one sent twice is one review.
        now: The moment.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person lacks the role, never held the slot, has said nothing in step 1, has
            reviewed in this round before, or is too near to the item.
        Invalid: The parts of the decision contradict each other, or cannot be stored.
    """
    check_text("reason", reason)
    opinion = Opinion(
        answers=dict(answers),
        decision=decision,
        reason_code=reason_code,
        reason=reason.strip(),
        edit=dict(edit) if edit is not None else None,
    )
    check_opinion(opinion)

    def attempt(session: Session) -> Reviewed | ReviewConflict | EditRefused:
        work = get_work(session, slot_id)
        check_stage(work, REVIEWS)
        # Whoever decides on an item waits here: the second one then sees what the first one stored.
        lock_item(session, work.item_id)
        return _decide(
            session, work, opinion, annotator_id=annotator_id, fence=fence, token=token, now=now
        )

    return retried(engine, attempt)


def check_opinion(opinion: Opinion) -> None:
    """Refuse a decision whose parts contradict each other.

    Raises:
        Invalid: They do; the sentence says how.
    """
    missing = [axis.value for axis in Axis if axis not in opinion.answers]
    if missing:
        raise Invalid(
            f"The axes {', '.join(missing)} are not answered; answer each with yes, no or unsure."
        )
    accepts = opinion.decision in _ACCEPTS
    unmet = [axis.value for axis in Axis if opinion.answers[axis] is Answer.NO]
    if opinion.answers[Axis.SAFE] is Answer.NO and opinion.decision not in _OF_THE_UNSAFE:
        raise Invalid(
            f"The item is called unsafe and the decision is {opinion.decision.value!r}; escalate "
            "or reject it."
        )
    if opinion.decision is ReviewDecision.ACCEPT and unmet:
        raise Invalid(
            f"The decision is 'accept' and {', '.join(unmet)} is answered no; accept with an edit "
            "that mends it, return, reject or escalate."
        )
    if not accepts and opinion.reason_code is ReasonCode.NONE:
        raise Invalid(
            f"The decision {opinion.decision.value!r} needs a reason; choose what is wrong with "
            "the item."
        )
    if (opinion.edit is not None) != (opinion.decision is ReviewDecision.ACCEPT_WITH_EDIT):
        raise Invalid(
            f"The decision is {opinion.decision.value!r} and the edited texts "
            f"{'are missing' if opinion.edit is None else 'were given'}; give them exactly with "
            "'accept_with_edit'."
        )


def _decide(
    session: Session,
    work: Work,
    opinion: Opinion,
    *,
    annotator_id: str,
    fence: int,
    token: str,
    now: datetime,
) -> Reviewed | ReviewConflict | EditRefused:
    act_id = str(work.act_id)
    review_id = short_id("review", [work.slot_id, annotator_id, token])
    mine = [one for one in reviews_of(session, act_id) if one.annotator_id == annotator_id]
    known = next((one for one in mine if one.id == review_id), None)
    known = known or next((one for one in mine if one.is_live), None)
    if known is not None:
        if known.slot_id != work.slot_id:
            raise Forbidden(
                "You have reviewed this item in this round before; nobody reviews it twice, so "
                "pass this one on with the reason 'known'."
            )
        if opinion.is_told_by(known) and _edits_alike(session, known, opinion):
            return Reviewed(review=known, is_new=False)
        return ReviewConflict(stored=known, wanted=opinion)
    source = _check(session, work, annotator_id=annotator_id)
    edit = None
    if opinion.edit is not None:
        edit = check_edit(session, str(work.revision_id), opinion.edit)
        if edit.is_refused:
            return EditRefused(findings=edit.findings)
    taken = hand_in(session, work.slot_id, annotator_id=annotator_id, fence=fence, now=now)
    _record(
        session,
        work,
        opinion,
        edit,
        review_id=review_id,
        annotator_id=annotator_id,
        turn=len(mine) + 1,
        source=source,
        is_surplus=taken.is_surplus,
        now=now,
    )
    after(session, act_id, now=now)
    return Reviewed(review=get_review(session, review_id), is_new=True)


def _check(session: Session, work: Work, *, annotator_id: str) -> LabelSource:
    """Refuse whoever may not decide now; say what their review is."""
    solution = solution_of(session, str(work.act_id), annotator_id=annotator_id)
    check_holder(work, annotator_id=annotator_id, has_handed_in=solution is not None)
    source = fitness(session, work, annotator_id=annotator_id).source
    if solution is None:
        raise Forbidden(
            "Nothing is stored of what you expect of a response; say that first, then the whole "
            "item is shown and you can decide."
        )
    return source


def _edits_alike(session: Session, known: ReviewView, opinion: Opinion) -> bool:
    """Say whether a stored edit reads as the wanted one."""
    if known.edited_revision_id is None or known.is_surplus:
        return True
    edited = revision_parts(session, session.get_one(Revision, known.edited_revision_id))
    return all(edited[part] == text for part, text in (opinion.edit or {}).items())


def _record(
    session: Session,
    work: Work,
    opinion: Opinion,
    edit: Edit | None,
    *,
    review_id: str,
    annotator_id: str,
    turn: int,
    source: LabelSource,
    is_surplus: bool,
    now: datetime,
) -> None:
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=REVIEW_DECIDED,
        subject_kind="act",
        subject_id=str(work.act_id),
    ) as record:
        # What was decided stays out of the event: other reviewers can read it before they decide.
        record.after.update({"review": review_id, "slot": work.slot_id, "is_surplus": is_surplus})
        edited = None
        if edit is not None:
            edited = _edited(session, record, work, edit, is_surplus=is_surplus)
        record.add(
            Review(
                id=review_id,
                act_id=str(work.act_id),
                slot_id=work.slot_id,
                revision_id=str(work.revision_id),
                annotator_id=annotator_id,
                turn=turn,
                source=source,
                is_surplus=is_surplus,
                decision=opinion.decision,
                reason_code=opinion.reason_code,
                reason=opinion.reason,
                reason_hash=content_hash(opinion.reason) if opinion.reason else None,
                edited_revision_id=edited,
                created_at=now,
            )
        )
        for axis in Axis:
            record.add(ReviewAxis(review_id=review_id, axis=axis, answer=opinion.answers[axis]))


def _edited(
    session: Session, record: Recording, work: Work, edit: Edit, *, is_surplus: bool
) -> str:
    """Make an edit a revision; one that came too late stays with the reviewer's texts."""
    if not is_surplus:
        record.after.update(told(edit))
        return record_edit(session, record, str(work.revision_id), edit)
    for part in edit.changed:
        line = line_of(session, work.slot_id, edit_field(part), annotator_id=record.actor_id)
        if not line or line[-1].text != edit.texts[part]:
            keep_text(
                session,
                work.slot_id,
                edit_field(part),
                edit.texts[part],
                annotator_id=record.actor_id,
                number=line[-1].number + 1 if line else 1,
                tab="",
                now=record.now,
            )
    return str(work.revision_id)
