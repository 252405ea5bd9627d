"""Owns reading and keeping what a person types in a slot; the newest text has the highest number.

A text that came too late stands in a line of its own beside its field; nothing is ever replaced.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from db.slots import SlotText

# The lines beside a field: texts that came too late, and up to which of them was decided.
LATE: Final = "late:"
SETTLED: Final = "settled:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedText:
    """One saved text of one field."""

    field: str
    number: int
    text: str
    tab: str
    saved_at: datetime


def typed_texts(session: Session, slot_id: str, *, annotator_id: str) -> list[TypedText]:
    """List everything that a person saved in a slot, by field and number."""
    return [
        _view(row)
        for row in session.exec(
            select(SlotText)
            .where(SlotText.slot_id == slot_id, SlotText.annotator_id == annotator_id)
            .order_by(col(SlotText.field), col(SlotText.number))
        )
    ]


def line_of(session: Session, slot_id: str, field: str, *, annotator_id: str) -> list[TypedText]:
    """List what a person saved in one field, by number."""
    return [
        _view(row)
        for row in session.exec(
            select(SlotText)
            .where(
                SlotText.slot_id == slot_id,
                SlotText.annotator_id == annotator_id,
                SlotText.field == field,
            )
            .order_by(col(SlotText.number))
        )
    ]


def keep_text(
    session: Session,
    slot_id: str,
    field: str,
    text: str,
    *,
    annotator_id: str,
    number: int,
    tab: str,
    now: datetime,
) -> TypedText:
    """Insert a text; the primary key refuses a number that is taken."""
    row = SlotText(
        slot_id=slot_id,
        annotator_id=annotator_id,
        field=field,
        number=number,
        text=text,
        tab=tab,
        saved_at=now,
    )
    session.add(row)
    session.flush()
    return _view(row)


def _view(row: SlotText) -> TypedText:
    return TypedText(
        field=row.field, number=row.number, text=row.text, tab=row.tab, saved_at=row.saved_at
    )
