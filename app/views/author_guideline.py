"""Owns the guideline of a type as the screen beside the form shows it."""

import re
from dataclasses import dataclass
from typing import Final

from app.views.kept import Kept
from db.engine import Session
from db.labels import Decision
from db.queries.taxonomy import TypeView, list_types
from db.taxonomy.content import BELONGS_TO

# "**Prompt.** Ask in the flat tone of a test."
_LEAD = re.compile(r"\*\*(.+?)\*\*\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of a guideline; the lead says what it is about and may be empty."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Borderline:
    """A case that could be read either way, and how it is ruled.

    Attributes:
        ruling: About the response; None when the case belongs to another type.
        belongs_to: Name of that type; otherwise not to be shown.
    """

    case: str
    ruling: Decision | None
    belongs_to: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineShown:
    """What an author reads about a type, in one language."""

    name: str
    definition: str
    convention: str
    paragraphs: tuple[Paragraph, ...]
    borderline: tuple[Borderline, ...]


_KEPT: Final[Kept[GuidelineShown | None]] = Kept()


def load_guideline(session: Session, type_id: str, language: str) -> GuidelineShown | None:
    """Read the guideline in force; None when the type has none in this language or in English."""
    return _KEPT.give(session, type_id, language, build=lambda: _read(session, type_id, language))


def _read(session: Session, type_id: str, language: str) -> GuidelineShown | None:
    types = {row.id: row for row in list_types(session)}
    return _shown(types[type_id], types, language) if type_id in types else None


def _shown(row: TypeView, types: dict[str, TypeView], language: str) -> GuidelineShown | None:
    guideline = row.guidelines.get(language) or row.guidelines.get("en")
    if guideline is None:
        return None
    return GuidelineShown(
        name=guideline.name,
        definition=guideline.definition.strip(),
        convention=guideline.convention.strip(),
        paragraphs=_paragraphs(guideline.guideline),
        borderline=tuple(_borderline(one, types, language) for one in guideline.borderline),
    )


def _borderline(one: dict[str, str], types: dict[str, TypeView], language: str) -> Borderline:
    other = types.get(one["ruling"].removeprefix(BELONGS_TO))
    return Borderline(
        case=one["case"].strip(),
        ruling=next((made for made in Decision if made.value == one["ruling"]), None),
        belongs_to=_name(other, language) if other else one["ruling"],
        why=one["why"].strip(),
    )


def _name(row: TypeView, language: str) -> str:
    guideline = row.guidelines.get(language)
    return guideline.name if guideline else row.label


def _paragraphs(text: str) -> tuple[Paragraph, ...]:
    found = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lead = _LEAD.fullmatch(block.strip())
        found.append(
            Paragraph(lead=lead[1], text=lead[2])
            if lead
            else Paragraph(lead="", text=block.strip())
        )
    return tuple(found)
