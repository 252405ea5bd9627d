"""Owns adding a person to a shared workspace; machines come by themselves."""

from datetime import datetime

from curation.people.competence import Description, check_description, write_description
from db.annotators import AnnotatorKind
from db.engine import Engine, lock_workspace, writing
from db.errors import Forbidden
from db.queries.annotators import find_host
from db.queries.people import PersonRow, get_person
from db.queries.roles import require
from db.roles import Role
from db.workspace import add_annotator


def add_person(
    engine: Engine,
    description: Description,
    *,
    actor_id: str,
    now: datetime,
    is_demonstration: bool = False,
) -> PersonRow:
    """Add a person, who may do nothing until roles are granted and cannot sign in yet.

    Args:
        engine: The workspace.
        description: Name and competence.
        actor_id: An admin.
        now: The moment.
        is_demonstration: Whether the person only exists to show the program: they carry a badge
            and are never evidence.

    Raises:
        Forbidden: The actor is no admin, or the workspace is one person's.
        Invalid: A value cannot be stored.
        Conflict: Somebody has that handle, or one that is too alike.
    """
    with writing(engine) as session:
        # Two admins at once must not both find that a handle is free.
        lock_workspace(session)
        require(session, actor_id, Role.ADMIN)
        host = find_host(session)
        if host is None or host.is_solo:
            raise Forbidden(
                "This workspace is one person's, who works without signing in; share it first on "
                "the page People and models or with 'gainsay people share'."
            )
        wanted = check_description(session, description)
        row = add_annotator(
            session,
            wanted.handle,
            kind=AnnotatorKind.HUMAN,
            now=now,
            actor_id=actor_id,
            is_demonstration=is_demonstration,
        )
        write_description(session, get_person(session, row.id), wanted, actor_id=actor_id, now=now)
        return get_person(session, row.id)
