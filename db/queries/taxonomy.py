"""Owns reading the taxonomy and how far its grid is filled."""

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.history import Event
from db.items import Item
from db.taxonomy.installation import TAXONOMY_INSTALLED
from db.taxonomy.tables import Domain, Guideline, InstructionType, Language, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeView:
    """One type with the guideline in force, by language id."""

    id: str
    label: str
    abbreviation: str
    position: int
    guidelines: dict[str, Guideline]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the grid type x domain x language.

    Attributes:
        domain_id: None for items without a domain; such a cell has no target.
        items: How many items it has.
        target: How many it should get.
    """

    type_id: str
    domain_id: str | None
    language_id: str
    items: int
    target: int


def taxonomy_state(session: Session) -> str:
    """Give a text that is another one as soon as the taxonomy changed; empty before it is there."""
    return session.connection().execute(_newest_installation()).scalar_one_or_none() or ""


def list_types(session: Session) -> list[TypeView]:
    """List the types in their order, each with the guideline in force."""
    newest: dict[tuple[str, str], Guideline] = {}
    for row in session.exec(select(Guideline).order_by(col(Guideline.number))):
        newest[row.type_id, row.language_id] = row
    return [
        TypeView(
            id=row.id,
            label=row.label,
            abbreviation=row.abbreviation,
            position=row.position,
            guidelines={
                language: guideline
                for (type_id, language), guideline in newest.items()
                if type_id == row.id
            },
        )
        for row in session.exec(select(InstructionType).order_by(col(InstructionType.position)))
    ]


def list_domains(session: Session) -> list[Domain]:
    """List the domains in their order."""
    return list(session.exec(select(Domain).order_by(col(Domain.position))))


def list_languages(session: Session) -> list[Language]:
    """List the languages in their order."""
    return list(session.exec(select(Language).order_by(col(Language.position))))


def coverage(session: Session) -> list[Cell]:
    """Count items against targets, one row per cell that has either."""
    counts = {
        (type_id, domain_id, language_id): count
        for type_id, domain_id, language_id, count in session.exec(
            select(Item.type_id, Item.domain_id, Item.language_id, sa.func.count()).group_by(
                col(Item.type_id), col(Item.domain_id), col(Item.language_id)
            )
        )
    }
    targets: dict[tuple[str, str | None, str], int] = {
        (row.type_id, row.domain_id, row.language_id): row.target
        for row in session.exec(select(Target))
    }
    return [
        Cell(
            type_id=key[0],
            domain_id=key[1],
            language_id=key[2],
            items=counts.get(key, 0),
            target=targets.get(key, 0),
        )
        for key in sorted(
            counts.keys() | targets.keys(), key=lambda key: (key[0], key[1] or "", key[2])
        )
    ]


@cache
def _newest_installation() -> "sa.Select[str]":
    return (
        sa.select(col(Event.hash))
        .where(col(Event.action) == TAXONOMY_INSTALLED)
        .order_by(col(Event.seq).desc())
        .limit(1)
    )
