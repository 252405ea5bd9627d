"""Owns granting and revoking roles; only an admin does, and doing it twice changes nothing.

Every grant is a fact and so is every revocation. Somebody who can administer the workspace is
always left.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final

from curation.people.competence import refuse_no_person
from db.base import new_id
from db.engine import Engine, Session, lock_workspace, writing
from db.errors import Conflict, Invalid
from db.hashing import Json
from db.queries.people import Grant, PersonRow, get_person, open_grants, other_admins
from db.queries.roles import Held, require
from db.queries.taxonomy import list_languages, list_types
from db.recording import Recording, recording
from db.roles import Role, RoleGrant, RoleRevocation

ROLES_GRANTED: Final = "role.grant"
ROLES_REVOKED: Final = "role.revoke"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Roles for types and languages: every role for every pair of them.

    Attributes:
        type_ids: Empty for all types, also those that come later.
        language_ids: Empty for all languages.
    """

    roles: tuple[Role, ...]
    type_ids: tuple[str, ...] = ()
    language_ids: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[Held, ...]:
        """One entry per role, type and language."""
        types: Sequence[str | None] = self.type_ids or (None,)
        languages: Sequence[str | None] = self.language_ids or (None,)
        return tuple(
            Held(role=role, type_id=type_id, language_id=language_id)
            for role, type_id, language_id in product(
                dict.fromkeys(self.roles), dict.fromkeys(types), dict.fromkeys(languages)
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What came of granting.

    Attributes:
        new: What the person did not hold before.
        held: What they held already; nothing was written for it.
    """

    person: PersonRow
    new: tuple[Held, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """What came of revoking.

    Attributes:
        gone: What the person held and holds no more.
        absent: What they did not hold; nothing was written for it.
    """

    person: PersonRow
    gone: tuple[Held, ...]
    absent: tuple[Held, ...]


def grant(
    engine: Engine, annotator_id: str, wanted: Wanted, *, actor_id: str, now: datetime
) -> Granted:
    """Give a person roles; what they hold already is left alone.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: The actor is no admin; or it is a machine, or somebody who withdrew.
        Invalid: A type or language is unknown, no role was named, or admin was to be limited.
    """
    with writing(engine) as session:
        lock_workspace(session)
        require(session, actor_id, Role.ADMIN)
        person = get_person(session, annotator_id)
        refuse_no_person(person)
        _check(session, wanted)
        held = [one.held for one in open_grants(session, annotator_id)]
        new = tuple(cell for cell in wanted.cells if not _is_within(cell, held))
        with recording(
            session,
            now=now,
            actor_id=actor_id,
            action=ROLES_GRANTED,
            subject_kind="annotator",
            subject_id=annotator_id,
        ) as record:
            if new:
                record_grants(record, annotator_id, new, held=held)
        return Granted(
            person=get_person(session, annotator_id),
            new=new,
            held=tuple(cell for cell in wanted.cells if cell not in new),
        )


def revoke(
    engine: Engine, annotator_id: str, wanted: Wanted, *, actor_id: str, now: datetime
) -> Revoked:
    """Take roles from a person; what they do not hold is left alone.

    Without types and languages, every grant of the roles goes; with them, those that were granted
    for exactly these or for less.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: The actor is no admin; or it is a machine, or somebody who withdrew.
        Invalid: A type or language is unknown, or no role was named.
        Conflict: The role was granted for more than what is to be revoked, or nobody who can
            administer the workspace would be left.
    """
    with writing(engine) as session:
        lock_workspace(session)
        require(session, actor_id, Role.ADMIN)
        person = get_person(session, annotator_id)
        refuse_no_person(person)
        _check(session, wanted)
        grants = open_grants(session, annotator_id)
        gone = [one for one in grants if _is_within(one.held, wanted.cells)]
        kept = [one.held for one in grants if one not in gone]
        _refuse_wider(person, wanted, kept)
        if any(one.held.role is Role.ADMIN for one in gone):
            refuse_last_admin(session, person)
        with recording(
            session,
            now=now,
            actor_id=actor_id,
            action=ROLES_REVOKED,
            subject_kind="annotator",
            subject_id=annotator_id,
        ) as record:
            if gone:
                record_revocations(record, gone, kept=kept)
        lost = tuple(dict.fromkeys(one.held for one in gone))
        return Revoked(
            person=get_person(session, annotator_id),
            gone=lost,
            absent=tuple(
                cell for cell in wanted.cells if not any(_is_within(one, [cell]) for one in lost)
            ),
        )


def record_grants(
    record: Recording, annotator_id: str, new: Iterable[Held], *, held: Iterable[Held]
) -> None:
    """Add grants to an action, with what the person held before and holds after."""
    had, gets = list(held), list(new)
    for cell in gets:
        record.add(
            RoleGrant(
                id=new_id("grant"),
                annotator_id=annotator_id,
                role=cell.role,
                type_id=cell.type_id,
                language_id=cell.language_id,
                granted_by_id=record.actor_id,
                created_at=record.now,
            )
        )
    record.before["roles"] = _told(had)
    record.after["roles"] = _told([*had, *gets])


def record_revocations(record: Recording, gone: Iterable[Grant], *, kept: Iterable[Held]) -> None:
    """Add revocations to an action, with what the person held before and holds after."""
    left, lost = list(kept), list(gone)
    for one in lost:
        record.add(
            RoleRevocation(grant_id=one.id, revoked_by_id=record.actor_id, created_at=record.now)
        )
    record.before["roles"] = _told([*left, *(one.held for one in lost)])
    record.after["roles"] = _told(left)


def refuse_last_admin(session: Session, person: PersonRow) -> None:
    """Refuse to leave a workspace that nobody can administer.

    Raises:
        Conflict: Nobody else is an admin who can sign in.
    """
    if not other_admins(session, person.id):
        raise Conflict(
            f"{person.handle!r} is the last admin who can sign in; make somebody else an admin "
            "and give them a way to sign in first."
        )


def _refuse_wider(person: PersonRow, wanted: Wanted, kept: Collection[Held]) -> None:
    for cell in wanted.cells:
        for one in kept:
            if _is_within(cell, [one]):
                raise Conflict(
                    f"{person.handle!r} holds {one.role.value!r} for "
                    f"{'all types' if one.type_id is None else repr(one.type_id)} and "
                    f"{'all languages' if one.language_id is None else repr(one.language_id)}, "
                    "which is more than what is to be revoked; revoke that whole and grant what "
                    "is to stay."
                )


def _check(session: Session, wanted: Wanted) -> None:
    if not wanted.roles:
        raise Invalid(f"No role was named; name one of: {', '.join(role.value for role in Role)}.")
    legal = {
        "type": ([row.id for row in list_types(session)], wanted.type_ids),
        "language": ([row.id for row in list_languages(session)], wanted.language_ids),
    }
    for what, (ids, chosen) in legal.items():
        for one in chosen:
            if one not in ids:
                raise Invalid(f"The {what} {one!r} is unknown; use one of: {', '.join(ids)}.")
    if Role.ADMIN in wanted.roles and (wanted.type_ids or wanted.language_ids):
        raise Invalid(
            "The role 'admin' holds for the whole workspace; name it without types and languages."
        )


def _is_within(cell: Held, wider: Iterable[Held]) -> bool:
    """Say whether everything that a cell covers is covered by one other."""
    return any(
        one.role is cell.role
        and one.type_id in {None, cell.type_id}
        and one.language_id in {None, cell.language_id}
        for one in wider
    )


def _told(held: Iterable[Held]) -> Sequence[Json]:
    """Write roles as the history holds them: ``role:type:language``, ``*`` for all."""
    return sorted(
        {f"{one.role.value}:{one.type_id or '*'}:{one.language_id or '*'}" for one in held}
    )
