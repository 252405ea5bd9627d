"""Owns what a lead has to look at: items that wait for a ruling, claims, skips, requests."""

from dataclasses import dataclass
from typing import Final

from db.engine import Session
from db.queries.acts import last_number
from db.queries.comments import open_threads
from db.queries.item_facts import statuses
from db.queries.lead_desk import HeldSlot, ReopenWanted, held_slots, reopen_wanted, scopes_of
from db.queries.roles import find_standing
from db.queries.skips import SkipShown, skips_needing_attention
from db.queries.status import ItemStatus
from db.roles import Role

TO_RULE: Final = (ItemStatus.ESCALATED, ItemStatus.NEEDS_DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRule:
    """An item that waits for a lead's word.

    Attributes:
        status: Escalated by a reviewer, or flagged.
        seen: Number of the newest act on it.
    """

    item_id: str
    status: ItemStatus
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """An item with threads that nobody has settled."""

    item_id: str
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDesk:
    """Everything that waits for a lead whose role covers the item; each act asks for it again."""

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
    """Read what waits for a lead, of the types and languages they lead; None for everybody else."""
    person = find_standing(session, annotator_id)
    if person is None or not person.holds(Role.LEAD):
        return None
    waiting = {
        item_id: status for item_id, status in statuses(session).items() if status in TO_RULE
    }
    requests, skips = reopen_wanted(session), skips_needing_attention(session)
    claims, commented = held_slots(session), open_threads(session)
    seen_in = (
        *waiting,
        *commented,
        *(one.item_id for one in requests),
        *(one.item_id for one in skips),
        *(one.item_id for one in claims),
    )
    scopes = scopes_of(session, seen_in)
    led = {
        item_id
        for item_id, (type_id, language_id) in scopes.items()
        if person.holds(Role.LEAD, type_id=type_id, language_id=language_id)
    }
    return LeadDesk(
        to_rule=tuple(
            ToRule(item_id=item_id, status=status, seen=last_number(session, item_id))
            for item_id, status in sorted(waiting.items())
            if item_id in led
        ),
        requests=tuple(one for one in requests if one.item_id in led),
        skips=tuple(one for one in skips if one.item_id in led),
        claims=tuple(one for one in claims if one.item_id in led),
        commented=tuple(
            Commented(item_id=item_id, threads=count)
            for item_id, count in sorted(commented.items())
            if item_id in led
        ),
    )
