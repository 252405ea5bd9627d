"""Owns acts on an item as a whole: guarded by one table, numbered, recorded, answered once.

An act that was done already, by the same gesture or by the same person just now, is answered as it
was; of two people who act at once the second is told what the first did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.labelling.retrying import retried
from curation.review.rounds import reconcile, record_act
from curation.review.transitions import RULES, Actor, RefusedAs, refusal
from db.acts import ActKind
from db.contents import short_id
from db.engine import Engine, Session, writing
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.items import Item
from db.queries.acts import ActLine, handle_of, list_acts, revision_author, revision_of
from db.queries.item_facts import family_authors, load_item_facts
from db.queries.roles import find_standing, require
from db.queries.status import ItemStatus, Standing, item_status
from db.queries.working_copies import lock_item
from db.recording import recording
from db.roles import Role

__all__ = ["REASONED", "REASON_CHARS", "Acted", "act", "act_in", "actor_of"]

REASON_CHARS: Final = 2_000
ACTED: Final = "item.act"
REASONED: Final = frozenset(
    {
        ActKind.REOPEN,
        ActKind.RULE_ACCEPT,
        ActKind.RULE_RETURN,
        ActKind.RULE_REJECT,
        ActKind.FLAG,
        ActKind.RETIRE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What an act came to.

    Attributes:
        status: Where the item stands now.
        is_new: False when the same had been done before and nothing was recorded.
    """

    act_id: str
    number: int
    status: ItemStatus
    is_new: bool


def act(
    engine: Engine,
    item_id: str,
    kind: ActKind,
    *,
    annotator_id: str,
    now: datetime,
    reason: str = "",
    revision_id: str | None = None,
    token: str | None = None,
    seen: int | None = None,
) -> Acted:
    """Do something with an item as a whole.

    Args:
        engine: The workspace.
        item_id: The item.
        kind: What is done.
        annotator_id: Who does it.
        now: The moment.
        reason: Why; needed for rulings, flags, reopening and retiring.
        revision_id: What a round or an accepting ruling is about; None takes what is accepted,
            else what the newest round was about, else the current text.
        token: The nonce of the gesture: sent twice, it is one act.
        seen: Number of the newest act that the person saw; None when nothing was shown.

    Raises:
        NotFound: There is no such item.
        Forbidden: The person lacks the role, or may not do it to what is their own.
        Conflict: The item does not stand where that is legal, or somebody acted meanwhile.
        Invalid: The reason is missing or too long, or the revision is another item's.
    """

    def once() -> Acted:
        with writing(engine) as session:
            return act_in(
                session,
                item_id,
                kind,
                annotator_id=annotator_id,
                now=now,
                reason=reason,
                revision_id=revision_id,
                token=token,
                seen=seen,
            )

    return retried(once)


def act_in(
    session: Session,
    item_id: str,
    kind: ActKind,
    *,
    annotator_id: str,
    now: datetime,
    reason: str = "",
    revision_id: str | None = None,
    token: str | None = None,
    seen: int | None = None,
) -> Acted:
    """Do what ``act`` does inside a transaction of the caller."""
    item = lock_item(session, item_id)
    if item is None:
        raise NotFound(
            f"There is no item {item_id!r} in this workspace; 'gainsay items list' names them."
        )
    reason = _checked(kind, reason)
    act_id = short_id("act", [annotator_id, item_id, kind.value, token]) if token else None
    done = list_acts(session, item_id)
    facts = load_item_facts(session, [item_id])[item_id]
    standing = Standing(facts)
    if (same := _same(done, act_id)) is not None:
        return _as_done(same, standing)
    actor = actor_of(session, item, standing, annotator_id=annotator_id)
    refused = refusal(kind, standing, actor)
    if refused is RefusedAs.STATUS and (same := _just_done(done, kind, annotator_id)) is not None:
        return _as_done(same, standing)
    _refuse(session, item, kind, standing, refused, annotator_id=annotator_id)
    _refuse_unseen(session, item_id, done, seen)
    about = _about(session, item_id, kind, standing, revision_id)
    new_id = _record(
        session,
        item_id,
        kind,
        about=about,
        annotator_id=annotator_id,
        reason=reason,
        act_id=act_id,
        now=now,
    )
    reconcile(session, item_id, now=now)
    after = load_item_facts(session, [item_id])[item_id]
    return Acted(act_id=new_id, number=len(done) + 1, status=item_status(after), is_new=True)


def _record(
    session: Session,
    item_id: str,
    kind: ActKind,
    *,
    about: str,
    annotator_id: str,
    reason: str,
    act_id: str | None,
    now: datetime,
) -> str:
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=ACTED,
        subject_kind="item",
        subject_id=item_id,
        reason=reason,
    ) as record:
        record.after.update({"act": kind.value, "revision": about})
        return record_act(
            session,
            item_id=item_id,
            revision_id=about,
            annotator_id=annotator_id,
            kind=kind,
            now=now,
            record=record,
            reason=reason,
            act_id=act_id,
        )


