"""Owns deciding what each candidate becomes: a new item, a new revision, or nothing new.

What a row does not say stays as it is: a six-column row never removes a twin, notes or a domain.
A row that contradicts the item it names is refused; nobody's later edit is undone by a re-import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from db.contents import NewRevision, build_revision, text_hash
from db.engine import Session
from db.intake import RowProblems, Table
from db.items import Item, ItemOrigin
from db.queries.identities import KnownItem, known_items
from db.requirements import parse_requirements
from exports.candidates import Candidate

ITEM_PREFIX: Final = "item-"


class Outcome(StrEnum):
    """What an import does with a row."""

    CREATED = "created"
    REVISED = "revised"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A candidate with what becomes of it.

    Attributes:
        item: The head; it is stored only when the outcome is ``created``.
        new: The revision; it is stored unless the outcome is ``unchanged``.
    """

    candidate: Candidate
    outcome: Outcome
    item: Item
    new: NewRevision


def admit(
    session: Session, table: Table, candidates: Sequence[Candidate], *, now: datetime
) -> list[Admission]:
    """Decide for every candidate; authors and events are filled in when the rows are stored.

    Raises:
        RowsRefused: Rows contradict the items they name.
    """
    known = known_items(session, [candidate.item_id for candidate in candidates])
    problems = table.problems()
    admissions = []
    for candidate in candidates:
        there = known.get(candidate.item_id)
        if there is not None and _contradicts(candidate, there, problems):
            continue
        admissions.append(_admission(candidate, there, now=now))
    problems.refuse(
        table.subject,
        way_out="give those rows ids of their own, or hand in the items as they stand here "
        "('gainsay items show ID --json' prints one)",
    )
    return admissions


def _contradicts(candidate: Candidate, there: KnownItem, problems: RowProblems) -> bool:
    side = candidate.side
    phrase = ""
    if (candidate.type_id, candidate.language_id) != (there.type_id, there.language_id):
        phrase = "another type or language than its item has here"
    elif side.domain_given and side.domain_id != there.domain_id:
        phrase = "another domain than its item has here"
    elif side.family not in (None, there.family_id):
        phrase = "another family than its item has here"
    elif side.origin not in (None, there.origin):
        phrase = "another origin than its item has here"
    elif there.origin not in (ItemOrigin.STARTER, ItemOrigin.IMPORTED):
        phrase = "an item that was written here and cannot be replaced by a file"
    if phrase:
        problems.add(candidate.number, phrase)
    return bool(phrase)


def _admission(candidate: Candidate, there: KnownItem | None, *, now: datetime) -> Admission:
    item = _head(candidate, there, now=now)
    new = _revision(candidate, there, item, now=now)
    if there is None:
        outcome = Outcome.CREATED
    elif new.revision.content_hash in there.content_hashes or _superseded(candidate, there):
        outcome = Outcome.UNCHANGED
    else:
        outcome = Outcome.REVISED
    return Admission(candidate=candidate, outcome=outcome, item=item, new=new)


def _superseded(candidate: Candidate, there: KnownItem) -> bool:
    """Tell whether a six-column row holds the question as it was before somebody edited it."""
    question = (candidate.prompt, candidate.reference)
    return not candidate.id_given and question != (there.prompt, there.reference)


def _head(candidate: Candidate, there: KnownItem | None, *, now: datetime) -> Item:
    side = candidate.side
    if there is not None:
        return Item(
            id=there.id,
            family_id=there.family_id,
            type_id=there.type_id,
            domain_id=there.domain_id,
            language_id=there.language_id,
            origin=there.origin,
            created_at=now,
        )
    return Item(
        id=candidate.item_id,
        family_id=side.family or "family-" + candidate.item_id.removeprefix(ITEM_PREFIX),
        type_id=candidate.type_id,
        domain_id=side.domain_id,
        language_id=candidate.language_id,
        origin=side.origin or ItemOrigin.IMPORTED,
        created_at=now,
    )


def _revision(
    candidate: Candidate, there: KnownItem | None, item: Item, *, now: datetime
) -> NewRevision:
    side = candidate.side
    requirements: Sequence[str]
    if side.requirements is not None:
        requirements = side.requirements
    elif there is not None and there.reference == candidate.reference:
        requirements = there.requirements
    else:
        requirements = parse_requirements(candidate.reference)
    twin, notes = (there.twin, there.notes) if there else ("", "")
    number = max(there.number + 1 if there else 1, side.revision or 1)
    return build_revision(
        item,
        number=number,
        prompt=candidate.prompt,
        reference=candidate.reference,
        requirements=requirements,
        twin=twin if side.twin is None else side.twin,
        notes=notes if side.notes is None else side.notes,
        template_hash=None if candidate.template is None else text_hash(candidate.template),
        system_prompt_hash=(
            None if candidate.system_prompt is None else text_hash(candidate.system_prompt)
        ),
        author_id="",
        now=now,
        event_id="",
    )
