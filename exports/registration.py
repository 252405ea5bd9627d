"""Owns entering a release in the workspace: its row, its items and one event, in one transaction.

Nothing is entered when the version exists, or when an item changed since the rows were read.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from db.engine import Engine, Session, lock_workspace, writing
from db.errors import Conflict
from db.queries.releases import list_releases
from db.queries.roles import require_for_all
from db.recording import Recording, recording
from db.releases import Release, ReleaseRow
from db.roles import Role
from db.workspace import find_workspace
from exports.canaries import unpublished_canary
from exports.contents import ReleaseContents
from exports.lineage import HASH_PREFIX
from exports.snapshot import is_still_so

ACTION: Final = "release.cut"
SEAL: Final = "sums_sha256"


class Overtaken(Conflict):
    """Another release was entered since this one was planned."""


def register_release(
    engine: Engine,
    contents: ReleaseContents,
    *,
    sums_sha256: str,
    actor_id: str,
    now: datetime,
    before_commit: Callable[[], None],
) -> None:
    """Enter a new release.

    Args:
        engine: The workspace.
        contents: The release whose files are staged.
        sums_sha256: Seals those files in the history.
        actor_id: Who cuts.
        now: The moment that the files carry.
        before_commit: Called when all is written and nothing is committed.

    Raises:
        Forbidden: The actor is no lead for everything.
        Overtaken: The version, or another one, was entered since the release was planned.
        Conflict: Items changed since its rows were read.
    """
    with writing(engine) as session:
        # Two cuts at once would both find that the version is free.
        lock_workspace(session)
        require_for_all(session, actor_id, Role.LEAD)
        # Another version counts too: the change log would not know of it.
        newer = {entry.version for entry in list_releases(session)} - {
            entry.version for entry in contents.log[1:]
        }
        if newer:
            raise Overtaken(
                f"Somebody cut {', '.join(map(repr, sorted(newer)))} meanwhile; nothing was "
                "written. Cut again to compare."
            )
        if not is_still_so(session, contents.snapshot):
            raise Conflict(
                "Items changed while the release was being cut; nothing was written. Cut it again."
            )
        with recording(
            session,
            now=now,
            actor_id=actor_id,
            action=ACTION,
            subject_kind="release",
            subject_id=contents.version,
        ) as record:
            _add_rows(record, contents)
            record.after.update(
                {
                    "rows": len(contents.snapshot.rows),
                    "content_sha256": contents.snapshot.content_sha256,
                    "previous": contents.previous,
                    SEAL: sums_sha256,
                    "unpublished_canary": _third_canary(session, contents.version),
                }
            )
        before_commit()


def _add_rows(record: Recording, contents: ReleaseContents) -> None:
    snapshot = contents.snapshot
    record.add(
        Release(
            version=contents.version,
            content_hash=HASH_PREFIX + snapshot.content_sha256,
            row_count=len(snapshot.rows),
            author_id=record.actor_id,
            created_at=record.now,
            event_id=record.event_id,
        )
    )
    for position, row in enumerate(snapshot.rows, start=1):
        record.add(
            ReleaseRow(
                release_version=contents.version,
                position=position,
                item_id=row.item_id,
                revision_id=row.revision_id,
                content_sha256=row.content_sha256,
            )
        )


def _third_canary(session: Session, version: str) -> str:
    workspace = find_workspace(session)
    return unpublished_canary(version, workspace.local_annotator_id if workspace else "")
