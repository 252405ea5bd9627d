"""Owns what happens when a labeller presses a key: one gesture, one call, one transaction.

Every gesture carries the token of what was on the screen when its button was drawn. A key pressed
twice arrives with the old token: it finds its label and never decides about the next response.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from app.components import label_claim as claim
from app.components import label_table as table
from app.components.drafts.kept_text import forget
from app.components.label_words import PASSED_ON
from app.components.markdown import escaped
from app.components.wording import t
from app.resources import workspace_engine
from app.state import LABEL_CONFLICT, LABEL_REASON, Tone, queue_notice
from curation.labelling.consistency import derive
from curation.labelling.deciding import LabelConflict, decide
from curation.labelling.revealing import reveal
from curation.labelling.undoing import UNDOABLE, undo
from db.errors import GainsayError
from db.labels import Decision, Factuality
from db.queries.labelling import PersonLabel
from db.slots import SkipReason

# Shorter than anybody reads, longer than the pause of a key that repeats.
READING_SECONDS: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class OnScreen:
    """What a button was drawn for.

    Attributes:
        replaces: The person's live label that a decision would change; None when there is none.
        requirements: How many the reference has.
        stored: The label that ``replaces`` names, with all it says.
        is_claimed: Whether work is claimed here, because several people share it.
    """

    annotator_id: str
    response_id: str
    token: str
    replaces: str | None
    requirements: int
    stored: PersonLabel | None = None
    is_claimed: bool = False

    @property
    def is_here(self) -> bool:
        """Whether it is still on the table."""
        return table.shown_response() == self.response_id and table.token() == self.token


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldConflict:
    """A conflict that waits for the person, and the nonce of changing to theirs."""

    annotator_id: str
    conflict: LabelConflict
    token: str


def reason_of(screen: OnScreen) -> tuple[str, ...]:
    """Name what a reason that is being typed is for."""
    return (LABEL_REASON, screen.response_id, screen.replaces or "")


def decide_whole(screen: OnScreen, decision: Decision) -> None:
    """Decide about the whole response, save and move on."""
    if screen.is_here and _is_too_soon():
        return
    _save(screen, decision, {})


def hand_in_again(screen: OnScreen) -> None:
    """Store a changed reason, or what was said about the facts, with the decision there is."""
    if screen.stored is None:
        queue_notice(Tone.REFUSED, t("label.decide_first"))
        return
    _save(screen, screen.stored.decision, dict(screen.stored.requirements))


def decide_part(screen: OnScreen, decision: Decision) -> None:
    """Decide about the next requirement; after the last one save what follows for the whole."""
    decided = table.parts()
    if not screen.is_here or (not decided and _is_too_soon()):
        return
    decided[len(decided) + 1] = decision
    table.keep_parts(decided)
    if len(decided) == screen.requirements:
        _save(screen, derive(decided), decided)


def undo_part() -> None:
    """Take the last decision about a requirement back; none was saved yet."""
    decided = table.parts()
    decided.pop(len(decided), None)
    table.keep_parts(decided)


def say_factual(value: Factuality) -> None:
    """Say whether the response is factually right; saying the same again unsays it."""
    table.keep_factual(None if table.factual() is value else value)


def undo_decision(annotator_id: str, label_id: str) -> None:
    """Take a saved decision back and put its response on the table again."""
    try:
        undone = undo(
            workspace_engine(), annotator_id=annotator_id, label_id=label_id, now=datetime.now(UTC)
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    table.lay_down(undone.label.response_id)


def say_undo_is_spent() -> None:
    """Say that undoing ends here."""
    queue_notice(Tone.REFUSED, t("label.undo_is_spent", count=UNDOABLE))


def go_on(screen: OnScreen) -> None:
    """Look at the next response; one that is not decided comes back later."""
    if table.is_at_end() and screen.replaces is None:
        table.pass_over(screen.response_id)
        claim.leave()
    table.step(1)


def go_back() -> None:
    """Look at the response before."""
    table.step(-1)


def skip(screen: OnScreen) -> None:
    """Leave a response for later; where work is claimed, ask why and pass it on to others."""
    if screen.is_claimed and screen.replaces is None:
        claim.ask(None if claim.is_asking() else screen.response_id)
        return
    if screen.replaces is None:
        table.pass_over(screen.response_id)
    table.clear()


def skip_for(screen: OnScreen, reason: SkipReason) -> None:
    """Pass a response on for a reason, which says where it goes."""
    if screen.is_here:
        _pass_on(screen, reason, "")


def escalate(screen: OnScreen) -> None:
    """Pass a response on to the lead, with what was written as the reason."""
    if not screen.is_here:
        return
    note = str(st.session_state.get(table.reason_key(screen.token)) or "").strip()
    if not note:
        queue_notice(Tone.REFUSED, t("label.escalate_why"))
        return
    _pass_on(screen, SkipReason.BROKEN, note)


def _pass_on(screen: OnScreen, reason: SkipReason, note: str) -> None:
    try:
        was_theirs = claim.pass_on(screen.response_id, reason, note)
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if was_theirs:
        forget(*reason_of(screen))
        queue_notice(Tone.DONE, t(PASSED_ON[reason]))
    else:
        claim.say_lost()
    table.clear()


def show_origin(screen: OnScreen) -> None:
    """Show what the response is; it is remembered."""
    try:
        reveal(
            workspace_engine(),
            annotator_id=screen.annotator_id,
            response_id=screen.response_id,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))


def toggle(name: str) -> None:
    """Switch something on the screen on or off."""
    st.session_state[name] = not st.session_state.get(name, False)


def switch_parts(name: str) -> None:
    """Change between the whole and requirement by requirement; nothing decided is carried over."""
    toggle(name)
    table.keep_parts({})


def keep_stored() -> None:
    """Leave what the other tab stored and move on."""
    st.session_state[LABEL_CONFLICT] = None
    table.clear()


def change_to_mine() -> None:
    """Store what this tab said in place of what the other stored."""
    held = held_conflict()
    if held is None:
        return
    stored, wanted = held.conflict.stored, held.conflict.wanted
    try:
        answer = decide(
            workspace_engine(),
            annotator_id=held.annotator_id,
            response_id=held.conflict.response_id,
            decision=wanted.decision,
            requirements=wanted.requirements,
            factually_right=wanted.factually_right,
            reason=wanted.reason,
            token=held.token,
            replaces=stored.id if stored.is_live else None,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(answer, LabelConflict):
        _hold(held.annotator_id, answer)
        return
    keep_stored()


def held_conflict() -> HeldConflict | None:
    """Give the conflict that waits for the person."""
    held = st.session_state.get(LABEL_CONFLICT)
    return held if isinstance(held, HeldConflict) else None


def _is_too_soon() -> bool:
    # The browser repeats a key that is held down, and it would decide about what nobody has read.
    if table.was_quiet(READING_SECONDS):
        return False
    queue_notice(Tone.REFUSED, t("label.too_soon"))
    return True


def _hold(annotator_id: str, conflict: LabelConflict) -> None:
    st.session_state[LABEL_CONFLICT] = HeldConflict(
        annotator_id=annotator_id, conflict=conflict, token=secrets.token_hex(8)
    )


def _save(screen: OnScreen, decision: Decision, requirements: dict[int, Decision]) -> None:
    said = table.said(screen.token)
    try:
        answer = decide(
            workspace_engine(),
            annotator_id=screen.annotator_id,
            response_id=screen.response_id,
            decision=decision,
            requirements=requirements,
            factually_right=said.factually_right,
            reason=said.reason,
            token=screen.token,
            replaces=screen.replaces,
            slot=claim.for_slot(screen.response_id),
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        # What was decided requirement by requirement stays but for the last one: press again.
        undo_part()
        table.unsay()
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(answer, LabelConflict):
        _hold(screen.annotator_id, answer)
        return
    claim.forget(screen.response_id)
    forget(*reason_of(screen))
    if answer.is_surplus:
        queue_notice(Tone.ADVICE, t("label.saved_as_surplus"))
    if not answer.is_current:
        queue_notice(Tone.DONE, t("label.saved_on_old_revision"))
    if screen.is_here:
        table.clear()
