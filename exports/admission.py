"""Owns deciding what each candidate becomes: a new item, a new revision, or nothing new.

What a row does not say stays as it is: a six-column row never removes a twin, notes or a domain.
A row that contradicts the item it names is refused; nobody's later edit is undone by a re-import.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from db.contents import hash_question, text_hash
from db.engine import Session
from db.intake import RowProblems, Table
from db.items import ItemOrigin
from db.queries.identities import KnownItem, PastQuestion, known_items, past_questions
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
        number: Of the revision, should it be stored.
    """

    outcome: Outcome
    item_id: str
    family_id: str
    type_id: str
    domain_id: str | None
    language_id: str
    origin: ItemOrigin
    number: int
    prompt: str
    reference: str
    requirements: tuple[str, ...]
    twin: str
    notes: str
    checks: str
    template: str | None
    system_prompt: str | None


def admit(session: Session, table: Table, candidates: Sequence[Candidate]) -> list[Admission]:
    """Decide for every candidate.

    Raises:
        RowsRefused: Rows contradict the items they name.
    """
    known = known_items(session, [candidate.item_id for candidate in candidates])
    past = past_questions(session, list(known))
    problems = table.problems()
    admissions = []
    for candidate in candidates:
        there = known.get(candidate.item_id)
        if there is None:
            admissions.append(_created(candidate))
        elif any(_says(candidate, question) for question in past.get(there.id, ())):
            # What the item was before somebody here moved it is not put back.
            admissions.append(replace(_revised(candidate, there), outcome=Outcome.UNCHANGED))
        elif _was_written_here(candidate, there) or not _contradicts(candidate, there, problems):
            admissions.append(_revised(candidate, there))
    problems.refuse(
        table.subject,
        way_out="give those rows ids of their own, or hand in the items as they stand here "
        "('gainsay items show ID --json' prints one)",
    )
    return admissions


def _was_written_here(candidate: Candidate, there: KnownItem) -> bool:
    """Tell whether a row is one that this workspace wrote and released itself."""
    side = candidate.side
    return (
        there.origin not in (ItemOrigin.STARTER, ItemOrigin.IMPORTED)
        and (candidate.type_id, candidate.language_id) == (there.type_id, there.language_id)
        and (not side.domain_given or side.domain_id == there.domain_id)
        and side.family in (None, there.family_id)
        and _revised(candidate, there).outcome is Outcome.UNCHANGED
    )


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


def _says(candidate: Candidate, question: PastQuestion) -> bool:
    """Tell whether a row says nothing but what the item said at one time."""
    side = candidate.side
    return (
        (candidate.type_id, candidate.language_id) == (question.type_id, question.language_id)
        and (candidate.prompt, candidate.reference) == (question.prompt, question.reference)
        and judge_text_hash(candidate.template) == question.template_hash
        and judge_text_hash(candidate.system_prompt) == question.system_prompt_hash
        and (not side.domain_given or side.domain_id == question.domain_id)
        and side.family in (None, question.family_id)
        and side.requirements in (None, question.requirements)
        and side.twin in (None, question.twin)
        and side.notes in (None, question.notes)
        and side.checks in (None, question.checks)
    )


def _created(candidate: Candidate) -> Admission:
    side = candidate.side
    return Admission(
        outcome=Outcome.CREATED,
        item_id=candidate.item_id,
        family_id=side.family or "family-" + candidate.item_id.removeprefix(ITEM_PREFIX),
        type_id=candidate.type_id,
        domain_id=side.domain_id,
        language_id=candidate.language_id,
        origin=side.origin or ItemOrigin.IMPORTED,
        number=side.revision or 1,
        prompt=candidate.prompt,
        reference=candidate.reference,
        requirements=side.requirements or tuple(parse_requirements(candidate.reference)),
        twin=side.twin or "",
        notes=side.notes or "",
        checks=side.checks or "",
        template=candidate.template,
        system_prompt=candidate.system_prompt,
    )


def _revised(candidate: Candidate, there: KnownItem) -> Admission:
    side = candidate.side
    requirements = side.requirements
    if requirements is None and there.reference == candidate.reference:
        requirements = there.requirements
    admission = Admission(
        outcome=Outcome.REVISED,
        item_id=there.id,
        family_id=there.family_id,
        type_id=there.type_id,
        domain_id=there.domain_id,
        language_id=there.language_id,
        origin=there.origin,
        number=max(there.number + 1, side.revision or 1),
        prompt=candidate.prompt,
        reference=candidate.reference,
        requirements=requirements or tuple(parse_requirements(candidate.reference)),
        twin=there.twin if side.twin is None else side.twin,
        notes=there.notes if side.notes is None else side.notes,
        checks=_checks(candidate, there),
        template=candidate.template,
        system_prompt=candidate.system_prompt,
    )
    if _content(admission) in there.content_hashes or _superseded(candidate, there):
        return replace(admission, outcome=Outcome.UNCHANGED)
    return admission


def _checks(candidate: Candidate, there: KnownItem) -> str:
    """Give the checks of a revision: another reference is not what the old ones check."""
    if candidate.side.checks is not None:
        return candidate.side.checks
    return there.checks if there.reference == candidate.reference else ""


def _superseded(candidate: Candidate, there: KnownItem) -> bool:
    """Tell whether a six-column row holds the question as it was before somebody edited it."""
    question = (candidate.prompt, candidate.reference)
    return not candidate.id_given and question != (there.prompt, there.reference)


def _content(admission: Admission) -> str:
    return hash_question(
        type_id=admission.type_id,
        language_id=admission.language_id,
        prompt=admission.prompt,
        reference=admission.reference,
        requirements=admission.requirements,
        twin=admission.twin,
        notes=admission.notes,
        checks=admission.checks,
        template_hash=judge_text_hash(admission.template),
        system_prompt_hash=judge_text_hash(admission.system_prompt),
    )


@lru_cache(maxsize=256)
def judge_text_hash(text: str | None) -> str | None:
    """Hash a judge text; the same few texts stand in thousands of rows."""
    return None if text is None else text_hash(text)
