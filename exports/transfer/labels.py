"""Owns taking labels in: whatever a file says of itself, an import is never human evidence.

Every label comes in as `imported` and keeps what the file called its source; one by construction,
about a response of construction, stays a self-test. What a rater said stands until a later file
says otherwise, and then both are kept: the new label supersedes the old one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.contents import build_label, hash_label, short_id
from db.engine import Session
from db.hashing import content_hash
from db.intake import Table
from db.labels import Label, LabelSource, LabelWithdrawal, RequirementLabel
from db.queries.transfer import (
    KnownLabel,
    KnownResponse,
    labels_by_id,
    labels_of_responses,
    requirement_numbers,
    responses_by_id,
)
from db.responses import ResponseSource
from exports.transfer.arrivals import Arrivals, Settle
from exports.transfer.cells import Sheet, open_sheet
from exports.transfer.forms import Kind, Progress
from exports.transfer.label_rows import DEMONSTRATION, LabelStatus, SentLabel, read_label
from exports.transfer.pseudonyms import pseudonym

_OLDER: Final = (
    "A rater said this before a correction, and the correction stands: a change back names the "
    "label that it supersedes."
)
_EVIDENCE: Final = (
    "Stored as imported, with the source that the file declares: no import is human evidence."
)


def check_labels(table: Table, now: datetime, progress: Progress | None) -> Settle:
    """Check every row by itself, and give what compares them with the workspace.

    Raises:
        RowsRefused: At least one row is bad; all are counted.
        FileRefused: Columns are missing, unknown, or there twice.
    """
    sheet = open_sheet(table, Kind.LABELS, now=now)
    read = (read_label(row, sheet) for row in sheet.rows(progress))
    sent = [row for row in read if row is not None]
    ids: set[str] = set()
    for row in sent:
        if row.id is not None and row.id in ids:
            sheet.problems.add(row.number, "a label_id that an earlier row has already")
        ids.add(row.id or "")
    sheet.refuse()

    def settle(session: Session, actor_id: str) -> Arrivals:
        return _settle(session, sheet, sent, actor_id=actor_id)

    return settle


def _settle(
    session: Session, sheet: Sheet, sent: Sequence[SentLabel], *, actor_id: str
) -> Arrivals:
    responses = responses_by_id(session, (row.response_id for row in sent))
    _check_responses(session, sheet, sent, responses)
    sheet.refuse()
    named = {row.id for row in sent if row.id} | {row.supersedes for row in sent if row.supersedes}
    desk = _Desk(
        sheet=sheet,
        actor_id=actor_id,
        responses=responses,
        known=labels_by_id(session, named),
        standing=labels_of_responses(session, responses),
    )
    for row in _in_order(sent, sheet):
        desk.take(row)
    desk.check_status()
    sheet.refuse()
    desk.arrivals.advice = sheet.advice.entries()
    return desk.arrivals


def _check_responses(
    session: Session,
    sheet: Sheet,
    sent: Sequence[SentLabel],
    responses: Mapping[str, KnownResponse],
) -> None:
    numbered = [row for row in sent if row.failed or row.requirements]
    numbers = requirement_numbers(
        session,
        {
            responses[row.response_id].revision_id
            for row in numbered
            if row.response_id in responses
        },
    )
    for row in sent:
        known = responses.get(row.response_id)
        if known is None:
            sheet.problems.add(row.number, "a response_id that is not here")
            sheet.wanted.setdefault("responses", "import the responses first")
            continue
        if row.item_id not in (None, known.item_id):
            sheet.problems.add(row.number, "an item_id that is not the response's")
        named = {*row.failed, *(number for number, _ in row.requirements)}
        if named - numbers.get(known.revision_id, set()):
            sheet.problems.add(row.number, "a requirement number that its revision does not have")


def _in_order(sent: Sequence[SentLabel], sheet: Sheet) -> list[SentLabel]:
    """Put a label behind the one that it supersedes, and else keep the order of the file."""
    here = {row.id for row in sent if row.id is not None}
    waiting: dict[str, list[SentLabel]] = {}
    ordered: list[SentLabel] = []
    done: set[str] = set()
    for row in sent:
        if row.supersedes in here and row.supersedes not in done:
            waiting.setdefault(row.supersedes, []).append(row)
            continue
        ready = [row]
        while ready:
            following = ready.pop()
            ordered.append(following)
            if following.id is not None:
                done.add(following.id)
                ready += reversed(waiting.pop(following.id, []))
    for row in (row for rows in waiting.values() for row in rows):
        sheet.problems.add(row.number, "a label that supersedes itself by way of others")
    return ordered


@dataclass(frozen=True, slots=True)
class _Place:
    """Where at most one label is live: what one rater says of one response."""

    response_id: str
    source: LabelSource
    rater: str


@dataclass(slots=True)
class _Held:
    """One label of a place, here or on its way in.

    Attributes:
        number: Row that brings it; None for one that was here.
    """

    id: str
    said: tuple[object, ...]
    number: int | None
    is_live: bool


class _Desk:
    """Compare the rows of one file with the labels that are here, one by one."""

    def __init__(
        self,
        *,
        sheet: Sheet,
        actor_id: str,
        responses: Mapping[str, KnownResponse],
        known: Mapping[str, KnownLabel],
        standing: Sequence[KnownLabel],
    ) -> None:
        self.arrivals = Arrivals()
        self._sheet = sheet
        self._actor_id = actor_id
        self._responses = responses
        self._known = known
        self._held: dict[_Place, list[_Held]] = {}
        self._by_id: dict[str, tuple[_Place, _Held]] = {}
        self._superseded: set[str] = set()
        self._after: dict[str, str] = {}
        self._claims: list[tuple[SentLabel, str]] = []
        # Under which id a label of the file is here already.
        self._instead: dict[str, str] = {}
        for label in standing:
            if label.superseded_by is not None:
                self._superseded.add(label.id)
                self._after[label.id] = label.superseded_by
            live = label.superseded_by is None and label.withdrawn_at is None
            place = _Place(label.response_id, label.source, label.rater)
            self._keep(place, _Held(label.id, _said_here(label), None, live))

    def take(self, row: SentLabel) -> None:
        """Find out what becomes of a row."""
        known = self._known.get(row.id) if row.id else None
        place = self._place(row)
        self.arrivals.counts[_counted(row, place)] += 1
        if place.source is LabelSource.IMPORTED:
            self._sheet.advice.add("no_human_evidence", row.number, _EVIDENCE)
        if known is not None:
            self._compare(row, known)
        elif row.status is LabelStatus.WITHDRAWN:
            self._take_withdrawn(row, place)
        elif row.supersedes is not None:
            self._take_correction(row, place)
        else:
            self._take_plain(row, place)

    def check_status(self) -> None:
        """Refuse rows that say of themselves what the others do not bear out."""
        for row, label_id in self._claims:
            superseded = label_id in self._superseded
            if superseded and row.status is LabelStatus.LIVE:
                self._bad(row, "a live label that another one supersedes")
            elif not superseded and row.status is LabelStatus.SUPERSEDED:
                self._bad(row, "a superseded label without the one that supersedes it")

    def _place(self, row: SentLabel) -> _Place:
        constructed = self._responses[row.response_id].source is ResponseSource.CONSTRUCTION
        if row.says_construction and constructed and not row.rater:
            return _Place(row.response_id, LabelSource.CONSTRUCTION, "")
        return _Place(row.response_id, LabelSource.IMPORTED, row.rater)

    def _compare(self, row: SentLabel, known: KnownLabel) -> None:
        if not _is_same(row, known, supersedes=self._named(row)):
            self._bad(row, "a label_id that another label has here")
        elif row.status is LabelStatus.WITHDRAWN and known.withdrawn_at is None:
            if known.source is not LabelSource.IMPORTED:
                self._bad(row, "a withdrawal of a label that was not imported")
                return
            self.arrivals.facts.append(self._withdrawal(known.id, row))
            self.arrivals.corrected += 1
            self._by_id[known.id][1].is_live = False
        else:
            self.arrivals.unchanged += 1

    def _take_withdrawn(self, row: SentLabel, place: _Place) -> None:
        same = [held for held in self._held.get(place, []) if held.said == _said(row)]
        if row.id is None and any(held.number is None and not held.is_live for held in same):
            self.arrivals.unchanged += 1
            return
        target = None
        if row.supersedes is not None:
            target = self._target(row, place)
            if target is None:
                return
        held = self._add(row, place, supersedes=target)
        held.is_live = False
        self.arrivals.facts.append(self._withdrawal(held.id, row))

    def _take_correction(self, row: SentLabel, place: _Place) -> None:
        after = self._after.get(self._named(row) or "")
        if row.id is None and after is not None and self._by_id[after][1].said == _said(row):
            self.arrivals.unchanged += 1
            return
        target = self._target(row, place)
        if target is not None:
            was_here = target.number is None
            self._add(row, place, supersedes=target)
            if was_here:
                self.arrivals.created -= 1
                self.arrivals.corrected += 1

    def _take_plain(self, row: SentLabel, place: _Place) -> None:
        there = self._held.get(place, [])
        live = next((held for held in there if held.is_live), None)
        same = [held for held in there if held.said == _said(row) and held.number is None]
        if live is not None and live.number is not None:
            self._bad(row, "a response that its rater labelled in an earlier row")
        elif same:
            self.arrivals.unchanged += 1
            if row.id is not None:
                self._instead[row.id] = (live if live in same and live else same[-1]).id
            if live not in same:
                self._sheet.advice.add("older_label", row.number, _OLDER)
        else:
            self._add(row, place, supersedes=live)
            if live is not None:
                self.arrivals.created -= 1
                self.arrivals.corrected += 1

    def _named(self, row: SentLabel) -> str | None:
        """Give the id that the label a row supersedes has here."""
        return None if row.supersedes is None else self._instead.get(row.supersedes, row.supersedes)

    def _target(self, row: SentLabel, place: _Place) -> _Held | None:
        """Find the label that a row says it supersedes; None when it cannot be that one."""
        wanted = self._named(row) or ""
        found = self._by_id.get(wanted)
        if found is None:
            other = wanted in self._known
            self._bad(
                row,
                "a label that supersedes one of another response"
                if other
                else "a label that supersedes one that is not here",
            )
        elif found[0] != place:
            self._bad(row, "a label that supersedes one of another rater or source")
        elif found[1].id in self._superseded:
            self._bad(row, "a label that supersedes one that is superseded already")
        else:
            return found[1]
        return None

    def _add(self, row: SentLabel, place: _Place, *, supersedes: _Held | None) -> _Held:
        label, requirements = _build(row, place, self._actor_id, supersedes)
        if label.id in self._by_id:
            self._bad(row, "a label that an earlier row has already")
            return self._by_id[label.id][1]
        self.arrivals.facts += [label, *requirements]
        self.arrivals.created += 1
        if supersedes is not None:
            supersedes.is_live = False
            self._superseded.add(supersedes.id)
        held = _Held(label.id, _said(row), row.number, True)
        self._keep(place, held)
        self._claims.append((row, label.id))
        return held

    def _withdrawal(self, label_id: str, row: SentLabel) -> LabelWithdrawal:
        return LabelWithdrawal(
            label_id=label_id,
            annotator_id=self._actor_id,
            created_at=row.withdrawn_at or self._sheet.now,
        )

    def _keep(self, place: _Place, held: _Held) -> None:
        self._held.setdefault(place, []).append(held)
        self._by_id[held.id] = (place, held)

    def _bad(self, row: SentLabel, phrase: str) -> None:
        self._sheet.problems.add(row.number, phrase)


def _build(
    row: SentLabel, place: _Place, actor_id: str, supersedes: _Held | None
) -> tuple[Label, list[RequirementLabel]]:
    imported = place.source is LabelSource.IMPORTED
    label = build_label(
        response_id=row.response_id,
        annotator_id=actor_id,
        source=place.source,
        decision=row.decision,
        factually_right=row.factually_right,
        failed=row.failed,
        reason=row.reason,
        supersedes_id=supersedes.id if supersedes is not None else None,
        rater=row.rater if imported else "",
        declared_source=row.declared if imported else "",
        is_surplus=row.is_surplus or False,
        now=row.created_at,
        event_id="",
    )
    requirements = [
        RequirementLabel(label_id="", number=number, decision=decision)
        for number, decision in row.requirements
    ]
    label.content_hash = hash_label(label, requirements)
    label.id = row.id or short_id("label", label.content_hash)
    for requirement in requirements:
        requirement.label_id = label.id
    return label, requirements


def _said(row: SentLabel) -> tuple[object, ...]:
    reason = content_hash(row.reason) if row.reason else None
    return (row.decision, row.factually_right, row.failed, row.requirements, reason)


def _said_here(label: KnownLabel) -> tuple[object, ...]:
    return (
        label.decision,
        label.factually_right,
        label.failed,
        label.requirements,
        label.reason_hash,
    )


def _is_same(row: SentLabel, known: KnownLabel, *, supersedes: str | None) -> bool:
    """Tell whether a row says what a label here says, by name or as it would leave."""
    blanked = known.reason_hash is not None and not known.reason and not row.reason
    said = _said(row)[:-1] == _said_here(known)[:-1]
    reason = blanked or _said(row)[-1] == known.reason_hash
    if known.source is LabelSource.IMPORTED:
        raters = {known.rater, pseudonym(known.annotator_id, known.rater) if known.rater else ""}
        source = row.declared == known.declared_source
    elif known.source is LabelSource.CONSTRUCTION:
        raters, source = {""}, row.says_construction
    else:
        raters = {known.handle, pseudonym(known.annotator_id, "")}
        declared = known.source.value
        source = row.declared in (declared, f"{DEMONSTRATION}{declared}")
    return (
        said
        and reason
        and source
        and supersedes in (None, known.supersedes_id)
        and row.is_surplus in (None, known.is_surplus)
        and row.response_id == known.response_id
        and row.rater in raters
    )


def _counted(row: SentLabel, place: _Place) -> str:
    declared = f" ({row.declared})" if row.declared and place.source is LabelSource.IMPORTED else ""
    return f"{place.source.value}{declared}"
