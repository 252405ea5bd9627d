"""Owns reading what reviewers do: their slots, solutions, reviews, confirmations and rulings.

What is live is decided here once: a decision without a withdrawal beside it. Who is too close to an
item to judge it blindly is read here as well.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from db.acts import ItemAct
from db.annotators import Annotator
from db.errors import NotFound
from db.items import Item, Placement, Requirement, Revision
from db.labels import LabelSource
from db.placements import head_at
from db.queries.working_copies import placements_of
from db.reviews import (
    Adjudication,
    Answer,
    Axis,
    Confidence,
    Confirmation,
    ItemReveal,
    ReasonCode,
    Review,
    ReviewAxis,
    ReviewDecision,
    Ruling,
    Solution,
    Withdrawal,
    Withdrawn,
)
from db.slots import Slot, Stage
from db.working_copies import WorkingCopy
from db.workspace import find_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A slot with what its holder has to be fit for.

    Attributes:
        type_id: Of the item as the revision has it.
        newest_type_id: Of the item as it is now: another reviewer's edit may have changed it.
        is_solo: Whether the round was opened in a workspace of one person.
    """

    slot_id: str
    stage: Stage
    item_id: str
    revision_id: str | None
    response_id: str | None
    act_id: str | None
    holder_id: str | None
    fence: int
    lease_until: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    type_id: str
    newest_type_id: str
    language_id: str
    is_solo: bool

    @property
    def is_open(self) -> bool:
        """Whether its work is still asked for."""
        return self.done_at is None and self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionView:
    """What a reviewer expected before seeing more than the prompt."""

    id: str
    type_id: str
    expected: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review as it is stored.

    Attributes:
        stage: Of the slot it came from; None when it has none.
        is_live: False when it was taken back.
    """

    id: str
    act_id: str
    slot_id: str | None
    stage: Stage | None
    item_id: str
    revision_id: str
    annotator_id: str
    turn: int
    source: LabelSource
    is_surplus: bool
    decision: ReviewDecision
    reason_code: ReasonCode
    reason: str
    edited_revision_id: str | None
    created_at: datetime
    is_live: bool
    answers: dict[Axis, Answer] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether it decides anything."""
        return self.is_live and not self.is_surplus


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationView:
    """What somebody said to an edit."""

    id: str
    review_id: str
    annotator_id: str
    turn: int
    is_confirmed: bool
    reason: str
    created_at: datetime
    is_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingView:
    """A ruling as it is stored.

    Attributes:
        subject_id: The act or the response that was ruled on.
    """

    id: str
    subject_id: str
    turn: int
    act_id: str | None
    response_id: str | None
    slot_id: str | None
    revision_id: str | None
    annotator_id: str
    ruling: Ruling
    confidence: Confidence
    error_category: ReasonCode
    is_guideline_gap: bool
    reason: str
    created_at: datetime
    is_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What ties a person to an item, so that they cannot judge it blindly.

    Attributes:
        has_written: Whether they wrote, edited or opened for writing an item of its family, apart
            from what they edited as a reviewer of the round asked about.
        was_revealed: Whether they have seen who wrote it, where it comes from or what was decided.
        is_older_than_sharing: Whether they are the person of the first start and the item is of
            the time when the workspace was theirs alone.
    """

    has_written: bool
    was_revealed: bool
    is_older_than_sharing: bool


def get_work(session: Session, slot_id: str) -> Work:
    """Read a slot.

    Raises:
        NotFound: There is no such slot.
    """
    slot = session.get(Slot, slot_id, populate_existing=True)
    if slot is None:
        raise NotFound(f"There is no piece of work {slot_id!r}; open the queue again.")
    item = session.get_one(Item, slot.item_id)
    head = item
    if slot.revision_id is not None:
        revision = session.get_one(Revision, slot.revision_id)
        head = head_at(item, placements_of(session, item.id), revision.number)
    act = session.get(ItemAct, slot.act_id) if slot.act_id is not None else None
    return Work(
        slot_id=slot.id,
        stage=slot.stage,
        item_id=slot.item_id,
        revision_id=slot.revision_id,
        response_id=slot.response_id,
        act_id=slot.act_id,
        holder_id=slot.holder_id,
        fence=slot.fence,
        lease_until=slot.lease_until,
        done_at=slot.done_at,
        closed_at=slot.closed_at,
        type_id=head.type_id,
        newest_type_id=item.type_id,
        language_id=head.language_id,
        is_solo=act.is_solo if act is not None else False,
    )


def solution_of(session: Session, act_id: str, *, annotator_id: str) -> SolutionView | None:
    """Read what a person expected in a round; None while they have not said."""
    found = session.exec(
        select(Solution).where(Solution.act_id == act_id, Solution.annotator_id == annotator_id)
    ).one_or_none()
    if found is None:
        return None
    return SolutionView(
        id=found.id,
        type_id=found.type_id,
        expected=found.expected,
        created_at=found.created_at,
    )


def solutions_of(session: Session, act_id: str) -> dict[str, SolutionView]:
    """Read what everybody expected in a round, by person."""
    return {
        row.annotator_id: SolutionView(
            id=row.id, type_id=row.type_id, expected=row.expected, created_at=row.created_at
        )
        for row in session.exec(select(Solution).where(Solution.act_id == act_id))
    }


def reviews_of(session: Session, act_id: str) -> list[ReviewView]:
    """List every review of a round, those taken back and surplus ones too, the oldest first."""
    return _reviews(session, Review.act_id == act_id)


def reviewed_before(
    session: Session, item_id: str, *, annotator_id: str, act_id: str
) -> str | None:
    """Name the revision that a person reviewed last in another round; None when there is none."""
    return session.exec(
        select(Review.revision_id)
        .join(ItemAct, col(ItemAct.id) == col(Review.act_id))
        .where(
            ItemAct.item_id == item_id,
            Review.annotator_id == annotator_id,
            Review.act_id != act_id,
        )
        .order_by(col(Review.created_at).desc(), col(Review.id).desc())
        .limit(1)
    ).first()


def find_review(session: Session, review_id: str) -> ReviewView | None:
    """Read one review; None when there is none."""
    found = _reviews(session, Review.id == review_id)
    return found[0] if found else None


def get_review(session: Session, review_id: str) -> ReviewView:
    """Read one review.

    Raises:
        NotFound: There is none with that id.
    """
    found = find_review(session, review_id)
    if found is None:
        raise NotFound(f"There is no review {review_id!r}; open the queue again.")
    return found


def confirmations_of(session: Session, review_ids: Collection[str]) -> list[ConfirmationView]:
    """List what was said to edits, the oldest first."""
    return _confirmations(session, col(Confirmation.review_id).in_(review_ids))


def get_confirmation(session: Session, confirmation_id: str) -> ConfirmationView:
    """Read one confirmation.

    Raises:
        NotFound: There is none with that id.
    """
    found = _confirmations(session, col(Confirmation.id) == confirmation_id)
    if not found:
        raise NotFound(f"There is no confirmation {confirmation_id!r}; open the queue again.")
    return found[0]


def edits_beside(session: Session, *, annotator_id: str) -> list[ReviewView]:
    """List the edits of others in the rounds in which a person accepted, the oldest first."""
    own = aliased(Review)
    beside = (
        sa.select(col(own.id))
        .where(
            col(own.act_id) == col(Review.act_id),
            col(own.annotator_id) == annotator_id,
            col(own.decision) == ReviewDecision.ACCEPT,
        )
        .correlate(Review)
        .exists()
    )
    return _reviews(
        session,
        sa.and_(
            beside,
            col(Review.annotator_id) != annotator_id,
            col(Review.decision) == ReviewDecision.ACCEPT_WITH_EDIT,
            col(Review.is_surplus).is_(False),
            _live(Withdrawn.REVIEW, col(Review.id)),
        ),
    )


def rulings_on(session: Session, subject_id: str) -> list[RulingView]:
    """List the rulings on a round or a response, those taken back too, by turn."""
    return _rulings(session, col(Adjudication.subject_id) == subject_id)


def get_ruling(session: Session, ruling_id: str) -> RulingView:
    """Read one ruling.

    Raises:
        NotFound: There is none with that id.
    """
    found = _rulings(session, col(Adjudication.id) == ruling_id)
    if not found:
        raise NotFound(f"There is no ruling {ruling_id!r}; open the queue again.")
    return found[0]


def requirements_of(session: Session, revision_id: str) -> tuple[str, ...]:
    """List the requirements of a revision's reference, by number."""
    query = select(Requirement.text).where(Requirement.revision_id == revision_id)
    return tuple(session.exec(query.order_by(col(Requirement.number))))


