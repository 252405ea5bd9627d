"""Owns reading the rows of a file of labels: each cell by itself, nothing of the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from db.intake import Value
from db.labels import Decision, Factuality, LabelSource
from exports.transfer.cells import NAME_CHARS, RowReader, Sheet

DECISIONS: Final[Mapping[str, Decision]] = {
    **{member.value: member for member in Decision},
    "1": Decision.FOLLOWS,
    "0": Decision.DOES_NOT_FOLLOW,
    "": Decision.CANNOT_TELL,
}
# Marks what people said who exist to show the program, wherever their labels go.
DEMONSTRATION: Final = "demonstration:"


class LabelStatus(StrEnum):
    """Where a label stands."""

    LIVE = "live"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLabel:
    """One checked row.

    Attributes:
        id: Given by the file; None lets the content decide.
        declared: What the file calls the source; with a mark in front for demonstration people.
        says_construction: Whether the file calls it a label by construction.
        requirements: Decisions by number; empty when only the whole was decided.
        status: None when the file does not say.
        supersedes: Id of the label that this one corrects; None when the file does not say.
        is_surplus: Whether it came too late to count; None when the file does not say.
    """

    number: int
    id: str | None
    response_id: str
    item_id: str | None
    decision: Decision
    declared: str
    says_construction: bool
    rater: str
    factually_right: Factuality | None
    failed: tuple[int, ...]
    requirements: tuple[tuple[int, Decision], ...]
    reason: str
    status: LabelStatus | None
    supersedes: str | None
    withdrawn_at: datetime | None
    is_surplus: bool | None
    created_at: datetime


def read_label(row: RowReader, sheet: Sheet) -> SentLabel | None:
    """Read one row; None when it is bad, which is noted."""
    response_id, item_id = row.identifier("response_id"), row.identifier("item_id")
    if response_id is None and row.is_good:
        row.problem("no response_id")
    decision = row.decided("label", DECISIONS)
    source, declared, rater = row.line("source"), row.line("declared_source"), row.line("rater")
    if declared and source not in ("", LabelSource.IMPORTED.value):
        row.problem(
            "a declared_source beside a source of its own",
            way_out="only a row whose source is 'imported' declares another",
        )
    factually_right = row.choice("factually_right", Factuality)
    requirements = _requirements(row)
    failed = _failed(row, requirements)
    status, supersedes = row.choice("status", LabelStatus), row.identifier("supersedes")
    created_at, withdrawn_at = row.moment("created_at"), row.moment("withdrawn_at")
    label_id, reason = row.identifier("label_id"), row.text("reason") or ""
    if supersedes is not None and supersedes == label_id:
        row.problem("a label that supersedes itself")
    if withdrawn_at is not None and status is not LabelStatus.WITHDRAWN:
        row.problem("a withdrawn_at of a label that is not withdrawn")
    declared = declared or ("" if source == LabelSource.IMPORTED.value else source)
    demonstration, is_surplus = row.flag("is_demonstration") or False, row.flag("is_surplus")
    if demonstration and not declared.startswith(DEMONSTRATION):
        declared = f"{DEMONSTRATION}{declared}"
        if len(declared) > NAME_CHARS:
            # Its own export could not be imported.
            row.problem(f"a source that has more than {NAME_CHARS} characters with its mark")
    if not row.is_good or response_id is None or decision is None:
        return None
    return SentLabel(
        number=row.number,
        id=label_id,
        response_id=response_id,
        item_id=item_id,
        decision=decision,
        declared=declared,
        says_construction=source == LabelSource.CONSTRUCTION.value and not demonstration,
        rater=rater,
        factually_right=factually_right,
        failed=failed,
        requirements=requirements,
        reason=reason,
        status=status,
        supersedes=supersedes,
        withdrawn_at=withdrawn_at,
        is_surplus=is_surplus,
        created_at=created_at or sheet.now,
    )


def _requirements(row: RowReader) -> tuple[tuple[int, Decision], ...]:
    value = row.unpacked("requirements")
    if value is None or value == {}:
        return ()
    found: dict[int, Decision] = {}
    if isinstance(value, dict):
        for name, word in value.items():
            if word is None and not name.isdecimal():
                continue
            number, decision = _number(name), DECISIONS.get(str(word)) if word != "" else None
            if number is not None and decision is not None:
                found[number] = decision
    if not isinstance(value, dict) or len(found) < len(value):
        row.problem(
            "requirements that are no object of decisions by number",
            way_out='requirements are written like {"1": "follows", "2": "does_not_follow"}',
        )
    return tuple(sorted(found.items()))


def _failed(row: RowReader, requirements: tuple[tuple[int, Decision], ...]) -> tuple[int, ...]:
    value = row.unpacked("failed")
    if isinstance(value, str):
        value = list(value.replace(";", ",").split(","))
    parts = [value] if isinstance(value, int | float) else value
    derived = tuple(n for n, found in requirements if found is Decision.DOES_NOT_FOLLOW)
    if parts is None:
        return derived
    numbers = [_number(part) for part in parts] if isinstance(parts, list) else [None]
    failed = tuple(sorted({number for number in numbers if number is not None}))
    if len(failed) < len(numbers):
        row.problem(
            "failed that is no list of different requirement numbers",
            way_out="failed is written like [1, 3]",
        )
    elif requirements and failed != derived:
        row.problem("failed and requirements that contradict each other")
    return failed


def _number(value: Value) -> int | None:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii():
        return None
    text = text.removesuffix(".0")
    return int(text) if text.isdecimal() and int(text[:9]) >= 1 and len(text) <= 9 else None
