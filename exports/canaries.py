"""Owns the canaries: strings by which a model that was trained on a release gives itself away.

One stands in the data files (in every row of the full config), one in the documents only, one is
never published: it tells memory from chance. The first two follow from version and content, so
that the same release has the same bytes wherever it is cut; the third follows from the workspace.
"""

import uuid
from dataclasses import dataclass
from typing import Final

_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "tag:gainsay,2026:canary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """The published canaries of a release."""

    rows: str
    documents: str


def published_canaries(version: str, content_sha256: str) -> Canaries:
    """Derive the canaries that stand in the files."""
    return Canaries(
        rows=str(uuid.uuid5(_SPACE, f"rows {version} {content_sha256}")),
        documents=str(uuid.uuid5(_SPACE, f"documents {version} {content_sha256}")),
    )


def unpublished_canary(version: str, workspace_secret: str) -> str:
    """Derive the canary that stands in the history alone.

    Args:
        version: The release.
        workspace_secret: An id of this workspace that is in no export.
    """
    return str(uuid.uuid5(_SPACE, f"unpublished {version} {workspace_secret}"))