def is_waiting(session: Session, act_id: str) -> bool:
    """Say whether a round still asks somebody for a review or a ruling."""
    query = select(Slot.id).where(
        Slot.act_id == act_id, col(Slot.done_at).is_(None), col(Slot.closed_at).is_(None)
    )
    return session.exec(query.limit(1)).first() is not None


def handles_of(session: Session, annotator_ids: Collection[str]) -> dict[str, str]:
    """Read the names of people, by id."""
    query = select(Annotator.id, Annotator.handle).where(col(Annotator.id).in_(annotator_ids))
    return dict(session.exec(query).all())


def find_ties(
    session: Session, item_id: str, *, annotator_id: str, act_id: str | None = None
) -> Ties:
    """Read what ties a person to an item.

    Args:
        session: Any.
        item_id: The item.
        annotator_id: The person.
        act_id: The round they work in: an edit of theirs there does not make them its author.
    """
    item = session.get_one(Item, item_id)
    workspace = find_workspace(session)
    shared_at = workspace.shared_at if workspace is not None else None
    is_local = workspace is not None and workspace.local_annotator_id == annotator_id
    return Ties(
        has_written=_has_written(session, item, annotator_id=annotator_id, act_id=act_id),
        was_revealed=session.get(ItemReveal, (annotator_id, item_id)) is not None,
        is_older_than_sharing=is_local and shared_at is not None and item.created_at < shared_at,
    )


