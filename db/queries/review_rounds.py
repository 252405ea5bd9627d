"""Owns what a review round came to: pure, from its act, its reviews, confirmations and ruling.

Only live reviews that were neither surplus nor, in a shared workspace, unblinded decide anything.
"""

from dataclasses import dataclass
from enum import StrEnum

from db.queries.workflow import ActFact, ItemFacts, ReviewFact, RulingFact
from db.reviews import ReviewDecision, Ruling


class RoundState(StrEnum):
    """Where a round stands."""

    REVIEWS_AWAITED = "reviews_awaited"
    CONFIRMATIONS_AWAITED = "confirmations_awaited"
    THIRD_AWAITED = "third_awaited"
    RULING_AWAITED = "ruling_awaited"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"
    ESCALATED = "escalated"


DECIDED = frozenset(
    {RoundState.ACCEPTED, RoundState.RETURNED, RoundState.REJECTED, RoundState.ESCALATED}
)


class DecidedBy(StrEnum):
    """What decided a round."""

    REVIEWERS = "reviewers"
    MAJORITY = "majority"
    ADJUDICATOR = "adjudicator"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOutcome:
    """What a round came to.

    Attributes:
        revision_id: The accepted revision; None while or unless it is accepted.
        awaited: How many reviews are still asked for.
        confirmers: Whose word on the edit is awaited.
        edit_review_id: The review whose edit they are asked about.
        decided_by: None while it is not decided.
        reviews: The reviews that count, in the order in which they came.
    """

    act: ActFact
    state: RoundState
    revision_id: str | None = None
    awaited: int = 0
    confirmers: tuple[str, ...] = ()
    edit_review_id: str | None = None
    decided_by: DecidedBy | None = None
    reviews: tuple[ReviewFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vote:
    """What a reviewer stands for; two edits are two votes."""

    kind: ReviewDecision
    revision_id: str | None


_STATES = {
    ReviewDecision.ACCEPT: RoundState.ACCEPTED,
    ReviewDecision.RETURN: RoundState.RETURNED,
    ReviewDecision.REJECT: RoundState.REJECTED,
}
_RULINGS = {
    Ruling.ACCEPT: RoundState.ACCEPTED,
    Ruling.RETURN: RoundState.RETURNED,
    Ruling.REJECT: RoundState.REJECTED,
}


def round_outcome(facts: ItemFacts, act: ActFact, *, is_seed: bool) -> RoundOutcome:
    """Say what a round came to.

    Args:
        facts: The item's.
        act: The act that opened the round.
        is_seed: Whether only unanimity of the first reviewers accepts.
    """
    reviews = counting(facts, act)
    slots = act.slots or 1
    ruling = _ruling(facts, act)
    if any(review.decision is ReviewDecision.ESCALATE for review in reviews):
        state = RoundState.ESCALATED
        return RoundOutcome(act=act, state=state, reviews=reviews, decided_by=DecidedBy.REVIEWERS)
    if ruling is not None:
        state = _RULINGS[ruling.ruling]
        accepted = ruling.revision_id or act.revision_id
        return RoundOutcome(
            act=act,
            state=state,
            revision_id=accepted if state is RoundState.ACCEPTED else None,
            reviews=reviews,
            decided_by=DecidedBy.ADJUDICATOR,
        )
    if len(reviews) < slots:
        return RoundOutcome(
            act=act,
            state=RoundState.REVIEWS_AWAITED,
            awaited=slots - len(reviews),
            reviews=reviews,
        )
    return _voted(facts, act, reviews, slots=slots, is_seed=is_seed)


def counting(facts: ItemFacts, act: ActFact) -> tuple[ReviewFact, ...]:
    """Give the reviews of a round that decide: one per reviewer, the newest."""
    found: dict[str, ReviewFact] = {}
    for review in facts.reviews:
        if review.act_id == act.id and _counts(review, act):
            before = found.get(review.annotator_id)
            if before is None or before.turn < review.turn:
                found[review.annotator_id] = review
    return tuple(found.values())


def _counts(review: ReviewFact, act: ActFact) -> bool:
    return not review.is_withdrawn and not review.is_surplus and (review.is_blind or act.is_solo)


def _ruling(facts: ItemFacts, act: ActFact) -> RulingFact | None:
    found = [ruling for ruling in facts.rulings if ruling.act_id == act.id]
    return max(found, key=lambda ruling: ruling.turn, default=None)


def _voted(
    facts: ItemFacts,
    act: ActFact,
    reviews: tuple[ReviewFact, ...],
    *,
    slots: int,
    is_seed: bool,
) -> RoundOutcome:
    votes = [_vote(facts, act, review, reviews) for review in reviews]
    most = max(votes, key=votes.count)
    unanimous = votes.count(most) == len(votes)
    is_third_in = len(reviews) > slots
    if unanimous or (is_third_in and not is_seed and votes.count(most) * 2 > len(votes)):
        state = _STATES[most.kind]
        return RoundOutcome(
            act=act,
            state=state,
            revision_id=most.revision_id if state is RoundState.ACCEPTED else None,
            reviews=reviews,
            decided_by=DecidedBy.REVIEWERS if unanimous else DecidedBy.MAJORITY,
        )
    edit = _edit_to_confirm(reviews)
    if edit is not None and not is_third_in:
        answers = _answers(facts, edit)
        asked = [one.annotator_id for one in reviews if one.annotator_id != edit.annotator_id]
        if all(answers.get(one, True) for one in asked):
            return RoundOutcome(
                act=act,
                state=RoundState.CONFIRMATIONS_AWAITED,
                confirmers=tuple(one for one in asked if one not in answers),
                edit_review_id=edit.id,
                reviews=reviews,
            )
    # A third opinion cannot make those unanimous who differ.
    if is_third_in or is_seed:
        return RoundOutcome(act=act, state=RoundState.RULING_AWAITED, reviews=reviews)
    return RoundOutcome(act=act, state=RoundState.THIRD_AWAITED, awaited=1, reviews=reviews)


def _edit_to_confirm(reviews: tuple[ReviewFact, ...]) -> ReviewFact | None:
    """Find the one edit that all others' plain acceptance stands beside."""
    edits = [one for one in reviews if one.decision is ReviewDecision.ACCEPT_WITH_EDIT]
    plain = [one for one in reviews if one.decision is ReviewDecision.ACCEPT]
    return edits[0] if len(edits) == 1 and len(edits) + len(plain) == len(reviews) else None


def _vote(
    facts: ItemFacts, act: ActFact, review: ReviewFact, reviews: tuple[ReviewFact, ...]
) -> _Vote:
    if review.decision is ReviewDecision.ACCEPT_WITH_EDIT:
        return _Vote(kind=ReviewDecision.ACCEPT, revision_id=review.edited_revision_id)
    if review.decision is not ReviewDecision.ACCEPT:
        return _Vote(kind=review.decision, revision_id=None)
    for other in reviews:
        if other.decision is not ReviewDecision.ACCEPT_WITH_EDIT:
            continue
        if _answers(facts, other).get(review.annotator_id, False):
            return _Vote(kind=ReviewDecision.ACCEPT, revision_id=other.edited_revision_id)
    return _Vote(kind=ReviewDecision.ACCEPT, revision_id=act.revision_id)


def _answers(facts: ItemFacts, edit: ReviewFact) -> dict[str, bool]:
    found = sorted(
        (one for one in facts.confirmations if one.review_id == edit.id),
        key=lambda one: one.turn,
    )
    return {one.annotator_id: one.is_confirmed for one in found}
