"""Owns what an import and a cut ask about rows that exist: a few statements, however many rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from db.items import (
    Family,
    Item,
    ItemOrigin,
    Placement,
    Requirement,
    Revision,
    SystemPrompt,
    Template,
)
from db.placements import head_at

BATCH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownItem:
    """An item that exists, with its current question.

    Attributes:
        number: Number of the current revision.
        content_hashes: Content hashes of all its revisions.
    """

    id: str
    family_id: str
    type_id: str
    domain_id: str | None
    language_id: str
    origin: ItemOrigin
    number: int
    prompt: str
    reference: str
    twin: str
    notes: str
    checks: str
    requirements: tuple[str, ...]
    content_hashes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastQuestion:
    """What an item said and where it stood as one of its revisions was written."""

    family_id: str
    type_id: str
    domain_id: str | None
    language_id: str
    prompt: str
    reference: str
    twin: str
    notes: str
    checks: str
    requirements: tuple[str, ...]
    template_hash: str | None
    system_prompt_hash: str | None


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """Where one item stands: equal standings mean that nothing of it changed."""

    item_id: str
    version: int
    revision_number: int


def known_items(session: Session, item_ids: Sequence[str]) -> dict[str, KnownItem]:
    """Read those of these items that exist, by id."""
    found: dict[str, KnownItem] = {}
    for batch in _batches(item_ids):
        items = session.exec(select(Item).where(col(Item.id).in_(batch))).all()
        if items:
            found.update(_known(session, items))
    return found


def past_questions(session: Session, item_ids: Sequence[str]) -> dict[str, list[PastQuestion]]:
    """Read all revisions of those of these items that stood elsewhere before, by item."""
    found: dict[str, list[PastQuestion]] = defaultdict(list)
    for batch in _batches(item_ids):
        placements: dict[str, list[Placement]] = defaultdict(list)
        for placement in session.exec(
            select(Placement)
            .where(col(Placement.item_id).in_(batch))
            .order_by(col(Placement.item_id), col(Placement.number))
        ):
            placements[placement.item_id].append(placement)
        rows = session.exec(
            select(Revision, Item)
            .join(Item, col(Item.id) == col(Revision.item_id))
            .where(col(Revision.item_id).in_(placements))
            .order_by(col(Revision.item_id), col(Revision.number))
        ).all()
        requirements = _requirements(session, [revision.id for revision, _ in rows])
        for revision, item in rows:
            head = head_at(item, placements[item.id], revision.number)
            found[item.id].append(_past(revision, head, tuple(requirements[revision.id])))
    return dict(found)


def known_families(session: Session, family_ids: Iterable[str]) -> set[str]:
    """Tell which of these families exist."""
    return {
        found
        for batch in _batches(sorted(set(family_ids)))
        for found in session.exec(select(Family.id).where(col(Family.id).in_(batch)))
    }


def known_templates(session: Session, hashes: Iterable[str]) -> set[str]:
    """Tell which of these templates exist, by content hash."""
    return {
        found
        for batch in _batches(sorted(set(hashes)))
        for found in session.exec(
            select(Template.content_hash).where(col(Template.content_hash).in_(batch))
        )
    }


def known_system_prompts(session: Session, hashes: Iterable[str]) -> set[str]:
    """Tell which of these system prompts exist, by content hash."""
    return {
        found
        for batch in _batches(sorted(set(hashes)))
        for found in session.exec(
            select(SystemPrompt.content_hash).where(col(SystemPrompt.content_hash).in_(batch))
        )
    }


def standings(session: Session, origins: Sequence[ItemOrigin]) -> tuple[Standing, ...]:
    """Read where all items of these origins stand, in the order of their ids."""
    rows = session.exec(
        select(Item.id, Item.version, Revision.number)
        .join(Revision, col(Revision.item_id) == col(Item.id))
        .where(col(Item.origin).in_(origins))
    )
    newest: dict[str, Standing] = {}
    for item_id, version, number in rows:
        if item_id not in newest or newest[item_id].revision_number < number:
            newest[item_id] = Standing(item_id, version, number)
    return tuple(sorted(newest.values()))


def _known(session: Session, items: Sequence[Item]) -> dict[str, KnownItem]:
    ids = [item.id for item in items]
    current: dict[str, Revision] = {}
    hashes: dict[str, set[str]] = defaultdict(set)
    for revision in session.exec(
        select(Revision).where(col(Revision.item_id).in_(ids)).order_by(col(Revision.number))
    ):
        current[revision.item_id] = revision
        hashes[revision.item_id].add(revision.content_hash)
    requirements = _requirements(session, [revision.id for revision in current.values()])
    return {
        item.id: KnownItem(
            id=item.id,
            family_id=item.family_id,
            type_id=item.type_id,
            domain_id=item.domain_id,
            language_id=item.language_id,
            origin=item.origin,
            number=current[item.id].number,
            prompt=current[item.id].prompt,
            reference=current[item.id].reference,
            twin=current[item.id].twin,
            notes=current[item.id].notes,
            checks=current[item.id].checks,
            requirements=tuple(requirements[current[item.id].id]),
            content_hashes=frozenset(hashes[item.id]),
        )
        for item in items
    }


def _past(revision: Revision, head: Item, requirements: tuple[str, ...]) -> PastQuestion:
    return PastQuestion(
        family_id=head.family_id,
        type_id=head.type_id,
        domain_id=head.domain_id,
        language_id=head.language_id,
        prompt=revision.prompt,
        reference=revision.reference,
        twin=revision.twin,
        notes=revision.notes,
        checks=revision.checks,
        requirements=requirements,
        template_hash=revision.template_hash,
        system_prompt_hash=revision.system_prompt_hash,
    )


def _requirements(session: Session, revision_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    # Columns, not rows: a hundred thousand requirements need no identity map.
    for revision_id, text in session.exec(
        select(Requirement.revision_id, Requirement.text)
        .where(col(Requirement.revision_id).in_(revision_ids))
        .order_by(col(Requirement.revision_id), col(Requirement.number))
    ):
        found[revision_id].append(text)
    return found


def _batches(values: Sequence[str]) -> list[Sequence[str]]:
    # Databases limit the number of parameters of one statement (SQLite: 32,766).
    return [values[start : start + BATCH] for start in range(0, len(values), BATCH)]