def actor_of(session: Session, item: Item, standing: Standing, *, annotator_id: str) -> Actor:
    """Read what decides which acts on an item are a person's."""
    found = find_standing(session, annotator_id)
    roles = frozenset(
        role
        for role in Role
        if found is not None
        and found.holds(role, type_id=item.type_id, language_id=item.language_id)
    )
    newest = standing.round
    wrote = revision_author(session, standing.facts.current_revision_id) == annotator_id
    reviews = standing.outcome.reviews if standing.outcome is not None else ()
    decided = {review.annotator_id for review in reviews}
    ruled = {
        one.annotator_id for one in standing.facts.rulings if newest and one.act_id == newest.id
    }
    return Actor(
        annotator_id=annotator_id,
        roles=roles,
        is_writer=wrote or (newest is not None and newest.annotator_id == annotator_id),
        in_family=annotator_id in family_authors(session, item.id),
        has_decided=annotator_id in decided | ruled,
        owns_all=found is not None and found.owns_all,
    )


def _checked(kind: ActKind, reason: str) -> str:
    reason = reason.strip()
    if kind in REASONED and not reason:
        raise Invalid(f"The act {kind.value!r} needs a reason; say in a sentence why.")
    if len(reason) > REASON_CHARS:
        raise Invalid(
            f"The reason has {len(reason):,} characters where {REASON_CHARS:,} are legal; shorten "
            "it."
        )
    if "\0" in reason:
        raise Invalid("The reason holds a NUL character ('\\x00'); take it out.")
    return reason


def _same(done: Sequence[ActLine], act_id: str | None) -> ActLine | None:
    return next((one for one in done if one.id == act_id), None)


def _just_done(done: Sequence[ActLine], kind: ActKind, annotator_id: str) -> ActLine | None:
    newest = done[-1] if done else None
    if newest is not None and (newest.kind, newest.annotator_id) == (kind, annotator_id):
        return newest
    return None


def _as_done(line: ActLine, standing: Standing) -> Acted:
    status = standing.explanation.status
    return Acted(act_id=line.id, number=line.number, status=status, is_new=False)


def _refuse(
    session: Session,
    item: Item,
    kind: ActKind,
    standing: Standing,
    refused: RefusedAs | None,
    *,
    annotator_id: str,
) -> None:
    rule = RULES[kind]
    if refused is RefusedAs.ROLE:
        require(
            session,
            annotator_id,
            rule.roles,
            type_id=item.type_id,
            language_id=item.language_id,
        )
    if refused is RefusedAs.OWN:
        handle = handle_of(session, annotator_id)
        because = (
            f"is for the person who wrote the item {item.id!r} or sent it"
            if rule.writers or kind is ActKind.SUBMIT
            else f"is not for {handle!r}, who wrote in the family of {item.id!r} or reviewed it"
        )
        raise Forbidden(f"The act {kind.value!r} {because}; ask another lead.")
    if refused is RefusedAs.STATUS:
        status = standing.explanation.status
        legal = ", ".join(repr(one.value) for one in ItemStatus if one in rule.statuses)
        more = "" if status not in rule.statuses else f" and {_MORE[kind]}"
        raise Conflict(
            f"The item {item.id!r} stands at {status.value!r}, and {kind.value!r} is for items at "
            f"{legal}{more}; load it again."
        )


_MORE: Final = {
    ActKind.SUBMIT: "with a text that nobody was asked about yet",
    ActKind.REOPEN: "that reviewers have begun to decide",
    ActKind.RECALL: "without a review yet",
    ActKind.MARK_SEED: "that are no seeds and have no review yet",
    ActKind.UNMARK_SEED: "that are seeds and have no review yet",
}


def _refuse_unseen(
    session: Session, item_id: str, done: Sequence[ActLine], seen: int | None
) -> None:
    if seen is None or len(done) <= seen:
        return
    newest = done[-1]
    raise Conflict(
        f"{handle_of(session, newest.annotator_id)!r} acted on the item {item_id!r} meanwhile "
        f"({newest.kind.value!r}, {newest.created_at.isoformat(timespec='seconds')}); look again "
        "and decide."
    )


def _about(
    session: Session, item_id: str, kind: ActKind, standing: Standing, named: str | None
) -> str:
    """Say which revision an act is about."""
    if named is not None:
        if revision_of(session, named) != item_id:
            raise Invalid(
                f"The revision {named!r} is none of the item {item_id!r}; 'gainsay items show "
                f"{item_id} --json' names them."
            )
        return named
    current = standing.facts.current_revision_id
    if kind in {ActKind.REOPEN, ActKind.RULE_ACCEPT}:
        asked = standing.round.revision_id if standing.round is not None else None
        return standing.accepted_id or asked or current
    return current
