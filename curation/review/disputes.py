"""Owns what an adjudicator is shown of reviews or labels that differ: no names, no order of time.

Opinions are called A, B and so on, in an order that a hash gives. Who wrote the item, where it
comes from and which model gave a response are in none of these values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import TypeVar

from curation.review.confirming import EditedPart, edited_parts
from curation.review.standing import RULINGS, check_holder, check_role, check_stage
from db.engine import Session
from db.hashing import content_hash
from db.items import Revision
from db.labels import Decision, Factuality
from db.queries.labelling import PersonLabel, blind_labels, show_response
from db.queries.reviews import (
    ReviewView,
    SolutionView,
    Work,
    confirmations_of,
    get_work,
    requirements_of,
    reviews_of,
    rulings_on,
    solutions_of,
)
from db.queries.working_copies import revision_parts
from db.reviews import Answer, Axis, ReasonCode, ReviewDecision
from db.slots import Stage
from db.working_copies import Part

OpinionT = TypeVar("OpinionT", ReviewView, PersonLabel)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOpinion:
    """What one reviewer said.

    Attributes:
        letter: What the opinion is called here.
        solution: What they expected before they saw the whole item; None when nothing is stored.
        edit: How they would have the item read; empty unless they accepted with an edit.
        objections: What others said against that edit.
    """

    letter: str
    solution: SolutionView | None
    answers: Mapping[Axis, Answer]
    decision: ReviewDecision
    reason_code: ReasonCode
    reason: str
    edit: tuple[EditedPart, ...]
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDispute:
    """Reviews that differ.

    Attributes:
        parts: What the item says, without notes and family.
    """

    slot_id: str
    type_id: str
    language_id: str
    parts: Mapping[Part, str]
    requirements: tuple[str, ...]
    opinions: tuple[ReviewOpinion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelOpinion:
    """What one labeller said."""

    letter: str
    decision: Decision
    requirements: Mapping[int, Decision]
    factually_right: Factuality | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDispute:
    """Labels of a response that differ."""

    slot_id: str
    type_id: str
    language_id: str
    prompt: str
    reference: str
    requirements: tuple[str, ...]
    response: str
    opinions: tuple[LabelOpinion, ...]


def dispute(session: Session, slot_id: str, *, annotator_id: str) -> ReviewDispute | LabelDispute:
    """Read what an adjudicator rules on.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person neither holds it nor ruled in it, or lacks the role.
    """
    work = get_work(session, slot_id)
    check_stage(work, RULINGS)
    check_role(session, work, annotator_id=annotator_id)
    has_ruled = any(
        one.slot_id == slot_id and one.annotator_id == annotator_id
        for one in rulings_on(session, subject_of(work))
    )
    check_holder(work, annotator_id=annotator_id, has_handed_in=has_ruled)
    if work.stage is Stage.ADJUDICATE_LABELS:
        return _label_dispute(session, work)
    return _review_dispute(session, work)


def subject_of(work: Work) -> str:
    """Name what is ruled on: the round, or the response whose labels differ."""
    return str(work.response_id if work.stage is Stage.ADJUDICATE_LABELS else work.act_id)


def opinions_on(session: Session, work: Work) -> Mapping[str, ReviewView]:
    """Give the reviews of a round that count, by the letter they are called by here."""
    found = [one for one in reviews_of(session, str(work.act_id)) if one.counts]
    return _lettered(work, found)


def _lettered(work: Work, opinions: Sequence[OpinionT]) -> Mapping[str, OpinionT]:
    ordered = sorted(opinions, key=lambda one: content_hash([work.slot_id, one.id]))
    return dict(zip(ascii_uppercase, ordered, strict=False))


def _review_dispute(session: Session, work: Work) -> ReviewDispute:
    revision_id = str(work.revision_id)
    parts = revision_parts(session, session.get_one(Revision, revision_id))
    solutions = solutions_of(session, str(work.act_id))
    opinions = opinions_on(session, work)
    objections = confirmations_of(session, [one.id for one in opinions.values()])
    return ReviewDispute(
        slot_id=work.slot_id,
        type_id=work.type_id,
        language_id=work.language_id,
        parts={part: parts[part] for part in Part if part not in {Part.NOTES, Part.FAMILY}},
        requirements=requirements_of(session, revision_id),
        opinions=tuple(
            ReviewOpinion(
                letter=letter,
                solution=solutions.get(one.annotator_id),
                answers=one.answers,
                decision=one.decision,
                reason_code=one.reason_code,
                reason=one.reason,
                edit=_edit_of(session, one, parts),
                objections=tuple(
                    said.reason
                    for said in objections
                    if said.review_id == one.id and said.is_live and not said.is_confirmed
                ),
            )
            for letter, one in opinions.items()
        ),
    )


def _edit_of(
    session: Session, review: ReviewView, parts: Mapping[Part, str]
) -> tuple[EditedPart, ...]:
    if review.edited_revision_id is None:
        return ()
    edited = revision_parts(session, session.get_one(Revision, review.edited_revision_id))
    return edited_parts(parts, edited)


def _label_dispute(session: Session, work: Work) -> LabelDispute:
    response_id = str(work.response_id)
    shown = show_response(session, response_id)
    labels = blind_labels(session, response_id)
    return LabelDispute(
        slot_id=work.slot_id,
        type_id=shown.type_id,
        language_id=shown.language_id,
        prompt=shown.prompt,
        reference=shown.reference,
        requirements=shown.requirements,
        response=shown.text,
        opinions=tuple(
            LabelOpinion(
                letter=letter,
                decision=one.decision,
                requirements=one.requirements,
                factually_right=one.factually_right,
                reason=one.reason,
            )
            for letter, one in _lettered(work, labels).items()
        ),
    )
