"""Owns measuring what an import would store as a release would write it.

A row that comes in must be one that can go out: the measure is the cut's own.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from db.intake import Table
from db.queries.items import UNASSIGNED, ItemRow
from db.queries.status import ItemStatus
from exports.admission import Admission, Outcome
from exports.candidates import Candidate
from exports.columns import ROW_LIMIT_BYTES
from exports.judge_columns import default_texts
from exports.names import Names
from exports.rows import build_row, row_bytes

# What stands in a row beside the texts counted here: names of columns, ids, labels, sentences.
_REST_CHARS: Final = 4_000
# At most: four bytes of UTF-8; a quotation mark is escaped to two.
_BYTES_A_CHAR: Final = 4
_PROBLEM: Final = f"more than {ROW_LIMIT_BYTES:,} bytes as a row of a release"


def refuse_too_large(
    table: Table, candidates: Sequence[Candidate], admissions: Sequence[Admission], names: Names
) -> None:
    """Refuse rows that a release could not hold.

    Args:
        table: Where they come from.
        candidates: The rows.
        admissions: What becomes of each, in the same order.
        names: Labels of the workspace.

    Raises:
        RowsRefused: At least one row is too large; all are counted.
    """
    problems = table.problems()
    for candidate, admission in zip(candidates, admissions, strict=True):
        if admission.outcome is Outcome.UNCHANGED or _is_surely_small(admission):
            continue
        row = build_row(
            _as_item(admission, names), abbreviation=names.abbreviations[admission.type_id]
        )
        if row_bytes(row.cells) > ROW_LIMIT_BYTES:
            problems.add(candidate.number, _PROBLEM)
    problems.refuse(
        table.subject,
        way_out="a release repeats the reference as a list of requirements and carries twin, notes "
        "and judge texts: shorten them and hand the file in again",
    )


def _is_surely_small(admission: Admission) -> bool:
    # Most rows need not be written out to be found small enough.
    defaults = default_texts(admission.type_id, admission.language_id)
    texts = (
        admission.prompt,
        admission.reference,
        admission.twin,
        admission.notes,
        admission.checks,
        admission.template or (defaults.template if defaults else ""),
        admission.system_prompt or (defaults.system_prompt if defaults else ""),
        *admission.requirements,
    )
    # Each requirement has two quotation marks and a comma of its own.
    chars = sum(map(len, texts)) + 3 * len(texts) + _REST_CHARS
    return _BYTES_A_CHAR * chars <= ROW_LIMIT_BYTES


def _as_item(admission: Admission, names: Names) -> ItemRow:
    """Give the item as the cut would read it; what no row of a release shows is left empty."""
    labels = {domain_id: label for label, domain_id in names.domains.items()}
    return ItemRow(
        id=admission.item_id,
        family_id=admission.family_id,
        type_id=admission.type_id,
        type_label=_label(names.types, admission.type_id),
        domain_id=admission.domain_id,
        # Ids come first in the mapping, so that the label is what is left.
        domain_label=labels[admission.domain_id] if admission.domain_id else UNASSIGNED,
        language_id=admission.language_id,
        language_label=_label(names.languages, admission.language_id),
        origin=admission.origin,
        status=ItemStatus.DRAFTED,
        created_at=datetime.min.replace(tzinfo=UTC),
        revision_id="",
        revision_number=admission.number,
        content_hash="",
        prompt=admission.prompt,
        reference=admission.reference,
        twin=admission.twin,
        notes=admission.notes,
        checks=admission.checks,
        template=admission.template,
        system_prompt=admission.system_prompt,
        requirements=admission.requirements,
        responses=0,
        labels={},
    )


def _label(ids: Mapping[str, str], wanted: str) -> str:
    return next(label for label, found in ids.items() if found == wanted)
