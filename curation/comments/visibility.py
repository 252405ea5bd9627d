"""Owns who may see which comments: blind reviewers only their own, until the round is decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Session
from db.items import Item
from db.queries.comments import CommentView
from db.queries.decisions import blind_work_on
from db.queries.item_facts import load_item_facts
from db.queries.review_rounds import DECIDED
from db.queries.reviews import solution_of
from db.queries.roles import find_standing, holds
from db.queries.status import Standing
from db.roles import Role
from db.slots import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a person may see of the comments on an item.

    Attributes:
        is_blind: Whether they judge the item blindly now, and see only what they wrote.
        is_lead: Whether they see what reviewers wrote in a round that is not decided.
        open_act_id: The round that is not decided; None when there is none.
        is_reviewer: Whether they are a reviewer of that round.
        has_solved: Whether more than the prompt is shown to them while they are blind.
    """

    annotator_id: str
    is_blind: bool
    is_lead: bool
    open_act_id: str | None
    is_reviewer: bool
    has_solved: bool

    def shows(self, comment: CommentView) -> bool:
        """Say whether they may see a comment."""
        if comment.annotator_id == self.annotator_id:
            return True
        if self.is_blind:
            return False
        return self.is_lead or self.open_act_id is None or comment.act_id != self.open_act_id

    def shown(self, comments: Sequence[CommentView]) -> list[CommentView]:
        """Leave out what they may not see."""
        return [one for one in comments if self.shows(one)]


def sight_of(session: Session, item: Item, *, annotator_id: str) -> Sight:
    """Say what a person may see of the comments on an item."""
    person = find_standing(session, annotator_id)
    is_solo = person is not None and person.is_solo
    standing = Standing(load_item_facts(session, [item.id])[item.id])
    outcome = standing.outcome
    is_open = outcome is not None and outcome.state not in DECIDED
    act_id = standing.round.id if is_open and standing.round is not None else None
    has_work = blind_work_on(session, item.id, annotator_id=annotator_id)
    has_reviewed = outcome is not None and any(
        one.annotator_id == annotator_id for one in outcome.reviews
    )
    has_solved = (
        act_id is not None and solution_of(session, act_id, annotator_id=annotator_id) is not None
    )
    is_reviewer = act_id is not None and (bool(has_work) or has_reviewed or has_solved)
    return Sight(
        annotator_id=annotator_id,
        is_blind=not is_solo and (bool(has_work) or is_reviewer),
        is_lead=is_solo
        or holds(
            session,
            annotator_id,
            Role.LEAD,
            type_id=item.type_id,
            language_id=item.language_id,
        ),
        open_act_id=act_id,
        is_reviewer=is_reviewer,
        has_solved=has_solved or Stage.ADJUDICATE in has_work,
    )
