"""Owns the columns of the three forms, and what an import says it did.

A column keeps its name and place for ever; `docs/import.md` describes each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from db.intake import FileRefused, Table, require_columns
from exports.advice import ImportAdvice

Progress: TypeAlias = Callable[[int, int], None]


class Kind(StrEnum):
    """What a file holds."""

    RESPONSES = "responses"
    LABELS = "labels"
    VERDICTS = "verdicts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The columns of one kind of file.

    Attributes:
        columns: In the order of an export.
        other_names: Names that a file may use instead, each with the column it means.
        required: Columns that must be there.
        one_of: Columns of which at least one must be there; empty when all are independent.
    """

    columns: tuple[str, ...]
    other_names: Mapping[str, str]
    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()


FORMS: Final[Mapping[Kind, Form]] = {
    Kind.RESPONSES: Form(
        columns=(
            "response_id",
            "item_id",
            "revision_id",
            "revision_hash",
            "response",
            "source",
            "source_name",
            "role",
            "is_simulated",
            "created_at",
        ),
        other_names={"id": "response_id", "model": "source_name"},
        required=("response",),
        one_of=("item_id", "revision_id"),
    ),
    Kind.LABELS: Form(
        columns=(
            "label_id",
            "response_id",
            "item_id",
            "label",
            "source",
            "declared_source",
            "rater",
            "factually_right",
            "failed",
            "requirements",
            "reason",
            "status",
            "supersedes",
            "withdrawn_at",
            "response_source",
            "response_is_simulated",
            "is_demonstration",
            "created_at",
            "is_surplus",
        ),
        other_names={"id": "label_id"},
        required=("response_id", "label"),
    ),
    Kind.VERDICTS: Form(
        columns=(
            "response_id",
            "item_id",
            "judge",
            "kind",
            "is_simulated",
            "repeat",
            "verdict",
            "reason",
            "source",
            "response_source",
            "response_is_simulated",
            "created_at",
        ),
        other_names={"judge_id": "judge"},
        required=("response_id", "judge", "verdict"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferCount:
    """How many rows have one source, or one judge."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReport:
    """What an import did, or would do.

    Attributes:
        file: The file's name without folders.
        sha256: Hexadecimal SHA-256 of its bytes.
        written: False for a plan, and when nothing was new.
        created: Rows that became new facts.
        corrected: Rows that correct a label that was here, or take it back.
        unchanged: Rows that the workspace had already.
        counts: Rows by source (verdicts: by judge), by name.
        new_judges: Names of the judges that come in with their verdicts.
    """

    kind: Kind
    file: str
    sha256: str
    written: bool
    rows: int
    created: int
    corrected: int
    unchanged: int
    counts: tuple[TransferCount, ...]
    new_judges: tuple[str, ...]
    advice: tuple[ImportAdvice, ...]


def column_names(table: Table, kind: Kind) -> dict[str, str]:
    """Find under which name the file has each of its columns.

    Returns:
        The file's name by the column's own.

    Raises:
        FileRefused: Columns are missing, unknown, or there under two names.
    """
    form = FORMS[kind]
    unknown = [
        name for name in table.columns if name not in form.columns and name not in form.other_names
    ]
    if unknown:
        raise FileRefused(
            f"{table.subject} has columns that our own form does not know "
            f"({', '.join(map(repr, unknown[:10]))}); its columns are {', '.join(form.columns)}: "
            "rename or drop the others."
        )
    found: dict[str, str] = {}
    for name in table.columns:
        column = form.other_names.get(name, name)
        if column in found:
            raise FileRefused(
                f"{table.subject} has both {found[column]!r} and {name!r}, which mean the same; "
                "keep one of them."
            )
        found[column] = name
    if not set(form.required) <= found.keys():
        require_columns(table, [found.get(name, name) for name in form.required])
    if form.one_of and not set(form.one_of) & found.keys():
        raise FileRefused(
            f"{table.subject} has neither {' nor '.join(map(repr, form.one_of))}; add one of them."
        )
    return found
