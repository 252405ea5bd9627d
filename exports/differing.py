"""Owns what differs between two releases, or between one and what a cut would hold now."""

from dataclasses import dataclass

from db.engine import Engine, Session, reading
from db.errors import NotFound
from db.queries.releases import ReleaseView, find_release
from exports.changes import Changes, RowState, compare
from exports.lineage import states_of, steps_between
from exports.snapshot import take_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs.

    Attributes:
        before: A version.
        after: A version; None for what a cut would hold now.
        rows_before: How many rows the first has.
        rows_after: How many the second has.
        steps: Per changed item what its revision was and is.
        same_order: False when the same rows stand in another order.
    """

    before: str
    after: str | None
    rows_before: int
    rows_after: int
    changes: Changes
    steps: dict[str, str]
    same_order: bool


def difference(engine: Engine, before: str, after: str | None) -> Difference:
    """Compare two releases row by row, by the hashes that the workspace recorded.

    Args:
        engine: The workspace.
        before: A version that was cut here.
        after: Another; None for what a cut would hold now.

    Raises:
        NotFound: A version was never cut here.
    """
    with reading(engine) as session:
        old = states_of(_release(session, before))
        new: tuple[RowState, ...]
        if after is None:
            new = take_snapshot(session).states
        else:
            new = states_of(_release(session, after))
    changes = compare(old, new)
    removed, added = set(changes.removed), set(changes.added)
    kept = [row.item_id for row in old if row.item_id not in removed]
    return Difference(
        before=before,
        after=after,
        rows_before=len(old),
        rows_after=len(new),
        changes=changes,
        steps=steps_between(changes, old, new),
        same_order=kept == [row.item_id for row in new if row.item_id not in added],
    )


def _release(session: Session, version: str) -> ReleaseView:
    release = find_release(session, version)
    if release is None:
        raise NotFound(
            f"The version {version!r} was never cut in this workspace; 'gainsay release list' "
            "names those that were."
        )
    return release
