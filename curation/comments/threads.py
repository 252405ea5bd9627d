"""Owns comments: writing one, answering, settling a thread and taking it up again.

A thread belongs to one field of one revision and stays open whatever revisions follow, until
somebody settles it. The same gesture sent twice is one comment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.authoring.texts import check_text, retried
from curation.comments.visibility import Sight, sight_of
from curation.review.seeing import see_item
from db.comments import Comment, ThreadMark
from db.contents import short_id
from db.engine import Engine, Session, reading
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.hashing import content_hash
from db.items import Item
from db.queries.comments import (
    CommentView,
    MarkView,
    comments_on,
    find_comment,
    get_comment,
    newest_marks,
    open_threads,
    revision_of_item,
)
from db.queries.reviews import get_work, solution_of
from db.queries.roles import CONTRIBUTORS, require
from db.queries.working_copies import revision_parts
from db.recording import recording
from db.working_copies import Part

__all__ = [
    "Added",
    "Marked",
    "Thread",
    "add",
    "add_in_work",
    "mark",
    "open_threads",
    "own_threads",
    "threads",
]

COMMENT_ADDED: Final = "comment.add"
THREAD_MARKED: Final = "comment.mark"
LONGEST: Final = 5_000
# What a blind reviewer sees of an item before solving it, and what never.
_AT_FIRST: Final = (Part.PROMPT, Part.LANGUAGE)
_HIDDEN: Final = (Part.NOTES, Part.FAMILY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment with its answers.

    Attributes:
        revision_id: With ``item_id`` and ``part`` what to jump to.
        is_current: Whether the item says the same revision still.
        comments: The first one and the answers that the person may see.
    """

    id: str
    item_id: str
    revision_id: str
    part: Part
    quote: str
    is_settled: bool
    comments: tuple[CommentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The comment is stored; ``is_new`` is False when this gesture had stored it before."""

    comment: CommentView
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The thread is settled or open; ``is_new`` is False when it was so before."""

    thread_id: str
    is_settled: bool
    is_new: bool


def add(
    engine: Engine,
    item_id: str,
    *,
    annotator_id: str,
    revision_id: str,
    part: Part,
    text: str,
    quote: str = "",
    parent_id: str | None = None,
    token: str,
    now: datetime,
) -> Added:
    """Write a comment on a field of a revision, or answer one, once per gesture.

    Args:
        engine: The workspace.
        item_id: The item.
        annotator_id: Who writes.
        revision_id: The revision that they read; an answer belongs where its thread does.
        part: The field.
        text: What they say.
        quote: The words of the field that it is about; empty for the whole field.
        parent_id: A comment of the thread that it answers; None begins one.
        token: Names the gesture.
        now: The moment.

    Raises:
        NotFound: There is no such item, revision or comment.
        Forbidden: The person has no role for this item, or may not see the field or the thread.
        Invalid: There is no text, it cannot be stored, or the field does not hold the quote.
        Conflict: The same gesture stored another text before.
    """
    said = _checked(text, quote)

    def attempt(session: Session) -> Added:
        item = _item(session, item_id, annotator_id=annotator_id)
        comment_id = short_id("comment", [item_id, annotator_id, token])
        known = find_comment(session, comment_id)
        if known is not None:
            return _known(known, said)
        sight = sight_of(session, item, annotator_id=annotator_id)
        place = _place(session, item, sight, revision_id, part, quote, parent_id)
        row = Comment(
            id=comment_id,
            item_id=item_id,
            revision_id=place.revision_id,
            part=place.part,
            quote=place.quote,
            quote_hash=content_hash(place.quote) if place.quote else None,
            parent_id=place.parent_id,
            act_id=sight.open_act_id if sight.is_reviewer else None,
            annotator_id=annotator_id,
            text=said,
            text_hash=content_hash(said),
            created_at=now,
        )
        _record(session, row)
        return Added(comment=get_comment(session, comment_id), is_new=True)

    return retried(engine, attempt)


def add_in_work(
    engine: Engine,
    slot_id: str,
    *,
    annotator_id: str,
    part: Part,
    text: str,
    quote: str = "",
    parent_id: str | None = None,
    token: str,
    now: datetime,
) -> Added:
    """Write a comment as a reviewer, who knows their work and not the item's id.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person does not hold it, lacks the role or may not see the field.
        Invalid: There is no text, it cannot be stored, or the field does not hold the quote.
        Conflict: The same gesture stored another text before.
    """
    with reading(engine) as session:
        work = get_work(session, slot_id)
        has_solved = (
            work.act_id is not None
            and solution_of(session, work.act_id, annotator_id=annotator_id) is not None
        )
        if work.holder_id != annotator_id and not has_solved:
            raise Forbidden(
                "This piece of work is not yours any more; the queue gives you the next one."
            )
    return add(
        engine,
        work.item_id,
        annotator_id=annotator_id,
        revision_id=str(work.revision_id),
        part=part,
        text=text,
        quote=quote,
        parent_id=parent_id,
        token=token,
        now=now,
    )


def mark(
    engine: Engine, comment_id: str, *, annotator_id: str, is_settled: bool, now: datetime
) -> Marked:
    """Settle a thread, or take it up again.

    Raises:
        NotFound: There is no such comment.
        Forbidden: The person has no role for the item, or may not see the thread.
    """

    def attempt(session: Session) -> Marked:
        comment = get_comment(session, comment_id)
        item = _item(session, comment.item_id, annotator_id=annotator_id)
        sight = sight_of(session, item, annotator_id=annotator_id)
        _check_shown(sight, get_comment(session, comment.thread_id))
        newest = newest_marks(session, item.id).get(comment.thread_id)
        if (newest.is_settled if newest is not None else False) == is_settled:
            return Marked(thread_id=comment.thread_id, is_settled=is_settled, is_new=False)
        with recording(
            session,
            now=now,
            actor_id=annotator_id,
            action=THREAD_MARKED,
            subject_kind="comment",
            subject_id=comment.thread_id,
        ) as record:
            record.add(
                ThreadMark(
                    comment_id=comment.thread_id,
                    number=newest.number + 1 if newest is not None else 1,
                    is_settled=is_settled,
                    annotator_id=annotator_id,
                    created_at=now,
                )
            )
            record.after.update({"is_settled": is_settled})
        return Marked(thread_id=comment.thread_id, is_settled=is_settled, is_new=True)

    return retried(engine, attempt)


def threads(
    engine: Engine, item_id: str, *, annotator_id: str, now: datetime
) -> tuple[Thread, ...]:
    """List the threads on an item that a person may see, open ones first, the oldest first.

    Whoever is shown what others wrote is from then on no blind reviewer of the item: that is
    recorded before it is read.

    Raises:
        NotFound: There is no such item.
        Forbidden: The person has no role for the item.
    """
    with reading(engine) as session:
        found = _threads(session, item_id, annotator_id=annotator_id)
    if any(one.annotator_id != annotator_id for thread in found for one in thread.comments):
        see_item(engine, item_id, annotator_id=annotator_id, now=now)
    return found


def own_threads(session: Session, slot_id: str, *, annotator_id: str) -> tuple[Thread, ...]:
    """List what a person wrote on the item of their work; nobody else's is ever read.

    Raises:
        NotFound: There is no such slot.
        Forbidden: The person has no role for the item.
    """
    item = _item(session, get_work(session, slot_id).item_id, annotator_id=annotator_id)
    own = [one for one in comments_on(session, item.id) if one.annotator_id == annotator_id]
    return _threaded(own, newest_marks(session, item.id))


def _threads(session: Session, item_id: str, *, annotator_id: str) -> tuple[Thread, ...]:
    item = _item(session, item_id, annotator_id=annotator_id)
    sight = sight_of(session, item, annotator_id=annotator_id)
    shown = sight.shown(comments_on(session, item_id))
    return _threaded(shown, newest_marks(session, item_id))


def _threaded(comments: Sequence[CommentView], marks: dict[str, MarkView]) -> tuple[Thread, ...]:
    grouped: dict[str, list[CommentView]] = {}
    for one in comments:
        grouped.setdefault(one.thread_id, []).append(one)
    found = [
        Thread(
            id=thread_id,
            item_id=group[0].item_id,
            revision_id=group[0].revision_id,
            part=group[0].part,
            quote=group[0].quote,
            is_settled=marks[thread_id].is_settled if thread_id in marks else False,
            comments=tuple(group),
        )
        for thread_id, group in grouped.items()
    ]
    return tuple(sorted(found, key=lambda thread: thread.is_settled))


def _record(session: Session, row: Comment) -> None:
    with recording(
        session,
        now=row.created_at,
        actor_id=row.annotator_id,
        action=COMMENT_ADDED,
        subject_kind="act" if row.act_id else "item",
        subject_id=row.act_id or row.item_id,
    ) as record:
        record.add(row)
        record.after.update({"comment": row.id})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a comment belongs."""

    revision_id: str
    part: Part
    quote: str
    parent_id: str | None


def _place(
    session: Session,
    item: Item,
    sight: Sight,
    revision_id: str,
    part: Part,
    quote: str,
    parent_id: str | None,
) -> _Place:
    if parent_id is not None:
        parent = get_comment(session, parent_id)
        if parent.item_id != item.id:
            raise NotFound(f"The comment {parent_id!r} is not about this item; load it again.")
        first = get_comment(session, parent.thread_id)
        _check_shown(sight, first)
        return _Place(
            revision_id=first.revision_id, part=first.part, quote=first.quote, parent_id=first.id
        )
    shown = part in _AT_FIRST or (sight.has_solved and part not in _HIDDEN)
    if sight.is_blind and not shown:
        raise Forbidden(
            f"The field {part.value!r} is hidden while you review the item; comment on what you "
            "see."
        )
    text = revision_parts(session, revision_of_item(session, item.id, revision_id))[part]
    if quote not in text:
        raise Invalid(
            f"The words {_short(quote)!r} are not in the {part.value} of this revision; choose "
            "words that are there, or comment on the whole field."
        )
    return _Place(revision_id=revision_id, part=part, quote=quote, parent_id=None)


def _check_shown(sight: Sight, comment: CommentView) -> None:
    if not sight.shows(comment):
        raise Forbidden(
            "This thread is hidden from you until the review round is decided; come back then."
        )


def _item(session: Session, item_id: str, *, annotator_id: str) -> Item:
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(
            f"There is no item {item_id!r} in this workspace; 'gainsay items list' names them."
        )
    require(
        session,
        annotator_id,
        CONTRIBUTORS,
        type_id=item.type_id,
        language_id=item.language_id,
    )
    return item


def _known(known: CommentView, said: str) -> Added:
    if known.text != said:
        raise Conflict(
            "This comment was sent before with another text, which is stored; write another one "
            "for what you want to add."
        )
    return Added(comment=known, is_new=False)


def _checked(text: str, quote: str) -> str:
    check_text("comment", text)
    check_text("quote", quote)
    said = text.strip()
    if not said:
        raise Invalid("The comment is empty; write what there is to say.")
    for what, words in (("comment", said), ("quote", quote)):
        if len(words) > LONGEST:
            raise Invalid(
                f"The {what} has {len(words):,} characters and at most {LONGEST:,} are stored; "
                "shorten it."
            )
    return said


def _short(quote: str) -> str:
    return quote if len(quote) <= 80 else quote[:80] + "…"
