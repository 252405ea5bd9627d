"""Owns the order of releases and what each changed against the one before."""

from collections.abc import Sequence
from datetime import datetime

from db.queries.releases import ReleaseView
from exports.changes import Changes, RowState, compare
from exports.contents import PastRelease
from exports.snapshot import Snapshot
from exports.versions import Version, parse_version

HASH_PREFIX = "sha256:"


def ordered(releases: Sequence[ReleaseView]) -> list[ReleaseView]:
    """Order releases by version, oldest first."""
    return sorted(releases, key=lambda release: parse_version(release.version))


def states_of(release: ReleaseView | None) -> tuple[RowState, ...]:
    """Give what the rows of a release are known by; nothing for None."""
    if release is None:
        return ()
    return tuple(
        RowState(
            item_id=row.item_id,
            revision_id=row.revision_id,
            content_sha256=row.content_sha256,
        )
        for row in release.rows
    )


def content_of(release: ReleaseView) -> str:
    """Give the content hash of a release in hexadecimal."""
    return release.content_hash.removeprefix(HASH_PREFIX)


def change_entries(
    version: Version,
    created_at: datetime,
    snapshot: Snapshot,
    releases: Sequence[ReleaseView],
) -> tuple[PastRelease, ...]:
    """Tell what this release and each before it changed, newest first.

    Args:
        version: The release to be written.
        created_at: When it was, or is, cut.
        snapshot: Its rows.
        releases: All releases of the workspace; later ones and itself are left out.
    """
    before = [entry for entry in ordered(releases) if parse_version(entry.version) < version]
    entries: list[PastRelease] = []
    states: tuple[RowState, ...] = ()
    for release in before:
        entries.append(
            _entry(
                release.version,
                release.created_at,
                content_of(release),
                states,
                states_of(release),
                is_first=not entries,
            )
        )
        states = states_of(release)
    entries.append(
        _entry(
            str(version),
            created_at,
            snapshot.content_sha256,
            states,
            snapshot.states,
            is_first=not entries,
        )
    )
    return tuple(reversed(entries))


def _entry(
    version: str,
    created_at: datetime,
    content_sha256: str,
    before: tuple[RowState, ...],
    after: tuple[RowState, ...],
    *,
    is_first: bool,
) -> PastRelease:
    changes = compare(before, after)
    return PastRelease(
        version=version,
        created_at=created_at,
        rows=len(after),
        content_sha256=content_sha256,
        changes=changes,
        is_first=is_first,
        steps=steps_between(changes, before, after),
    )


def steps_between(
    changes: Changes, before: tuple[RowState, ...], after: tuple[RowState, ...]
) -> dict[str, str]:
    """Say per changed item what its revision was and is."""
    old = {row.item_id: row.revision_id for row in before}
    new = {row.item_id: row.revision_id for row in after}
    return {
        item: (
            "same revision, other side data or default judge texts"
            if old[item] == new[item]
            else f"revision {_number(old[item])} -> {_number(new[item])}"
        )
        for item in changes.changed
    }


def _number(revision_id: str) -> str:
    return revision_id.rpartition(".r")[2]
