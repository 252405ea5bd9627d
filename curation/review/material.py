"""Owns what a reviewer is shown, step by step: values that do not contain what is hidden.

Which step it is follows from what is stored, never from the page. Until a solution is there, it is
the prompt and nothing else; not even the item's id, which can tell where it comes from. Author,
origin, notes, other reviews, comments, verdicts and self-tests are in none of these values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from curation.review.standing import REVIEWS, check_holder, check_role, check_stage
from curation.review.texts import FieldText, load_texts
from db.engine import Session
from db.items import Revision
from db.queries.reviews import (
    SolutionView,
    Work,
    get_work,
    requirements_of,
    reviews_of,
    solution_of,
)
from db.queries.working_copies import revision_parts
from db.reviews import Axis
from db.working_copies import Part

AXIS_FIELD = "axis."


class Probe(StrEnum):
    """What the pilot run on models said; shown after the blind steps."""

    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptOnly:
    """Step 1: the reviewer says what the prompt asks for before seeing anything else."""

    slot_id: str
    language_id: str
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Steps 2 and 3: the item as its author handed it in, beside what the reviewer expected.

    Attributes:
        domain_id: None when the author chose none.
        requirements: By number; empty texts of ``follows``, ``conventional`` and ``near_miss`` mean
            that there is no such response.
        probe: None until every axis is answered: its outcome belongs to the decision.
    """

    slot_id: str
    language_id: str
    prompt: str
    type_id: str
    domain_id: str | None
    reference: str
    requirements: tuple[str, ...]
    twin: str
    follows: str
    conventional: str
    near_miss: str
    checks: str
    solution: SolutionView
    probe: Probe | None

    def part(self, part: Part) -> str:
        """Give the text of a part that a reviewer sees; empty for one that is hidden."""
        return {
            Part.TYPE: self.type_id,
            Part.DOMAIN: self.domain_id or "",
            Part.LANGUAGE: self.language_id,
            Part.PROMPT: self.prompt,
            Part.REFERENCE: self.reference,
            Part.TWIN: self.twin,
            Part.FOLLOWS: self.follows,
            Part.CONVENTIONAL: self.conventional,
            Part.NEAR_MISS: self.near_miss,
            Part.CHECKS: self.checks,
        }.get(part, "")


def axis_field(axis: Axis) -> str:
    """Name the field of the form in which an axis is answered."""
    return f"{AXIS_FIELD}{axis.value}"


def material(session: Session, slot_id: str, *, annotator_id: str) -> PromptOnly | Whole:
    """Read what a reviewer may see of their work now.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person neither holds it nor has solved it before, or lacks the role.
    """
    work = get_work(session, slot_id)
    check_stage(work, REVIEWS)
    check_role(session, work, annotator_id=annotator_id)
    act_id, revision_id = str(work.act_id), str(work.revision_id)
    solution = solution_of(session, act_id, annotator_id=annotator_id)
    # Who has seen the whole goes on seeing it: what they still hand in is kept as surplus.
    has_seen = solution is not None or _has_reviewed(session, work, annotator_id)
    check_holder(work, annotator_id=annotator_id, has_handed_in=has_seen)
    revision = session.get_one(Revision, revision_id)
    if solution is None:
        return PromptOnly(slot_id=slot_id, language_id=work.language_id, prompt=revision.prompt)
    parts = revision_parts(session, revision)
    typed = load_texts(session, slot_id, annotator_id=annotator_id)
    return Whole(
        slot_id=slot_id,
        language_id=parts[Part.LANGUAGE],
        prompt=parts[Part.PROMPT],
        type_id=parts[Part.TYPE],
        domain_id=parts[Part.DOMAIN] or None,
        reference=parts[Part.REFERENCE],
        requirements=requirements_of(session, revision_id),
        twin=parts[Part.TWIN],
        follows=parts[Part.FOLLOWS],
        conventional=parts[Part.CONVENTIONAL],
        near_miss=parts[Part.NEAR_MISS],
        checks=parts[Part.CHECKS],
        solution=solution,
        probe=Probe.WAIVED if _has_answered_all(typed) else None,
    )


def _has_reviewed(session: Session, work: Work, annotator_id: str) -> bool:
    return any(
        one.slot_id == work.slot_id and one.annotator_id == annotator_id
        for one in reviews_of(session, str(work.act_id))
    )


def _has_answered_all(typed: Mapping[str, FieldText]) -> bool:
    return all(axis_field(axis) in typed and typed[axis_field(axis)].text for axis in Axis)
