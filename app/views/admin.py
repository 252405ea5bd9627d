"""Owns what the page Admin shows: to everybody what is theirs, to admins everybody."""

from dataclasses import dataclass

from app.views.happenings import Happening, tell
from app.views.naming import Taxonomy, load_taxonomy_names
from db.annotators import AnnotatorKind
from db.engine import Session
from db.queries.annotators import find_host
from db.queries.people import PersonRow, events_about, get_person, list_people
from db.queries.roles import Held, holds, roles_of
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
    """

    me: PersonRow
    mine: tuple[Held, ...]
    is_solo: bool
    is_admin: bool
    people: tuple[PersonRow, ...]
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One person, opened.

    Attributes:
        matrix: One row per type, and a first one for types to come when roles hold for all.
        happenings: What was changed about them, newest first.
    """

    person: PersonRow
    matrix: tuple[MatrixRow, ...]
    happenings: tuple[Happening, ...]


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
        taxonomy=load_taxonomy_names(session),
    )


def load_person(session: Session, annotator_id: str) -> PersonView:
    """Read one person for an admin."""
    person = get_person(session, annotator_id)
    return PersonView(
        person=person,
        matrix=matrix_of(roles_of(session, annotator_id), load_taxonomy_names(session)),
        happenings=tell(session, events_about(session, annotator_id, newest=20)),
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
