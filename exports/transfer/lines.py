"""Owns what a row of an export says: every fact with its source, what is no evidence marked.

Rows come in one order, whatever the database; a person leaves under a pseudonym unless names are
asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from db.engine import Session
from db.labels import LabelSource
from db.queries.transfer import (
    KnownLabel,
    stream_labels,
    stream_responses,
    stream_verdicts,
)
from exports.transfer.forms import Kind
from exports.transfer.label_rows import DEMONSTRATION, LabelStatus
from exports.transfer.pseudonyms import pseudonym

Cell: TypeAlias = str | int | bool | list[int] | dict[str, str] | None
Line: TypeAlias = dict[str, Cell]


def response_lines(session: Session, *, names: bool) -> Iterator[Line]:
    """Give every response."""
    del names
    for row in stream_responses(session):
        yield {
            "response_id": row.id,
            "item_id": row.item_id,
            "revision_id": row.revision_id,
            "revision_hash": row.revision_hash,
            "response": row.text,
            "source": row.source.value,
            "source_name": row.source_name,
            "role": row.role.value if row.role else "",
            "is_simulated": row.is_simulated,
            "created_at": row.created_at.isoformat(),
        }


def label_lines(session: Session, *, names: bool) -> Iterator[Line]:
    """Give every label, superseded and withdrawn ones too."""
    for row in stream_labels(session):
        demonstration = row.is_demonstration and row.source is not LabelSource.IMPORTED
        yield {
            "label_id": row.id,
            "response_id": row.response_id,
            "item_id": row.item_id,
            "label": row.decision.value,
            "source": row.source.value,
            "declared_source": row.declared_source,
            "rater": _rater(row, names=names),
            "factually_right": row.factually_right.value if row.factually_right else "",
            "failed": list(row.failed),
            "requirements": {str(number): found.value for number, found in row.requirements},
            "reason": row.reason,
            "status": _status(row).value,
            "supersedes": row.supersedes_id or "",
            "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else "",
            "response_source": row.response_source.value,
            "response_is_simulated": row.response_is_simulated,
            "is_demonstration": demonstration or row.declared_source.startswith(DEMONSTRATION),
            "created_at": row.created_at.isoformat(),
            "is_surplus": row.is_surplus,
        }


def verdict_lines(session: Session, *, names: bool) -> Iterator[Line]:
    """Give every verdict."""
    del names
    for row in stream_verdicts(session):
        yield {
            "response_id": row.response_id,
            "item_id": row.item_id,
            "judge": row.judge,
            "kind": row.kind.value,
            "is_simulated": row.is_simulated,
            "repeat": row.repeat,
            "verdict": row.value,
            "reason": row.reason,
            "source": row.source.value,
            "response_source": row.response_source.value,
            "response_is_simulated": row.response_is_simulated,
            "created_at": row.created_at.isoformat(),
        }


LINES: Final[Mapping[Kind, Callable[..., Iterator[Line]]]] = {
    Kind.RESPONSES: response_lines,
    Kind.LABELS: label_lines,
    Kind.VERDICTS: verdict_lines,
}


def _rater(row: KnownLabel, *, names: bool) -> str:
    """Name who decided; nobody where construction did, or where a file named nobody."""
    if row.source is LabelSource.CONSTRUCTION:
        return ""
    if row.source is not LabelSource.IMPORTED:
        return row.handle if names else pseudonym(row.annotator_id, "")
    if names or not row.rater:
        return row.rater
    return pseudonym(row.annotator_id, row.rater)


def _status(row: KnownLabel) -> LabelStatus:
    if row.withdrawn_at is not None:
        return LabelStatus.WITHDRAWN
    return LabelStatus.LIVE if row.superseded_by is None else LabelStatus.SUPERSEDED
