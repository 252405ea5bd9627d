"""Owns what differs between two releases, told in item ids."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Item ids that differ from the release before, each sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def summary(self) -> str:
        """Count the changes in words."""
        if not self:
            return "the same rows"
        return (
            f"{len(self.added):,} rows added, {len(self.changed):,} changed and "
            f"{len(self.removed):,} removed"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowState:
    """What one row of a release is known by."""

    item_id: str
    revision_id: str
    content_sha256: str


def compare(before: Iterable[RowState], after: Iterable[RowState]) -> Changes:
    """Compare two releases row by row."""
    old = {row.item_id: row.content_sha256 for row in before}
    new = {row.item_id: row.content_sha256 for row in after}
    return Changes(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(item for item in new.keys() & old.keys() if new[item] != old[item])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )
