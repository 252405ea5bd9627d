"""Owns submitting a working copy: checks, then one transaction that makes it a revision.

All or nothing, once: a copy that was submitted answers the same again. A revision is made only of
the item's current one; whoever is second gets base, theirs and mine, and decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from curation.authoring.checks import (
    Code,
    Finding,
    Legal,
    Neighbourhood,
    Severity,
    check_neighbours,
    check_texts,
    refuse,
)
from curation.authoring.copies import find_differences, load_copy
from curation.authoring.copy_views import CopyView, Difference
from curation.authoring.texts import append_text, check_sender, keep_late, own_copy, retried
from curation.review.blindness import find_hidden
from curation.review.rounds import after, open_round
from curation.review.writable import refuse_unless_writable
from db.acts import ActKind
from db.base import new_id
from db.contents import build_label, build_response, build_revision, short_id
from db.engine import Engine, Session, reading
from db.errors import Conflict, Invalid
from db.hashing import Json
from db.items import Family, Item, ItemOrigin, Revision
from db.labels import Decision, LabelSource
from db.placements import build_placement
from db.queries.roles import require, require_on_item
from db.queries.taxonomy import list_domains, list_languages, list_types
from db.queries.working_copies import (
    ROLES,
    all_texts,
    current_prompts,
    current_revision,
    lock_copy,
    lock_item,
    newest_texts,
    placements_of,
    revision_parts,
    set_asides,
)
from db.recording import Recording, recording
from db.requirements import parse_requirements
from db.responses import ContrastRole, ResponseSource
from db.roles import Role
from db.working_copies import Closing, Part, WorkingCopy

AUTHORED = "item.author"
REVISED = "item.revise"


class BaseChoice(StrEnum):
    """What a person does when somebody else made a newer revision."""

    THEIRS = "theirs"
    MINE = "mine"
    MERGE = "merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The copy is a revision."""

    item_id: str
    revision_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing was written; at least one finding is a refusal."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleBase:
    """Nothing was written: the item has a newer revision than the copy started from.

    Attributes:
        current_revision_id: The newer revision; ``settle_base`` is told which one was compared.
        differences: Every part that reads otherwise there.
    """

    copy_id: str
    current_revision_id: str
    differences: tuple[Difference, ...]


def read_neighbourhood(session: Session) -> Neighbourhood:
    """Index every current prompt; it may be kept and used for many copies."""
    return Neighbourhood.of(current_prompts(session))


def check_copy(
    session: Session, copy_id: str, *, annotator_id: str, neighbourhood: Neighbourhood
) -> tuple[Finding, ...]:
    """Find what keeps a copy from being submitted, and what to look at before.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's.
    """
    row = own_copy(session, session.get(WorkingCopy, copy_id), copy_id, annotator_id=annotator_id)
    return _find(session, row, neighbourhood)


def submit(
    engine: Engine,
    copy_id: str,
    *,
    annotator_id: str,
    now: datetime,
    neighbourhood: Neighbourhood | None = None,
) -> Submitted | Refused | StaleBase:
    """Make a copy a revision: of a new item, or the next one of its item.

    Args:
        engine: The workspace.
        copy_id: The copy.
        annotator_id: Whose it is.
        now: The moment.
        neighbourhood: What near-duplicates are looked for in; None reads every prompt.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's, or they are no author for the type and language that the
            item has or is to have.
        Conflict: It was discarded, or given up for a newer revision.
    """
    if neighbourhood is None:
        with reading(engine) as session:
            neighbourhood = read_neighbourhood(session)
    others = neighbourhood

    def attempt(session: Session) -> Submitted | Refused | StaleBase:
        row = own_copy(session, lock_copy(session, copy_id), copy_id, annotator_id=annotator_id)
        if row.closed_as is Closing.SUBMITTED and row.item_id and row.revision_id:
            return Submitted(item_id=row.item_id, revision_id=row.revision_id)
        _check_open(row)
        item = lock_item(session, row.item_id) if row.item_id else None
        if item is not None:
            require_on_item(session, annotator_id, Role.AUTHOR, item.id)
        current = current_revision(session, item.id) if item else None
        if current is not None and current.id != row.base_revision_id:
            return _stale(session, row, current)
        if item is not None:
            refuse_unless_writable(session, item.id)
        findings = _find(session, row, others)
        if any(finding.severity is Severity.REFUSE for finding in findings):
            return Refused(findings=findings)
        texts = _texts(session, row)
        require(
            session,
            annotator_id,
            Role.AUTHOR,
            type_id=texts[Part.TYPE],
            language_id=texts[Part.LANGUAGE],
        )
        return _record(session, row, item, current, findings=findings, now=now)

    return retried(engine, attempt)


def settle_base(
    engine: Engine,
    copy_id: str,
    *,
    annotator_id: str,
    choice: BaseChoice,
    current_revision_id: str,
    tab: str,
    now: datetime,
    texts: Mapping[Part, str] | None = None,
    numbers: Mapping[Part, int] | None = None,
) -> CopyView | StaleBase:
    """Decide about a newer revision; whatever is given up stays readable in the copy.

    Args:
        engine: The workspace.
        copy_id: The copy.
        annotator_id: Whose it is.
        choice: Close the copy for theirs; go on from theirs with my texts; or with merged ones.
        current_revision_id: The revision that the person compared with.
        tab: Id of the browser tab.
        now: The moment.
        texts: The merged texts; only with ``merge``. A part that is not given and that the person
            had not changed takes theirs.
        numbers: Number of each text that the person compared; only with ``merge``. Without it,
            merged texts go over whatever another tab saved meanwhile.

    Returns:
        The copy as it is now; stale again when yet another revision came meanwhile, or when another
        tab saved a text that was compared. Merged texts are stored either way: as mine when it is
        stale again, aside when another tab saved that part or decided first.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's.
        Conflict: The copy is closed; nothing was stored.
        Invalid: Merged texts are missing, superfluous or cannot be stored.
    """
    if (choice is BaseChoice.MERGE) != (texts is not None):
        raise Invalid(
            f"The choice is {choice.value!r} and the merged texts "
            f"{'are missing' if texts is None else 'were given'}; give texts exactly with 'merge'."
        )
    check_sender(tab, 0)

    def attempt(session: Session) -> CopyView | StaleBase:
        row = own_copy(session, lock_copy(session, copy_id), copy_id, annotator_id=annotator_id)
        if row.closed_as is Closing.THEIRS_TAKEN and choice is BaseChoice.THEIRS:
            return load_copy(session, copy_id, annotator_id=annotator_id)
        _check_open(row)
        current = current_revision(session, row.item_id) if row.item_id else None
        given = texts or {}
        if current is None or current.id == row.base_revision_id:
            for part, text in given.items():
                keep_late(session, row, part, text, tab=tab, now=now)
        elif current.id != current_revision_id or _moved_on(session, row, current, given, numbers):
            _keep_merged(session, row, given, numbers or {}, tab=tab, now=now)
            return _stale(session, row, current)
        else:
            _settle(session, row, current, choice=choice, texts=given, tab=tab, now=now)
        return load_copy(session, copy_id, annotator_id=annotator_id)

    return retried(engine, attempt)


def _moved_on(
    session: Session,
    row: WorkingCopy,
    current: Revision,
    texts: Mapping[Part, str],
    numbers: Mapping[Part, int] | None,
) -> bool:
    """Say whether a text that differs from theirs is another one than was compared."""
    newest = newest_texts(session, [row.id])
    return numbers is not None and any(
        newest[one.part].number != numbers.get(one.part) and texts.get(one.part) != one.mine
        for one in find_differences(session, row, current)
    )


def _keep_merged(
    session: Session,
    row: WorkingCopy,
    texts: Mapping[Part, str],
    numbers: Mapping[Part, int],
    *,
    tab: str,
    now: datetime,
) -> None:
    """Store merged texts before they are compared again: as mine, or aside of another tab's."""
    newest = newest_texts(session, [row.id])
    for part, text in texts.items():
        if newest[part].number == numbers.get(part, newest[part].number):
            append_text(session, row, part, text, tab=tab, now=now)
        else:
            keep_late(session, row, part, text, tab=tab, now=now)


def _check_open(row: WorkingCopy) -> None:
    if row.closed_as is not None:
        raise Conflict(
            f"The working copy {row.id!r} is closed ({row.closed_as.value}); open the item again "
            "to go on."
        )


def _stale(session: Session, row: WorkingCopy, current: Revision) -> StaleBase:
    return StaleBase(
        copy_id=row.id,
        current_revision_id=current.id,
        differences=find_differences(session, row, current),
    )


def _settle(
    session: Session,
    row: WorkingCopy,
    current: Revision,
    *,
    choice: BaseChoice,
    texts: Mapping[Part, str],
    tab: str,
    now: datetime,
) -> None:
    if choice is BaseChoice.THEIRS:
        row.closed_as, row.closed_at = Closing.THEIRS_TAKEN, now
        session.flush()
        return
    if choice is BaseChoice.MERGE:
        for difference in find_differences(session, row, current):
            if difference.part not in texts and difference.mine == difference.base:
                append_text(session, row, difference.part, difference.theirs, tab=tab, now=now)
        for part, text in texts.items():
            append_text(session, row, part, text, tab=tab, now=now)
    row.base_revision_id = current.id
    session.flush()


def _find(session: Session, row: WorkingCopy, neighbourhood: Neighbourhood) -> tuple[Finding, ...]:
    texts = _texts(session, row)
    legal = Legal(
        type_ids={one.id for one in list_types(session)},
        domain_ids={one.id for one in list_domains(session)},
        language_ids={one.id for one in list_languages(session)},
    )
    item = session.get(Item, row.item_id) if row.item_id else None
    found = [*check_texts(texts, legal=legal)]
    if texts[Part.FAMILY] and session.get(Item, texts[Part.FAMILY]) is None:
        legal_ids = "the ids of items, as 'gainsay items list' names them"
        found.append(
            refuse(Part.FAMILY, Code.UNKNOWN, value=repr(texts[Part.FAMILY]), legal=legal_ids)
        )
    found.extend(
        refuse(part, Code.UNSETTLED)
        for part in sorted(
            {aside.part for aside in set_asides(session, row.id) if aside.resolved_at is None}
        )
    )
    family_id = _family(session, row, item, texts[Part.FAMILY])
    if item is not None and _is_unchanged(session, row, item, texts, family_id):
        found.append(refuse(None, Code.NOTHING_CHANGED))
    found.extend(
        check_neighbours(
            texts[Part.PROMPT],
            neighbourhood,
            item_id=row.item_id,
            family_id=family_id,
            hidden=find_hidden(session, annotator_id=row.annotator_id).items,
        )
    )
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.REFUSE))


def _texts(session: Session, row: WorkingCopy) -> dict[Part, str]:
    return {part: text.text for part, text in newest_texts(session, [row.id]).items()}


def _is_unchanged(
    session: Session,
    row: WorkingCopy,
    item: Item,
    texts: Mapping[Part, str],
    family_id: str | None,
) -> bool:
    if row.base_revision_id is None or family_id != item.family_id:
        return False
    base = revision_parts(session, session.get_one(Revision, row.base_revision_id))
    return all(base[part] == texts[part] for part in Part if part is not Part.FAMILY)


def _family(session: Session, row: WorkingCopy, item: Item | None, named: str) -> str | None:
    """Give the family that a copy asks for; None for one of its own that is not there yet."""
    other = session.get(Item, named) if named else None
    if item is None:
        return other.family_id if other is not None else None
    ever = {text.text for text in all_texts(session, row.id) if text.part is Part.FAMILY}
    if other is not None:
        # The other one leaving their family meanwhile takes nobody along who did not ask for it.
        left = item.family_id in {one.previous_family_id for one in placements_of(session, named)}
        return item.family_id if left and len(ever) == 1 else other.family_id
    # Empty from the beginning asks for nothing; emptied by hand asks to leave the others.
    return None if any(ever) else item.family_id


def _record(
    session: Session,
    row: WorkingCopy,
    item: Item | None,
    current: Revision | None,
    *,
    findings: tuple[Finding, ...],
    now: datetime,
) -> Submitted:
    texts = _texts(session, row)
    number = current.number + 1 if current else 1
    item_id = item.id if item else short_id("item", ["authored", row.id])
    family_id = _family(session, row, item, texts[Part.FAMILY])
    with recording(
        session,
        now=now,
        actor_id=row.annotator_id,
        action=REVISED if item else AUTHORED,
        subject_kind="item",
        subject_id=item_id,
    ) as record:
        family_id = family_id or _add_family(record, item, item_id)
        kept = current if item is not None and item.type_id == texts[Part.TYPE] else None
        if item is None:
            item = _add_item(record, item_id, texts, family_id=family_id)
        else:
            place_item(session, record, item, texts, family_id=family_id, from_revision=number)
        revision_id = _add_revision(record, item, texts, number=number, kept=kept)
        record.after.update(_told(row, number, findings))
        act_id = _ask_for_reviews(session, record, item_id, revision_id)
    # Only now: a family of its own has to be there first.
    item.family_id = family_id
    submitted = _close(session, row, item_id, revision_id, now=now)
    after(session, act_id, now=now)
    return submitted


