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
from db.errors import Forbidden, NotFound
from db.items import Item, Revision
from db.responses import Response
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

    def holds_for_all(self, role: Role) -> bool:
        """Say whether the role is theirs for every type and language, later ones too."""
        everything = Held(role=role, type_id=None, language_id=None)
        return self.owns_all or (self.holds(role) and everything in self.held)


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


def require_for_all(session: Session, annotator_id: str, role: Role) -> None:
    """Refuse an annotator who does not hold a role for every type and language, later ones too.

    Raises:
        Forbidden: They do not, withdrew, are a machine or are not there.
    """
    found = find_standing(session, annotator_id)
    if found is None or not found.holds(role):
        raise Forbidden(_refusal(annotator_id, found, (role,), type_id=None, language_id=None))
    if not found.holds_for_all(role):
        raise Forbidden(
            f"{found.handle!r} holds the role {role.value!r} for some types or languages only, "
            "and this concerns all of them; ask an admin to grant it without limits, on the page "
            "People and models or with 'gainsay people grant'."
        )


def require_on_item(
    session: Session, annotator_id: str, role: Role | Collection[Role], item_id: str
) -> None:
    """Refuse an annotator who lacks a role for an item's type and language.

    Raises:
        NotFound: There is no such item; a stranger is not told that.
        Forbidden: They lack the role, withdrew, are a machine or are not there.
    """
    found = session.connection().execute(_item_place(), {"subject": item_id}).one_or_none()
    if found is None:
        require(session, annotator_id, role)
        raise NotFound(
            f"There is no item {item_id!r} in this workspace; 'gainsay items list' names them."
        )
    require(session, annotator_id, role, type_id=found[0], language_id=found[1])


def require_on_response(
    session: Session, annotator_id: str, role: Role | Collection[Role], response_id: str
) -> None:
    """Refuse an annotator who lacks a role for the type and language of a response's item.

    Raises:
        NotFound: There is no such response; a stranger is not told that.
        Forbidden: They lack the role, withdrew, are a machine or are not there.
    """
    found = session.connection().execute(_response_place(), {"subject": response_id}).one_or_none()
    if found is None:
        require(session, annotator_id, role)
        raise NotFound(
            f"There is no response {response_id!r} in this workspace; open its item to see its "
            "responses."
        )
    require(session, annotator_id, role, type_id=found[0], language_id=found[1])


def is_limited(session: Session, annotator_id: str, role: Role) -> bool:
    """Say whether a person's role leaves out some types or languages, so that a list must too."""
    found = find_standing(session, annotator_id)
    return found is None or not found.holds_for_all(role)


def granted(
    role: Role,
    annotator_id: "sa.ColumnElement[str]",
    *,
    type_id: "sa.orm.Mapped[str]",
    language_id: "sa.orm.Mapped[str]",
) -> "sa.ColumnElement[bool]":
    """Hold for the types and languages that a role was granted for; for a query's own columns.

    It asks for grants alone: whether the person may do anything at all is ``require``'s business.
    """
    grant: sa.Table = RoleGrant.__table__.alias()  # type: ignore[attr-defined]
    revocation: sa.Table = RoleRevocation.__table__  # type: ignore[attr-defined]
    return (
        sa.select(grant.c.id)
        .where(
            grant.c.annotator_id == annotator_id,
            grant.c.role == role,
            sa.or_(grant.c.type_id.is_(None), grant.c.type_id == type_id),
            sa.or_(grant.c.language_id.is_(None), grant.c.language_id == language_id),
            ~sa.exists().where(revocation.c.grant_id == grant.c.id),
        )
        .exists()
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
            "first on the page People and models or with 'gainsay people share'."
        )
    named = " or ".join(repr(role.value) for role in roles)
    kind = "" if type_id is None else f" for the type {type_id!r}"
    language = "" if language_id is None else f" in the language {language_id!r}"
    return (
        f"{found.handle!r} does not hold the role {named}{kind}{language}; ask an admin to grant "
        "it on the page People and models or with 'gainsay people grant'."
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


@cache
def _item_place() -> "sa.Select[*tuple[Any, ...]]":
    item: sa.Table = Item.__table__  # type: ignore[attr-defined]
    return sa.select(item.c.type_id, item.c.language_id).where(
        item.c.id == sa.bindparam("subject", type_=sa.String)
    )


@cache
def _response_place() -> "sa.Select[*tuple[Any, ...]]":
    item: sa.Table = Item.__table__  # type: ignore[attr-defined]
    revision: sa.Table = Revision.__table__  # type: ignore[attr-defined]
    response: sa.Table = Response.__table__  # type: ignore[attr-defined]
    return (
        sa.select(item.c.type_id, item.c.language_id)
        .select_from(response)
        .join(revision, revision.c.id == response.c.revision_id)
        .join(item, item.c.id == revision.c.item_id)
        .where(response.c.id == sa.bindparam("subject", type_=sa.String))
    )
