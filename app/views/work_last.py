"""Owns what a person decided last in reviews and rulings, and what of it can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.review.undoing import Recent, WhyNot, recent
from db.engine import Session
from db.items import Revision
from db.queries.reopen_requests import RequestView, last_requests
from db.queries.reviews import ReviewView, find_review, get_confirmation, get_ruling
from db.reviews import ReviewDecision, Ruling, Withdrawn

ABOUT_CHARS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDecision:
    """One of a person's last decisions.

    Attributes:
        review: The whole review; None for a confirmation or a ruling.
        decision: Of a review, ``ruling`` of a ruling, ``is_confirmed`` of a confirmation; None
            for the other kinds.
        slot_id: Where it was typed.
        about: How the prompt begins that they decided about; empty for a ruling on labels.
        request: What they asked a lead about it last; None when they did not.
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
    about: str
    request: RequestView | None


def load_last(session: Session, *, annotator_id: str) -> tuple[LastDecision, ...]:
    """Read a person's last ten decisions, newest first."""
    found = recent(session, annotator_id=annotator_id)
    asked = last_requests(session, [one.decision.id for one in found], annotator_id=annotator_id)
    return tuple(_shown(session, one, asked.get(one.decision.id)) for one in found)


def _shown(session: Session, one: Recent, request: RequestView | None) -> LastDecision:
    kind, subject_id = one.decision.kind, one.decision.id
    review = find_review(session, subject_id) if kind is Withdrawn.REVIEW else None
    said = get_confirmation(session, subject_id) if kind is Withdrawn.CONFIRMATION else None
    ruled = get_ruling(session, subject_id) if kind is Withdrawn.ADJUDICATION else None
    stored = review or said or ruled
    assert stored is not None
    return LastDecision(
        kind=kind,
        id=subject_id,
        at=stored.created_at,
        slot_id=one.decision.slot_id,
        is_surplus=review.is_surplus if review else False,
        why_not=one.why_not,
        review=review,
        decision=review.decision if review else None,
        is_confirmed=said.is_confirmed if said else None,
        ruling=ruled.ruling if ruled else None,
        about=_about(session, one.decision.revision_ids),
        request=request,
    )


def _about(session: Session, revision_ids: Sequence[str]) -> str:
    revision = session.get(Revision, revision_ids[0]) if revision_ids else None
    words = " ".join(revision.prompt.split()) if revision else ""
    return words if len(words) <= ABOUT_CHARS else f"{words[:ABOUT_CHARS]}…"
