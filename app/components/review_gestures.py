"""Owns what happens when a reviewer presses a key: one gesture, one call, one transaction.

Digits have one callback whatever they mean at the moment: a digit that is typed right behind B, X,
U or S means a reason, also when the screen has not been drawn since.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from app.components import work_table as table
from app.components.markdown import escaped
from app.components.wording import listed, plain, t
from app.components.work_table import Asking, OnTable, Screen
from app.components.work_taking import SKIP_REASONS, pass_on, take_next, texts_of
from app.components.work_typing import enter, save_choice, save_typed
from app.components.work_words import AXES, REASON_KEYS
from app.resources import workspace_engine
from app.state import REVIEW_DIFFERENCE, REVIEW_EDITING, Tone, queue_notice
from app.views.review_page import EXPECTED, REASON, TYPE
from curation.review.editing import edit_field, typed_edit
from curation.review.material import axis_field
from curation.review.reviewing import EditRefused, ReviewConflict, decide
from curation.review.solving import SolutionConflict, solve
from curation.review.texts import FieldText
from db.errors import GainsayError
from db.reviews import Answer, Axis, ReasonCode, ReviewDecision
from db.working_copies import LONG_PARTS

ACCEPTS: Final = (ReviewDecision.ACCEPT, ReviewDecision.ACCEPT_WITH_EDIT)
OF_THE_UNSAFE: Final = (ReviewDecision.REJECT, ReviewDecision.ESCALATE)
DECISIONS: Final = {
    Asking.RETURN: ReviewDecision.RETURN,
    Asking.REJECT: ReviewDecision.REJECT,
    Asking.ESCALATE: ReviewDecision.ESCALATE,
}
# What a reason says about the axes by itself.
IMPLIED: Final = {
    ReasonCode.WRONG_TYPE: Axis.TYPE_RIGHT,
    ReasonCode.NOT_COUNTER_INTUITIVE: Axis.AGAINST_CONVENTION,
    ReasonCode.AMBIGUOUS: Axis.UNAMBIGUOUS,
    ReasonCode.CONTRADICTORY: Axis.UNAMBIGUOUS,
    ReasonCode.UNDECIDABLE_REFERENCE: Axis.REFERENCE_DECIDABLE,
    ReasonCode.REFERENCE_BREAKS_ITSELF: Axis.REFERENCE_COMPLIANT,
    ReasonCode.UNNATURAL_LANGUAGE: Axis.NATURAL,
    ReasonCode.UNSAFE: Axis.SAFE,
}
NEXT_ANSWER: Final = {
    None: Answer.YES,
    Answer.YES: Answer.NO,
    Answer.NO: Answer.UNSURE,
    Answer.UNSURE: Answer.YES,
}
AXIS_KEYS: Final = dict(zip("1234567", Axis, strict=True))
_REASONS: Final = {letter: code for code, letter in REASON_KEYS.items()}


def guess_type(work: OnTable, type_id: str) -> None:
    """Say which type the prompt is taken for, and go on to what is expected."""
    if not work.is_here:
        return
    saved = texts_of(work).get(TYPE)
    if save_choice(work, TYPE, type_id, base_number=saved.number if saved else 0):
        enter(work, EXPECTED)


def store_solution(work: OnTable) -> None:
    """Store step 1 and show the rest."""
    if not save_typed(work, EXPECTED) or not work.is_here:
        return
    texts = texts_of(work)
    guess, expected = texts.get(TYPE), texts.get(EXPECTED)
    if guess is None or not guess.text:
        queue_notice(Tone.ADVICE, t("review.choose_type_first"))
        return
    if expected is None or not expected.text.strip():
        queue_notice(Tone.ADVICE, t("review.say_expected_first"))
        enter(work, EXPECTED)
        return
    try:
        answer = solve(
            workspace_engine(),
            work.slot_id,
            annotator_id=work.annotator_id,
            fence=work.fence,
            type_id=guess.text,
            expected=expected.text,
            token=work.token,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(answer, SolutionConflict):
        queue_notice(Tone.ADVICE, t("review.solved_elsewhere"))
    table.renew(Screen.REVIEW)


def digit(work: OnTable, letter: str) -> None:
    """Answer an axis, or give the reason that is asked for."""
    if not work.is_here:
        return
    asked = table.asking()
    if asked is Asking.SKIP and letter in SKIP_REASONS:
        pass_on(work, SKIP_REASONS[letter])
    elif asked in DECISIONS and letter in _REASONS:
        _decide(work, DECISIONS[asked], reason_code=_REASONS[letter])
    elif asked is None and letter in AXIS_KEYS:
        _cycle(work, AXIS_KEYS[letter])


def accept(work: OnTable, *, is_changed: bool) -> None:
    """Accept as it stands: what was not answered is answered with yes.

    A change that is typed and not handed in is asked about: it would be left behind unseen.
    """
    if not work.is_here or table.is_too_soon():
        return
    if is_changed:
        queue_notice(Tone.ADVICE, t("review.change_waits"))
        edit(work)
    else:
        _decide(work, ReviewDecision.ACCEPT)


def accept_edited(work: OnTable) -> None:
    """Accept with what was changed; a text that could not be saved holds it back."""
    unsaved = [part for part in LONG_PARTS if not save_typed(work, edit_field(part))]
    if not work.is_here:
        return
    if unsaved:
        queue_notice(Tone.REFUSED, t("review.unsaved_kept_back"))
        return
    _decide(work, ReviewDecision.ACCEPT_WITH_EDIT)


def edit(work: OnTable) -> None:
    """Open the form in which the item can be changed, or close it; what was typed stays."""
    if work.is_here:
        table.toggle(REVIEW_EDITING)
        st.session_state[REVIEW_DIFFERENCE] = False
        if st.session_state[REVIEW_EDITING]:
            enter(work, edit_field(LONG_PARTS[0]))


def give_up_edit(work: OnTable, befores: Mapping[str, str]) -> None:
    """Put every changed part back to what it was."""
    texts = texts_of(work)
    for name, before in befores.items():
        if name in texts and texts[name].text != before:
            save_choice(work, name, before, base_number=texts[name].number)
    st.session_state[REVIEW_EDITING] = False


def _cycle(work: OnTable, axis: Axis) -> None:
    name = axis_field(axis)
    saved = texts_of(work).get(name)
    before = Answer(saved.text) if saved is not None and saved.text else None
    save_choice(work, name, NEXT_ANSWER[before].value, base_number=saved.number if saved else 0)


def _decide(
    work: OnTable, decision: ReviewDecision, *, reason_code: ReasonCode = ReasonCode.NONE
) -> None:
    if not save_typed(work, REASON):
        queue_notice(Tone.REFUSED, t("review.unsaved_kept_back"))
        return
    texts = texts_of(work)
    answers = _completed(_answers(texts), decision, reason_code)
    contradiction = _contradiction(answers, decision)
    if contradiction is not None:
        table.ask(None)
        queue_notice(Tone.ADVICE, contradiction)
        return
    reason = texts.get(REASON)
    is_edit = decision is ReviewDecision.ACCEPT_WITH_EDIT
    try:
        answer = decide(
            workspace_engine(),
            work.slot_id,
            annotator_id=work.annotator_id,
            fence=work.fence,
            answers=answers,
            decision=decision,
            reason_code=reason_code,
            reason=reason.text if reason else "",
            edit=typed_edit(texts) if is_edit else None,
            token=work.token,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        table.ask(None)
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(answer, EditRefused):
        queue_notice(Tone.REFUSED, t("review.edit_refused"))
        return
    if isinstance(answer, ReviewConflict):
        queue_notice(Tone.REFUSED, t("review.decided_elsewhere"))
    elif answer.is_surplus:
        queue_notice(Tone.ADVICE, t("review.kept_as_surplus"))
    take_next(Screen.REVIEW, work.stage, work.annotator_id)


def _completed(
    answers: dict[Axis, Answer], decision: ReviewDecision, reason_code: ReasonCode
) -> dict[Axis, Answer]:
    """Answer what was left: who accepts vouches for the whole, who refuses for nothing else."""
    if decision not in ACCEPTS and reason_code in IMPLIED:
        answers[IMPLIED[reason_code]] = Answer.NO
    left = Answer.YES if decision in ACCEPTS else Answer.UNSURE
    return dict.fromkeys(Axis, left) | answers


def _contradiction(answers: Mapping[Axis, Answer], decision: ReviewDecision) -> str | None:
    """Say in the page's language what the domain would refuse; None when nothing contradicts."""
    if answers[Axis.SAFE] is Answer.NO and decision not in OF_THE_UNSAFE:
        return t("review.unsafe_goes_on")
    unmet = [axis for axis in Axis if answers[axis] is Answer.NO]
    if decision is ReviewDecision.ACCEPT and unmet:
        return t("review.accept_with_no", axes=listed(f"“{plain(AXES[axis])}”" for axis in unmet))
    return None


def _answers(texts: Mapping[str, FieldText]) -> dict[Axis, Answer]:
    return {
        axis: Answer(texts[axis_field(axis)].text)
        for axis in Axis
        if axis_field(axis) in texts and texts[axis_field(axis)].text
    }
