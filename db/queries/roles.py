"""Owns whether a person may do something: the one place that reads grants.

In a solo workspace the local annotator may do everything and nobody else anything. In a shared one
a role holds for the types and languages it was granted for; none includes another. Machines,
withdrawn people and unknown ids may do nothing. Each question is one statement.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from db.annotators import Annotator, AnnotatorKind
from db.errors import Forbidden
from db.roles import Role, RoleGrant, RoleRevocation
from db.workspace import Workspace, WorkspaceKind

# Everybody who belongs to the workspace, and those of them who contribute.
ANY: Final = tuple(Role)
CONTRIBUTORS: Final = tuple(role for role in Role if role is not Role.VIEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that a person holds now.

    Attributes:
        type_id: The type it holds for; None for all.
        language_id: The language it holds for; None for all.
    """

    role: Role
    type_id: str | None
    language_id: str | None

    def covers(self, *, type_id: str | None, language_id: str | None) -> bool:
        """Say whether it holds for a type and language; None asks for any."""
        return _within(type_id, self.type_id) and _within(language_id, self.language_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that decides what an annotator may do.

    Attributes:
        is_local: Whether they are the person of the first start.
        is_solo: Whether the workspace is that one person's.
        withdrawn_at: When they withdrew; None while they belong to the workspace.
        held: Their grants that were not revoked, whatever else stands against them.
    """

    annotator_id: str
    handle: str
    kind: AnnotatorKind
    is_demonstration: bool
    is_local: bool
    is_solo: bool
    withdrawn_at: datetime | None
    held: tuple[Held, ...]

    @property
    def owns_all(self) -> bool:
        """Whether nothing has to be granted: the one person of a solo workspace."""
        return self.is_solo and self.is_local and self._takes_part

    @property
    def _takes_part(self) -> bool:
        return self.kind is AnnotatorKind.HUMAN and self.withdrawn_at is None

    def holds(
        self,
        role: Role | Collection[Role],
        *,
        type_id: str | None = None,
        language_id: str | None = None,
    ) -> bool:
        """Say whether one of the roles is theirs for a type and language; None means for any."""
        if self.is_solo or not self._takes_part:
            return self.owns_all
        wanted = _roles(role)
        return any(
            held.role in wanted and held.covers(type_id=type_id, language_id=language_id)
            for held in self.held
        )


def find_standing(session: Session, annotator_id: str) -> Standing | None:
    """Read what decides what an annotator may do; None when there is no such annotator."""
    rows = session.connection().execute(_standing(), {"annotator": annotator_id}).all()
    if not rows:
        return None
    first = rows[0]
    return Standing(
        annotator_id=first.id,
        handle=first.handle,
        kind=first.kind,
        is_demonstration=first.is_demonstration,
        is_local=first.local_annotator_id == first.id,
        is_solo=first.workspace_kind is not WorkspaceKind.SHARED,
        withdrawn_at=first.withdrawn_at,
        held=tuple(
            Held(role=row.role, type_id=row.type_id, language_id=row.language_id)
            for row in rows
            if row.role is not None
        ),
    )


def require(
    session: Session,
    annotator_id: str,
    role: Role | Collection[Role],
    *,
    type_id: str | None = None,
    language_id: str | None = None,
) -> None:
    """Refuse an annotator who may not do something.

    Args:
        session: Any; the question is read in it, so that what follows stands on its answer.
        annotator_id: Who wants to.
        role: The role that it takes, or several of which one is enough.
        type_id: The type it is about; None when any will do.
        language_id: The language it is about; None when any will do.

    Raises:
        Forbidden: They lack the role, withdrew, are a machine or are not there.
    """
    found = find_standing(session, annotator_id)
    if found is None or not found.holds(role, type_id=type_id, language_id=language_id):
        raise Forbidden(
            _refusal(annotator_id, found, _roles(role), type_id=type_id, language_id=language_id)
        )


def holds(
    session: Session,
    annotator_id: str,
    role: Role | Collection[Role],
    *,
    type_id: str | None = None,
    language_id: str | None = None,
) -> bool:
    """Say whether ``require`` would let them."""
    found = find_standing(session, annotator_id)
    return found is not None and found.holds(role, type_id=type_id, language_id=language_id)


def roles_of(session: Session, annotator_id: str) -> tuple[Held, ...]:
    """List what a person holds now, by role, type and language.

    The one person of a solo workspace holds every role for everything; machines, withdrawn people
    and unknown ids hold nothing.
    """
    found = find_standing(session, annotator_id)
    if found is None:
        return ()
    if found.owns_all:
        return tuple(Held(role=role, type_id=None, language_id=None) for role in Role)
    kept = {held for held in found.held if found.holds(held.role)}
    return tuple(sorted(kept, key=_place))


def _place(held: Held) -> tuple[int, str, str]:
    return (ANY.index(held.role), held.type_id or "", held.language_id or "")


def _within(wanted: str | None, granted: str | None) -> bool:
    return wanted is None or granted is None or wanted == granted


def _roles(role: Role | Collection[Role]) -> tuple[Role, ...]:
    return (role,) if isinstance(role, Role) else tuple(role)


def _refusal(
    annotator_id: str,
    found: Standing | None,
    roles: tuple[Role, ...],
    *,
    type_id: str | None,
    language_id: str | None,
) -> str:
    if found is None:
        return f"There is no annotator {annotator_id!r} in this workspace; sign in again."
    if found.kind is not AnnotatorKind.HUMAN:
        return (
            f"{found.handle!r} is a machine, and only people hold roles; sign in as a person to "
            "do this."
        )
    if found.withdrawn_at is not None:
        return (
            f"{found.handle!r} has withdrawn from this workspace and can do nothing in it any "
            "more; ask an admin to be added anew."
        )
    if found.is_solo:
        return (
            f"This workspace is one person's, and {found.handle!r} is not that person; share it "
            "first on the page Admin or with 'gainsay people share'."
        )
    named = " or ".join(repr(role.value) for role in roles)
    kind = "" if type_id is None else f" for the type {type_id!r}"
    language = "" if language_id is None else f" in the language {language_id!r}"
    return (
        f"{found.handle!r} does not hold the role {named}{kind}{language}; ask an admin to grant "
        "it on the page Admin or with 'gainsay people grant'."
    )


@cache
def _standing() -> "sa.Select[*tuple[Any, ...]]":
    # On the tables themselves, built once: every gesture asks this.
    annotator: sa.Table = Annotator.__table__  # type: ignore[attr-defined]
    workspace: sa.Table = Workspace.__table__  # type: ignore[attr-defined]
    grant: sa.Table = RoleGrant.__table__  # type: ignore[attr-defined]
    revocation: sa.Table = RoleRevocation.__table__  # type: ignore[attr-defined]
    revoked = sa.select(revocation.c.grant_id).where(revocation.c.grant_id == grant.c.id).exists()
    return (
        sa.select(
            annotator.c.id,
            annotator.c.handle,
            annotator.c.kind,
            annotator.c.is_demonstration,
            annotator.c.withdrawn_at,
            workspace.c.kind.label("workspace_kind"),
            workspace.c.local_annotator_id,
            grant.c.role,
            grant.c.type_id,
            grant.c.language_id,
        )
        .select_from(annotator)
        .join(workspace, sa.true(), isouter=True)
        .join(grant, sa.and_(grant.c.annotator_id == annotator.c.id, ~revoked), isouter=True)
        .where(annotator.c.id == sa.bindparam("annotator", type_=sa.String))
    )