def family_items(session: Session, item: Item) -> list[str]:
    """Name the items of an item's family, of families that it left, and those that left it."""
    before = select(Placement.previous_family_id).where(Placement.item_id == item.id)
    families = {item.family_id, *session.exec(before)}
    once = select(Placement.item_id).where(col(Placement.previous_family_id).in_(families))
    return list(
        session.exec(
            select(Item.id).where(sa.or_(col(Item.family_id).in_(families), col(Item.id).in_(once)))
        )
    )


def _has_written(session: Session, item: Item, *, annotator_id: str, act_id: str | None) -> bool:
    items = family_items(session, item)
    edited = select(Review.edited_revision_id).where(
        Review.act_id == act_id,
        Review.annotator_id == annotator_id,
        col(Review.edited_revision_id).is_not(None),
    )
    revised = select(Revision.id).where(
        col(Revision.item_id).in_(items),
        Revision.author_id == annotator_id,
        col(Revision.id).not_in(edited),
    )
    opened = select(WorkingCopy.id).where(
        col(WorkingCopy.item_id).in_(items), WorkingCopy.annotator_id == annotator_id
    )
    return any(session.exec(query.limit(1)).first() is not None for query in (revised, opened))


def _live(kind: Withdrawn, subject: "Mapped[str]") -> "sa.ColumnElement[bool]":
    taken_back = sa.select(col(Withdrawal.subject_id)).where(
        col(Withdrawal.kind) == kind, col(Withdrawal.subject_id) == subject
    )
    return ~taken_back.exists()


def _reviews(session: Session, which: "sa.ColumnElement[bool] | bool") -> list[ReviewView]:
    rows = session.exec(
        select(Review, _live(Withdrawn.REVIEW, col(Review.id)), Slot.stage, ItemAct.item_id)
        .join(Slot, col(Slot.id) == col(Review.slot_id), isouter=True)
        .join(ItemAct, col(ItemAct.id) == col(Review.act_id))
        .where(which)
        .order_by(col(Review.created_at), col(Review.id))
    ).all()
    answers = _answers(session, [row.id for row, _, _, _ in rows])
    return [
        ReviewView(
            id=row.id,
            act_id=row.act_id,
            slot_id=row.slot_id,
            stage=Stage(stage) if stage is not None else None,
            item_id=item_id,
            revision_id=row.revision_id,
            annotator_id=row.annotator_id,
            turn=row.turn,
            source=row.source,
            is_surplus=row.is_surplus,
            decision=row.decision,
            reason_code=row.reason_code,
            reason=row.reason,
            edited_revision_id=row.edited_revision_id,
            created_at=row.created_at,
            is_live=bool(live),
            answers=answers[row.id],
        )
        for row, live, stage, item_id in rows
    ]


def _answers(session: Session, review_ids: Sequence[str]) -> dict[str, dict[Axis, Answer]]:
    found: dict[str, dict[Axis, Answer]] = {review_id: {} for review_id in review_ids}
    if found:
        for row in session.exec(
            select(ReviewAxis).where(col(ReviewAxis.review_id).in_(review_ids))
        ):
            found[row.review_id][row.axis] = row.answer
    return found


def _confirmations(session: Session, which: "sa.ColumnElement[bool]") -> list[ConfirmationView]:
    return [
        ConfirmationView(
            id=row.id,
            review_id=row.review_id,
            annotator_id=row.annotator_id,
            turn=row.turn,
            is_confirmed=row.is_confirmed,
            reason=row.reason,
            created_at=row.created_at,
            is_live=bool(live),
        )
        for row, live in session.exec(
            select(Confirmation, _live(Withdrawn.CONFIRMATION, col(Confirmation.id)))
            .where(which)
            .order_by(col(Confirmation.created_at), col(Confirmation.id))
        )
    ]


def _rulings(session: Session, which: "sa.ColumnElement[bool]") -> list[RulingView]:
    return [
        RulingView(
            id=row.id,
            subject_id=row.subject_id,
            turn=row.turn,
            act_id=row.act_id,
            response_id=row.response_id,
            slot_id=row.slot_id,
            revision_id=row.revision_id,
            annotator_id=row.annotator_id,
            ruling=row.ruling,
            confidence=row.confidence,
            error_category=row.error_category,
            is_guideline_gap=row.is_guideline_gap,
            reason=row.reason,
            created_at=row.created_at,
            is_live=bool(live),
        )
        for row, live in session.exec(
            select(Adjudication, _live(Withdrawn.ADJUDICATION, col(Adjudication.id)))
            .where(which)
            .order_by(col(Adjudication.turn))
        )
    ]
