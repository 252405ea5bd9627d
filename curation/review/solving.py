"""Owns the first step of a review: what the reviewer takes the prompt for before seeing the rest.

It is given once and never changed: what it is worth depends on having been said blindly.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.authoring.texts import check_text, retried
from curation.review.standing import REVIEWS, check_holder, check_stage, fitness
from db.contents import short_id
from db.engine import Engine, Session
from db.errors import Invalid
from db.hashing import content_hash
from db.queries.reviews import SolutionView, get_work, solution_of
from db.queries.taxonomy import list_types
from db.queries.working_copies import lock_item
from db.recording import recording
from db.reviews import Solution

REVIEW_SOLVED: Final = "review.solve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """The solution is stored.

    Attributes:
        is_new: False when it was stored before, by this gesture or one that said the same.
    """

    solution: SolutionView
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionConflict:
    """Another solution of the same person is stored, from another tab; nothing was changed."""

    stored: SolutionView
    type_id: str
    expected: str


def solve(
    engine: Engine,
    slot_id: str,
    *,
    annotator_id: str,
    fence: int,
    type_id: str,
    expected: str,
    token: str,
    now: datetime,
) -> Solved | SolutionConflict:
    """Store what a reviewer expects, once for a round.

    Args:
        engine: The workspace.
        slot_id: The piece of work, held by the reviewer.
        annotator_id: The reviewer.
        fence: The claim's; a claim that was lost meanwhile may still solve while nobody has it.
        type_id: The type that they take the prompt for.
        expected: What a good response would do, in their words.
        token: Names the gesture, so that the same one sent twice is one solution.
        now: The moment.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person does not hold it, lacks the role or cannot judge the item blindly.
        Invalid: There is no such type, or nothing was expected.
    """
    check_text("expected behaviour", expected)
    said = expected.strip()

    def attempt(session: Session) -> Solved | SolutionConflict:
        work = get_work(session, slot_id)
        check_stage(work, REVIEWS)
        act_id, revision_id = str(work.act_id), str(work.revision_id)
        stored = solution_of(session, act_id, annotator_id=annotator_id)
        if stored is not None:
            if (stored.type_id, stored.expected) == (type_id, said):
                return Solved(solution=stored, is_new=False)
            return SolutionConflict(stored=stored, type_id=type_id, expected=said)
        lock_item(session, work.item_id)
        check_holder(get_work(session, slot_id), annotator_id=annotator_id, has_handed_in=False)
        fitness(session, work, annotator_id=annotator_id)
        _check(session, type_id=type_id, expected=said)
        row = Solution(
            id=short_id("solution", [act_id, annotator_id, token]),
            act_id=act_id,
            revision_id=revision_id,
            annotator_id=annotator_id,
            type_id=type_id,
            expected=said,
            expected_hash=content_hash(said),
            created_at=now,
        )
        _record(session, row, slot_id=slot_id, fence=fence)
        solution = SolutionView(id=row.id, type_id=type_id, expected=said, created_at=now)
        return Solved(solution=solution, is_new=True)

    return retried(engine, attempt)


def _record(session: Session, row: Solution, *, slot_id: str, fence: int) -> None:
    with recording(
        session,
        now=row.created_at,
        actor_id=row.annotator_id,
        action=REVIEW_SOLVED,
        subject_kind="act",
        subject_id=row.act_id,
    ) as record:
        record.add(row)
        record.after.update({"slot": slot_id, "fence": fence})


def _check(session: Session, *, type_id: str, expected: str) -> None:
    legal = [one.id for one in list_types(session)]
    if type_id not in legal:
        raise Invalid(
            f"There is no instruction type {type_id!r}; choose one of {', '.join(legal)}."
        )
    if not expected:
        raise Invalid(
            "The expected behaviour is empty; say in a few words what a good response would do."
        )
