"""Owns how threads of comments are shown; of a blind reviewer's work only what they wrote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from curation.comments.threads import Thread, own_threads
from db.engine import Session
from db.working_copies import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentShown:
    """One comment.

    Attributes:
        handle: Who wrote it; empty where only the reader's own are shown.
    """

    handle: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadShown:
    """A thread on one field.

    Attributes:
        quote: The words it is about; empty for the whole field.
        is_older: Whether it is about an earlier revision than the one on the screen.
    """

    id: str
    part: Part
    quote: str
    is_settled: bool
    is_older: bool
    comments: tuple[CommentShown, ...]


def show_threads(threads: Sequence[Thread], *, revision_id: str) -> tuple[ThreadShown, ...]:
    """Show threads as everybody who may see them reads them."""
    return tuple(_shown(one, revision_id=revision_id, names=True) for one in threads)


def load_own_threads(
    session: Session, slot_id: str, *, annotator_id: str
) -> tuple[ThreadShown, ...]:
    """Read what a person wrote on the item of their work, and nothing of anybody else."""
    return tuple(
        _shown(one, revision_id=one.revision_id, names=False)
        for one in own_threads(session, slot_id, annotator_id=annotator_id)
    )


def _shown(thread: Thread, *, revision_id: str, names: bool) -> ThreadShown:
    return ThreadShown(
        id=thread.id,
        part=thread.part,
        quote=thread.quote,
        is_settled=thread.is_settled,
        is_older=thread.revision_id != revision_id,
        comments=tuple(
            CommentShown(handle=one.handle if names else "", text=one.text, at=one.created_at)
            for one in thread.comments
        ),
    )
