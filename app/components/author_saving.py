"""Owns the gestures of the page Author: each hands one thing to the domain, in a callback.

Answers to saves stay in the session only until the browser has seen them; what was saved is in the
database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

import streamlit as st

from app.components.author_opening import close_copy
from app.components.author_parts import LABELS
from app.components.editor.long_text import Answer, Outcome, SaveGesture, read_save
from app.components.markdown import escaped
from app.components.wording import listed, plain, t
from app.resources import prompt_index, workspace_engine
from app.state import (
    AUTHOR_ANSWERS,
    AUTHOR_FLUSH,
    AUTHOR_REFUSED,
    AUTHOR_TAB,
    COPY,
    Tone,
    queue_notice,
    set_url,
)
from curation.authoring.copies import discard, load_copy, save_part, settle_part
from curation.authoring.copy_views import Choice, SavedPart, StalePart
from curation.authoring.merging import three_way
from curation.authoring.submitting import (
    BaseChoice,
    Refused,
    StaleBase,
    Submitted,
    settle_base,
    submit,
)
from db.base import new_id
from db.engine import reading
from db.errors import GainsayError
from db.queries.acts import is_solo_workspace
from db.working_copies import LONG_PARTS, Part

KEPT_ANSWERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes in which working copy."""

    annotator_id: str
    copy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Merged texts, and the numbers of the texts they were made of."""

    texts: Mapping[Part, str]
    numbers: Mapping[Part, int]


def editor_key(copy_id: str, part: Part) -> str:
    """Name the widget of a part."""
    return f"author_{copy_id}_{part.value}"


def answers_for(copy_id: str, part: Part) -> tuple[Answer, ...]:
    """Give the answers that the browser may not have seen yet."""
    kept: Mapping[str, tuple[Answer, ...]] = st.session_state.get(AUTHOR_ANSWERS, {})
    return kept.get(editor_key(copy_id, part), ())


def save_typed(author: Author, part: Part) -> None:
    """Save what an editor sent; nothing happens when that very save was answered before."""
    gesture = read_save(st.session_state.get(editor_key(author.copy_id, part)))
    if gesture is None or gesture.id in {one.id for one in answers_for(author.copy_id, part)}:
        return
    try:
        result = save_part(
            workspace_engine(),
            copy_id=author.copy_id,
            annotator_id=author.annotator_id,
            part=part,
            text=gesture.text,
            base_number=gesture.base,
            tab=gesture.tab,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        refused = Answer(id=gesture.id, outcome=Outcome.REFUSED, sentence=str(error))
        _keep(editor_key(author.copy_id, part), refused)
        return
    for copy_id in {author.copy_id, result.copy_id}:
        _keep(editor_key(copy_id, part), _answer(gesture, result))
    _follow(author, result)


def save_chosen(author: Author, part: Part, base_number: int, widget: str) -> None:
    """Save what a select box or a field of one line holds."""
    _save_value(author, part, base_number, str(st.session_state.get(widget) or ""))


def link_family(author: Author, base_number: int, item_id: str) -> None:
    """Say that the item shares its origin with another."""
    _save_value(author, Part.FAMILY, base_number, item_id)


def append_check(author: Author, line: str) -> None:
    """Put a line behind the checks as they are now; what was typed with the click comes first."""
    _take_typed(author)
    try:
        with reading(workspace_engine()) as session:
            copy = load_copy(session, author.copy_id, annotator_id=author.annotator_id)
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    saved = copy.parts[Part.CHECKS]
    lead = saved.text if not saved.text or saved.text.endswith("\n") else saved.text + "\n"
    _save_value(author, Part.CHECKS, saved.number, f"{lead}{line}\n")


def ask_flush() -> None:
    """Ask every editor of the page to send what it has."""
    st.session_state[AUTHOR_FLUSH] = st.session_state.get(AUTHOR_FLUSH, 0) + 1


def discard_copy(author: Author) -> None:
    """Close the working copy without submitting it."""
    _take_typed(author)
    try:
        discard(
            workspace_engine(),
            author.copy_id,
            annotator_id=author.annotator_id,
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    close_copy()
    queue_notice(Tone.DONE, t("author.discarded"))


def submit_copy(author: Author) -> None:
    """Submit the working copy; what was typed with the same gesture is saved first.

    A text that was refused stands on the screen and not in the database: nothing is submitted
    without it.
    """
    _take_typed(author)
    unsaved = [part for part in LONG_PARTS if _was_refused(author.copy_id, part)]
    if unsaved:
        parts = listed(plain(LABELS[part]) for part in unsaved)
        queue_notice(Tone.REFUSED, t("author.unsaved_kept_back", parts=parts))
        return
    try:
        result = submit(
            workspace_engine(),
            author.copy_id,
            annotator_id=author.annotator_id,
            now=datetime.now(UTC),
            neighbourhood=prompt_index().neighbourhood,
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    _tell(author, result)


def settle_text(author: Author, aside_id: str, choice: Choice, number: int, text: str) -> None:
    """Decide about a text that was set aside.

    Args:
        author: Who decides.
        aside_id: The text.
        choice: What becomes of it.
        number: Number of the newest text that was compared with.
        text: The merged text; only with ``merged``.
    """
    try:
        result = settle_part(
            workspace_engine(),
            aside_id=aside_id,
            annotator_id=author.annotator_id,
            choice=choice,
            theirs_number=number,
            tab=_form_tab(),
            now=datetime.now(UTC),
            text=text if choice is Choice.MERGED else None,
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    _follow(author, result)


def settle_revision(author: Author, choice: BaseChoice, current: str) -> None:
    """Decide between one's own copy and a newer revision of somebody else.

    A merge is of what is stored now: a text that came with the same click is in it, and so is what
    another tab saved since the page was drawn.

    Args:
        author: Who decides.
        choice: What becomes of the copy.
        current: The revision that was compared with.
    """
    _take_typed(author)
    try:
        merge = _merge(author, current) if choice is BaseChoice.MERGE else None
        result = settle_base(
            workspace_engine(),
            author.copy_id,
            annotator_id=author.annotator_id,
            choice=choice,
            current_revision_id=current,
            tab=_form_tab(),
            now=datetime.now(UTC),
            texts=merge.texts if merge else None,
            numbers=merge.numbers if merge else None,
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return
    if isinstance(result, StaleBase):
        queue_notice(Tone.REFUSED, t("author.base_moved_on"))
        return
    if choice is BaseChoice.THEIRS:
        close_copy()
        queue_notice(Tone.DONE, t("author.theirs_taken"))


def _merge(author: Author, current: str) -> Merge:
    with reading(workspace_engine()) as session:
        copy = load_copy(session, author.copy_id, annotator_id=author.annotator_id)
    texts: dict[Part, str] = {
        one.part: three_way(one.base, one.theirs, one.mine).text
        for one in copy.differences
        if one.part in LONG_PARTS and one.mine != one.base
    }
    return Merge(
        # Of a revision that nobody has looked at yet nothing is merged.
        texts=texts if copy.current_revision_id == current else {},
        numbers={part: view.number for part, view in copy.parts.items()},
    )


def was_refused(copy_id: str) -> bool:
    """Say whether this copy was handed in and refused in this session."""
    return bool(st.session_state.get(AUTHOR_REFUSED) == copy_id)


def _was_refused(copy_id: str, part: Part) -> bool:
    answers = answers_for(copy_id, part)
    return bool(answers) and answers[-1].outcome is Outcome.REFUSED


def _form_tab() -> str:
    """Name what saves beside the editors: two windows are told apart by it."""
    return str(st.session_state.setdefault(AUTHOR_TAB, new_id("form")))


def _take_typed(author: Author) -> None:
    # One message of the browser can bring a text and a click: the text is saved first.
    for part in LONG_PARTS:
        save_typed(author, part)


def _save_value(author: Author, part: Part, base_number: int, value: str) -> None:
    try:
        result = save_part(
            workspace_engine(),
            copy_id=author.copy_id,
            annotator_id=author.annotator_id,
            part=part,
            text=value,
            base_number=base_number,
            tab=_form_tab(),
            now=datetime.now(UTC),
        )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, f"{t(LABELS[part])}: {escaped(str(error))}")
        return
    _follow(author, result)


def _answer(gesture: SaveGesture, result: SavedPart | StalePart) -> Answer:
    if isinstance(result, SavedPart):
        return Answer(id=gesture.id, outcome=Outcome.SAVED, number=result.number)
    return Answer(
        id=gesture.id,
        outcome=Outcome.ASIDE,
        number=result.theirs_number,
        aside=result.aside_id,
    )


def _keep(widget: str, answer: Answer) -> None:
    kept = st.session_state.setdefault(AUTHOR_ANSWERS, {})
    kept[widget] = (*kept.get(widget, ()), answer)[-KEPT_ANSWERS:]


def _follow(author: Author, result: SavedPart | StalePart) -> None:
    """Go where the text went: a save into a closed copy opens the one that follows it."""
    if result.copy_id != author.copy_id:
        set_url(COPY, result.copy_id)
        queue_notice(Tone.DONE, t("author.followed_up"))


def _next() -> str:
    with reading(workspace_engine()) as session:
        is_solo = is_solo_workspace(session)
    return t("author.next_solo", link="review") if is_solo else t("author.next_team")


def _tell(author: Author, result: Submitted | Refused | StaleBase) -> None:
    if isinstance(result, Submitted):
        close_copy()
        link = f"items?item={quote(result.item_id, safe='')}"
        told = t("author.submitted") + f" [{escaped(result.item_id)}]({link})  \n" + _next()
        queue_notice(Tone.DONE, told)
    elif isinstance(result, Refused):
        st.session_state[AUTHOR_REFUSED] = author.copy_id
        queue_notice(Tone.REFUSED, t("author.refused"))
    else:
        queue_notice(Tone.REFUSED, t("author.base_is_stale"))
