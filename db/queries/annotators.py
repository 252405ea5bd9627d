"""Owns reading who contributes."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.annotators import Annotator, AnnotatorKind
from db.workspace import Workspace, WorkspaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorView:
    """One contributor."""

    id: str
    handle: str
    kind: AnnotatorKind
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The workspace and the person who works in it without a login."""

    name: str
    is_solo: bool
    annotator_id: str
    handle: str


def find_host(session: Session) -> Host | None:
    """Read the workspace and its local annotator; None before the first start."""
    found = session.connection().execute(_host()).one_or_none()
    if found is None:
        return None
    name, kind, annotator_id, handle = found
    return Host(
        name=name, is_solo=kind is WorkspaceKind.SOLO, annotator_id=annotator_id, handle=handle
    )


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


@cache
def _host() -> "sa.Select[*tuple[Any, ...]]":
    return sa.select(
        col(Workspace.name), col(Workspace.kind), col(Annotator.id), col(Annotator.handle)
    ).join(Annotator, col(Annotator.id) == col(Workspace.local_annotator_id))
