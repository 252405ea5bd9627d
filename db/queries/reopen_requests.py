"""Owns reading requests to decide again, and their answers."""

from dataclasses import dataclass

from sqlmodel import Session

from db.reviews import ReopenAnswer, ReopenRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """One request.

    Attributes:
        subject_kind: ``review``, ``confirmation``, ``adjudication`` or ``label``.
        is_granted: The answer; None while there is none.
        answered_by_id: Whose answer it is.
    """

    id: str
    item_id: str
    subject_kind: str
    subject_id: str
    annotator_id: str
    reason: str
    is_granted: bool | None
    answered_by_id: str | None


def find_request(session: Session, request_id: str) -> RequestView | None:
    """Read one request; None when there is none of that id."""
    row = session.get(ReopenRequest, request_id)
    if row is None:
        return None
    answer = session.get(ReopenAnswer, request_id, populate_existing=True)
    return RequestView(
        id=row.id,
        item_id=row.item_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        annotator_id=row.annotator_id,
        reason=row.reason,
        is_granted=answer.is_granted if answer is not None else None,
        answered_by_id=answer.annotator_id if answer is not None else None,
    )
