"""Owns which acts are legal where, and for whom: one table, asked before every act.

Screens ask the same table which buttons to offer, so that nothing is offered that is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from db.acts import ActKind
from db.queries.status import ItemStatus, Standing
from db.roles import Role


class RefusedAs(StrEnum):
    """What kind of refusal an act meets."""

    ROLE = "role"
    OWN = "own"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where an act is legal and who may do it.

    Attributes:
        statuses: Where the item must stand.
        roles: Those of which one is enough, held for the item's type and language.
        writers: Whether it is for the person alone who wrote the item's text or sent it.
        impartial: Whether it is not for those who wrote in the item's family or reviewed it.
    """

    statuses: frozenset[ItemStatus]
    roles: tuple[Role, ...]
    writers: bool = False
    impartial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who wants to act on an item.

    Attributes:
        roles: Those held for the item's type and language.
        is_writer: Whether they wrote its text or sent it to review.
        in_family: Whether they wrote anything of its family.
        has_decided: Whether they reviewed or adjudicated it in its newest round.
        owns_all: Whether the workspace is theirs alone; what is their own is then theirs to rule.
    """

    annotator_id: str
    roles: frozenset[Role]
    is_writer: bool = False
    in_family: bool = False
    has_decided: bool = False
    owns_all: bool = False


_EVERYWHERE: Final = frozenset(ItemStatus)
_ENDED: Final = frozenset({ItemStatus.RETIRED, ItemStatus.DISCARDED})
_ACCEPTED: Final = frozenset(
    {ItemStatus.ACCEPTED, ItemStatus.LABELLING, ItemStatus.READY, ItemStatus.RELEASED}
)
_TO_RULE: Final = frozenset({ItemStatus.ESCALATED, ItemStatus.NEEDS_DECISION})
_TO_FLAG: Final = _ACCEPTED | {ItemStatus.IN_REVIEW, ItemStatus.ADJUDICATION}
_UNDECIDED: Final = frozenset({ItemStatus.DRAFTED, ItemStatus.IN_REVIEW, ItemStatus.RETURNED})
_REOPENABLE: Final = _EVERYWHERE - _ENDED - {ItemStatus.DRAFTED}
_LEAD: Final = (Role.LEAD,)

RULES: Final[Mapping[ActKind, Rule]] = {
    ActKind.SUBMIT: Rule(
        statuses=_ACCEPTED | {ItemStatus.DRAFTED, ItemStatus.RETURNED},
        roles=(Role.AUTHOR, Role.LEAD),
    ),
    ActKind.REOPEN: Rule(statuses=_REOPENABLE, roles=_LEAD, impartial=True),
    ActKind.RECALL: Rule(
        statuses=frozenset({ItemStatus.IN_REVIEW}), roles=(Role.AUTHOR, Role.LEAD), writers=True
    ),
    ActKind.RULE_ACCEPT: Rule(statuses=_TO_RULE, roles=_LEAD, impartial=True),
    ActKind.RULE_RETURN: Rule(statuses=_TO_RULE, roles=_LEAD, impartial=True),
    ActKind.RULE_REJECT: Rule(statuses=_TO_RULE, roles=_LEAD, impartial=True),
    ActKind.FLAG: Rule(statuses=_TO_FLAG, roles=(Role.LEAD, Role.ADJUDICATOR)),
    ActKind.RETIRE: Rule(statuses=_EVERYWHERE - _ENDED, roles=_LEAD),
    ActKind.REINSTATE: Rule(statuses=frozenset({ItemStatus.RETIRED}), roles=_LEAD, impartial=True),
    ActKind.DISCARD: Rule(
        statuses=frozenset({ItemStatus.DRAFTED, ItemStatus.RETURNED}),
        roles=(Role.AUTHOR,),
        writers=True,
    ),
    ActKind.RESTORE: Rule(
        statuses=frozenset({ItemStatus.DISCARDED}), roles=(Role.AUTHOR,), writers=True
    ),
    ActKind.MARK_SEED: Rule(statuses=_UNDECIDED, roles=_LEAD),
    ActKind.UNMARK_SEED: Rule(statuses=_UNDECIDED, roles=_LEAD, impartial=True),
}

# Where somebody may write the next revision, which opens a round of its own.
WRITABLE: Final = _EVERYWHERE - _ENDED - {ItemStatus.REJECTED}


def refusal(kind: ActKind, standing: Standing, actor: Actor) -> RefusedAs | None:
    """Say why an actor may not do something with an item now; None when they may."""
    rule = RULES[kind]
    if not actor.owns_all:
        if not actor.roles & set(rule.roles):
            return RefusedAs.ROLE
        if _is_others(kind, rule, actor):
            return RefusedAs.OWN
        if rule.impartial and (actor.in_family or actor.has_decided):
            return RefusedAs.OWN
    if standing.explanation.status not in rule.statuses or not _fits(kind, standing):
        return RefusedAs.STATUS
    return None


def legal_acts(standing: Standing, actor: Actor) -> tuple[ActKind, ...]:
    """List what an actor may do with an item now."""
    return tuple(kind for kind in RULES if refusal(kind, standing, actor) is None)


def _is_others(kind: ActKind, rule: Rule, actor: Actor) -> bool:
    if rule.writers:
        return not actor.is_writer
    # An author sends what they wrote; a lead sends any item.
    return kind is ActKind.SUBMIT and Role.LEAD not in actor.roles and not actor.is_writer


def _fits(kind: ActKind, standing: Standing) -> bool:
    match kind:
        case ActKind.SUBMIT:
            return standing.explanation.status is ItemStatus.DRAFTED or _is_unseen(standing)
        case ActKind.REOPEN:
            return (standing.round is not None or standing.ruled) and not _just_begun(standing)
        case ActKind.RECALL:
            return _no_review_in(standing)
        case ActKind.MARK_SEED:
            return not standing.is_seed and _is_before_reviews(standing)
        case ActKind.UNMARK_SEED:
            return standing.is_seed and _is_before_reviews(standing)
    return True


def _is_unseen(standing: Standing) -> bool:
    """Say whether no round and no ruling was about the item's current text."""
    asked = standing.round.revision_id if standing.round is not None else None
    return standing.facts.current_revision_id not in {asked, standing.accepted_id}


def _just_begun(standing: Standing) -> bool:
    in_review = standing.explanation.status is ItemStatus.IN_REVIEW
    return in_review and _no_review_in(standing)


def _no_review_in(standing: Standing) -> bool:
    return standing.outcome is not None and not standing.outcome.reviews


def _is_before_reviews(standing: Standing) -> bool:
    return standing.explanation.status is not ItemStatus.IN_REVIEW or _no_review_in(standing)
