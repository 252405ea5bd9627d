"""Owns what the page Admin shows: to everybody what is theirs, to admins everybody."""

from dataclasses import dataclass
from datetime import datetime

from app.views.naming import Taxonomy, load_taxonomy_names
from db.annotators import AnnotatorKind
from db.engine import Session
from db.hashing import Json
from db.history import Event
from db.queries.annotators import find_host, list_annotators
from db.queries.people import PersonRow, events_about, get_person, list_people, texts_of
from db.queries.roles import Held, holds, roles_of
from db.queries.skips import SkipCount, count_skips
from db.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """What a person may do for one type.

    Attributes:
        type_id: None for types that come later, whatever they will be.
        roles: Roles by language.
    """

    type_id: str | None
    roles: dict[str, tuple[Role, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminView:
    """The page.

    Attributes:
        me: Who looks.
        mine: Their roles; all of them in a solo workspace.
        is_admin: Whether the rest is theirs to see and change.
        people: Everybody by handle, people before machines; empty for those who are no admins.
        skips: How often who passed work on for lack of a language or of knowledge; admins' too.
    """

    me: PersonRow
    mine: tuple[Held, ...]
    is_solo: bool
    is_admin: bool
    people: tuple[PersonRow, ...]
    skips: tuple[SkipCount, ...]
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event about a person.

    Attributes:
        actor: Handle of who did it.
        gained: Roles that came.
        lost: Roles that went.
        before: What was known of them, by part; None where nothing was. A background that was
            removed since is empty.
        after: What is known of them, by the same parts.
    """

    seq: int
    at: datetime
    actor: str
    action: str
    gained: tuple[Held, ...]
    lost: tuple[Held, ...]
    before: dict[str, str | None]
    after: dict[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One person, opened.

    Attributes:
        matrix: One row per type, and a first one for types to come when roles hold for all.
        changes: What was changed about them, newest first.
    """

    person: PersonRow
    matrix: tuple[MatrixRow, ...]
    changes: tuple[Change, ...]


def load_admin(session: Session, annotator_id: str) -> AdminView:
    """Read the page for a person."""
    host = find_host(session)
    is_admin = holds(session, annotator_id, Role.ADMIN)
    people = list_people(session) if is_admin else []
    return AdminView(
        me=get_person(session, annotator_id),
        mine=roles_of(session, annotator_id),
        is_solo=host is None or host.is_solo,
        is_admin=is_admin,
        people=tuple(
            sorted(people, key=lambda row: (row.kind is AnnotatorKind.MACHINE, row.handle))
        ),
        skips=tuple(count_skips(session)) if is_admin else (),
        taxonomy=load_taxonomy_names(session),
    )


def load_person(session: Session, annotator_id: str) -> PersonView:
    """Read one person for an admin."""
    person = get_person(session, annotator_id)
    return PersonView(
        person=person,
        matrix=matrix_of(roles_of(session, annotator_id), load_taxonomy_names(session)),
        changes=_changes(session, events_about(session, annotator_id, newest=20)),
    )


def matrix_of(held: tuple[Held, ...], taxonomy: Taxonomy) -> tuple[MatrixRow, ...]:
    """Lay roles out by type and language; a row whose cells are all empty is left out."""
    rows = [
        MatrixRow(
            type_id=type_id,
            roles={
                language.id: tuple(
                    dict.fromkeys(
                        one.role
                        for one in held
                        if one.type_id in {None, type_id} and one.language_id in {None, language.id}
                    )
                )
                for language in taxonomy.languages
            },
        )
        for type_id in (None, *(named.id for named in taxonomy.types))
    ]
    return tuple(row for row in rows if any(row.roles.values()))


def _changes(session: Session, found: list[Event]) -> tuple[Change, ...]:
    handles = {row.id: row.handle for row in list_annotators(session)}
    hashes = {
        str(side["background_hash"])
        for event in found
        for side in (event.before or {}, event.after or {})
        if side.get("background_hash")
    }
    texts = texts_of(session, hashes)
    return tuple(
        Change(
            seq=event.seq,
            at=event.at,
            actor=handles.get(event.actor_id, event.actor_id),
            action=event.action,
            gained=_held(_roles(event.after) - _roles(event.before)),
            lost=_held(_roles(event.before) - _roles(event.after)),
            before=_known(event.before, texts),
            after=_known(event.after, texts),
        )
        for event in found
    )


def _roles(side: dict[str, Json] | None) -> set[str]:
    found = (side or {}).get("roles")
    return {str(one) for one in found} if isinstance(found, list) else set()


def _held(told: set[str]) -> tuple[Held, ...]:
    parts = [one.split(":") for one in sorted(told)]
    return tuple(
        Held(
            role=Role(role),
            type_id=None if type_id == "*" else type_id,
            language_id=None if language_id == "*" else language_id,
        )
        for role, type_id, language_id in parts
    )


def _known(side: dict[str, Json] | None, texts: dict[str, str]) -> dict[str, str | None]:
    known: dict[str, str | None] = {}
    for name in ("languages", "domains", "daily_cap"):
        if name in (side or {}):
            value = (side or {})[name]
            known[name] = ", ".join(map(str, value)) if isinstance(value, list) else _text(value)
    if "background_hash" in (side or {}):
        known["background"] = texts.get(str((side or {})["background_hash"]))
    return known


def _text(value: Json) -> str | None:
    return None if value is None else str(value)
