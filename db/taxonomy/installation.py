"""Owns putting the taxonomy's files into a workspace; running it again changes what changed.

The files are the source: labels, scopes and targets follow them, a guideline whose text differs
from the one in force becomes the next number, and nothing is ever removed. What changed is one
event of the history.
"""

from datetime import datetime
from typing import Final, TypeVar

from sqlmodel import Session, col, select

from db.base import Table
from db.hashing import Json, content_hash
from db.recording import Recording, recording
from db.taxonomy.content import Taxonomy, TypeContent, TypeText
from db.taxonomy.tables import Domain, Guideline, InstructionType, Language, Target
from db.workspace import TAXONOMY_AUTHOR, ensure_machine

TAXONOMY_INSTALLED: Final = "taxonomy.install"

Row = TypeVar("Row", bound=Table)


def install_taxonomy(session: Session, taxonomy: Taxonomy, *, now: datetime) -> None:
    """Bring the workspace's taxonomy to what the files say."""
    author = ensure_machine(session, TAXONOMY_AUTHOR, now=now)
    with recording(
        session,
        now=now,
        actor_id=author.id,
        action=TAXONOMY_INSTALLED,
        subject_kind="workspace",
        subject_id="1",
    ) as record:
        changed = {
            "languages": _install_languages(session, taxonomy),
            "domains": _install_domains(session, taxonomy),
            "types": _install_types(session, taxonomy),
        }
        session.flush()
        changed["targets"] = _install_targets(session, taxonomy)
        changed["guidelines"] = sum(
            _install_guideline(session, record, content, language_id, text)
            for content in taxonomy.types
            for language_id, text in content.texts.items()
        )
        record.after.update({name: count for name, count in changed.items() if count})


def _install_languages(session: Session, taxonomy: Taxonomy) -> int:
    return sum(
        _follow(
            session,
            Language(id=language.id, label=language.label, name=language.name, position=place),
            key=language.id,
        )
        for place, language in enumerate(taxonomy.languages, start=1)
    )


def _install_domains(session: Session, taxonomy: Taxonomy) -> int:
    return sum(
        _follow(
            session,
            Domain(
                id=domain.id,
                label=domain.label,
                label_zh=domain.name_zh,
                scope_en=domain.scope_en,
                scope_zh=domain.scope_zh,
                position=domain.position,
            ),
            key=domain.id,
        )
        for domain in taxonomy.domains
    )


def _install_types(session: Session, taxonomy: Taxonomy) -> int:
    return sum(
        _follow(
            session,
            InstructionType(
                id=content.id,
                label=content.label,
                abbreviation=content.abbreviation,
                position=content.position,
            ),
            key=content.id,
        )
        for content in taxonomy.types
    )


def _install_targets(session: Session, taxonomy: Taxonomy) -> int:
    have = {(row.type_id, row.domain_id, row.language_id): row for row in _all(session, Target)}
    changed = 0
    for cell in taxonomy.targets:
        row = have.get((cell.type_id, cell.domain_id, cell.language_id))
        if row is None:
            row = Target(
                type_id=cell.type_id,
                domain_id=cell.domain_id,
                language_id=cell.language_id,
                target=cell.target,
            )
            session.add(row)
        elif row.target == cell.target:
            continue
        row.target = cell.target
        changed += 1
    return changed


def _install_guideline(
    session: Session, record: Recording, content: TypeContent, language_id: str, text: TypeText
) -> int:
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
    in_force = session.exec(
        select(Guideline)
        .where(Guideline.type_id == content.id, Guideline.language_id == language_id)
        .order_by(col(Guideline.number).desc())
        .limit(1)
    ).first()
    if in_force is not None and in_force.content_hash == identity:
        return 0
    number = in_force.number + 1 if in_force is not None else 1
    record.add(
        Guideline(
            id=f"{content.id}.{language_id}.{number}",
            content_hash=identity,
            type_id=content.id,
            language_id=language_id,
            number=number,
            name=text.name,
            definition=text.definition,
            convention=text.convention,
            guideline=text.guideline,
            borderline=borderline,
            created_at=record.now,
        )
    )
    return 1


def _follow(session: Session, wanted: Row, *, key: str) -> int:
    """Insert a row, or make the one that is there equal to it; 1 when anything changed."""
    found = session.get(type(wanted), key)
    if found is None:
        session.add(wanted)
        return 1
    changed = [
        name for name in type(wanted).model_fields if getattr(found, name) != getattr(wanted, name)
    ]
    for name in changed:
        setattr(found, name, getattr(wanted, name))
    return 1 if changed else 0


def _all(session: Session, table: type[Row]) -> list[Row]:
    return list(session.exec(select(table)))
