"""Owns the names of types, domains and languages in every language of the screens."""

from dataclasses import dataclass
from typing import Final

from app.views.kept import Kept
from db.engine import Session
from db.queries.taxonomy import list_domains, list_languages, list_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One row of the taxonomy.

    Attributes:
        label: The value that releases carry.
        names: What people read, by language of the screens.
    """

    id: str
    label: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """The rows of the taxonomy, each list in its own order."""

    types: tuple[Named, ...]
    domains: tuple[Named, ...]
    languages: tuple[Named, ...]


_KEPT: Final[Kept[Taxonomy]] = Kept()


def load_taxonomy_names(session: Session) -> Taxonomy:
    """Read the names; a type is called by its guideline's name where it has one."""
    return _KEPT.give(session, build=lambda: _read(session))


def _read(session: Session) -> Taxonomy:
    return Taxonomy(
        types=tuple(
            Named(
                id=row.id,
                label=row.label,
                names={"en": row.label}
                | {
                    language: guideline.name
                    for language, guideline in row.guidelines.items()
                    if language != "en"
                },
            )
            for row in list_types(session)
        ),
        domains=tuple(
            Named(id=row.id, label=row.label, names={"en": row.label, "zh": row.label_zh})
            for row in list_domains(session)
        ),
        languages=tuple(
            Named(id=row.id, label=row.label, names={"en": row.name, "zh": row.name})
            for row in list_languages(session)
        ),
    )
