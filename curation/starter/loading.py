"""Owns putting the starter set into a workspace.

Loading again adds nothing that is there already; an item whose shipped text changed gets a new
revision, unless somebody else wrote the current one: their text stays. Checks alone make none: the
labels that people gave would be left behind with the old one. The author is a machine, every
label's source is ``construction``: no human evidence.
"""

from collections.abc import Sequence
from datetime import datetime

from curation.starter.content import StarterItem, StarterResponse, load_starter_items
from db.contents import (
    NewRevision,
    build_label,
    build_response,
    build_revision,
    hash_question,
)
from db.engine import Session
from db.items import Family, Item, ItemOrigin
from db.labels import Decision, Factuality, LabelSource
from db.queries.items import current_revisions
from db.recording import Recording, recording
from db.responses import ContrastRole, ResponseSource
from db.workspace import STARTER_AUTHOR, ensure_machine


def load_starter(
    session: Session, *, now: datetime, items: Sequence[StarterItem] | None = None
) -> int:
    """Add the starter items that the workspace does not have as shipped.

    Args:
        session: Open for writing, with the taxonomy installed.
        now: Creation time of what is new.
        items: The starter set; None loads the shipped one.

    Returns:
        How many revisions were added.
    """
    shipped = load_starter_items() if items is None else items
    author = ensure_machine(session, STARTER_AUTHOR, now=now)
    ids = [starter_item_id(item) for item in shipped]
    current = current_revisions(session, ids)
    families = {f"family-{item.family}" for item in shipped}
    known = {family for family in families if session.get(Family, family) is not None}
    added = 0
    with recording(
        session,
        now=now,
        actor_id=author.id,
        action="starter.load",
        subject_kind="workspace",
        subject_id="1",
    ) as record:
        for item in shipped:
            before = current.get(starter_item_id(item))
            if before is not None and before.author_id != author.id:
                continue
            number = before.number if before else 0
            head = _head(item, now=now)
            new = _revision(head, item, number=number + 1, author_id=author.id, record=record)
            if before is not None and _says(head, item, before.checks) == before.content_hash:
                continue
            added += 1
            if number == 0:
                if head.family_id not in known:
                    record.add(Family(id=head.family_id, created_at=now))
                    known.add(head.family_id)
                record.add(head)
            _record(record, new, item.responses, author_id=author.id)
        if added:
            record.after["revisions"] = added
    return added


def starter_item_id(item: StarterItem) -> str:
    """Give a starter item's id: ``starter-`` and its slug, whatever its text."""
    return f"starter-{item.slug}"


def _head(item: StarterItem, *, now: datetime) -> Item:
    return Item(
        id=starter_item_id(item),
        family_id=f"family-{item.family}",
        type_id=item.type,
        domain_id=item.domain,
        language_id=item.language,
        origin=ItemOrigin.STARTER,
        created_at=now,
    )


def _revision(
    head: Item, item: StarterItem, *, number: int, author_id: str, record: Recording
) -> NewRevision:
    return build_revision(
        head,
        number=number,
        prompt=item.prompt,
        reference=item.reference,
        requirements=item.requirements,
        twin=item.twin,
        notes=item.notes,
        checks=item.checks,
        author_id=author_id,
        now=record.now,
        event_id=record.event_id,
    )


def _says(head: Item, item: StarterItem, checks: str) -> str:
    """Hash the shipped text with other checks."""
    return hash_question(
        type_id=head.type_id,
        language_id=head.language_id,
        prompt=item.prompt,
        reference=item.reference,
        requirements=item.requirements,
        twin=item.twin,
        notes=item.notes,
        template_hash=None,
        system_prompt_hash=None,
        checks=checks,
    )


def _record(
    record: Recording,
    new: NewRevision,
    responses: Sequence[StarterResponse],
    *,
    author_id: str,
) -> None:
    record.add(new.revision)
    for requirement in new.requirements:
        record.add(requirement)
    for written in responses:
        response = build_response(
            revision_id=new.revision.id,
            source=ResponseSource.CONSTRUCTION,
            role=ContrastRole(written.role),
            text=written.text,
            now=record.now,
            event_id=record.event_id,
        )
        record.add(response)
        record.add(
            build_label(
                response_id=response.id,
                annotator_id=author_id,
                source=LabelSource.CONSTRUCTION,
                decision=Decision(written.label),
                factually_right=Factuality(written.factually_right),
                failed=written.failed,
                reason=written.reason,
                now=record.now,
                event_id=record.event_id,
            )
        )
