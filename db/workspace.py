"""Owns the workspace row: the one thing every database has exactly one of."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Session, select

from db.annotators import Annotator, AnnotatorKind
from db.base import MutableRow, UtcDateTime, choice, new_id
from db.errors import Conflict
from db.recording import recording


class WorkspaceKind(StrEnum):
    """Whether one person works here or several."""

    SOLO = "solo"
    SHARED = "shared"


class Workspace(MutableRow, table=True):
    """One database with its items and people.

    Attributes:
        local_annotator_id: The person of the first start, who acts in the command line; in a solo
            workspace without a login also in the app.
        shared_at: When it was made shared; what is older that person may have seen.
    """

    __tablename__ = "workspace"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(default=1, primary_key=True)
    name: str
    kind: WorkspaceKind = Field(sa_column=choice(WorkspaceKind))
    local_annotator_id: str = Field(foreign_key="annotator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    shared_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True)


LOCAL_HANDLE = "local"
STARTER_AUTHOR = "gainsay-starter"
TAXONOMY_AUTHOR = "gainsay-taxonomy"
ANNOTATOR_CREATED = "annotator.create"


def find_workspace(session: Session) -> Workspace | None:
    """Read the workspace row; None before the first start."""
    return session.get(Workspace, 1)


def ensure_workspace(session: Session, *, now: datetime) -> Workspace:
    """Create the workspace and its local annotator on the first start; later, just read it."""
    found = find_workspace(session)
    if found is not None:
        return found
    person = add_annotator(session, LOCAL_HANDLE, kind=AnnotatorKind.HUMAN, now=now)
    workspace = Workspace(
        name="Gainsay",
        kind=WorkspaceKind.SOLO,
        local_annotator_id=person.id,
        created_at=now,
    )
    session.add(workspace)
    with recording(
        session,
        now=now,
        actor_id=person.id,
        action="workspace.create",
        subject_kind="workspace",
        subject_id="1",
    ) as record:
        record.after.update({"kind": workspace.kind.value, "local_annotator": person.id})
    return workspace


def ensure_machine(session: Session, handle: str, *, now: datetime) -> Annotator:
    """Find or create a machine annotator.

    Raises:
        Conflict: A person has that handle.
    """
    found = session.exec(select(Annotator).where(Annotator.handle == handle)).first()
    if found is None:
        found = add_annotator(session, handle, kind=AnnotatorKind.MACHINE, now=now)
    if found.kind is not AnnotatorKind.MACHINE:
        raise Conflict(f"The handle {handle!r} belongs to a person; rename that annotator first.")
    return found


def add_annotator(
    session: Session,
    handle: str,
    *,
    kind: AnnotatorKind,
    now: datetime,
    actor_id: str | None = None,
    is_demonstration: bool = False,
) -> Annotator:
    """Create an annotator and say so in the history, which keeps its kind.

    Args:
        session: Open for writing; the caller commits.
        handle: Its unique name; the history does not hold it.
        kind: Whether it is a person.
        now: The moment.
        actor_id: Who adds it; None when it comes by itself.
        is_demonstration: Whether it only shows the program.
    """
    annotator = Annotator(
        id=new_id("annotator"),
        kind=kind,
        handle=handle,
        is_demonstration=is_demonstration,
        created_at=now,
    )
    session.add(annotator)
    session.flush()
    with recording(
        session,
        now=now,
        actor_id=actor_id or annotator.id,
        action=ANNOTATOR_CREATED,
        subject_kind="annotator",
        subject_id=annotator.id,
    ) as record:
        record.after.update({"kind": kind.value, "is_demonstration": annotator.is_demonstration})
    return annotator
