"""Owns how reviews and disputes are taken from the queue, asked about and passed on to others."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from app.components import work_table as table
from app.components.markdown import escaped
from app.components.wording import plain, t
from app.components.work_table import Asking, OnTable, Screen
from app.components.work_typing import save_typed
from app.components.work_words import SKIP_KEYS, SKIPS
from app.resources import workspace_engine
from app.state import Tone, queue_notice
from app.views.review_page import REASON
from curation.claims.claiming import Claim, claim
from curation.claims.skipping import Skipped, skip
from curation.review.texts import FieldText, load_texts
from db.engine import reading
from db.errors import GainsayError
from db.slots import SkipReason, Stage

SKIP_REASONS: Final = {digit: reason for reason, digit in SKIP_KEYS.items()}


def take_next(screen: Screen, stage: Stage, annotator_id: str) -> None:
    """Take the next piece of a stage, or the one that is held; else say why there is none."""
    try:
        found = claim(workspace_engine(), stage, annotator_id=annotator_id, now=datetime.now(UTC))
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(found, Claim):
        table.lay_down(screen, found, annotator_id=annotator_id)
    else:
        table.clear(screen)


def ask(work: OnTable, what: Asking) -> None:
    """Let the digits answer a question; the same key again takes the question back."""
    if work.is_here:
        table.ask(None if table.asking() is what else what)
        table.note_activity()


def leave_reason(work: OnTable) -> None:
    """Save what was typed beside a decision; the decision itself is made with its own key."""
    save_typed(work, REASON)


def pass_on(work: OnTable, reason: SkipReason) -> None:
    """Pass a piece of work on with what was typed beside it, and take the next."""
    if not save_typed(work, REASON):
        queue_notice(Tone.REFUSED, t("review.unsaved_kept_back"))
        return
    note = texts_of(work).get(REASON)
    try:
        answer = skip(
            workspace_engine(),
            work.slot_id,
            annotator_id=work.annotator_id,
            fence=work.fence,
            reason=reason,
            note=note.text if note else "",
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        table.ask(None)
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(answer, Skipped):
        queue_notice(Tone.DONE, t("work.skipped", reason=plain(SKIPS[reason])))
    take_next(work.screen, work.stage, work.annotator_id)


def texts_of(work: OnTable) -> Mapping[str, FieldText]:
    """Read everything that the person has typed and chosen on a piece of work."""
    with reading(workspace_engine()) as session:
        return load_texts(session, work.slot_id, annotator_id=work.annotator_id)