def _add_revision(
    record: Recording,
    item: Item,
    texts: Mapping[Part, str],
    *,
    number: int,
    kept: Revision | None,
) -> str:
    """Record a revision with its requirements and contrast responses, and give its id."""
    new = build_revision(
        item,
        number=number,
        prompt=texts[Part.PROMPT],
        reference=texts[Part.REFERENCE],
        requirements=parse_requirements(texts[Part.REFERENCE]),
        twin=texts[Part.TWIN],
        notes=texts[Part.NOTES],
        checks=texts[Part.CHECKS],
        # Judge texts came with the item for the type that it has.
        template_hash=kept.template_hash if kept else None,
        system_prompt_hash=kept.system_prompt_hash if kept else None,
        author_id=record.actor_id,
        now=record.now,
        event_id=record.event_id,
    )
    for fact in (new.revision, *new.requirements):
        record.add(fact)
    add_contrast(record, new.revision.id, texts)
    return new.revision.id


def _ask_for_reviews(session: Session, record: Recording, item_id: str, revision_id: str) -> str:
    return open_round(
        session,
        item_id=item_id,
        revision_id=revision_id,
        annotator_id=record.actor_id,
        kind=ActKind.SUBMIT,
        now=record.now,
        record=record,
    )


def _add_family(record: Recording, item: Item | None, item_id: str) -> str:
    family_id = new_id("family") if item else f"family-{item_id}"
    record.add(Family(id=family_id, created_at=record.now))
    return family_id


def _close(
    session: Session, row: WorkingCopy, item_id: str, revision_id: str, *, now: datetime
) -> Submitted:
    row.item_id, row.revision_id = item_id, revision_id
    row.closed_as, row.closed_at = Closing.SUBMITTED, now
    session.flush()
    return Submitted(item_id=item_id, revision_id=revision_id)


def _told(row: WorkingCopy, number: int, findings: tuple[Finding, ...]) -> dict[str, Json]:
    """Say in the history what was submitted, and in spite of which warnings."""
    warnings = [
        {"part": finding.part.value if finding.part else "", "code": finding.code.value}
        for finding in findings
    ]
    return {"copy": row.id, "revision": number, "warnings": warnings}


def _add_item(
    record: Recording, item_id: str, texts: Mapping[Part, str], *, family_id: str
) -> Item:
    item = Item(
        id=item_id,
        family_id=family_id,
        type_id=texts[Part.TYPE],
        domain_id=texts[Part.DOMAIN] or None,
        language_id=texts[Part.LANGUAGE],
        origin=ItemOrigin.AUTHORED,
        created_at=record.now,
    )
    record.add(item)
    return item


def place_item(
    session: Session,
    record: Recording,
    item: Item,
    texts: Mapping[Part, str],
    *,
    family_id: str,
    from_revision: int,
) -> None:
    """Record a change of the item's head, and change the head alike."""
    asked = (texts[Part.TYPE], texts[Part.DOMAIN] or None, texts[Part.LANGUAGE], family_id)
    if asked == (item.type_id, item.domain_id, item.language_id, item.family_id):
        return
    placement = build_placement(
        item,
        number=len(placements_of(session, item.id)) + 1,
        from_revision=from_revision,
        type_id=texts[Part.TYPE],
        domain_id=texts[Part.DOMAIN] or None,
        language_id=texts[Part.LANGUAGE],
        family_id=family_id,
        now=record.now,
    )
    record.add(placement)
    item.type_id, item.domain_id, item.language_id, _ = asked


def add_contrast(record: Recording, revision_id: str, texts: Mapping[Part, str]) -> None:
    """Record the contrast responses, each labelled as what it was written to be."""
    for part, role in ROLES.items():
        if not texts[part].strip():
            continue
        response = build_response(
            revision_id=revision_id,
            source=ResponseSource.CONSTRUCTION,
            role=role,
            text=texts[part],
            now=record.now,
            event_id=record.event_id,
        )
        record.add(response)
        follows = role is ContrastRole.FOLLOWS
        record.add(
            build_label(
                response_id=response.id,
                annotator_id=record.actor_id,
                source=LabelSource.CONSTRUCTION,
                decision=Decision.FOLLOWS if follows else Decision.DOES_NOT_FOLLOW,
                now=record.now,
                event_id=record.event_id,
            )
        )
