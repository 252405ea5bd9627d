"""Owns reading who belongs to the workspace, what they know and what they may do.

A list takes the same few statements whatever the number of people. What an admin changes about a
person is written by ``curation.people``; sign-ins and passwords are read elsewhere.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.annotators import Annotator, AnnotatorDomain, AnnotatorKind, AnnotatorLanguage
from db.errors import NotFound
from db.hashing import content_hash
from db.history import Event, EventText
from db.queries.roles import Held
from db.roles import Role, RoleGrant, RoleRevocation
from db.sign_ins import Identity, Password
from db.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """An annotator as an admin sees them.

    Attributes:
        is_local: Whether they are the person of the first start, for whom the command line acts.
        language_ids: By id.
        domain_ids: By id; empty means every domain.
        held: Their roles, by role, type and language; empty for machines and withdrawn people.
        can_sign_in: Whether they have a password or an identity.
    """

    id: str
    handle: str
    kind: AnnotatorKind
    background: str
    is_demonstration: bool
    is_local: bool
    daily_cap: int | None
    language_ids: tuple[str, ...]
    domain_ids: tuple[str, ...]
    held: tuple[Held, ...]
    can_sign_in: bool
    created_at: datetime
    withdrawn_at: datetime | None

    @property
    def is_person(self) -> bool:
        """Whether they are a human who belongs to the workspace."""
        return self.kind is AnnotatorKind.HUMAN and self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A grant that was not revoked."""

    id: str
    held: Held


