"""Owns what a person types and chooses in a form before it is handed in: kept, never replaced.

A save that names a number that is no longer the newest is kept beside it and told with both texts.
The same save sent again has the same answer. It does not matter whether the work is still theirs:
what was typed is theirs to read for ever.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from curation.authoring.texts import check_sender, check_text, retried
from curation.review.standing import check_role
from db.engine import Engine, Session
from db.errors import Invalid, NotFound
from db.queries.reviews import get_work
from db.queries.slot_texts import (
    LATE,
    SETTLED,
    TypedText,
    keep_text,
    line_of,
    typed_texts,
)

_FIELD: Final = re.compile(r"[a-z][a-z0-9_.-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedText:
    """A text is stored.

    Attributes:
        number: What the next save of this field names as its base.
    """

    field: str
    number: int
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleText:
    """A text came too late; it is kept beside the newest one.

    Attributes:
        base: The text that the person had seen.
        theirs: The text that is newest now, of another tab.
        theirs_number: Its number.
        late_number: Names the text that came too late.
    """

    field: str
    base: str
    theirs: str
    mine: str
    theirs_number: int
    late_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateText:
    """A text that came too late and waits for a decision."""

    number: int
    text: str
    tab: str
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldText:
    """The newest text of one field.

    Attributes:
        number: 0 while nothing was saved, but for texts that came too late.
        late: Texts that came too late and wait for a decision.
    """

    text: str
    number: int
    saved_at: datetime | None
    late: tuple[LateText, ...] = ()


def save_text(
    engine: Engine,
    slot_id: str,
    field: str,
    text: str,
    *,
    annotator_id: str,
    base_number: int,
    tab: str,
    now: datetime,
) -> SavedText | StaleText:
    """Store what a person typed or chose, whoever holds the work by now.

    Args:
        engine: The workspace.
        slot_id: The piece of work.
        field: Which field of the form: small letters, digits, full stops, hyphens, underscores.
        text: Its whole text.
        annotator_id: Who typed it.
        base_number: Number of the text that they went on from; 0 for an empty field.
        tab: Id of the browser tab; a repetition is told by it.
        now: The moment.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person lacks the role that the work takes.
        Invalid: The field's name, the text, the tab's id or the number cannot be stored.
    """
    _check_field(field)
    check_text(field, text)
    check_sender(tab, base_number)

    def attempt(session: Session) -> SavedText | StaleText:
        check_role(session, get_work(session, slot_id), annotator_id=annotator_id)
        line = line_of(session, slot_id, field, annotator_id=annotator_id)
        known = _known(line, text, base_number=base_number, tab=tab)
        if known is not None:
            return _saved(known)
        newest = line[-1].number if line else 0
        # Only this tab's own saves lie between: an answer was lost, nobody else typed.
        others = [one for one in line if one.number > base_number and one.tab != tab]
        keep = partial(
            keep_text, session, slot_id, text=text, annotator_id=annotator_id, tab=tab, now=now
        )
        if not others and base_number <= newest:
            return _saved(keep(field=field, number=newest + 1))
        late = line_of(session, slot_id, LATE + field, annotator_id=annotator_id)
        found = next((one for one in late if (one.tab, one.text) == (tab, text)), None)
        if found is None:
            found = keep(field=LATE + field, number=late[-1].number + 1 if late else 1)
        return _stale(line, found, field=field, base_number=base_number)

    return retried(engine, attempt)


def settle_late(
    engine: Engine,
    slot_id: str,
    field: str,
    late_number: int,
    *,
    annotator_id: str,
    tab: str,
    now: datetime,
) -> None:
    """Say that the texts of a field up to one that came too late were looked at and decided about.

    The text that is to hold is saved like any other.

    Raises:
        NotFound: There is no such slot or late text.
        Forbidden: The person lacks the role that the work takes.
    """
    _check_field(field)
    check_sender(tab, late_number)

    def attempt(session: Session) -> None:
        check_role(session, get_work(session, slot_id), annotator_id=annotator_id)
        late = line_of(session, slot_id, LATE + field, annotator_id=annotator_id)
        if late_number not in {one.number for one in late}:
            raise NotFound(
                f"There is no late text {late_number!r} of the field {field!r}; load the form "
                "again."
            )
        settled = line_of(session, slot_id, SETTLED + field, annotator_id=annotator_id)
        if settled and int(settled[-1].text) >= late_number:
            return
        keep_text(
            session,
            slot_id,
            SETTLED + field,
            str(late_number),
            annotator_id=annotator_id,
            number=settled[-1].number + 1 if settled else 1,
            tab=tab,
            now=now,
        )

    retried(engine, attempt)


def load_texts(session: Session, slot_id: str, *, annotator_id: str) -> Mapping[str, FieldText]:
    """Read what a person typed in a slot, whoever holds it by now; nobody else's is ever read."""
    lines: dict[str, list[TypedText]] = {}
    for one in typed_texts(session, slot_id, annotator_id=annotator_id):
        lines.setdefault(one.field, []).append(one)
    fields = sorted({name.removeprefix(LATE) for name in lines if not name.startswith(SETTLED)})
    return {field: _field(lines, field) for field in fields}


def _field(lines: Mapping[str, list[TypedText]], field: str) -> FieldText:
    line = lines.get(field)
    settled = lines.get(SETTLED + field)
    upto = int(settled[-1].text) if settled else 0
    return FieldText(
        text=line[-1].text if line else "",
        number=line[-1].number if line else 0,
        saved_at=line[-1].saved_at if line else None,
        late=tuple(
            LateText(number=one.number, text=one.text, tab=one.tab, saved_at=one.saved_at)
            for one in lines.get(LATE + field, ())
            if one.number > upto
        ),
    )


def _check_field(field: str) -> None:
    if _FIELD.fullmatch(field) is None:
        raise Invalid(
            f"The field {field!r} has no name that is stored; use up to 60 small letters, digits, "
            "full stops, hyphens and underscores, a letter first."
        )


def _known(line: list[TypedText], text: str, *, base_number: int, tab: str) -> TypedText | None:
    """Find a save that is there already: sent twice, or typed alike."""
    if line and line[-1].text == text:
        return line[-1]
    if all(one.tab == tab for one in line if one.number > base_number + 1):
        # This tab went on since and typed its way back to an earlier text.
        return None
    return next(
        (one for one in line if (one.number, one.tab, one.text) == (base_number + 1, tab, text)),
        None,
    )


def _stale(line: list[TypedText], late: TypedText, *, field: str, base_number: int) -> StaleText:
    base = [one.text for one in line if one.number <= base_number]
    return StaleText(
        field=field,
        base=base[-1] if base else "",
        theirs=line[-1].text if line else "",
        mine=late.text,
        theirs_number=line[-1].number if line else 0,
        late_number=late.number,
    )


def _saved(row: TypedText) -> SavedText:
    return SavedText(field=row.field, number=row.number, saved_at=row.saved_at)
