"""Owns what happens when an adjudicator presses a key: one gesture, one call, one transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from app.components import work_table as table
from app.components.markdown import escaped
from app.components.wording import key, t
from app.components.work_table import Asking, OnTable, Screen
from app.components.work_taking import SKIP_REASONS, pass_on, take_next, texts_of
from app.components.work_typing import enter, save_choice, save_typed
from app.components.work_words import REASON_KEYS
from app.resources import workspace_engine
from app.state import Tone, queue_notice
from app.views.adjudicate_page import CATEGORY, CONFIDENCE, EDIT, GAP, IS_GAP, REASON
from curation.review.adjudicating import RulingConflict, rule
from curation.review.texts import FieldText
from db.errors import GainsayError
from db.reviews import Confidence, ReasonCode, Ruling

NO_CONFIDENCE: Final = key("adjudicate.say_confidence_first")
NO_CATEGORY: Final = key("adjudicate.say_category_first")
NO_REASON: Final = key("adjudicate.say_reason_first")
CONFIDENCE_KEYS: Final = dict(zip("123", Confidence, strict=True))
# The digits are the confidence; what was behind the dispute is asked for with T.
CATEGORY_KEYS: Final = {letter: code for code, letter in REASON_KEYS.items()}


def digit(work: OnTable, letter: str) -> None:
    """Say how sure one is, what was behind the dispute, or why it is passed on."""
    if not work.is_here:
        return
    asked = table.asking()
    if asked is Asking.SKIP and letter in SKIP_REASONS:
        pass_on(work, SKIP_REASONS[letter])
    elif asked is Asking.CATEGORY and letter in CATEGORY_KEYS:
        if choose(work, CATEGORY, CATEGORY_KEYS[letter].value):
            table.ask(None)
    elif asked is None and letter in CONFIDENCE_KEYS:
        choose(work, CONFIDENCE, CONFIDENCE_KEYS[letter].value)


def choose(work: OnTable, name: str, value: str) -> bool:
    """Save one choice."""
    saved = texts_of(work).get(name)
    return save_choice(work, name, value, base_number=saved.number if saved else 0)


def choose_edit(work: OnTable, letter: str) -> None:
    """Say whose edit is accepted; empty for none."""
    if work.is_here:
        choose(work, EDIT, letter)


def turn_gap(work: OnTable) -> None:
    """Say, or unsay, that the guideline does not settle it."""
    if work.is_here:
        said = texts_of(work).get(GAP)
        choose(work, GAP, "" if said is not None and said.text == IS_GAP else IS_GAP)


def decide(work: OnTable, ruling: Ruling) -> None:
    """Rule, store and take the next; what is missing is asked for first."""
    if not work.is_here or table.is_too_soon():
        return
    if not save_typed(work, REASON):
        queue_notice(Tone.REFUSED, t("review.unsaved_kept_back"))
        return
    texts = texts_of(work)
    missing = _missing(texts)
    if missing:
        queue_notice(Tone.ADVICE, t(missing))
        if missing == NO_REASON:
            enter(work, REASON)
        return
    _rule(work, ruling, texts)


def _missing(texts: Mapping[str, FieldText]) -> str | None:
    for name, told in ((CONFIDENCE, NO_CONFIDENCE), (CATEGORY, NO_CATEGORY), (REASON, NO_REASON)):
        if name not in texts or not texts[name].text.strip():
            return told
    return None


def _rule(work: OnTable, ruling: Ruling, texts: Mapping[str, FieldText]) -> None:
    edit_of = texts[EDIT].text if EDIT in texts and ruling is Ruling.ACCEPT else ""
    try:
        answer = rule(
            workspace_engine(),
            work.slot_id,
            annotator_id=work.annotator_id,
            fence=work.fence,
            ruling=ruling,
            confidence=Confidence(texts[CONFIDENCE].text),
            error_category=ReasonCode(texts[CATEGORY].text),
            is_guideline_gap=GAP in texts and texts[GAP].text == IS_GAP,
            reason=texts[REASON].text,
            edit_of=edit_of,
            token=work.token,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(answer, RulingConflict):
        told = t("review.decided_elsewhere") if answer.stored else t("adjudicate.went_on")
        queue_notice(Tone.REFUSED, told)
    take_next(Screen.ADJUDICATE, work.stage, work.annotator_id)
