"""Owns what reviewers and adjudicators decided, as facts.

A review comes in three steps: a solution before anything but the prompt is shown, the axes, the
decision. A decision that is taken back has a withdrawal beside it; nothing is changed in place.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link
from db.labels import LabelSource


class ReviewDecision(StrEnum):
    """What a reviewer decides about a revision."""

    ACCEPT = "accept"
    ACCEPT_WITH_EDIT = "accept_with_edit"
    RETURN = "return"
    REJECT = "reject"
    ESCALATE = "escalate"


class ReasonCode(StrEnum):
    """What is wrong with an item, as reviewers and adjudicators name it; ``none`` for nothing."""

    NONE = "none"
    WRONG_TYPE = "wrong_type"
    NOT_COUNTER_INTUITIVE = "not_counter_intuitive"
    AMBIGUOUS = "ambiguous"
    CONTRADICTORY = "contradictory"
    UNDECIDABLE_REFERENCE = "undecidable_reference"
    REFERENCE_BREAKS_ITSELF = "reference_breaks_itself"
    FACTUAL_SLIP = "factual_slip"
    UNNATURAL_LANGUAGE = "unnatural_language"
    DUPLICATE = "duplicate"
    TOO_EASY = "too_easy"
    UNSAFE = "unsafe"
    OTHER = "other"


class Axis(StrEnum):
    """What a reviewer answers about an item after seeing all of it."""

    TYPE_RIGHT = "type_right"
    AGAINST_CONVENTION = "against_convention"
    UNAMBIGUOUS = "unambiguous"
    REFERENCE_DECIDABLE = "reference_decidable"
    REFERENCE_COMPLIANT = "reference_compliant"
    NATURAL = "natural"
    SAFE = "safe"


class Answer(StrEnum):
    """An answer on an axis."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Confidence(StrEnum):
    """How sure an adjudicator is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Ruling(StrEnum):
    """What an adjudicator rules: the first three on an item, the others on a response."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    FOLLOWS = "follows"
    DOES_NOT_FOLLOW = "does_not_follow"
    CANNOT_TELL = "cannot_tell"


