"""Owns what the header says: which workspace this is and who acts in it."""

from dataclasses import dataclass

from db.engine import Session
from db.errors import Forbidden, NotFound
from db.queries.annotators import find_host
from db.queries.sign_ins import find_handle


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceHead:
    """The workspace and the person who acts in this browser."""

    name: str
    is_solo: bool
    annotator_id: str
    handle: str


def load_workspace_head(session: Session, *, annotator_id: str | None = None) -> WorkspaceHead:
    """Read the header.

    Args:
        session: Any.
        annotator_id: Who acts, as ``app.identity`` found out; None where nobody signs in.

    Raises:
        Forbidden: Nobody is signed in to a shared workspace, or the person has withdrawn.
        NotFound: The database has its tables but no workspace yet.
    """
    host = find_host(session)
    if host is None:
        raise NotFound(
            "The database has no workspace yet; run 'gainsay db upgrade --starter' or 'gainsay up'."
        )
    if host.is_solo:
        return WorkspaceHead(
            name=host.name, is_solo=True, annotator_id=host.annotator_id, handle=host.handle
        )
    handle = None if annotator_id is None else find_handle(session, annotator_id)
    if annotator_id is None or handle is None:
        raise Forbidden("Nobody is signed in to this shared workspace; sign in again.")
    return WorkspaceHead(name=host.name, is_solo=False, annotator_id=annotator_id, handle=handle)
