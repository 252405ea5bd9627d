"""Owns reading requests to decide again, and their answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from db.reviews import ReopenAnswer, ReopenRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """One request.

    Attributes:
        subject_kind: ``review``, ``confirmation``, ``adjudication`` or ``label``.
        is_granted: The answer; None while there is none.
        answered_by_id: Whose answer it is.
        answer: What they said about it; may be empty.
        answered_at: When; None while there is no answer.
    """

    id: str
    item_id: str
    subject_kind: str
    subject_id: str
    annotator_id: str
    reason: str
    is_granted: bool | None
    answered_by_id: str | None
    at: datetime
    answer: str
    answered_at: datetime | None


def find_request(session: Session, request_id: str) -> RequestView | None:
    """Read one request; None when there is none of that id."""
    row = session.get(ReopenRequest, request_id)
    if row is None:
        return None
    return _shown(row, session.get(ReopenAnswer, request_id, populate_existing=True))


def last_requests(
    session: Session, subject_ids: Collection[str], *, annotator_id: str
) -> dict[str, RequestView]:
    """Give what a person asked last about each of some decisions, by the decision's id."""
    rows = session.exec(
        select(ReopenRequest, ReopenAnswer)
        .join(ReopenAnswer, col(ReopenAnswer.request_id) == col(ReopenRequest.id), isouter=True)
        .where(
            col(ReopenRequest.subject_id).in_(sorted(subject_ids)),
            ReopenRequest.annotator_id == annotator_id,
        )
        .order_by(col(ReopenRequest.created_at), col(ReopenRequest.id))
    )
    return {row.subject_id: _shown(row, answer) for row, answer in rows}


def _shown(row: ReopenRequest, answer: ReopenAnswer | None) -> RequestView:
    return RequestView(
        id=row.id,
        item_id=row.item_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        annotator_id=row.annotator_id,
        reason=row.reason,
        is_granted=answer.is_granted if answer is not None else None,
        answered_by_id=answer.annotator_id if answer is not None else None,
        at=row.created_at,
        answer=answer.reason if answer is not None else "",
        answered_at=answer.created_at if answer is not None else None,
    )
