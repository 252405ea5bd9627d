"""Owns finding out whether a database still says what was recorded.

Four questions, each answered with findings: is the chain of events whole, are the recorded rows
the ones their events sealed, is the schema the program's, does the database keep its own rules.
A row that cannot even be read is a finding too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from db.annotators import Annotator
from db.base import Table
from db.contents import (
    hash_judge,
    hash_label,
    hash_response,
    hash_revision,
    hash_verdict,
    text_hash,
)
from db.engine import reading
from db.errors import GainsayError
from db.hashing import Json, content_hash
from db.history import GENESIS, Event, EventText, HistoryHead, hash_event
from db.items import (
    ITEMS_IMPORTED,
    Family,
    Item,
    JudgeText,
    Placement,
    Requirement,
    Revision,
    SystemPrompt,
    Template,
)
from db.labels import HUMAN_EVIDENCE, Label, RequirementLabel
from db.migrations import current, head
from db.placements import check_placements, head_at, recorded_head
from db.recording import digest
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.seals import BLANKABLE, CHILDREN, SEALED, identity, is_sealed_whole, seal
from db.tables import METADATA
from db.verdicts import Judge, Verdict
from db.workspace import ANNOTATOR_CREATED, Workspace

T = TypeVar("T")
QueryT = TypeVar("QueryT", bound=sa.Executable)
ContentT = TypeVar("ContentT", Response, Verdict)
BATCH = 1_000
SHOWN = 20
COUNTED: tuple[type[Table], ...] = (Item, Revision, Response, Label, Judge, Verdict, Release)


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
    """Follow the chain from its beginning and compare every recorded row with its seal."""
    findings: list[str] = []
    sealed: dict[str, dict[str, Json]] = {}
    created: dict[str, dict[str, Json]] = {}
    checks: dict[str, Callable[[], Iterator[str]]] = {
        "events": lambda: _check_chain(session, sealed, created),
        "reasons": lambda: _check_reasons(session),
        "annotators": lambda: _check_annotators(session, created),
        "recorded rows": lambda: _check_seals(session, sealed),
        "placements": lambda: _check_placements(session),
        "revisions": lambda: _check_revisions(session),
        "responses": lambda: _check_contents(session, Response, hash_response),
        "labels": lambda: _check_labels(session),
        "verdicts": lambda: _check_contents(session, Verdict, hash_verdict),
        "judges": lambda: _check_judges(session),
        "judge texts": lambda: _check_texts(session),
    }
    for name, check in checks.items():
        findings.extend(_told(name, check))
    counts = {
        f"{table.__tablename__}s": session.exec(select(sa.func.count()).select_from(table)).one()
        for table in COUNTED
    }
    return Verification(checked={"events": len(sealed), **counts}, findings=tuple(findings))


def check_database(engine: sa.Engine) -> Verification:
    """Ask the database for its own integrity, then the schema, the rules and the history."""
    found = current(engine)
    if found != head():
        sentence = f"The schema is {found!r} and this program's is {head()!r}."
        return Verification(checked={}, findings=(sentence,))
    differing = tuple(_check_schema(engine))
    if differing:
        return Verification(checked={}, findings=differing)
    with reading(engine) as session:
        findings = [*_told("integrity", lambda: _check_integrity(session))]
        findings.extend(_told("rules", lambda: _check_rules(session)))
        history = verify_history(session)
    return Verification(checked=history.checked, findings=(*findings, *history.findings))


def _told(name: str, check: Callable[[], Iterator[str]]) -> Iterator[str]:
    """Run one check; a row that cannot be read ends it with a finding."""
    try:
        yield from check()
    except GainsayError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, sa.exc.SQLAlchemyError) as error:
        cause = (str(error).splitlines() or [""])[0]
        yield f"The {name} cannot be read to their end ({type(error).__name__}: {cause})."


def _batched(query: QueryT) -> QueryT:
    return query.execution_options(yield_per=BATCH)


def _stream(rows: Iterable[T]) -> Iterator[T]:
    """Give the rows one by one; the cursor is closed when a row cannot be read."""
    try:
        yield from rows
    finally:
        if isinstance(rows, sa.engine.Result | sa.engine.ScalarResult):
            rows.close()


def _check_schema(engine: sa.Engine) -> Iterator[str]:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    for difference in differences:
        # A change of a column comes as a list of tuples, everything else as one tuple.
        change = difference[0] if isinstance(difference, list) else difference
        what = " ".join(str(getattr(part, "name", part)) for part in change[:4] if part is not None)
        yield f"The database differs from the schema it claims ({what})."


def _check_chain(
    session: Session, sealed: dict[str, dict[str, Json]], created: dict[str, dict[str, Json]]
) -> Iterator[str]:
    seq, prev_hash = 0, GENESIS
    for event in _stream(session.exec(_batched(select(Event).order_by(col(Event.seq))))):
        seq += 1
        if event.seq != seq:
            yield f"Event {seq} is missing: the next one found is {event.seq}."
            seq = event.seq
        if event.prev_hash != prev_hash:
            yield f"Event {event.seq} does not follow the event before it."
        if hash_event(event) != event.hash:
            yield f"Event {event.seq} ({event.action}) was changed after it was written."
        prev_hash = event.hash
        sealed[event.id] = dict(event.facts)
        if event.action == ANNOTATOR_CREATED:
            created[event.subject_id] = dict(event.after or {})
    end = session.exec(select(HistoryHead)).one_or_none()
    if end is None or (end.seq, end.hash) != (seq, prev_hash):
        yield "The head of the history does not match its last event."


def _check_reasons(session: Session) -> Iterator[str]:
    for row in session.exec(select(EventText)):
        # A blanked text is a person's right; its hash stays in the chain.
        if row.text and content_hash(row.text) != row.content_hash:
            yield f"A reason ({row.content_hash}) was changed after it was written."
    for table, names in BLANKABLE.items():
        for fact in _stream(session.exec(_batched(select(table)))):
            for name in names:
                text = getattr(fact, name)
                if not text or is_sealed_whole(fact, name):
                    continue
                if content_hash(text) != getattr(fact, f"{name}_hash"):
                    kind = str(table.__tablename__).replace("_", " ")
                    whose = getattr(fact, "id", None) or identity(fact)
                    yield f"The {name} of {kind} {whose!r} was changed after it was written."


def _check_annotators(session: Session, created: dict[str, dict[str, Json]]) -> Iterator[str]:
    for row in session.exec(select(Annotator)):
        said = created.get(row.id)
        if said is None:
            yield f"Annotator {row.id!r} is in no event of the history."
        elif said != {"kind": row.kind.value, "is_demonstration": row.is_demonstration}:
            yield f"Annotator {row.id!r} is not of the kind that the history holds."


def _check_seals(session: Session, sealed: dict[str, dict[str, Json]]) -> Iterator[str]:
    for table in SEALED:
        name = str(table.__tablename__)
        seals = _seals(session, table)
        for event_id in sorted(seals.keys() | sealed.keys()):
            found = seals.get(event_id, [])
            if (digest(found) if found else None) != sealed.get(event_id, {}).get(name):
                yield f"The {name} rows of event {event_id!r} are not the ones it recorded."


def _seals(session: Session, table: type[Table]) -> dict[str, list[str]]:
    children: dict[str, list[Table]] = defaultdict(list)
    if table in CHILDREN:
        kind, parent = CHILDREN[table]
        for child in session.exec(select(kind)):
            children[getattr(child, parent)].append(child)
    placements = _placements(session) if table is Item else {}
    seals: dict[str, list[str]] = defaultdict(list)
    for row in _stream(session.exec(_batched(select(table)))):
        own = children[identity(row)] if table in CHILDREN else ()
        if isinstance(row, Item):
            row = recorded_head(row, placements.get(row.id, ()))
        seals[row.event_id].append(seal(row, own))  # type: ignore[attr-defined]
    return seals


def _check_revisions(session: Session) -> Iterator[str]:
    requirements: dict[str, list[Requirement]] = defaultdict(list)
    for row in session.exec(
        select(Requirement).order_by(col(Requirement.revision_id), col(Requirement.number))
    ):
        requirements[row.revision_id].append(row)
    placements = _placements(session)
    query = select(Revision, Item).join(Item, col(Item.id) == col(Revision.item_id))
    for revision, item in _stream(session.exec(_batched(query))):
        own = requirements[revision.id]
        head_then = head_at(item, placements.get(item.id, ()), revision.number)
        if hash_revision(head_then, revision, [row.text for row in own]) != revision.content_hash:
            yield f"Revision {revision.id!r} was changed after it was written."
        if [row.number for row in own] != list(range(1, len(own) + 1)):
            yield f"The requirements of revision {revision.id!r} are not numbered from 1."


def _placements(session: Session) -> dict[str, list[Placement]]:
    found: dict[str, list[Placement]] = defaultdict(list)
    query = select(Placement).order_by(col(Placement.item_id), col(Placement.number))
    for row in session.exec(query):
        found[row.item_id].append(row)
    return found


def _check_placements(session: Session) -> Iterator[str]:
    placements = _placements(session)
    for item in session.exec(select(Item).where(col(Item.id).in_(select(Placement.item_id)))):
        yield from check_placements(item, placements[item.id])


def _check_labels(session: Session) -> Iterator[str]:
    requirements: dict[str, list[RequirementLabel]] = defaultdict(list)
    for row in session.exec(select(RequirementLabel).order_by(col(RequirementLabel.number))):
        requirements[row.label_id].append(row)
    for label in _stream(session.exec(_batched(select(Label)))):
        if hash_label(label, requirements[label.id]) != label.content_hash:
            yield f"Label {label.id!r} was changed after it was written."


def _check_judges(session: Session) -> Iterator[str]:
    for judge in session.exec(select(Judge)):
        if hash_judge(judge) != judge.id:
            yield f"Judge {judge.name!r} was changed after it was written."


def _check_contents(
    session: Session, table: type[ContentT], hash_row: Callable[[ContentT], str]
) -> Iterator[str]:
    for row in _stream(session.exec(_batched(select(table)))):
        if hash_row(row) != row.content_hash:
            yield f"{table.__name__} {row.id!r} was changed after it was written."


def _check_texts(session: Session) -> Iterator[str]:
    kinds: tuple[type[JudgeText], ...] = (Template, SystemPrompt)
    for table in kinds:
        for row in session.exec(select(table)):
            if text_hash(row.text) != row.content_hash:
                yield f"{table.__name__} {row.content_hash} was changed after it was written."


def _check_integrity(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (line,) in session.execute(sa.text("PRAGMA integrity_check")):
        if line != "ok":
            yield f"SQLite's integrity check says: {line}."
    for table, row, parent, _ in session.execute(sa.text("PRAGMA foreign_key_check")):
        yield f"Row {row} of table {table!r} points to a row of {parent!r} that is not there."


def _gaps(session: Session) -> list[str]:
    """List items with a revision that no import brought and that does not follow another."""
    before = aliased(Revision)
    query = (
        select(Revision.item_id)
        .join(Event, col(Event.id) == col(Revision.event_id))
        .outerjoin(
            before,
            sa.and_(
                col(before.item_id) == col(Revision.item_id),
                col(before.number) == col(Revision.number) - 1,
            ),
        )
        # A release that is imported has the newest revision of each item and keeps its number.
        .where(Revision.number > 1, col(before.id).is_(None), Event.action != ITEMS_IMPORTED)
        .distinct()
        .order_by(col(Revision.item_id))
    )
    return list(session.exec(query))


def _check_rules(session: Session) -> Iterator[str]:
    if session.get(Workspace, 1) is None and session.exec(select(Item.id)).first() is not None:
        yield "There are items but no workspace row."
    lost = session.exec(
        select(Item.id).where(~select(Revision.id).where(Revision.item_id == Item.id).exists())
    ).all()
    yield from (f"Item {item_id!r} has no revision." for item_id in lost)
    alone = session.exec(
        select(Family.id).where(
            ~select(Item.id).where(Item.family_id == Family.id).exists(),
            ~select(Placement.item_id).where(Placement.previous_family_id == Family.id).exists(),
        )
    ).all()
    yield from (f"Family {family_id!r} has no item." for family_id in alone)
    yield from (f"Item {item_id!r} lacks a revision between others." for item_id in _gaps(session))
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
    rows = (
        select(sa.func.count())
        .select_from(ReleaseRow)
        .where(ReleaseRow.release_version == Release.version)
    )
    short = session.exec(
        select(Release.version).where(Release.row_count != rows.scalar_subquery())
    ).all()
    yield from (f"Release {version!r} does not have the rows it counts." for version in short)
