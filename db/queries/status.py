"""Owns where an item stands: derived from its facts here and nowhere else.

Acts are folded in their order; of the rounds only the newest counts. ``next_needed`` and
``explain`` follow from the same standing, so that slots and sentences cannot contradict it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from db.acts import ActKind
from db.items import ItemOrigin
from db.labels import Decision
from db.queries.review_rounds import DecidedBy, RoundOutcome, RoundState, round_outcome
from db.queries.workflow import ActFact, ItemFacts, ResponseFact
from db.reviews import Ruling
from db.slots import Stage

__all__ = [
    "Because",
    "Explanation",
    "ItemFacts",
    "ItemStatus",
    "Needed",
    "SlotNeed",
    "Standing",
    "accepted_revision",
    "explain",
    "item_status",
    "next_needed",
]


# Items that come with the program or from a file are in use without having been sent to review.
BROUGHT: Final = (ItemOrigin.STARTER, ItemOrigin.IMPORTED)


class ItemStatus(StrEnum):
    """Where an item stands in the workflow."""

    DRAFTED = "drafted"
    IN_REVIEW = "in_review"
    ADJUDICATION = "adjudication"
    ACCEPTED = "accepted"
    LABELLING = "labelling"
    READY = "ready"
    RELEASED = "released"
    RETURNED = "returned"
    ESCALATED = "escalated"
    NEEDS_DECISION = "needs_decision"
    REJECTED = "rejected"
    DISCARDED = "discarded"
    RETIRED = "retired"


class Because(StrEnum):
    """Why an item stands where it stands."""

    NEVER_SENT = "never_sent"
    RECALLED = "recalled"
    REVIEWS_AWAITED = "reviews_awaited"
    CONFIRMATIONS_AWAITED = "confirmations_awaited"
    THIRD_AWAITED = "third_awaited"
    RULING_AWAITED = "ruling_awaited"
    ESCALATED = "escalated"
    BY_REVIEWERS = "by_reviewers"
    BY_MAJORITY = "by_majority"
    BY_ADJUDICATOR = "by_adjudicator"
    BY_LEAD = "by_lead"
    BY_ONE_ALONE = "by_one_alone"
    LABELS_AWAITED = "labels_awaited"
    LABELS_DIFFER = "labels_differ"
    UNDECIDABLE = "undecidable"
    ALL_LABELLED = "all_labelled"
    IN_A_RELEASE = "in_a_release"
    FLAGGED = "flagged"
    RETIRED = "retired"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an item stands where it stands.

    Attributes:
        values: What the sentence counts, such as ``awaited`` and ``of``.
        act: The act that the reason goes back to; None when there is none.
        has_newer_text: Whether a later revision exists than the one that was accepted.
    """

    status: ItemStatus
    because: Because
    values: dict[str, int]
    act: ActFact | None
    has_newer_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotNeed:
    """Slots of one stage that should be open now.

    Attributes:
        subject_id: What is worked on: a revision or a response.
        act_id: The act that opened the round; None for labels.
        count: How many are asked for beside those whose work is in.
    """

    stage: Stage
    subject_id: str
    item_id: str
    revision_id: str
    response_id: str | None
    act_id: str | None
    round: int
    count: int
    other_background: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What an item waits for.

    Attributes:
        confirmers: Whose word on an edit is awaited.
        edit_review_id: The review whose edit they are asked about.
        lead: Whether a lead has to rule.
    """

    slots: tuple[SlotNeed, ...] = ()
    confirmers: tuple[str, ...] = ()
    edit_review_id: str | None = None
    lead: bool = False


@dataclass(slots=True)
class _Fold:
    """What the acts say, one after the other."""

    round: ActFact | None = None
    recall: ActFact | None = None
    ruling: ActFact | None = None
    flag: ActFact | None = None
    retirement: ActFact | None = None
    discard: ActFact | None = None
    is_seed: bool = False

    def take(self, act: ActFact) -> None:
        """Let one more act have happened."""
        match act.kind:
            case ActKind.SUBMIT | ActKind.REOPEN:
                self.round = act
                self.recall = self.ruling = self.flag = None
                self.retirement = self.discard = None
            case ActKind.RECALL:
                self.recall = act
            case ActKind.RULE_ACCEPT | ActKind.RULE_RETURN | ActKind.RULE_REJECT:
                self.ruling, self.flag = act, None
            case ActKind.FLAG:
                self.flag = act
            case ActKind.RETIRE:
                self.retirement = act
            case ActKind.REINSTATE:
                self.retirement = None
            case ActKind.DISCARD:
                self.discard = act
            case ActKind.RESTORE:
                self.discard = None
            case ActKind.MARK_SEED:
                self.is_seed = True
            case ActKind.UNMARK_SEED:
                self.is_seed = False


class Standing:
    """Where an item stands, with everything that status, needs and reasons are read from."""

    def __init__(self, facts: ItemFacts) -> None:
        self.facts = facts
        self._fold = _Fold()
        for act in facts.acts:
            self._fold.take(act)

    @property
    def is_seed(self) -> bool:
        """Whether it is an expert's item that feeds drafting."""
        return self._fold.is_seed

    @property
    def round(self) -> ActFact | None:
        """The act that opened the newest round, unless its author took the item back."""
        return None if self._fold.recall is not None else self._fold.round

    @cached_property
    def outcome(self) -> RoundOutcome | None:
        """What the newest round came to; None when there is none."""
        if self.round is None:
            return None
        return round_outcome(self.facts, self.round, is_seed=self.is_seed)

    @property
    def ruled(self) -> bool:
        """Whether a lead's ruling holds."""
        return self._fold.ruling is not None

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is asked of anybody, whatever the round says."""
        return self._fold.discard is not None or self._fold.retirement is not None

    @property
    def is_with_lead(self) -> bool:
        """Whether a lead has to rule, and nobody else is asked anything meanwhile."""
        return self.explanation.status in {ItemStatus.ESCALATED, ItemStatus.NEEDS_DECISION}

    @property
    def accepted_id(self) -> str | None:
        """The accepted revision, whatever happened to the item as a whole since."""
        ruling = self._fold.ruling
        if ruling is not None:
            return ruling.revision_id if ruling.kind is ActKind.RULE_ACCEPT else None
        return self.outcome.revision_id if self.outcome is not None else None

    @property
    def in_use_id(self) -> str | None:
        """The text whose responses people label: accepted, or brought here and never sent."""
        if self.is_stopped or self.is_with_lead:
            return None
        if self.facts.origin in BROUGHT and not any(act.opens_round for act in self.facts.acts):
            return self.facts.current_revision_id
        return self.accepted_id

    @property
    def is_solo(self) -> bool:
        """Whether it went through a workspace of one person."""
        return self.round is not None and self.round.is_solo

    @property
    def to_label(self) -> tuple[ResponseFact, ...]:
        """The accepted revision's responses that need labels of people."""
        accepted = self.accepted_id
        return tuple(one for one in self.facts.responses if one.revision_id == accepted)

    @cached_property
    def explanation(self) -> Explanation:
        """Status and reason."""
        status, because, values, act = self._derive()
        accepted = self.accepted_id
        return Explanation(
            status=status,
            because=because,
            values=values,
            act=act,
            has_newer_text=accepted is not None and accepted != self.facts.current_revision_id,
        )

    def _derive(self) -> "_Derived":
        fold = self._fold
        if fold.discard is not None:
            return ItemStatus.DISCARDED, Because.DISCARDED, {}, fold.discard
        if fold.retirement is not None:
            return ItemStatus.RETIRED, Because.RETIRED, {}, fold.retirement
        if fold.flag is not None:
            return ItemStatus.NEEDS_DECISION, Because.FLAGGED, {}, fold.flag
        if fold.ruling is not None:
            return self._ruled(fold.ruling)
        if self.outcome is not None:
            return self._reviewed(self.outcome)
        if fold.recall is not None:
            return ItemStatus.DRAFTED, Because.RECALLED, {}, fold.recall
        if self.facts.current_revision_id in self.facts.released:
            return ItemStatus.RELEASED, Because.IN_A_RELEASE, {}, None
        return ItemStatus.DRAFTED, Because.NEVER_SENT, {}, None

    def _ruled(self, act: ActFact) -> "_Derived":
        if act.kind is ActKind.RULE_RETURN:
            return ItemStatus.RETURNED, Because.BY_LEAD, {}, act
        if act.kind is ActKind.RULE_REJECT:
            return ItemStatus.REJECTED, Because.BY_LEAD, {}, act
        return self._accepted(Because.BY_LEAD, act)

    def _reviewed(self, outcome: RoundOutcome) -> "_Derived":
        act = outcome.act
        match outcome.state:
            case RoundState.REVIEWS_AWAITED:
                counts = {"awaited": outcome.awaited, "of": act.slots or 1}
                return ItemStatus.IN_REVIEW, Because.REVIEWS_AWAITED, counts, act
            case RoundState.CONFIRMATIONS_AWAITED:
                counts = {"awaited": len(outcome.confirmers)}
                return ItemStatus.IN_REVIEW, Because.CONFIRMATIONS_AWAITED, counts, act
            case RoundState.THIRD_AWAITED:
                return ItemStatus.IN_REVIEW, Because.THIRD_AWAITED, {}, act
            case RoundState.RULING_AWAITED:
                return ItemStatus.ADJUDICATION, Because.RULING_AWAITED, {}, act
            case RoundState.ESCALATED:
                return ItemStatus.ESCALATED, Because.ESCALATED, {}, act
        because = _BY[outcome.decided_by or DecidedBy.REVIEWERS]
        if act.is_solo:
            because = Because.BY_ONE_ALONE
        if outcome.state is RoundState.RETURNED:
            return ItemStatus.RETURNED, because, {}, act
        if outcome.state is RoundState.REJECTED:
            return ItemStatus.REJECTED, because, {}, act
        return self._accepted(because, act)

    def _accepted(self, because: Because, act: ActFact) -> "_Derived":
        states = [label_state(one, is_solo=self.is_solo) for one in self.to_label]
        counts = {state: states.count(state) for state in LabelState}
        responses = {"responses": len(states)}
        if counts[LabelState.UNDECIDABLE]:
            values = {"responses": counts[LabelState.UNDECIDABLE]}
            return ItemStatus.RETURNED, Because.UNDECIDABLE, values, act
        if self.accepted_id in self.facts.released:
            return ItemStatus.RELEASED, Because.IN_A_RELEASE, {}, act
        if counts[LabelState.DIFFER]:
            values = {"responses": counts[LabelState.DIFFER]}
            return ItemStatus.ADJUDICATION, Because.LABELS_DIFFER, values, act
        if counts[LabelState.AWAITED]:
            values = {"awaited": counts[LabelState.AWAITED], "of": len(states)}
            return ItemStatus.LABELLING, Because.LABELS_AWAITED, values, act
        if states:
            return ItemStatus.READY, Because.ALL_LABELLED, responses, act
        return ItemStatus.ACCEPTED, because, {}, act


