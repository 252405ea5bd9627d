"""Owns the people of the tests: a shared workspace, and persons with passwords in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from argon2 import PasswordHasher

from curation.people.sharing import share
from db.annotators import AnnotatorKind
from db.base import new_id
from db.engine import Engine, writing
from db.queries.sign_ins import put_password
from db.recording import recording
from db.roles import Role, RoleGrant
from db.workspace import add_annotator, ensure_workspace

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
PASSWORD = "seven herons at dusk"
OTHER = "nine otters before dawn"
ADMINS = "a lighthouse full of books"


@cache
def hash_of(password: str) -> str:
    """Hash a password once for all tests, quickly: the program renews it at the first sign-in."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)


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
    with writing(engine) as session:
        put_password(session, local, hash_text=hash_of(ADMINS), must_change=False, now=now)
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
        if password is not None:
            put_password(
                session,
                annotator_id,
                hash_text=hash_of(password),
                must_change=must_change,
                now=now,
            )
    for role in roles:
        grant(engine, annotator_id, role, admin_id=admin_id, now=now)
    return annotator_id
