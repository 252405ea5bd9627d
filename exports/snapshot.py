"""Owns what a release would hold now: the rows in their order and one hash over them."""

import hashlib
from dataclasses import dataclass
from typing import Final

from db.engine import Session
from db.hashing import canonical_json
from db.items import ItemOrigin
from db.queries.identities import Standing, standings
from db.queries.items import ItemFilter, count_items, list_items
from db.queries.taxonomy import list_languages, list_types
from exports.changes import RowState
from exports.rows import SnapshotRow, build_row, row_problem

# Until review exists: authored and drafted items wait for it.
RELEASED_ORIGINS: Final = (ItemOrigin.STARTER, ItemOrigin.IMPORTED)
WAITING_ORIGINS: Final = (ItemOrigin.AUTHORED, ItemOrigin.DRAFTED)
_NAMED_ITEMS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that a release is made of.

    Attributes:
        rows: In the order of type, language (both as in the taxonomy) and item id.
        content_sha256: SHA-256 over the canonical JSON list of the row hashes.
        standings: Where the items stood when the rows were read.
        waiting: How many items are left out because nobody has reviewed them.
    """

    rows: tuple[SnapshotRow, ...]
    content_sha256: str
    standings: tuple[Standing, ...]
    waiting: int = 0

    @property
    def states(self) -> tuple[RowState, ...]:
        """What the rows are known by."""
        return tuple(
            RowState(
                item_id=row.item_id,
                revision_id=row.revision_id,
                content_sha256=row.content_sha256,
            )
            for row in self.rows
        )


def take_snapshot(session: Session) -> Snapshot:
    """Read the current revision of every item that may be released."""
    types = {row.id: (place, row.abbreviation) for place, row in enumerate(list_types(session))}
    languages = {row.id: place for place, row in enumerate(list_languages(session))}
    items = list_items(session, ItemFilter(origins=RELEASED_ORIGINS))
    # Not by creation: two workspaces that hold the same items cut the same release.
    items.sort(key=lambda item: (types[item.type_id][0], languages[item.language_id], item.id))
    rows = tuple(build_row(item, abbreviation=types[item.type_id][1]) for item in items)
    return Snapshot(
        rows=rows,
        content_sha256=content_sha256([row.content_sha256 for row in rows]),
        standings=current_standings(session),
        waiting=count_items(session, ItemFilter(origins=WAITING_ORIGINS)),
    )


def current_standings(session: Session) -> tuple[Standing, ...]:
    """Read where the items that may be released stand now."""
    return standings(session, RELEASED_ORIGINS)


def content_sha256(row_hashes: list[str]) -> str:
    """Hash a release: SHA-256 in hexadecimal over the canonical JSON list of its row hashes."""
    return hashlib.sha256(canonical_json(row_hashes).encode("utf-8")).hexdigest()


def snapshot_problems(snapshot: Snapshot) -> tuple[str, ...]:
    """Say why a snapshot cannot be released, one sentence per reason; empty when it can."""
    if not snapshot.rows:
        return (
            "There is nothing to release: the workspace has no starter and no imported items"
            f"{', and items written here wait for review' if snapshot.waiting else ''}; load some "
            "with 'gainsay db upgrade --starter' or 'gainsay import items FILE'.",
        )
    found = [
        f"{row.item_id!r} has {problem}"
        for row in snapshot.rows
        if (problem := row_problem(row)) is not None
    ]
    if not found:
        return ()
    rest = len(found) - _NAMED_ITEMS
    more = f" and {rest:,} more" if rest > 0 else ""
    return (
        f"Items cannot be released as they stand: {', '.join(found[:_NAMED_ITEMS])}{more}; give "
        "each a judge text of its own or a type and language with defaults, and shorten what is "
        "too long.",
    )
