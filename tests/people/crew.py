"""A shared workspace as an admin meets it: one admin with a password, and people added by hand."""

from dataclasses import dataclass

from sqlalchemy import Engine

from curation.people.adding import add_person
from curation.people.competence import Description
from curation.people.granting import Granted, Revoked, Wanted, grant, revoke
from curation.people.sharing import share
from db.engine import reading
from db.history import Event, events
from db.queries.annotators import find_host
from db.queries.people import PersonRow, get_person
from db.roles import Role
from db.verification import verify_history
from tests.db.content import fill
from tests.people.team import MOMENT, give_password


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The workspace with its first admin."""

    engine: Engine
    admin: str

    def add(self, handle: str, *roles: Role, **known: object) -> str:
        """Add a person with roles for everything."""
        description = Description(handle=handle, **known)  # type: ignore[arg-type]
        person = add_person(self.engine, description, actor_id=self.admin, now=MOMENT)
        if roles:
            self.grant(person.id, *roles)
        return person.id

    def grant(
        self, who: str, *roles: Role, types: tuple[str, ...] = (), languages: tuple[str, ...] = ()
    ) -> Granted:
        """Grant as the first admin."""
        wanted = Wanted(roles=roles, type_ids=types, language_ids=languages)
        return grant(self.engine, who, wanted, actor_id=self.admin, now=MOMENT)

    def revoke(
        self, who: str, *roles: Role, types: tuple[str, ...] = (), languages: tuple[str, ...] = ()
    ) -> Revoked:
        """Revoke as the first admin."""
        wanted = Wanted(roles=roles, type_ids=types, language_ids=languages)
        return revoke(self.engine, who, wanted, actor_id=self.admin, now=MOMENT)

    def person(self, who: str) -> PersonRow:
        """Read a person."""
        with reading(self.engine) as session:
            return get_person(session, who)

    def history(self) -> list[Event]:
        """List the events, oldest first; the chain and every seal must verify."""
        with reading(self.engine) as session:
            assert verify_history(session).findings == ()
            return events(session)[::-1]


def local_of(engine: Engine) -> str:
    """Give the id of the person of the first start."""
    with reading(engine) as session:
        host = find_host(session)
        assert host is not None
        return host.annotator_id


def make_crew(engine: Engine) -> Crew:
    """Fill a migrated database and share it in earnest."""
    fill(engine)
    admin = local_of(engine)
    give_password(engine, admin)
    share(engine, actor_id=admin, now=MOMENT)
    return Crew(engine=engine, admin=admin)
