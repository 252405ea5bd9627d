"""Owns what a release would hold now: the rows in their order and one hash over them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from db.engine import Session
from db.hashing import canonical_json
from db.items import ItemOrigin
from db.queries.identities import Standing, standings
from db.queries.items import list_items_at
from db.queries.status import ItemStatus
from db.queries.taxonomy import list_languages, list_types
from exports.changes import RowState
from exports.releasable import Releasable, select_items
from exports.rows import SnapshotRow, build_row, row_problem

_NAMED_ITEMS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything that a release is made of.

    Attributes:
        rows: In the order of type, language (both as in the taxonomy) and item id.
        content_sha256: SHA-256 over the canonical JSON list of the row hashes.
        standings: Where all items stood when the rows were read.
        taken: The items that are in it, with their revisions and what stands behind them.
        waiting: How many items are left out, by status.
        threads: Unsettled comment threads on its items, by item id.
    """

    rows: tuple[SnapshotRow, ...]
    content_sha256: str
    standings: tuple[Standing, ...]
    taken: Mapping[str, Releasable] = field(default_factory=dict)
    waiting: Mapping[ItemStatus, int] = field(default_factory=dict)
    threads: Mapping[str, int] = field(default_factory=dict)

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
    """Read every item that may be released, at the revision that was accepted."""
    types = {row.id: (place, row.abbreviation) for place, row in enumerate(list_types(session))}
    languages = {row.id: place for place, row in enumerate(list_languages(session))}
    chosen = select_items(session)
    items = list_items_at(
        session, {item_id: one.revision_id for item_id, one in chosen.taken.items()}
    )
    # Not by creation: two workspaces that hold the same items cut the same release.
    items.sort(key=lambda item: (types[item.type_id][0], languages[item.language_id], item.id))
    rows = tuple(
        build_row(item, abbreviation=types[item.type_id][1], story=chosen.taken[item.id].story)
        for item in items
    )
    return Snapshot(
        rows=rows,
        content_sha256=content_sha256([row.content_sha256 for row in rows]),
        standings=current_standings(session),
        taken=chosen.taken,
        waiting=chosen.waiting,
        threads=chosen.threads,
    )


def current_standings(session: Session) -> tuple[Standing, ...]:
    """Read where all items stand now."""
    return standings(session, tuple(ItemOrigin))


def is_still_so(session: Session, snapshot: Snapshot) -> bool:
    """Say whether a release of now would hold what a snapshot holds."""
    if current_standings(session) != snapshot.standings:
        return False
    now = select_items(session)
    return now.taken == snapshot.taken and now.threads == snapshot.threads


def content_sha256(row_hashes: list[str]) -> str:
    """Hash a release: SHA-256 in hexadecimal over the canonical JSON list of its row hashes."""
    return hashlib.sha256(canonical_json(row_hashes).encode("utf-8")).hexdigest()


def snapshot_problems(snapshot: Snapshot) -> tuple[str, ...]:
    """Say why a snapshot cannot be released, one sentence per reason; empty when it can."""
    if not snapshot.rows:
        return (
            "There is nothing to release: the workspace has no starter, no imported and no "
            f"accepted items{_left_out(snapshot)}; load some with 'gainsay db upgrade --starter' "
            "or 'gainsay import items FILE', or review what waits.",
        )
    if snapshot.threads:
        named = [f"{item!r} ({count})" for item, count in snapshot.threads.items()]
        more = f" and {len(named) - _NAMED_ITEMS:,} more" if len(named) > _NAMED_ITEMS else ""
        return (
            f"Comment threads are not settled on {', '.join(named[:_NAMED_ITEMS])}{more}; settle "
            "them on the page of each item, then cut.",
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


def _left_out(snapshot: Snapshot) -> str:
    if not snapshot.waiting:
        return ""
    counts = ", ".join(f"{count:,} {status.value}" for status, count in snapshot.waiting.items())
    return f" (left out: {counts})"
