"""People with roles for tests that are about something else: facts, written as the program would.

``share`` needs no password here; how a workspace is shared in earnest is tested in this package.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine

from db.annotators import AnnotatorKind
from db.base import new_id
from db.engine import Session, writing
from db.recording import recording
from db.roles import Role, RoleGrant
from db.sign_ins import Password
from db.workspace import WorkspaceKind, add_annotator, ensure_workspace

MOMENT = datetime(2026, 1, 1, 8, tzinfo=UTC)
EVERYTHING = tuple(Role)


def share(session: Session, *roles: Role, now: datetime = MOMENT) -> str:
    """Make the workspace shared; its local annotator gets the roles, else every one."""
    workspace = ensure_workspace(session, now=now)
    workspace.kind, workspace.shared_at = WorkspaceKind.SHARED, workspace.shared_at or now
    session.flush()
    give(session, workspace.local_annotator_id, *(roles or EVERYTHING), now=now)
    return workspace.local_annotator_id


def give(
    session: Session,
    annotator_id: str,
    *roles: Role,
    type_ids: Sequence[str | None] = (None,),
    language_ids: Sequence[str | None] = (None,),
    now: datetime = MOMENT,
) -> None:
    """Record grants, as given by the local annotator."""
    local = ensure_workspace(session, now=now).local_annotator_id
    with recording(
        session,
        now=now,
        actor_id=local,
        action="role.grant",
        subject_kind="annotator",
        subject_id=annotator_id,
    ) as record:
        for role in roles:
            for type_id in type_ids:
                for language_id in language_ids:
                    record.add(
                        RoleGrant(
                            id=new_id("grant"),
                            annotator_id=annotator_id,
                            role=role,
                            type_id=type_id,
                            language_id=language_id,
                            granted_by_id=local,
                            created_at=now,
                        )
                    )


def join(session: Session, handle: str, *roles: Role, now: datetime = MOMENT) -> str:
    """Add a person with roles for everything and give their id."""
    row = add_annotator(session, handle, kind=AnnotatorKind.HUMAN, now=now)
    give(session, row.id, *roles, now=now)
    return row.id


def give_password(engine: Engine, annotator_id: str) -> None:
    """Let a person have a password that nobody knows."""
    with writing(engine) as session:
        session.add(
            Password(
                annotator_id=annotator_id,
                hash="unusable",
                must_change=False,
                changed_at=MOMENT,
            )
        )
