"""Owns taking responses in: each belongs to one revision of an item that is here.

A row without an id is known by its content; a row with one keeps it. A response that is here is
never changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.contents import build_response, hash_response
from db.engine import Session
from db.intake import Table
from db.queries.transfer import (
    KnownResponse,
    KnownRevision,
    known_contents,
    responses_by_id,
    revisions_by_id,
    revisions_of_items,
)
from db.responses import ContrastRole, Response, ResponseSource
from exports.transfer.arrivals import Arrivals, Settle
from exports.transfer.cells import RowReader, Sheet, open_sheet
from exports.transfer.forms import Kind, Progress

_EMPTY: Final = "A response without any text: it stays a response, for a model may answer nothing."
_SOURCE: Final = "name a source (model, human or construction) or the model"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """One checked row.

    Attributes:
        id: Given by the file; None lets the content decide.
        revision_hash: What the file says of the revision's content; empty when it says nothing.
    """

    number: int
    id: str | None
    item_id: str | None
    revision_id: str | None
    revision_hash: str
    text: str
    source: ResponseSource
    source_name: str
    role: ContrastRole | None
    is_simulated: bool
    created_at: datetime

    def of(self, revision_id: str) -> Response:
        """Build the response to one revision."""
        return build_response(
            revision_id=revision_id,
            source=self.source,
            text=self.text,
            source_name=self.source_name,
            role=self.role,
            is_simulated=self.is_simulated,
            response_id=self.id,
            now=self.created_at,
            event_id="",
        )


def check_responses(table: Table, now: datetime, progress: Progress | None) -> Settle:
    """Check every row by itself, and give what compares them with the workspace.

    Raises:
        RowsRefused: At least one row is bad; all are counted.
        FileRefused: Columns are missing, unknown, or there twice.
    """
    sheet = open_sheet(table, Kind.RESPONSES, now=now)
    read = (_read(row, sheet) for row in sheet.rows(progress))
    sent = [row for row in read if row is not None]
    sheet.refuse()

    def settle(session: Session, actor_id: str) -> Arrivals:
        del actor_id
        return _settle(session, sheet, sent)

    return settle


def _read(row: RowReader, sheet: Sheet) -> _Sent | None:
    text = row.text("response")
    if text is None:
        row.problem("no response")
    elif not text:
        sheet.advice.add("empty_response", row.number, _EMPTY)
    item_id, revision_id = row.identifier("item_id"), row.identifier("revision_id")
    if item_id is None and revision_id is None and row.is_good:
        row.problem("neither an item_id nor a revision_id")
    source_name = row.line("source_name")
    source = row.choice("source", ResponseSource)
    if source is None and row.is_good:
        source = ResponseSource.MODEL if source_name else None
        if source is None:
            row.problem("no source", way_out=_SOURCE)
    role = row.choice("role", ContrastRole)
    is_simulated = row.flag("is_simulated") or False
    created_at = row.moment("created_at")
    given = row.identifier("response_id")
    revision_hash = row.line("revision_hash")
    if row.is_good:
        _check_source(row, source, source_name, role, is_simulated=is_simulated)
    if not row.is_good or text is None or source is None:
        return None
    return _Sent(
        number=row.number,
        id=given,
        item_id=item_id,
        revision_id=revision_id,
        revision_hash=revision_hash,
        text=text,
        source=source,
        source_name=source_name,
        role=role,
        is_simulated=is_simulated,
        created_at=created_at or sheet.now,
    )


def _check_source(
    row: RowReader,
    source: ResponseSource | None,
    source_name: str,
    role: ContrastRole | None,
    *,
    is_simulated: bool,
) -> None:
    if (source is ResponseSource.MODEL) != bool(source_name):
        row.problem(
            "a source and a source_name that do not fit each other",
            way_out="a response of a model names the model, no other names one",
        )
    if (source is ResponseSource.CONSTRUCTION) != (role is not None):
        row.problem(
            "a source and a role that do not fit each other",
            way_out="a response of construction has a role "
            f"({', '.join(member.value for member in ContrastRole)}), no other has one",
        )
    if is_simulated and source is not ResponseSource.MODEL:
        row.problem("a simulated response that is of no model")


def _settle(session: Session, sheet: Sheet, sent: Sequence[_Sent]) -> Arrivals:
    revisions = revisions_by_id(session, (row.revision_id for row in sent if row.revision_id))
    items = revisions_of_items(
        session,
        {row.item_id for row in sent if row.item_id}
        | {revision.item_id for revision in revisions.values()},
    )
    placed = [_placed(row, revisions, items, sheet) for row in sent]
    sheet.refuse()
    found = [entry for entry in placed if entry is not None]
    here = _Here(
        responses=responses_by_id(session, (row.id for row in sent if row.id)),
        contents=known_contents(
            session, (hash_ for entry in found if entry.row.id is None for hash_ in entry.contents)
        ),
    )
    arrivals = Arrivals()
    seen: set[str] = set()
    for entry in found:
        _admit(entry, here, seen, sheet, arrivals)
    sheet.refuse()
    arrivals.advice = sheet.advice.entries()
    return arrivals


@dataclass(frozen=True, slots=True)
class _Placed:
    """One row with the revision that it answers.

    Attributes:
        contents: Content hashes under which the same row may be here, the new one among them.
    """

    row: _Sent
    new: Response
    contents: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    """What the workspace has of what the file names."""

    responses: Mapping[str, KnownResponse]
    contents: set[str]


def _placed(
    row: _Sent,
    revisions: Mapping[str, KnownRevision],
    items: Mapping[str, Sequence[KnownRevision]],
    sheet: Sheet,
) -> _Placed | None:
    at = _revision(row, revisions, items, sheet)
    if at is None:
        return None
    new = row.of(at.id)
    # A row that names an item alone may have come in before the item was revised.
    earlier = [] if row.revision_id is not None else items[at.item_id][:-1]
    contents = {new.content_hash, *(hash_response(row.of(past.id)) for past in earlier)}
    return _Placed(row, new, frozenset(contents))


def _revision(
    row: _Sent,
    revisions: Mapping[str, KnownRevision],
    items: Mapping[str, Sequence[KnownRevision]],
    sheet: Sheet,
) -> KnownRevision | None:
    """Find the revision that a row answers; an item alone means its current one."""
    wrong = None
    if row.revision_id is not None:
        found = revisions.get(row.revision_id)
        if found is None:
            wrong = "a revision_id that is not here"
        elif row.item_id is not None and found.item_id != row.item_id:
            wrong = "a revision_id of another item"
    else:
        found = next(reversed(items.get(row.item_id or "", ())), None)
        if found is None:
            wrong = "an item_id that is not here"
    if found is not None and row.revision_hash not in ("", found.content_hash) and not wrong:
        wrong = "a revision_hash of another text than the revision has here"
    if wrong is not None:
        sheet.problems.add(row.number, wrong)
        sheet.wanted.setdefault("items", "import the items first")
        return None
    return found


def _admit(entry: _Placed, here: _Here, seen: set[str], sheet: Sheet, arrivals: Arrivals) -> None:
    row, new = entry.row, entry.new
    if new.id in seen:
        phrase = "a response_id that an earlier row has already"
        if row.id is None:
            phrase = "a response that an earlier row has already"
            sheet.wanted.setdefault("repeats", "give repeats ids of their own")
        sheet.problems.add(row.number, phrase)
        return
    seen.add(new.id)
    arrivals.counts[row.source.value] += 1
    known = here.responses.get(new.id)
    if known is not None and known.content_hash not in entry.contents:
        sheet.problems.add(row.number, "a response_id that another response has here")
    elif known is not None or (row.id is None and entry.contents & here.contents):
        arrivals.unchanged += 1
    else:
        arrivals.facts.append(new)
        arrivals.created += 1
