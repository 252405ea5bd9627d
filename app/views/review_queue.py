"""Owns what waits for a reviewer, and what they decided last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.views.work_last import LastDecision, load_last
from app.views.work_queue import StageQueue, load_queues
from curation.claims.claiming import Claim, held
from curation.review.confirming import awaiting
from db.engine import Session
from db.slots import Stage

STAGES: Final = (Stage.THIRD_REVIEW, Stage.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """Everything that a reviewer could do now.

    Attributes:
        edits: How many edits of other reviewers wait for the person's word.
        last: What they decided last, newest first.
    """

    stages: tuple[StageQueue, ...]
    edits: int
    last: tuple[LastDecision, ...]


def load_review_queue(session: Session, *, annotator_id: str, now: datetime) -> ReviewQueue:
    """Count what waits."""
    return ReviewQueue(
        stages=load_queues(session, STAGES, annotator_id=annotator_id, now=now),
        edits=len(awaiting(session, annotator_id=annotator_id)),
        last=load_last(session, annotator_id=annotator_id),
    )


def held_work(session: Session, *, annotator_id: str) -> Claim | None:
    """Give the review that a person has not finished."""
    found = (held(session, annotator_id=annotator_id, stage=stage) for stage in STAGES)
    return next((claim for claim in found if claim is not None), None)
