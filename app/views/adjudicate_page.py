"""Owns everything the screen for adjudicating shows: opinions by letter, never by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.views.author_guideline import GuidelineShown, load_guideline
from app.views.naming import Taxonomy, load_taxonomy_names
from app.views.work_last import LastDecision, load_last
from app.views.work_queue import StageQueue, load_queues
from curation.claims.claiming import Claim, held
from curation.review.disputes import LabelDispute, ReviewDispute, dispute
from curation.review.texts import FieldText, load_texts
from db.engine import Session
from db.reviews import Confidence, ReasonCode
from db.slots import Stage

STAGES: Final = (Stage.ADJUDICATE, Stage.ADJUDICATE_LABELS)
REASON: Final = "reason"
CONFIDENCE: Final = "confidence"
CATEGORY: Final = "category"
GAP: Final = "gap"
EDIT: Final = "edit_of"
IS_GAP: Final = "yes"
NOTHING_TYPED: Final = FieldText(text="", number=0, saved_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicateQueue:
    """Everything that an adjudicator could do now."""

    stages: tuple[StageQueue, ...]
    last: tuple[LastDecision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeShown:
    """A dispute, and what the person has said about it so far."""

    dispute: ReviewDispute | LabelDispute
    taxonomy: Taxonomy
    guideline: GuidelineShown | None
    fields: Mapping[str, FieldText]

    def field(self, name: str) -> FieldText:
        """Give what was typed or chosen in a field."""
        return self.fields.get(name, NOTHING_TYPED)

    @property
    def confidence(self) -> Confidence | None:
        """How sure they said they are; None while they have not."""
        text = self.field(CONFIDENCE).text
        return Confidence(text) if text else None

    @property
    def category(self) -> ReasonCode | None:
        """What they said was behind the dispute; None while they have not."""
        text = self.field(CATEGORY).text
        return ReasonCode(text) if text else None

    @property
    def is_guideline_gap(self) -> bool:
        """Whether they said that the guideline does not settle it."""
        return self.field(GAP).text == IS_GAP


def load_adjudicate_queue(session: Session, *, annotator_id: str, now: datetime) -> AdjudicateQueue:
    """Count what waits."""
    return AdjudicateQueue(
        stages=load_queues(session, STAGES, annotator_id=annotator_id, now=now),
        last=load_last(session, annotator_id=annotator_id),
    )


def held_ruling(session: Session, *, annotator_id: str) -> Claim | None:
    """Give the dispute that a person has not ruled on yet."""
    found = (held(session, annotator_id=annotator_id, stage=stage) for stage in STAGES)
    return next((claim for claim in found if claim is not None), None)


def load_dispute(
    session: Session, slot_id: str, *, annotator_id: str, language: str
) -> DisputeShown:
    """Read a dispute.

    Raises:
        NotFound: There is no such slot.
        Forbidden: It is somebody else's now, or the person lacks the role.
    """
    found = dispute(session, slot_id, annotator_id=annotator_id)
    return DisputeShown(
        dispute=found,
        taxonomy=load_taxonomy_names(session),
        guideline=load_guideline(session, found.type_id, language),
        fields=load_texts(session, slot_id, annotator_id=annotator_id),
    )
