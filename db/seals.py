"""Owns seals: one hash over everything that a recorded row says, as its history event holds it.

A seal covers every column, and the children that belong to the row (requirements of a revision,
decisions of a label, rows of a release). Outside stay the link to the event, the version counter,
and personal texts that may be blanked, of which the row holds a hash.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, cast

from db.base import Table
from db.hashing import Json, content_hash
from db.items import Family, Item, Placement, Requirement, Revision
from db.labels import Label, LabelWithdrawal, RequirementLabel, Reveal
from db.releases import Release, ReleaseRow
from db.responses import Response
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
    Release,
)
# Children sealed with their parent, and the column that names it.
CHILDREN: Final[Mapping[type[Table], tuple[type[Table], str]]] = {
    Revision: (Requirement, "revision_id"),
    Label: (RequirementLabel, "label_id"),
    Release: (ReleaseRow, "release_version"),
}
_BLANKABLE: Final[Mapping[type[Table], str]] = {Label: "reason"}
# Columns that came after rows had been sealed without them: left out while they are empty.
_LATER: Final[Mapping[type[Table], frozenset[str]]] = {
    Label: frozenset({"turn", "rater", "declared_source"})
}


def seal(row: Table, children: Sequence[Table] = ()) -> str:
    """Hash a row with its children, whatever order they come in."""
    values = _values(row)
    if children:
        values["children"] = sorted(content_hash(_values(child)) for child in children)
    return content_hash(values)


def identity(row: Table) -> str:
    """Give the id by which children name a revision or a release."""
    return str(getattr(row, "version" if isinstance(row, Release) else "id"))


def _values(row: Table) -> dict[str, Json]:
    left_out = {"event_id", _BLANKABLE.get(type(row), "event_id")}
    if isinstance(row, Item):
        left_out.add("version")
    left_out |= {name for name in _LATER.get(type(row), ()) if getattr(row, name) in {None, ""}}
    return {
        name: _plain(getattr(row, name)) for name in type(row).model_fields if name not in left_out
    }


def _plain(value: object) -> Json:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return cast("Json", value)
