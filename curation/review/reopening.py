"""Owns answering those who ask to decide again: granting opens a new round, or frees a label.

Nobody answers their own request, and a lead who wrote in the family or reviewed the item grants
nothing about it: the new round is an act like any other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.labelling.retrying import retried
from curation.review.acting import act_in, actor_of
from curation.review.rounds import reconcile
from db.acts import ActKind
from db.engine import Engine, Session, writing
from db.errors import Conflict, Forbidden, NotFound
from db.hashing import content_hash
from db.items import Item
from db.labels import LabelWithdrawal
from db.queries.acts import handle_of
from db.queries.item_facts import load_item_facts, statuses
from db.queries.labelling import get_label
from db.queries.reopen_requests import RequestView, find_request
from db.queries.roles import find_standing, require_on_item
from db.queries.slots import reopen_slot, slot_done_by
from db.queries.status import ItemStatus, Standing
from db.queries.working_copies import lock_item
from db.recording import recording
from db.reviews import ReopenAnswer
from db.roles import Role

ANSWERED: Final = "review.answer_reopen"
_LABEL: Final = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A request that has its answer.

    Attributes:
        status: Where the item stands now.
        is_new: False when the same lead had answered the same before.
    """

    request_id: str
    item_id: str
    is_granted: bool
    status: ItemStatus
    is_new: bool


def answer(
    engine: Engine,
    request_id: str,
    *,
    lead_id: str,
    is_granted: bool,
    reason: str = "",
    now: datetime,
) -> Answered:
    """Grant a request to decide again, or decline it.

    Args:
        engine: The workspace.
        request_id: The request.
        lead_id: Who answers.
        is_granted: Whether the item is reviewed anew, or the label taken back.
        reason: Why; may be empty.
        now: The moment.

    Raises:
        NotFound: There is no such request.
        Forbidden: The person is no lead for it, asked themselves, or wrote or reviewed the item.
        Conflict: It was answered otherwise, or the item cannot be reviewed anew where it stands.
    """

    def once() -> Answered:
        with writing(engine) as session:
            return _answer(
                session,
                request_id,
                lead_id=lead_id,
                is_granted=is_granted,
                reason=reason.strip(),
                now=now,
            )

    return retried(once)


def _answer(
    session: Session,
    request_id: str,
    *,
    lead_id: str,
    is_granted: bool,
    reason: str,
    now: datetime,
) -> Answered:
    asked = find_request(session, request_id)
    if asked is None:
        raise NotFound(f"There is no request {request_id!r}; load the list of requests again.")
    lock_item(session, asked.item_id)
    asked = find_request(session, request_id) or asked
    require_on_item(session, lead_id, Role.LEAD, asked.item_id)
    if asked.is_granted is not None:
        _refuse_another(session, asked, lead_id=lead_id, is_granted=is_granted)
        return _answered(session, asked, is_granted=is_granted, is_new=False)
    _refuse_own(session, asked, lead_id=lead_id)
    frees_label = is_granted and asked.subject_kind == _LABEL
    if frees_label:
        _refuse_partial(session, asked, lead_id=lead_id)
        _give_slot_back(session, asked, now=now)
    _record(session, asked, lead_id=lead_id, is_granted=is_granted, reason=reason, now=now)
    if is_granted and not frees_label:
        act_in(
            session,
            asked.item_id,
            ActKind.REOPEN,
            annotator_id=lead_id,
            now=now,
            reason=reason or asked.reason,
            token=request_id,
        )
    else:
        reconcile(session, asked.item_id, now=now)
    return _answered(session, asked, is_granted=is_granted, is_new=True)


def _refuse_another(
    session: Session, asked: RequestView, *, lead_id: str, is_granted: bool
) -> None:
    if (asked.is_granted, asked.answered_by_id) != (is_granted, lead_id):
        raise Conflict(
            f"The request {asked.id!r} was {'granted' if asked.is_granted else 'declined'} by "
            f"{handle_of(session, asked.answered_by_id or '')!r} meanwhile; load it again."
        )


def _refuse_own(session: Session, asked: RequestView, *, lead_id: str) -> None:
    standing = find_standing(session, lead_id)
    if asked.annotator_id == lead_id and not (standing is not None and standing.owns_all):
        raise Forbidden(
            f"{handle_of(session, lead_id)!r} asked for this and cannot answer it; another lead "
            "can."
        )


def _refuse_partial(session: Session, asked: RequestView, *, lead_id: str) -> None:
    # A new round asks this as an act does; freeing a label is none.
    item = session.get_one(Item, asked.item_id)
    standing = Standing(load_item_facts(session, [item.id])[item.id])
    lead = actor_of(session, item, standing, annotator_id=lead_id)
    if not lead.owns_all and (lead.in_family or lead.has_decided):
        raise Forbidden(
            f"{handle_of(session, lead_id)!r}, who wrote in the family of {item.id!r} or reviewed "
            "it, frees no label of it; another lead can."
        )


def _record(
    session: Session,
    asked: RequestView,
    *,
    lead_id: str,
    is_granted: bool,
    reason: str,
    now: datetime,
) -> None:
    with recording(
        session,
        now=now,
        actor_id=lead_id,
        action=ANSWERED,
        subject_kind="item",
        subject_id=asked.item_id,
        reason=reason,
    ) as record:
        record.add(
            ReopenAnswer(
                request_id=asked.id,
                is_granted=is_granted,
                annotator_id=lead_id,
                reason=reason,
                reason_hash=content_hash(reason) if reason else None,
                created_at=now,
            )
        )
        frees_label = is_granted and asked.subject_kind == _LABEL
        if frees_label and get_label(session, asked.subject_id).is_live:
            # Theirs to take back: they asked for it, and the lead lets them.
            record.add(
                LabelWithdrawal(
                    label_id=asked.subject_id, annotator_id=asked.annotator_id, created_at=now
                )
            )
        record.after.update({"request": asked.id, "granted": is_granted})


def _give_slot_back(session: Session, asked: RequestView, *, now: datetime) -> None:
    """Give the person the piece of work again that their label was handed in for."""
    label = get_label(session, asked.subject_id)
    slot_id = slot_done_by(session, annotator_id=asked.annotator_id, response_id=label.response_id)
    if slot_id is not None:
        reopen_slot(session, slot_id, annotator_id=asked.annotator_id, now=now)


def _answered(session: Session, asked: RequestView, *, is_granted: bool, is_new: bool) -> Answered:
    return Answered(
        request_id=asked.id,
        item_id=asked.item_id,
        is_granted=is_granted,
        status=statuses(session, [asked.item_id])[asked.item_id],
        is_new=is_new,
    )
