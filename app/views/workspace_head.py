"""Owns what the header says: which workspace this is and who works in it."""

from dataclasses import dataclass

from db.annotators import Annotator
from db.engine import Session
from db.errors import NotFound
from db.workspace import WorkspaceKind, find_workspace


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
    workspace = find_workspace(session)
    if workspace is None:
        raise NotFound(
            "The database has no workspace yet; run 'gainsay db upgrade --starter' or 'gainsay up'."
        )
    person = session.get_one(Annotator, workspace.local_annotator_id)
    return WorkspaceHead(
        name=workspace.name,
        is_solo=workspace.kind is WorkspaceKind.SOLO,
        annotator_id=person.id,
        handle=person.handle,
    )
