"""Owns what the panel "Where it stands" shows of an item, and which acts it offers a person."""

from dataclasses import dataclass
from datetime import datetime

from curation.review.acting import REASONED, actor_of
from curation.review.said import Said, find_said
from curation.review.transitions import legal_acts
from db.acts import ActKind
from db.engine import Session
from db.items import Item
from db.queries.acts import handle_of, list_acts
from db.queries.item_facts import load_item_facts
from db.queries.status import Explanation, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """One act as the timeline tells it."""

    number: int
    kind: ActKind
    handle: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStanding:
    """Where an item stands.

    Attributes:
        acts: Newest first.
        legal: What the person may do with it now.
        seen: Number of the newest act.
        is_seed: Whether it is an expert's item that feeds drafting.
        said: What the newest round said, once it is decided and the person may read it.
    """

    item_id: str
    explanation: Explanation
    acts: tuple[ActLine, ...]
    legal: tuple[ActKind, ...]
    seen: int
    is_seed: bool
    said: Said | None = None

    @property
    def needs_reason(self) -> bool:
        """Whether one of the acts that are offered needs a reason."""
        return any(kind in REASONED for kind in self.legal)


def load_item_standing(session: Session, item_id: str, *, annotator_id: str) -> ItemStanding:
    """Read where an item stands and what a person may do about it."""
    standing = Standing(load_item_facts(session, [item_id])[item_id])
    item = session.get_one(Item, item_id)
    lines = list_acts(session, item_id)
    handles = {one: handle_of(session, one) for one in {line.annotator_id for line in lines}}
    return ItemStanding(
        item_id=item_id,
        explanation=standing.explanation,
        acts=tuple(
            ActLine(
                number=line.number,
                kind=line.kind,
                handle=handles[line.annotator_id],
                reason=line.reason,
                at=line.created_at,
            )
            for line in reversed(lines)
        ),
        legal=legal_acts(standing, actor_of(session, item, standing, annotator_id=annotator_id)),
        seen=len(lines),
        is_seed=standing.is_seed,
        said=find_said(session, item_id, annotator_id=annotator_id),
    )
