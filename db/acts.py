"""Owns acts: what moves an item through the workflow, apart from reviews, labels and releases.

Acts of an item are numbered without a gap, so that of two people who act at once the second is
refused. Where an item stands follows from its facts; ``db.queries.status`` says how.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from db.base import Table, UtcDateTime, choice, event_link


class ActKind(StrEnum):
    """What somebody did with an item as a whole."""

    # Opens a review round on a revision.
    SUBMIT = "submit"
    REOPEN = "reopen"
    # The author takes it back before it was decided.
    RECALL = "recall"
    # A lead's ruling: on an escalation, or on what needs a decision.
    RULE_ACCEPT = "rule_accept"
    RULE_RETURN = "rule_return"
    RULE_REJECT = "rule_reject"
    # Too easy or broken: it needs a decision.
    FLAG = "flag"
    RETIRE = "retire"
    REINSTATE = "reinstate"
    DISCARD = "discard"
    RESTORE = "restore"
    MARK_SEED = "mark_seed"
    UNMARK_SEED = "unmark_seed"


class ItemAct(Table, table=True):
    """One act.

    Attributes:
        number: 1 for the item's first act, without gaps.
        revision_id: What the item said then.
        slots: How many reviewers a round that this act opens asks for; None for other acts.
        is_solo: Whether the workspace was one person's, who then reviews what they wrote.
        reason: What was given as a reason; it can be blanked without breaking the history.
    """

    __tablename__ = "item_act"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint(
            "(slots IS NOT NULL) = (kind IN ('submit', 'reopen'))", name="slots_of_a_round"
        ),
    )

    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="item.id", index=True)
    number: int
    kind: ActKind = Field(sa_column=choice(ActKind))
    revision_id: str = Field(foreign_key="revision.id", index=True)
    annotator_id: str = Field(foreign_key="annotator.id", index=True)
    slots: int | None = Field(default=None)
    is_solo: bool = Field(default=False)
    reason: str = Field(default="")
    reason_hash: str | None = Field(default=None)
    created_at: datetime = Field(sa_type=UtcDateTime)
    event_id: str = Field(default="", sa_column=event_link())
