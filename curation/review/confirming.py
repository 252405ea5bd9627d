"""Owns what another reviewer says to an edit, having seen how it differs from what was reviewed.

Whose word is awaited follows from the round. Whose edit it is stays hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.authoring.texts import check_text, retried
from curation.review.editing import EDITABLE
from curation.review.rounds import after
from db.contents import short_id
from db.engine import Engine, Session
from db.errors import Forbidden, Invalid
from db.hashing import content_hash
from db.items import Item, Revision
from db.queries.item_facts import load_item_facts
from db.queries.reviews import (
    ConfirmationView,
    ReviewView,
    confirmations_of,
    edits_beside,
    get_confirmation,
    get_review,
)
from db.queries.roles import holds, require
from db.queries.status import ItemFacts, next_needed
from db.queries.working_copies import lock_item, revision_parts
from db.recording import recording
from db.reviews import Confirmation
from db.roles import Role
from db.working_copies import Part

EDIT_CONFIRMED: Final = "review.confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedPart:
    """One part as it was reviewed and as the other reviewer would have it."""

    part: Part
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditShown:
    """An edit that waits for a person's word.

    Attributes:
        review_id: Names the edit.
        language_id: Of the item.
        reason: What the other reviewer wrote; may be empty.
        parts: What differs.
    """

    review_id: str
    language_id: str
    type_id: str
    prompt: str
    reason: str
    parts: tuple[EditedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The word is stored.

    Attributes:
        is_new: False when it was stored before, by this gesture or one that said the same.
    """

    confirmation: ConfirmationView
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmConflict:
    """The person said otherwise in another tab meanwhile; nothing was stored."""

    stored: ConfirmationView
    is_confirmed: bool
    reason: str


def awaiting(session: Session, *, annotator_id: str) -> tuple[str, ...]:
    """Name the reviews whose edits wait for a person's word, the longest waiting first."""
    edits = edits_beside(session, annotator_id=annotator_id)
    facts = load_item_facts(session, sorted({one.item_id for one in edits}))
    return tuple(
        one.id for one in edits if _is_asked(facts[one.item_id], one, annotator_id=annotator_id)
    )


def show_edit(session: Session, review_id: str, *, annotator_id: str) -> EditShown:
    """Read an edit for the person whose word is awaited.

    Raises:
        NotFound: There is no such review.
        Forbidden: Their word is not awaited, or they lack the role.
    """
    review = get_review(session, review_id)
    _check(session, review, annotator_id=annotator_id)
    before = revision_parts(session, session.get_one(Revision, review.revision_id))
    edited = revision_parts(session, session.get_one(Revision, str(review.edited_revision_id)))
    return EditShown(
        review_id=review_id,
        language_id=before[Part.LANGUAGE],
        type_id=before[Part.TYPE],
        prompt=before[Part.PROMPT],
        reason=review.reason,
        parts=edited_parts(before, edited),
    )


def edited_parts(before: Mapping[Part, str], edited: Mapping[Part, str]) -> tuple[EditedPart, ...]:
    """Compare two revisions in what a reviewer may change."""
    return tuple(
        EditedPart(part=part, before=before[part], after=edited[part])
        for part in EDITABLE
        if before[part] != edited[part]
    )


def confirm(
    engine: Engine,
    review_id: str,
    *,
    annotator_id: str,
    is_confirmed: bool,
    reason: str = "",
    token: str,
    now: datetime,
) -> Confirmed | ConfirmConflict:
    """Store what a reviewer says to the other's edit, once per gesture.

    Args:
        engine: The workspace.
        review_id: The review that made the edit.
        annotator_id: Who was asked.
        is_confirmed: False asks for a third reviewer.
        reason: In their words; needed when they do not confirm.
        token: Names the gesture.
        now: The moment.

    Raises:
        NotFound: There is no such review.
        Forbidden: Their word is not awaited, or they lack the role.
        Invalid: A refusal has no reason, or it cannot be stored.
    """
    check_text("reason", reason)
    said = reason.strip()
    if not is_confirmed and not said:
        raise Invalid(
            "The edit is not confirmed and no reason is given; say what is wrong with it."
        )

    def attempt(session: Session) -> Confirmed | ConfirmConflict:
        review = get_review(session, review_id)
        lock_item(session, review.item_id)
        mine = [
            one
            for one in confirmations_of(session, [review_id])
            if one.annotator_id == annotator_id
        ]
        confirmation_id = short_id("confirmation", [review_id, annotator_id, token])
        known = next((one for one in mine if one.id == confirmation_id), None)
        known = known or next((one for one in mine if one.is_live), None)
        if known is not None:
            if (known.is_confirmed, known.reason) == (is_confirmed, said):
                return Confirmed(confirmation=known, is_new=False)
            return ConfirmConflict(stored=known, is_confirmed=is_confirmed, reason=said)
        _check(session, review, annotator_id=annotator_id)
        row = Confirmation(
            id=confirmation_id,
            review_id=review_id,
            annotator_id=annotator_id,
            turn=len(mine) + 1,
            is_confirmed=is_confirmed,
            reason=said,
            reason_hash=content_hash(said) if said else None,
            created_at=now,
        )
        _record(session, row, review.act_id)
        after(session, review.act_id, now=now)
        return Confirmed(confirmation=get_confirmation(session, confirmation_id), is_new=True)

    return retried(engine, attempt)


def _record(session: Session, row: Confirmation, act_id: str) -> None:
    with recording(
        session,
        now=row.created_at,
        actor_id=row.annotator_id,
        action=EDIT_CONFIRMED,
        subject_kind="act",
        subject_id=act_id,
    ) as record:
        record.add(row)
        record.after.update({"confirmation": row.id, "review": row.review_id})


def _check(session: Session, review: ReviewView, *, annotator_id: str) -> None:
    revision = session.get_one(Revision, review.revision_id)
    parts = revision_parts(session, revision)
    language_id, newest = parts[Part.LANGUAGE], session.get_one(Item, review.item_id).type_id
    # As for the review itself: the edit may have changed the type.
    if not holds(session, annotator_id, Role.REVIEWER, type_id=newest, language_id=language_id):
        require(
            session,
            annotator_id,
            Role.REVIEWER,
            type_id=parts[Part.TYPE],
            language_id=language_id,
        )
    facts = load_item_facts(session, [review.item_id])[review.item_id]
    if not _is_asked(facts, review, annotator_id=annotator_id):
        raise Forbidden(
            "Your word on this edit is not awaited: the round went on, or you are not its other "
            "reviewer; open the queue again."
        )


def _is_asked(facts: ItemFacts, review: ReviewView, *, annotator_id: str) -> bool:
    # Not from the round alone: a lead may have the item now, or have ruled on it.
    needed = next_needed(facts)
    return needed.edit_review_id == review.id and annotator_id in needed.confirmers
