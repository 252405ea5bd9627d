"""Owns asking for reviews anew when a workspace is made shared: one own review is not blind.

A round that was opened in a solo workspace asks for one review, even by the author. What
is still undecided then is asked of two blind reviewers instead.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from curation.review.rounds import reconcile, record_act
from db.acts import ActKind
from db.engine import Session
from db.queries.item_facts import load_item_facts, statuses
from db.queries.status import ItemStatus, Standing
from db.queries.working_copies import lock_item
from db.recording import Recording

SHARED_REASON: Final = "The workspace was made shared."


def lock_solo_rounds(session: Session) -> tuple[str, ...]:
    """Lock the items whose review one person alone was asked for and has not given, by id."""
    waiting = [
        item_id for item_id, status in statuses(session).items() if status is ItemStatus.IN_REVIEW
    ]
    found = sorted(
        item_id
        for item_id, facts in load_item_facts(session, waiting).items()
        if Standing(facts).is_solo
    )
    for item_id in found:
        lock_item(session, item_id)
    return tuple(found)


def ask_anew(session: Session, item_ids: Sequence[str], *, record: Recording) -> None:
    """Open a round of blind reviews on the revision that each of these items was sent with."""
    facts = load_item_facts(session, item_ids)
    for item_id in item_ids:
        round_ = Standing(facts[item_id]).round
        if round_ is not None:
            record_act(
                session,
                item_id=item_id,
                revision_id=round_.revision_id,
                annotator_id=record.actor_id,
                kind=ActKind.SUBMIT,
                now=record.now,
                record=record,
                reason=SHARED_REASON,
            )


def fit_slots(session: Session, item_ids: Sequence[str], *, now: datetime) -> None:
    """Close the slots of the old rounds and open those of the new ones, once they are recorded."""
    for item_id in item_ids:
        reconcile(session, item_id, now=now)
