"""Owns what the header says: which workspace this is and who works in it."""

from dataclasses import dataclass

from db.engine import Session
from db.errors import NotFound
from db.queries.annotators import find_host


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceHead:
    """The workspace and its local annotator."""

    name: str
    is_solo: bool
    annotator_id: str
    handle: str


def load_workspace_head(session: Session) -> WorkspaceHead:
    """Read the header.

    Raises:
        NotFound: The database has its tables but no workspace yet.
    """
    host = find_host(session)
    if host is None:
        raise NotFound(
            "The database has no workspace yet; run 'gainsay db upgrade --starter' or 'gainsay up'."
        )
    return WorkspaceHead(
        name=host.name,
        is_solo=host.is_solo,
        annotator_id=host.annotator_id,
        handle=host.handle,
    )