def list_people(
    session: Session, *, annotator_ids: Collection[str] | None = None
) -> list[PersonRow]:
    """List annotators by handle, people and machines.

    Args:
        session: Open.
        annotator_ids: Only these; None for all.
    """
    query = select(Annotator).order_by(col(Annotator.handle))
    if annotator_ids is not None:
        query = query.where(col(Annotator.id).in_(annotator_ids))
    rows = list(session.exec(query.execution_options(populate_existing=True)))
    languages = _pairs(session, AnnotatorLanguage)
    domains = _pairs(session, AnnotatorDomain)
    held: dict[str, list[Held]] = defaultdict(list)
    for annotator_id, grant in _grants(session, annotator_ids):
        held[annotator_id].append(grant.held)
    local = session.exec(select(Workspace.local_annotator_id)).one_or_none()
    known = set(session.exec(select(Password.annotator_id)))
    known |= set(session.exec(select(Identity.annotator_id)))
    return [
        PersonRow(
            id=row.id,
            handle=row.handle,
            kind=row.kind,
            background=row.background,
            is_demonstration=row.is_demonstration,
            is_local=row.id == local,
            daily_cap=row.daily_cap,
            language_ids=tuple(languages[row.id]),
            domain_ids=tuple(domains[row.id]),
            held=_in_order(held[row.id]) if row.withdrawn_at is None else (),
            can_sign_in=row.id in known,
            created_at=row.created_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    ]


def get_person(session: Session, annotator_id: str) -> PersonRow:
    """Read one annotator.

    Raises:
        NotFound: There is none with that id.
    """
    found = list_people(session, annotator_ids=[annotator_id])
    if not found:
        raise NotFound(
            f"There is no annotator {annotator_id!r} in this workspace; 'gainsay people list' "
            "names them."
        )
    return found[0]


def find_by_handle(session: Session, handle: str) -> str:
    """Give the id of the annotator with a handle, or of the one whose id was given.

    Raises:
        NotFound: Nobody has that handle.
    """
    found = session.exec(
        select(Annotator.id).where(
            sa.or_(col(Annotator.handle) == handle, col(Annotator.id) == handle)
        )
    ).first()
    if found is None:
        raise NotFound(
            f"There is no annotator {handle!r} in this workspace; 'gainsay people list' names them."
        )
    return found


def list_handles(session: Session) -> list[str]:
    """List every handle that is taken, also those of machines and pseudonyms."""
    return list(session.exec(select(Annotator.handle)))


def open_grants(session: Session, annotator_id: str) -> list[Grant]:
    """List a person's grants that were not revoked, by role, type and language."""
    found = [grant for _, grant in _grants(session, [annotator_id])]
    return sorted(found, key=lambda grant: _place(grant.held))


def other_admins(session: Session, annotator_id: str) -> list[str]:
    """List the people who could still administer the workspace without this one.

    Counted are people who belong to it, can sign in, and do not only exist to show the program.
    """
    return [
        row.id
        for row in list_people(session)
        if row.id != annotator_id
        and row.is_person
        and row.can_sign_in
        and not row.is_demonstration
        and any(held.role is Role.ADMIN for held in row.held)
    ]


def write_competence(
    session: Session,
    annotator_id: str,
    *,
    language_ids: Collection[str],
    domain_ids: Collection[str],
) -> None:
    """Replace the languages and domains of a person."""
    wanted: tuple[tuple[type[AnnotatorLanguage] | type[AnnotatorDomain], str, set[str]], ...] = (
        (AnnotatorLanguage, "language_id", set(language_ids)),
        (AnnotatorDomain, "domain_id", set(domain_ids)),
    )
    for table, name, ids in wanted:
        rows = session.exec(select(table).where(table.annotator_id == annotator_id)).all()
        for row in rows:
            if getattr(row, name) not in ids:
                session.delete(row)
        there = {getattr(row, name) for row in rows}
        session.add_all(
            table(annotator_id=annotator_id, **{name: one}) for one in sorted(ids - there)
        )
    session.flush()


def keep_text(session: Session, text: str) -> str | None:
    """Keep a personal text outside the history, where it can be blanked, and give its hash."""
    if not text:
        return None
    hashed = content_hash(text)
    found = session.get(EventText, hashed)
    if found is None:
        session.add(EventText(content_hash=hashed, text=text))
        session.flush()
    elif not found.text:
        # Blanked for somebody who left; now somebody else says the same.
        table: sa.Table = EventText.__table__  # type: ignore[attr-defined]
        session.connection().execute(
            sa.update(table).where(table.c.content_hash == hashed).values(text=text)
        )
    return hashed


def events_about(session: Session, annotator_id: str, *, newest: int = 200) -> list[Event]:
    """List the newest events about a person, such as grants; not what they did themselves."""
    query = (
        select(Event)
        .where(Event.subject_kind == "annotator", Event.subject_id == annotator_id)
        .order_by(col(Event.seq).desc())
        .limit(newest)
    )
    return list(session.exec(query))


def texts_of(session: Session, hashes: Iterable[str]) -> dict[str, str]:
    """Read texts that are kept beside the history; a blanked one is empty."""
    rows = session.exec(select(EventText).where(col(EventText.content_hash).in_(set(hashes))))
    return {row.content_hash: row.text for row in rows}


def _pairs(
    session: Session, table: type[AnnotatorLanguage] | type[AnnotatorDomain]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if table is AnnotatorLanguage:
        rows = session.exec(select(AnnotatorLanguage.annotator_id, AnnotatorLanguage.language_id))
    else:
        rows = session.exec(select(AnnotatorDomain.annotator_id, AnnotatorDomain.domain_id))
    for annotator_id, one in sorted(rows):
        found[annotator_id].append(one)
    return found


def _grants(session: Session, annotator_ids: Collection[str] | None) -> Iterable[tuple[str, Grant]]:
    revoked = select(RoleRevocation.grant_id).where(RoleRevocation.grant_id == RoleGrant.id)
    query = select(RoleGrant).where(~revoked.correlate(RoleGrant).exists())
    if annotator_ids is not None:
        query = query.where(col(RoleGrant.annotator_id).in_(annotator_ids))
    for row in session.exec(query):
        held = Held(role=row.role, type_id=row.type_id, language_id=row.language_id)
        yield row.annotator_id, Grant(id=row.id, held=held)


def _in_order(held: Iterable[Held]) -> tuple[Held, ...]:
    return tuple(sorted(set(held), key=_place))


def _place(held: Held) -> tuple[int, str, str]:
    return (list(Role).index(held.role), held.type_id or "", held.language_id or "")
