"""Owns what is known of an item's way through the workflow, as frozen values.

``db.queries.item_facts`` reads them; ``db.queries.status`` says what follows from them.
"""

from dataclasses import dataclass
from datetime import datetime

from db.acts import ActKind
from db.items import ItemOrigin
from db.labels import Decision
from db.reviews import ReviewDecision, Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFact:
    """One act.

    Attributes:
        slots: How many reviewers the round asks for that it opens; None for other acts.
    """

    id: str
    number: int
    kind: ActKind
    revision_id: str
    annotator_id: str
    slots: int | None
    is_solo: bool
    created_at: datetime

    @property
    def opens_round(self) -> bool:
        """Whether reviewers are asked from then on."""
        return self.kind in {ActKind.SUBMIT, ActKind.REOPEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFact:
    """One review, also one that decides nothing.

    Attributes:
        is_blind: Whether its reviewer knew nothing but the text.
        is_surplus: Whether it came too late.
        is_withdrawn: Whether its reviewer took it back.
    """

    id: str
    act_id: str
    annotator_id: str
    turn: int
    decision: ReviewDecision
    edited_revision_id: str | None
    is_blind: bool
    is_surplus: bool
    is_withdrawn: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationFact:
    """What another reviewer says to an edit, while it is not taken back."""

    id: str
    review_id: str
    annotator_id: str
    turn: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingFact:
    """An adjudicator's ruling on a round, while it is not taken back."""

    id: str
    act_id: str
    annotator_id: str
    turn: int
    ruling: Ruling
    revision_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFact:
    """A response that needs labels of people, with what they decided.

    Attributes:
        blind: Live blind decisions, by annotator.
        unblinded: Live decisions of people who were not blind, by annotator.
        ruling: An adjudicator's, while it is not taken back.
    """

    id: str
    revision_id: str
    blind: dict[str, Decision]
    unblinded: dict[str, Decision]
    ruling: Ruling | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """Everything that an item's status follows from.

    Attributes:
        acts: By number.
        reviews: Of all its rounds, in the order in which they came.
        responses: Of revisions that a round accepted, those that need labels of people; and those
            of a text that is in use unreviewed, where its slots are decided on.
        released: The revisions of it that releases hold.
    """

    item_id: str
    origin: ItemOrigin
    current_revision_id: str
    acts: tuple[ActFact, ...] = ()
    reviews: tuple[ReviewFact, ...] = ()
    confirmations: tuple[ConfirmationFact, ...] = ()
    rulings: tuple[RulingFact, ...] = ()
    responses: tuple[ResponseFact, ...] = ()
    released: frozenset[str] = frozenset()
