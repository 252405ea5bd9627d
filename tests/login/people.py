"""Owns the people of the tests: a shared workspace, and persons with passwords in it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from curation.people.sharing import share
from curation.sign_in.passwords import set_password
from db.annotators import AnnotatorKind
from db.base import new_id
from db.engine import Engine, writing
from db.recording import recording
from db.roles import Role, RoleGrant
from db.workspace import add_annotator, ensure_workspace

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PASSWORD = "seven herons at dusk"
OTHER = "nine otters before dawn"
ADMINS = "a lighthouse full of books"


def grant(engine: Engine, annotator_id: str, role: Role, *, admin_id: str, now: datetime) -> None:
    """Grant a role for all types and languages."""
    with (
        writing(engine) as session,
        recording(
            session,
            now=now,
            actor_id=admin_id,
            action="role.grant",
            subject_kind="annotator",
            subject_id=annotator_id,
        ) as record,
    ):
        record.add(
            RoleGrant(
                id=new_id("grant"),
                annotator_id=annotator_id,
                role=role,
                granted_by_id=admin_id,
                created_at=now,
            )
        )


def shared(engine: Engine, *, now: datetime = NOW) -> str:
    """Make the workspace shared, with its local annotator as its admin, and give their id."""
    with writing(engine) as session:
        local = ensure_workspace(session, now=now).local_annotator_id
    set_password(engine, local, ADMINS, must_change=False, admin_id=local, now=now)
    share(engine, actor_id=local, now=now)
    return local


def person(
    engine: Engine,
    handle: str,
    *,
    admin_id: str,
    password: str | None = PASSWORD,
    must_change: bool = False,
    roles: Sequence[Role] = (),
    now: datetime = NOW,
) -> str:
    """Add a person, with a password unless there is none, and give their id."""
    with writing(engine) as session:
        annotator_id = add_annotator(session, handle, kind=AnnotatorKind.HUMAN, now=now).id
    for role in roles:
        grant(engine, annotator_id, role, admin_id=admin_id, now=now)
    if password is not None:
        set_password(
            engine, annotator_id, password, must_change=must_change, admin_id=admin_id, now=now
        )
    return annotator_id