class Solution(Table, table=True):
    """Step 1: what a reviewer expected before seeing type and reference; given once.

    Attributes:
        type_id: The type that the reviewer takes the prompt for.
        expected: What a good response would do, in the reviewer's words; it can be blanked without
            breaking the history.
        expected_hash: Hash of it as it was written; None where the seal covers the text itself,
            which was so until schema 0004: such a text cannot be blanked.
    """

    __tablename__ = "solution"
    __table_args__ = (
        sa.UniqueConstraint("act_id", "annotator_id"),
        sa.CheckConstraint("expected <> '' OR expected_hash IS NOT NULL", name="expected_given"),
    )

    id: str = Field(primary_key=True)
    act_id: str = Field(foreign_key="item_act.id", index=True)
    revision_id: str = Field(foreign_key="revision.id", index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    type_id: str = Field(foreign_key="instruction_type.id")
    expected: str
    expected_hash: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Review(Table, table=True):
    """A reviewer's decision on a revision, with the answers on the axes.

    Attributes:
        act_id: The act that opened the round.
        turn: 1 for a person's first review of the round, then one more after each withdrawal.
        source: ``blind_human``, or ``human_unblinded`` in a solo workspace.
        is_surplus: Whether it came when the slot had gone to somebody else or the round had ended:
            it is kept and decides nothing.
        reason: What the reviewer wrote; it can be blanked without breaking the history.
        edited_revision_id: What the reviewer made of it; set exactly for ``accept_with_edit``.
    """

    __tablename__ = "review"
    __table_args__ = (
        sa.UniqueConstraint("act_id", "annotator_id", "turn"),
        sa.CheckConstraint("turn >= 1", name="turn_from_one"),
        sa.CheckConstraint(
            "(edited_revision_id IS NOT NULL) = (decision = 'accept_with_edit')",
            name="edit_of_accept_with_edit",
        ),
        sa.CheckConstraint("source IN ('blind_human', 'human_unblinded')", name="source_of_people"),
        sa.CheckConstraint(
            "decision IN ('accept', 'accept_with_edit') OR reason_code <> 'none'",
            name="reason_of_refusal",
        ),
    )

    id: str = Field(primary_key=True)
    act_id: str = Field(foreign_key="item_act.id", index=True)
    slot_id: str | None = Field(default=None, foreign_key="slot.id", index=True)
    revision_id: str = Field(foreign_key="revision.id", index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    turn: int = Field(default=1)
    source: LabelSource = Field(sa_column=choice(LabelSource))
    is_surplus: bool = Field(default=False)
    decision: ReviewDecision = Field(sa_column=choice(ReviewDecision))
    reason_code: ReasonCode = Field(sa_column=choice(ReasonCode))
    reason: str = Field(default="")
    reason_hash: str | None = Field(default=None)
    edited_revision_id: str | None = Field(default=None, foreign_key="revision.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class ReviewAxis(Table, table=True):
    """A reviewer's answer on one axis."""

    __tablename__ = "review_axis"

    review_id: str = Field(primary_key=True, foreign_key="review.id")
    axis: Axis = Field(sa_column=choice(Axis, primary_key=True))
    answer: Answer = Field(sa_column=choice(Answer))


class Confirmation(Table, table=True):
    """What the other reviewer says to an edit, having seen its difference.

    Attributes:
        review_id: The review that made the edit.
        is_confirmed: False sends the item to a third reviewer.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        sa.UniqueConstraint("review_id", "annotator_id", "turn"),
        sa.CheckConstraint("turn >= 1", name="turn_from_one"),
    )

    id: str = Field(primary_key=True)
    review_id: str = Field(foreign_key="review.id", index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    turn: int = Field(default=1)
    is_confirmed: bool
    reason: str = Field(default="")
    reason_hash: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Adjudication(Table, table=True):
    """The ruling on reviews or labels that differ.

    Attributes:
        act_id: The review round ruled on; None for labels.
        response_id: The response whose labels are ruled on; None for reviews.
        subject_id: Either of the two, so that of two rulings at once the second is refused.
        error_category: What was behind the dispute.
        is_guideline_gap: Whether the guideline did not settle it.
        revision_id: The revision that an accepting ruling accepts; None for labels.
    """

    __tablename__ = "adjudication"
    __table_args__ = (
        sa.UniqueConstraint("subject_id", "turn"),
        sa.CheckConstraint("(act_id IS NULL) <> (response_id IS NULL)", name="one_subject"),
        sa.CheckConstraint(
            "(act_id IS NOT NULL) = (ruling IN ('accept', 'return', 'reject'))",
            name="ruling_of_its_kind",
        ),
        sa.CheckConstraint("turn >= 1", name="turn_from_one"),
    )

    id: str = Field(primary_key=True)
    subject_id: str = Field(index=True)
    turn: int = Field(default=1)
    act_id: str | None = Field(default=None, foreign_key="item_act.id", index=True)
    response_id: str | None = Field(default=None, foreign_key="response.id", index=True)
    slot_id: str | None = Field(default=None, foreign_key="slot.id")
    revision_id: str | None = Field(default=None, foreign_key="revision.id")
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    ruling: Ruling = Field(sa_column=choice(Ruling))
    confidence: Confidence = Field(sa_column=choice(Confidence))
    error_category: ReasonCode = Field(sa_column=choice(ReasonCode))
    is_guideline_gap: bool = Field(default=False)
    reason: str
    reason_hash: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class Withdrawn(StrEnum):
    """What can be taken back, apart from labels."""

    REVIEW = "review"
    CONFIRMATION = "confirmation"
    ADJUDICATION = "adjudication"


class Withdrawal(Table, table=True):
    """The fact that a person took a decision of theirs back, before anybody built on it."""

    __tablename__ = "withdrawal"

    kind: Withdrawn = Field(sa_column=choice(Withdrawn, primary_key=True))
    subject_id: str = Field(primary_key=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class ReopenRequest(Table, table=True):
    """A person asks to decide again where others have built on the decision.

    Attributes:
        subject_kind: ``review``, ``confirmation``, ``adjudication`` or ``label``.
    """

    __tablename__ = "reopen_request"

    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="item.id", index=True)
    subject_kind: str
    subject_id: str = Field(index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    reason: str
    reason_hash: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class ReopenAnswer(Table, table=True):
    """A lead's answer to a request; granting it opens a new round."""

    __tablename__ = "reopen_answer"

    request_id: str = Field(primary_key=True, foreign_key="reopen_request.id")
    is_granted: bool
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    reason: str = Field(default="")
    reason_hash: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())


class ItemReveal(Table, table=True):
    """The fact that a person saw who wrote an item, where it comes from or what others decided.

    They are never again a blind reviewer or adjudicator of it.
    """

    __tablename__ = "item_reveal"

    annotator_id: str = Field(primary_key=True, foreign_key="annotator.id")
    item_id: str = Field(primary_key=True, foreign_key="item.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())
