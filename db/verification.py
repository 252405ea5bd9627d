"""Owns finding out whether a database still says what was recorded.

Three questions, each answered with a list of findings: is the chain of events whole, do the facts
match the digests their events hold, and does the database keep its own rules.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.contents import hash_label, hash_response, hash_revision, text_hash
from db.engine import reading
from db.hashing import Json, content_hash
from db.history import GENESIS, Event, EventText, HistoryHead, hash_event
from db.items import Item, JudgeText, Requirement, Revision, SystemPrompt, Template
from db.labels import HUMAN_EVIDENCE, Label
from db.migrations import current, head
from db.recording import digest
from db.releases import Release, ReleaseRow
from db.responses import Response

BATCH = 1_000
SHOWN = 20
RowT = TypeVar("RowT", Response, Label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was looked at and what was wrong.

    Attributes:
        checked: How many things of each kind were looked at.
        findings: One sentence each; empty when all is well.
    """

    checked: dict[str, int]
    findings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was wrong."""
        return not self.findings

    @property
    def summary(self) -> str:
        """The first twenty findings and how many more there are."""
        more = len(self.findings) - SHOWN
        return " ".join(self.findings[:SHOWN]) + (f" And {more} more." if more > 0 else "")


def verify_history(session: Session) -> Verification:
    """Follow the chain from its beginning and compare every fact with its event's digest."""
    findings: list[str] = []
    recorded: dict[str, dict[str, Json]] = {}
    seq, prev_hash = 0, GENESIS
    for event in session.exec(
        select(Event).order_by(col(Event.seq)).execution_options(yield_per=BATCH)
    ):
        seq += 1
        if event.seq != seq:
            findings.append(f"Event {seq} is missing: the next one found is {event.seq}.")
            seq = event.seq
        if event.prev_hash != prev_hash:
            findings.append(f"Event {event.seq} does not follow the event before it.")
        if hash_event(event) != event.hash:
            findings.append(f"Event {event.seq} ({event.action}) was changed after it was written.")
        prev_hash = event.hash
        recorded[event.id] = dict(event.facts)
    end = session.exec(select(HistoryHead)).one_or_none()
    if end is None or (end.seq, end.hash) != (seq, prev_hash):
        findings.append("The head of the history does not match its last event.")
    findings.extend(_check_reasons(session))
    counts, found = _check_facts(session, recorded)
    return Verification(checked={"events": len(recorded), **counts}, findings=(*findings, *found))


def check_database(engine: sa.Engine) -> Verification:
    """Ask the database for its own integrity, then the schema, the rules and the history."""
    found = current(engine)
    if found != head():
        sentence = (
            f"The schema is {found!r}, this program's is {head()!r}; run 'gainsay db upgrade'."
        )
        return Verification(checked={}, findings=(sentence,))
    with reading(engine) as session:
        history = verify_history(session)
        findings = (*_check_integrity(session), *_check_rules(session), *history.findings)
    return Verification(checked=history.checked, findings=findings)


def _check_integrity(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (line,) in session.execute(sa.text("PRAGMA integrity_check")):
        if line != "ok":
            yield f"SQLite's integrity check says: {line}."
    for table, row, parent, _ in session.execute(sa.text("PRAGMA foreign_key_check")):
        yield f"Row {row} of table {table!r} points to a row of {parent!r} that is not there."


def _check_rules(session: Session) -> Iterator[str]:
    lost = session.exec(
        select(Item.id).where(~select(Revision.id).where(Revision.item_id == Item.id).exists())
    ).all()
    yield from (f"Item {item_id!r} has no revision." for item_id in lost)
    gaps = session.exec(
        select(Revision.item_id)
        .group_by(col(Revision.item_id))
        .having(sa.func.max(col(Revision.number)) != sa.func.count())
    ).all()
    yield from (f"Item {item_id!r} lacks a revision between others." for item_id in gaps)
    human = [source.value for source in HUMAN_EVIDENCE]
    machines = session.execute(
        sa.text(
            "SELECT label.id FROM label JOIN annotator ON annotator.id = label.annotator_id "
            "WHERE annotator.kind = 'machine' AND label.source IN :human"
        ).bindparams(sa.bindparam("human", human, expanding=True))
    ).all()
    yield from (
        f"Label {row[0]!r} is a machine's but counts as human evidence." for row in machines
    )
    rows = select(sa.func.count()).where(ReleaseRow.release_version == Release.version)
    short = session.exec(
        select(Release.version).where(Release.row_count != rows.scalar_subquery())
    ).all()
    yield from (f"Release {version!r} does not have the rows it counts." for version in short)


def _check_reasons(session: Session) -> Iterator[str]:
    for row in session.exec(select(EventText)):
        # A blanked text is a person's right; its hash stays in the chain.
        if row.text and content_hash(row.text) != row.content_hash:
            yield f"A reason ({row.content_hash}) was changed after it was written."


def _check_facts(
    session: Session, recorded: dict[str, dict[str, Json]]
) -> tuple[dict[str, int], list[str]]:
    findings: list[str] = []
    counts = {"items": session.exec(select(sa.func.count()).select_from(Item)).one()}
    for table, hashes in (
        ("revision", _revisions(session, findings)),
        ("response", _plain(session, Response, hash_response, findings)),
        ("label", _plain(session, Label, hash_label, findings)),
        ("release", _releases(session)),
    ):
        counts[f"{table}s"] = sum(len(found) for found in hashes.values())
        for event_id in sorted(hashes.keys() | recorded.keys()):
            expected = recorded.get(event_id, {}).get(table)
            found = hashes.get(event_id, [])
            if (digest(found) if found else None) != expected:
                findings.append(
                    f"The {table} rows of event {event_id!r} are not the ones it recorded."
                )
    findings.extend(_check_texts(session))
    return counts, findings


def _revisions(session: Session, findings: list[str]) -> dict[str, list[str]]:
    hashes: dict[str, list[str]] = defaultdict(list)
    requirements: dict[str, list[str]] = defaultdict(list)
    for row in session.exec(
        select(Requirement).order_by(col(Requirement.revision_id), col(Requirement.number))
    ):
        requirements[row.revision_id].append(row.text)
    query = select(Revision, Item).join(Item, col(Item.id) == col(Revision.item_id))
    for revision, item in session.exec(query.execution_options(yield_per=BATCH)):
        found = hash_revision(item, revision, requirements[revision.id])
        if found != revision.content_hash:
            findings.append(f"Revision {revision.id!r} was changed after it was written.")
        hashes[revision.event_id].append(found)
    return hashes


def _plain(
    session: Session,
    table: type[RowT],
    hash_row: Callable[[RowT], str],
    findings: list[str],
) -> dict[str, list[str]]:
    hashes: dict[str, list[str]] = defaultdict(list)
    for row in session.exec(select(table).execution_options(yield_per=BATCH)):
        found = hash_row(row)
        if found != row.content_hash:
            findings.append(f"{table.__name__} {row.id!r} was changed after it was written.")
        hashes[row.event_id].append(found)
    return hashes


def _releases(session: Session) -> dict[str, list[str]]:
    hashes: dict[str, list[str]] = defaultdict(list)
    for row in session.exec(select(Release)):
        hashes[row.event_id].append(row.content_hash)
    return hashes


def _check_texts(session: Session) -> Iterator[str]:
    kinds: tuple[type[JudgeText], ...] = (Template, SystemPrompt)
    for table in kinds:
        for row in session.exec(select(table)):
            if text_hash(row.text) != row.content_hash:
                yield f"{table.__name__} {row.content_hash} was changed after it was written."
