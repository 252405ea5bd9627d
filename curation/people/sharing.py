"""Owns making a workspace shared: once, never back, and only when its one person can sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.people.competence import refuse_no_person
from curation.people.granting import record_grants
from curation.review.asking_anew import ask_anew, fit_slots, lock_solo_rounds
from db.engine import Engine, lock_workspace, writing
from db.errors import Forbidden, NotFound
from db.queries.people import PersonRow, get_person
from db.queries.roles import Held, require
from db.recording import recording
from db.roles import Role
from db.workspace import WorkspaceKind, find_workspace

WORKSPACE_SHARED: Final = "workspace.share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A workspace that several people can work in.

    Attributes:
        host: The person of the first start, who holds every role now.
        shared_at: Since when.
        is_new: False when it was shared before and nothing was written.
    """

    host: PersonRow
    shared_at: datetime
    is_new: bool


def share(engine: Engine, *, actor_id: str, now: datetime) -> Shared:
    """Make a solo workspace shared, and give its one person every role for everything.

    Items that wait for that person's own review are asked of two blind reviewers instead.

    Raises:
        NotFound: The database holds no workspace yet.
        Forbidden: The actor is not that person, or could not sign in afterwards.
    """
    with writing(engine) as session:
        lock_workspace(session)
        require(session, actor_id, Role.ADMIN)
        workspace = find_workspace(session)
        if workspace is None:
            raise NotFound(
                "The database holds no workspace yet; run 'gainsay db upgrade --starter' or "
                "'gainsay up'."
            )
        host = get_person(session, workspace.local_annotator_id)
        if workspace.kind is WorkspaceKind.SHARED:
            return Shared(host=host, shared_at=workspace.shared_at or now, is_new=False)
        refuse_no_person(host)
        if not host.can_sign_in:
            raise Forbidden(
                f"{host.handle!r} has no way to sign in yet, and a shared workspace opens only to "
                f"those who sign in; set a password first with 'gainsay people password "
                f"{host.handle}'."
            )
        rounds = lock_solo_rounds(session)
        workspace.kind, workspace.shared_at = WorkspaceKind.SHARED, now
        session.flush()
        with recording(
            session,
            now=now,
            actor_id=actor_id,
            action=WORKSPACE_SHARED,
            subject_kind="workspace",
            subject_id="1",
        ) as record:
            everything = [Held(role=role, type_id=None, language_id=None) for role in Role]
            record_grants(record, host.id, everything, held=host.held)
            record.before["kind"] = WorkspaceKind.SOLO.value
            record.after["kind"] = WorkspaceKind.SHARED.value
            ask_anew(session, rounds, record=record)
        fit_slots(session, rounds, now=now)
        return Shared(host=get_person(session, host.id), shared_at=now, is_new=True)
