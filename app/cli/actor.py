"""Owns who acts when a verb changes the workspace: the local annotator."""

from typing import TYPE_CHECKING

from db.errors import NotFound

if TYPE_CHECKING:
    from db.engine import Engine


def local_annotator(engine: "Engine") -> str:
    """Give the id of the workspace's local annotator.

    Raises:
        NotFound: The database was migrated and never made a workspace.
    """
    from db.engine import reading
    from db.workspace import find_workspace

    with reading(engine) as session:
        workspace = find_workspace(session)
    if workspace is None:
        raise NotFound(
            "The database holds no workspace yet; run 'gainsay db upgrade --starter' or "
            "'gainsay up'."
        )
    return workspace.local_annotator_id
