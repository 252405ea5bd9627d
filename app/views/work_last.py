"""Owns what a person decided last in reviews and rulings, and what of it can be taken back."""

from dataclasses import dataclass
from datetime import datetime

from curation.review.undoing import WhyNot, recent
from db.engine import Session
from db.queries.reviews import ReviewView, find_review, get_confirmation, get_ruling
from db.reviews import ReviewDecision, Ruling, Withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDecision:
    """One of a person's last decisions.

    Attributes:
        review: The whole review; None for a confirmation or a ruling.
        decision: Of a review, ``ruling`` of a ruling, ``is_confirmed`` of a confirmation; None
            for the other kinds.
        slot_id: Where it was typed.
        why_not: What keeps it from being taken back; None when nothing does.
    """

    kind: Withdrawn
    id: str
    at: datetime
    slot_id: str | None
    is_surplus: bool
    why_not: WhyNot | None
    review: ReviewView | None
    decision: ReviewDecision | None
    is_confirmed: bool | None
    ruling: Ruling | None


def load_last(session: Session, *, annotator_id: str) -> tuple[LastDecision, ...]:
    """Read a person's last ten decisions, newest first."""
    return tuple(
        _shown(
            session, one.decision.kind, one.decision.id, one.decision.slot_id, why_not=one.why_not
        )
        for one in recent(session, annotator_id=annotator_id)
    )


def _shown(
    session: Session,
    kind: Withdrawn,
    subject_id: str,
    slot_id: str | None,
    *,
    why_not: WhyNot | None,
) -> LastDecision:
    review = find_review(session, subject_id) if kind is Withdrawn.REVIEW else None
    said = get_confirmation(session, subject_id) if kind is Withdrawn.CONFIRMATION else None
    ruled = get_ruling(session, subject_id) if kind is Withdrawn.ADJUDICATION else None
    stored = review or said or ruled
    assert stored is not None
    return LastDecision(
        kind=kind,
        id=subject_id,
        at=stored.created_at,
        slot_id=slot_id,
        is_surplus=review.is_surplus if review else False,
        why_not=why_not,
        review=review,
        decision=review.decision if review else None,
        is_confirmed=said.is_confirmed if said else None,
        ruling=ruled.ruling if ruled else None,
    )
