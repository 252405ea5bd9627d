"""Owns whether a person may judge an item now: role, nearness to the item, and how blind they are.

The claim asks the same; what is handed in is asked again, because much can happen in between.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from db.engine import Session
from db.errors import Forbidden
from db.labels import LabelSource
from db.queries.reviews import Ties, Work, find_ties
from db.queries.roles import find_standing, holds, require
from db.roles import Role
from db.slots import Stage

ROLES: Final = {
    Stage.REVIEW: Role.REVIEWER,
    Stage.THIRD_REVIEW: Role.REVIEWER,
    Stage.ADJUDICATE: Role.ADJUDICATOR,
    Stage.ADJUDICATE_LABELS: Role.ADJUDICATOR,
    Stage.LABEL: Role.LABELLER,
    Stage.AUTHOR: Role.AUTHOR,
}
REVIEWS: Final = (Stage.REVIEW, Stage.THIRD_REVIEW)
RULINGS: Final = (Stage.ADJUDICATE, Stage.ADJUDICATE_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """What a person's judgement of an item would be."""

    source: LabelSource


def check_stage(work: Work, stages: Collection[Stage]) -> None:
    """Refuse work of another kind than is asked for.

    Raises:
        Forbidden: The slot asks for something else.
    """
    if work.stage not in stages:
        legal = ", ".join(repr(stage.value) for stage in stages)
        raise Forbidden(
            f"The piece of work {work.slot_id!r} is for {work.stage.value!r}, not one of {legal}; "
            "open the queue it belongs to."
        )


def check_role(session: Session, work: Work, *, annotator_id: str) -> None:
    """Refuse somebody without the role that the work takes.

    The queue goes by the type that the item has now, which another reviewer's edit may have
    changed since the claim: the role for either is enough.

    Raises:
        Forbidden: They lack it for this type and language.
    """
    role, language_id = ROLES[work.stage], work.language_id
    newest = work.newest_type_id
    if not holds(session, annotator_id, role, type_id=newest, language_id=language_id):
        require(session, annotator_id, role, type_id=work.type_id, language_id=language_id)


def check_holder(work: Work, *, annotator_id: str, has_handed_in: bool) -> None:
    """Refuse somebody who neither holds the work nor handed something in for it.

    Raises:
        Forbidden: It is free or somebody else's.
    """
    if work.holder_id == annotator_id or has_handed_in:
        return
    raise Forbidden(
        "This piece of work is not yours any more, because its time ran out or it was passed on; "
        "what you typed is kept, and the queue gives you the next one."
    )


def fitness(session: Session, work: Work, *, annotator_id: str) -> Fitness:
    """Say what a person's judgement of the item would be.

    Raises:
        Forbidden: They lack the role, or are too near to the item to judge it blindly.
    """
    check_role(session, work, annotator_id=annotator_id)
    person = find_standing(session, annotator_id)
    if person is None or person.is_solo:
        return Fitness(source=LabelSource.HUMAN_UNBLINDED)
    ties = find_ties(session, work.item_id, annotator_id=annotator_id, act_id=work.act_id)
    _refuse(ties)
    if person.is_demonstration:
        return Fitness(source=LabelSource.HUMAN_UNBLINDED)
    return Fitness(source=LabelSource.BLIND_HUMAN)


def _refuse(ties: Ties) -> None:
    if ties.has_written:
        raise Forbidden(
            "You wrote or edited this item or one of its family, so you cannot judge it; pass it "
            "on with the reason 'known'."
        )
    if ties.is_older_than_sharing:
        raise Forbidden(
            "This item is older than the sharing of the workspace, and you could see everything "
            "then, so you cannot judge it blindly; pass it on with the reason 'known'."
        )
    if ties.was_revealed:
        raise Forbidden(
            "You have seen who wrote this item or what others decided about it, so you cannot "
            "judge it blindly; pass it on with the reason 'known'."
        )
