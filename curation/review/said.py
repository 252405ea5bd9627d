"""Owns telling an author what came back: the reasons of a decided round, and which items wait.

Reviewers are told apart by letter and never named: a reason is about the text, not about people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from curation.review.material import axis_field
from curation.review.seeing import may_see
from curation.review.texts import load_texts
from db.acts import ActKind
from db.engine import Session
from db.items import Item
from db.queries.acts import find_act, revision_writers
from db.queries.item_facts import load_item_facts, statuses
from db.queries.items import ItemFilter, list_items
from db.queries.review_rounds import DECIDED
from db.queries.reviews import ReviewView, confirmations_of, reviews_of, rulings_on
from db.queries.roles import CONTRIBUTORS, find_standing
from db.queries.status import ItemStatus, Standing
from db.reviews import Answer, Axis, ReasonCode, ReviewDecision, Ruling

# Who accepts answers every question: what is left open counts as yes.
_VOUCHING = frozenset({ReviewDecision.ACCEPT, ReviewDecision.ACCEPT_WITH_EDIT})
RULED = frozenset({ActKind.RULE_ACCEPT, ActKind.RULE_RETURN, ActKind.RULE_REJECT})


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidReview:
    """What one reviewer said.

    Attributes:
        doubts: What they answered with no, or said themselves that they are unsure of. What is left
            open by who refuses an item is stored as unsure too, which says nothing.
        objections: Why another reviewer did not confirm their edit.
    """

    letter: str
    decision: ReviewDecision
    reason_code: ReasonCode
    reason: str
    doubts: Mapping[Axis, Answer]
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRuling:
    """What an adjudicator said."""

    ruling: Ruling
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said in the newest round of an item, which is decided.

    Attributes:
        by_lead: The reason of the lead's ruling; empty when none was made.
    """

    reviews: tuple[SaidReview, ...]
    ruling: SaidRuling | None
    by_lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """An item that waits for another text of its author."""

    item_id: str
    prompt: str


def find_said(session: Session, item_id: str, *, annotator_id: str) -> Said | None:
    """Read what the newest round of an item said.

    Returns:
        None while it is not decided, when there was none, and for whoever contributes nothing to
        the item's type and language or judges the item blindly.
    """
    person, item = find_standing(session, annotator_id), session.get(Item, item_id)
    if person is None or item is None:
        return None
    if not person.holds(CONTRIBUTORS, type_id=item.type_id, language_id=item.language_id):
        return None
    if not may_see(session, item_id, annotator_id=annotator_id):
        return None
    standing = Standing(load_item_facts(session, [item_id])[item_id])
    outcome = standing.outcome
    if outcome is None or outcome.state not in DECIDED:
        return None
    by_lead = next(
        (act for act in reversed(standing.facts.acts) if act.kind in RULED and standing.ruled), None
    )
    act = find_act(session, by_lead.id) if by_lead is not None else None
    rulings = [one for one in rulings_on(session, outcome.act.id) if one.is_live]
    return Said(
        reviews=_reviews(session, outcome.act.id),
        ruling=SaidRuling(ruling=rulings[-1].ruling, reason=rulings[-1].reason)
        if rulings
        else None,
        by_lead=act.reason if act is not None else "",
    )


def returned_to(session: Session, *, annotator_id: str) -> tuple[Returned, ...]:
    """List the items that were returned to a person: what they wrote or sent to review."""
    waiting = [
        item_id for item_id, status in statuses(session).items() if status is ItemStatus.RETURNED
    ]
    if not waiting:
        return ()
    rounds = {
        item_id: act
        for item_id, facts in load_item_facts(session, waiting).items()
        if (act := Standing(facts).round) is not None
    }
    writers = revision_writers(session, [act.revision_id for act in rounds.values()])
    own = {
        item_id
        for item_id, act in rounds.items()
        if annotator_id in {act.annotator_id, writers[act.revision_id].annotator_id}
    }
    rows = list_items(session, ItemFilter(statuses=(ItemStatus.RETURNED,))) if own else []
    return tuple(Returned(item_id=row.id, prompt=row.prompt) for row in rows if row.id in own)


def _reviews(session: Session, act_id: str) -> tuple[SaidReview, ...]:
    counting = [one for one in reviews_of(session, act_id) if one.counts]
    objections: dict[str, list[str]] = {}
    for one in confirmations_of(session, [review.id for review in counting]):
        if one.is_live and not one.is_confirmed:
            objections.setdefault(one.review_id, []).append(one.reason)
    return tuple(
        SaidReview(
            letter=letter,
            decision=one.decision,
            reason_code=one.reason_code,
            reason=one.reason,
            doubts=_doubts(session, one),
            objections=tuple(objections.get(one.id, ())),
        )
        for letter, one in zip(ascii_uppercase, counting, strict=False)
    )


def _doubts(session: Session, review: ReviewView) -> dict[Axis, Answer]:
    doubts = {
        axis: review.answers[axis]
        for axis in Axis
        if review.answers.get(axis) in {Answer.NO, Answer.UNSURE}
    }
    if review.decision in _VOUCHING:
        return doubts
    chosen = (
        load_texts(session, review.slot_id, annotator_id=review.annotator_id)
        if review.slot_id
        else {}
    )
    return {
        axis: answer
        for axis, answer in doubts.items()
        if answer is Answer.NO or axis_field(axis) in chosen
    }
