"""Owns opening a working copy, and going from one to another."""

from datetime import UTC, datetime

from app.components.markdown import escaped
from app.resources import workspace_engine
from app.state import COPY, Tone, queue_notice, set_url
from curation.authoring.copies import open_item, open_new
from db.errors import GainsayError


def begin_new(annotator_id: str, token: str) -> None:
    """Open an empty working copy; a second click on the same button opens the same one."""
    try:
        opened = open_new(
            workspace_engine(), annotator_id=annotator_id, now=datetime.now(UTC), token=token
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    set_url(COPY, opened.id)


def begin_edit(item_id: str, annotator_id: str) -> str | None:
    """Open a working copy of an item, or the one that is open; None when that is refused."""
    try:
        return open_item(
            workspace_engine(), item_id, annotator_id=annotator_id, now=datetime.now(UTC)
        ).id
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return None


def edit_item(item_id: str, annotator_id: str) -> None:
    """Go to the working copy of an item."""
    copy_id = begin_edit(item_id, annotator_id)
    if copy_id is not None:
        set_url(COPY, copy_id)


def close_copy() -> None:
    """Go back to the list of working copies."""
    set_url(COPY, None)


def open_copy(copy_id: str) -> None:
    """Go to a working copy."""
    set_url(COPY, copy_id)