_Derived = tuple[ItemStatus, Because, dict[str, int], ActFact | None]

_BY = {
    DecidedBy.REVIEWERS: Because.BY_REVIEWERS,
    DecidedBy.MAJORITY: Because.BY_MAJORITY,
    DecidedBy.ADJUDICATOR: Because.BY_ADJUDICATOR,
}

BLIND_LABELS = 2


class LabelState(StrEnum):
    """Where the labels of one response stand."""

    AWAITED = "awaited"
    DIFFER = "differ"
    SETTLED = "settled"
    UNDECIDABLE = "undecidable"


def label_state(response: ResponseFact, *, is_solo: bool) -> LabelState:
    """Say where the labels of a response stand.

    One person alone cannot find a response undecidable: that takes two, or an adjudicator.
    """
    if response.ruling is not None:
        undecidable = response.ruling is Ruling.CANNOT_TELL
        return LabelState.UNDECIDABLE if undecidable else LabelState.SETTLED
    decisions = list(response.blind.values())
    if is_solo and len(decisions) < BLIND_LABELS and (decisions or response.unblinded):
        return LabelState.SETTLED
    if len(decisions) < BLIND_LABELS:
        return LabelState.AWAITED
    if len(set(decisions)) > 1:
        return LabelState.DIFFER
    undecidable = decisions[0] is Decision.CANNOT_TELL
    return LabelState.UNDECIDABLE if undecidable else LabelState.SETTLED


