"""Owns the translation between ids and the labels that stand in released rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.engine import Session
from db.queries.items import UNASSIGNED
from db.queries.taxonomy import list_domains, list_languages, list_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Ids and labels of a workspace's taxonomy, each mapping in the order of the taxonomy.

    Attributes:
        types: Type id by label.
        abbreviations: Abbreviation by type id.
        languages: Language id by label.
        domains: Domain id by label and by id; ``unassigned`` is None.
    """

    types: Mapping[str, str]
    abbreviations: Mapping[str, str]
    languages: Mapping[str, str]
    domains: Mapping[str, str | None]


def read_names(session: Session) -> Names:
    """Read the names of a workspace's taxonomy."""
    types = list_types(session)
    domains = list_domains(session)
    return Names(
        types={row.label: row.id for row in types},
        abbreviations={row.id: row.abbreviation for row in types},
        languages={row.label: row.id for row in list_languages(session)},
        domains={
            UNASSIGNED: None,
            **{row.id: row.id for row in domains},
            **{row.label: row.id for row in domains},
        },
    )
