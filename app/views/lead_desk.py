"""Owns what a lead has to look at: items that wait for a ruling, claims, skips, requests."""

from dataclasses import dataclass
from typing import Final

from db.engine import Session
from db.queries.comments import open_threads
from db.queries.item_facts import statuses
from db.queries.lead_desk import HeldSlot, ReopenWanted, held_slots, reopen_wanted
from db.queries.roles import holds
from db.queries.skips import SkipShown, skips_needing_attention
from db.queries.status import ItemStatus
from db.roles import Role

TO_RULE: Final = (ItemStatus.ESCALATED, ItemStatus.NEEDS_DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRule:
    """An item that waits for a lead's word.

    Attributes:
        status: Escalated by a reviewer, or flagged.
    """

    item_id: str
    status: ItemStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """An item with threads that nobody has settled."""

    item_id: str
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDesk:
    """Everything that waits for a lead; a lead's role for the item is asked again at each act."""

    to_rule: tuple[ToRule, ...]
    requests: tuple[ReopenWanted, ...]
    skips: tuple[SkipShown, ...]
    claims: tuple[HeldSlot, ...]
    commented: tuple[Commented, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.to_rule or self.requests or self.skips or self.claims or self.commented)


def load_lead_desk(session: Session, *, annotator_id: str) -> LeadDesk | None:
    """Read what waits for a lead; None for everybody else."""
    if not holds(session, annotator_id, Role.LEAD):
        return None
    return LeadDesk(
        to_rule=tuple(
            ToRule(item_id=item_id, status=status)
            for item_id, status in sorted(statuses(session).items())
            if status in TO_RULE
        ),
        requests=tuple(reopen_wanted(session)),
        skips=tuple(skips_needing_attention(session)),
        claims=tuple(held_slots(session)),
        commented=tuple(
            Commented(item_id=item_id, threads=count)
            for item_id, count in sorted(open_threads(session).items())
        ),
    )
