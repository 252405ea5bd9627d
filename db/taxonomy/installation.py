"""Owns putting the shipped taxonomy into a workspace; running it again changes only what changed.

What a team added or retargeted stays; a guideline whose text differs becomes the next number.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.hashing import Json, content_hash
from db.taxonomy.content import Taxonomy, TypeContent, TypeText
from db.taxonomy.tables import Domain, Guideline, InstructionType, Language, Target


def install_taxonomy(session: Session, taxonomy: Taxonomy, *, now: datetime) -> None:
    """Insert the rows of the taxonomy that the workspace does not have yet."""
    for place, language in enumerate(taxonomy.languages, start=1):
        if session.get(Language, language.id) is None:
            session.add(
                Language(id=language.id, label=language.label, name=language.name, position=place)
            )
    for domain in taxonomy.domains:
        if session.get(Domain, domain.id) is None:
            session.add(
                Domain(
                    id=domain.id,
                    label=domain.label,
                    label_zh=domain.name_zh,
                    scope_en=domain.scope_en,
                    scope_zh=domain.scope_zh,
                    position=domain.position,
                )
            )
    for content in taxonomy.types:
        if session.get(InstructionType, content.id) is None:
            session.add(
                InstructionType(
                    id=content.id,
                    label=content.label,
                    abbreviation=content.abbreviation,
                    position=content.position,
                )
            )
    session.flush()
    for content in taxonomy.types:
        for language_id, text in content.texts.items():
            _install_guideline(session, content, language_id, text, now=now)
    _install_targets(session, taxonomy)


def _install_guideline(
    session: Session, content: TypeContent, language_id: str, text: TypeText, *, now: datetime
) -> None:
    borderline = [
        {"case": case.case, "ruling": case.ruling, "why": case.why} for case in text.borderline
    ]
    words: dict[str, Json] = {
        "type": content.id,
        "language": language_id,
        "name": text.name,
        "definition": text.definition,
        "convention": text.convention,
        "guideline": text.guideline,
        "borderline": borderline,
    }
    identity = content_hash(words)
    if session.get(Guideline, identity) is not None:
        return
    numbers = select(sa.func.max(col(Guideline.number))).where(
        Guideline.type_id == content.id, Guideline.language_id == language_id
    )
    session.add(
        Guideline(
            content_hash=identity,
            type_id=content.id,
            language_id=language_id,
            number=(session.exec(numbers).one() or 0) + 1,
            name=text.name,
            definition=text.definition,
            convention=text.convention,
            guideline=text.guideline,
            borderline=borderline,
            created_at=now,
        )
    )
    session.flush()


def _install_targets(session: Session, taxonomy: Taxonomy) -> None:
    have = {
        (target.type_id, target.domain_id, target.language_id)
        for target in session.exec(select(Target))
    }
    session.add_all(
        Target(
            type_id=cell.type_id,
            domain_id=cell.domain_id,
            language_id=cell.language_id,
            target=cell.target,
        )
        for cell in taxonomy.targets
        if (cell.type_id, cell.domain_id, cell.language_id) not in have
    )
