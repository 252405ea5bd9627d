"""Owns what one row of a release is: the six columns, the side columns and the row's own hash.

Every cell of the six columns is a text that is not empty; no cell anywhere is null. The row hash
covers every column but itself and the canary, of later columns those that say something, so that
anybody can recompute it from the file.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from db.hashing import Json, canonical_json
from db.queries.items import ItemRow
from exports.columns import FULL_COLUMNS, LATER_COLUMNS, ROW_LIMIT_BYTES, SIX_COLUMNS
from exports.judge_columns import default_texts
from exports.provenance import NOT_REVIEWED, ReviewStory, evidence_of, provenance_of

Cells: TypeAlias = Mapping[str, Json]

HASHED_COLUMNS: Final = tuple(
    name for name in FULL_COLUMNS if name not in {"content_sha256", "canary", *LATER_COLUMNS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRow:
    """One row as it would be released, without its canary.

    Attributes:
        cells: Every column of the full form but ``canary``, in order.
    """

    item_id: str
    revision_id: str
    type_id: str
    language_id: str
    origin: str
    cells: Cells
    content_sha256: str


def build_row(
    item: ItemRow, *, abbreviation: str, story: ReviewStory = NOT_REVIEWED
) -> SnapshotRow:
    """Build the row of an item from its revision that is given, with what stands behind it.

    A judge text that neither the item nor the program has is an empty cell: ``row_problem``
    refuses it.
    """
    defaults = default_texts(item.type_id, item.language_id)
    template, system = item.template, item.system_prompt
    cells: dict[str, Json] = {
        "instruction_types": item.type_label,
        "prompt": item.prompt,
        "response_reference": item.reference,
        "language": item.language_label,
        "judge_prompt_template": template or (defaults.template if defaults else ""),
        "judge_system_prompt": system or (defaults.system_prompt if defaults else ""),
        "id": item.id,
        "type_abbreviation": abbreviation,
        "domain": item.domain_label,
        "family": item.family_id,
        "requirements": list(item.requirements),
        "twin": item.twin,
        "notes": item.notes,
        "judge_prompt_template_source": "own" if template else "default",
        "judge_system_prompt_source": "own" if system else "default",
        "revision": item.revision_number,
        "origin": item.origin.value,
        "provenance": provenance_of(item.origin),
        "evidence": evidence_of(item.origin, story),
        "checks": item.checks,
        "review": story.kind.value,
        "blind_reviewers": story.blind_reviewers,
        "edited_in_review": "yes" if story.is_edited else "no",
    }
    digest = row_sha256(cells)
    return SnapshotRow(
        item_id=item.id,
        revision_id=item.revision_id,
        type_id=item.type_id,
        language_id=item.language_id,
        origin=item.origin.value,
        cells={**cells, "content_sha256": digest},
        content_sha256=digest,
    )


def is_whole(row: Cells) -> bool:
    """Tell whether a row has every column that its hash covers, and the hash."""
    return "content_sha256" in row and all(name in row for name in HASHED_COLUMNS)


def row_sha256(row: Cells) -> str:
    """Hash a row: SHA-256 in hexadecimal over the canonical JSON of its hashed columns."""
    covered = {name: row[name] for name in HASHED_COLUMNS}
    covered |= {
        name: row[name] for name, silent in LATER_COLUMNS.items() if _says(row, name, silent)
    }
    return hashlib.sha256(canonical_json(covered).encode("utf-8", "replace")).hexdigest()


def _says(row: Cells, name: str, silent: str | int) -> bool:
    return row.get(name) not in (None, "", silent)


def row_bytes(row: Cells) -> int:
    """Measure a row: bytes of its canonical JSON, which is what its limit is about."""
    return len(canonical_json(row).encode("utf-8"))


def row_problem(row: SnapshotRow) -> str | None:
    """Say why a row cannot be released, as words after its id; None when it can."""
    for name in SIX_COLUMNS:
        if not str(row.cells[name]).strip():
            return f"no {name}"
    size = row_bytes(row.cells)
    if size > ROW_LIMIT_BYTES:
        return f"{size:,} bytes where {ROW_LIMIT_BYTES:,} is the limit"
    return None