def item_status(facts: ItemFacts) -> ItemStatus:
    """Derive an item's status."""
    return Standing(facts).explanation.status


def explain(facts: ItemFacts) -> Explanation:
    """Say why an item stands where it stands."""
    return Standing(facts).explanation


def accepted_revision(facts: ItemFacts) -> str | None:
    """Give the revision that releases take of an item whose status lets it in; else None."""
    standing = Standing(facts)
    let_in = standing.explanation.status in {
        ItemStatus.ACCEPTED,
        ItemStatus.LABELLING,
        ItemStatus.READY,
        ItemStatus.RELEASED,
    }
    return standing.accepted_id if let_in else None


def next_needed(facts: ItemFacts) -> Needed:
    """Say what an item waits for: open slots, confirmations, a lead."""
    standing = Standing(facts)
    if standing.is_with_lead:
        return Needed(lead=True)
    if standing.is_stopped:
        return Needed()
    if standing.accepted_id is not None:
        return Needed(slots=tuple(_label_slots(standing, standing.to_label)))
    outcome = standing.outcome
    if outcome is None:
        return Needed(slots=tuple(_label_slots(standing, facts.responses)))
    if standing.explanation.act is not outcome.act:
        return Needed()
    if outcome.state is RoundState.CONFIRMATIONS_AWAITED:
        return Needed(confirmers=outcome.confirmers, edit_review_id=outcome.edit_review_id)
    stage = _STAGES.get(outcome.state)
    if stage is None:
        return Needed()
    asks_reviews = stage is Stage.REVIEW
    return Needed(
        slots=(
            SlotNeed(
                stage=stage,
                subject_id=outcome.act.revision_id,
                item_id=facts.item_id,
                revision_id=outcome.act.revision_id,
                response_id=None,
                act_id=outcome.act.id,
                round=outcome.act.number,
                count=outcome.awaited or 1,
                other_background=asks_reviews and standing.is_seed,
            ),
        )
    )


_STAGES = {
    RoundState.REVIEWS_AWAITED: Stage.REVIEW,
    RoundState.THIRD_AWAITED: Stage.THIRD_REVIEW,
    RoundState.RULING_AWAITED: Stage.ADJUDICATE,
}


def _label_slots(standing: Standing, responses: Sequence[ResponseFact]) -> list[SlotNeed]:
    found = []
    for response in responses:
        state = label_state(response, is_solo=standing.is_solo)
        if state not in {LabelState.AWAITED, LabelState.DIFFER}:
            continue
        awaited = state is LabelState.AWAITED
        wanted = 1 if standing.is_solo else BLIND_LABELS
        found.append(
            SlotNeed(
                stage=Stage.LABEL if awaited else Stage.ADJUDICATE_LABELS,
                subject_id=response.id,
                item_id=standing.facts.item_id,
                revision_id=response.revision_id,
                response_id=response.id,
                act_id=None,
                round=1,
                count=wanted - len(response.blind) if awaited else 1,
                other_background=False,
            )
        )
    return found
