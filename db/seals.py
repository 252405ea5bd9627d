"""Owns seals: one hash over everything that a recorded row says, as its history event holds it.

A seal covers every column, and the children that belong to the row (requirements of a revision,
decisions of a label, rows of a release). Outside stay the link to the event, the version counter,
and personal texts that may be blanked, of which the row holds a hash.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, cast

from db.acts import ItemAct
from db.base import Table
from db.comments import Comment, ThreadMark
from db.hashing import Json, content_hash
from db.items import Family, Item, Placement, Requirement, Revision
from db.labels import Label, LabelWithdrawal, RequirementLabel, Reveal
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.reviews import (
    Adjudication,
    Confirmation,
    ItemReveal,
    ReopenAnswer,
    ReopenRequest,
    Review,
    ReviewAxis,
    Solution,
    Withdrawal,
)
from db.roles import RoleGrant, RoleRevocation
from db.slots import Skip
from db.taxonomy.tables import Guideline
from db.verdicts import Judge, Verdict

# What an event sums up, each by its table's name.
SEALED: Final[tuple[type[Table], ...]] = (
    Guideline,
    Family,
    Item,
    Revision,
    Placement,
    Response,
    Label,
    LabelWithdrawal,
    Reveal,
    Judge,
    Verdict,
    RoleGrant,
    RoleRevocation,
    ItemAct,
    Skip,
    Solution,
    Review,
    Confirmation,
    Adjudication,
    Withdrawal,
    ReopenRequest,
    ReopenAnswer,
    ItemReveal,
    Comment,
    ThreadMark,
    Release,
)
# Children sealed with their parent, and the column that names it.
CHILDREN: Final[Mapping[type[Table], tuple[type[Table], str]]] = {
    Revision: (Requirement, "revision_id"),
    Label: (RequirementLabel, "label_id"),
    Review: (ReviewAxis, "review_id"),
    Release: (ReleaseRow, "release_version"),
}
# Personal texts that may be blanked, each with its hash beside it.
BLANKABLE: Final[Mapping[type[Table], tuple[str, ...]]] = {
    Label: ("reason",),
    ItemAct: ("reason",),
    Skip: ("note",),
    Solution: ("expected",),
    Review: ("reason",),
    Confirmation: ("reason",),
    Adjudication: ("reason",),
    ReopenRequest: ("reason",),
    ReopenAnswer: ("reason",),
    Comment: ("text", "quote"),
}
# Those whose hash came after rows had been sealed with the text itself: without a hash they still
# are, and cannot be blanked.
HASHED_LATER: Final[Mapping[type[Table], frozenset[str]]] = {
    Solution: frozenset({"expected"}),
    Comment: frozenset({"quote"}),
}
# Columns that came after rows had been sealed without them: left out while they are empty.
_LATER: Final[Mapping[type[Table], frozenset[str]]] = {
    Label: frozenset({"turn", "rater", "declared_source", "is_surplus"}),
    Revision: frozenset({"checks"}),
}


def seal(row: Table, children: Sequence[Table] = ()) -> str:
    """Hash a row with its children, whatever order they come in."""
    values = _values(row)
    if children:
        values["children"] = sorted(content_hash(_values(child)) for child in children)
    return content_hash(values)


def identity(row: Table) -> str:
    """Give the id by which children name their parent, or the first column of its key."""
    key = row.__table__.primary_key.columns  # type: ignore[attr-defined]
    return str(getattr(row, next(iter(key)).name))


def is_sealed_whole(row: Table, name: str) -> bool:
    """Say whether the seal covers a text that may be blanked elsewhere, and not its hash."""
    return name in HASHED_LATER.get(type(row), ()) and getattr(row, f"{name}_hash") is None


def _values(row: Table) -> dict[str, Json]:
    left_out = {"event_id"}
    for name in BLANKABLE.get(type(row), ()):
        left_out.add(f"{name}_hash" if is_sealed_whole(row, name) else name)
    if isinstance(row, Item):
        left_out.add("version")
    left_out |= {
        name for name in _LATER.get(type(row), ()) if getattr(row, name) in (None, "", False)
    }
    return {
        name: _plain(getattr(row, name)) for name in type(row).model_fields if name not in left_out
    }


def _plain(value: object) -> Json:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return cast("Json", value)
