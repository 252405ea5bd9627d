"""Owns reading who contributes."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from db.annotators import Annotator, AnnotatorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorView:
    """One contributor."""

    id: str
    handle: str
    kind: AnnotatorKind
    is_demonstration: bool


def list_annotators(session: Session) -> list[AnnotatorView]:
    """List the contributors by handle."""
    return [
        AnnotatorView(
            id=row.id,
            handle=row.handle,
            kind=row.kind,
            is_demonstration=row.is_demonstration,
        )
        for row in session.exec(select(Annotator).order_by(col(Annotator.handle)))
    ]
