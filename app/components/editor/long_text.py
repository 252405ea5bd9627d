"""Owns the editor of long texts: what goes to the browser, and what comes back from it.

The script beside this file journals every change in the browser before it sends anything, and
shows a text as saved only when the answer to that very save has come back with the next drawing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Annotated

import streamlit as st
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic import Field as Bounded

from app.components.wording import plain

Id = Annotated[str, StringConstraints(max_length=80)]


class Outcome(StrEnum):
    """What became of a save."""

    SAVED = "saved"
    ASIDE = "aside"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one save, known to the browser by the save's id.

    Attributes:
        number: The number under which the text is saved; for another outcome, the one in force.
        aside: Id of the text that was set aside; empty for another outcome.
        sentence: Why it was refused; empty for another outcome.
    """

    id: str
    outcome: Outcome
    number: int = 0
    aside: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText:
    """One long text as it stands on the server.

    Attributes:
        workspace: Whose text; with copy and part it names the text in the browser's journal.
        copy: The working copy, or the slot, that the text is kept in.
        part: The part of the item, or the field of the form.
        label: Its visible name, in the language of the screens.
        language: Language of the text itself, for fonts and screen readers.
        rows: Height at least, in lines.
        saved_at: ISO moment of the newest save.
        answers: To the newest saves of this session.
        asides: Ids of texts of this part that wait for a decision.
        flush: Another number than before asks the browser to send now.
        focus: Another number than before puts the cursor into it; 0 leaves it where it is.
        closed: Whether it can only be read.
    """

    workspace: str
    copy: str
    part: str
    label: str
    help: str
    placeholder: str
    language: str
    rows: int
    text: str
    number: int
    saved_at: str
    answers: tuple[Answer, ...] = ()
    asides: tuple[str, ...] = ()
    flush: int = 0
    focus: int = 0
    closed: bool = False


class SaveGesture(BaseModel):
    """What the browser sends: a text and the number of the saved text that it was typed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    text: str
    base: Annotated[int, Bounded(ge=0)]
    tab: Id


def _asset(*names: str) -> str:
    folder = files("app.components.editor")
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


_EDITOR = st.components.v2.component(
    "gainsay.editor", js=_asset("journal.js", "editor.js"), css=_asset("editor.css")
)


def draw_editor(
    shown: LongText, *, key: str, on_save: Callable[[], None], on_submit: Callable[[], None]
) -> None:
    """Draw the editor of one text.

    Args:
        shown: What the server has.
        key: Stable id of the widget.
        on_save: Called when there is a text to save; ``read_save`` gives it.
        on_submit: Called on Ctrl+Enter, when every text of the page is saved.
    """
    _EDITOR(
        key=key,
        data={**_data(shown), "words": _words()},
        on_save_change=on_save,
        on_submit_change=on_submit,
    )


def read_save(widget: object) -> SaveGesture | None:
    """Read what an editor sent, from its value in the session; None when it sent no save.

    A gesture of another form comes from no editor of ours and is left unanswered.
    """
    sent = widget.get("save") if isinstance(widget, Mapping) else None
    if sent is None:
        return None
    try:
        return SaveGesture.model_validate(sent)
    except ValidationError:
        return None


def _data(shown: LongText) -> dict[str, object]:
    plain_fields = (
        *("workspace", "copy", "part", "label", "help", "placeholder", "language"),
        *("rows", "text", "number", "saved_at", "flush", "focus", "closed"),
    )
    return {name: getattr(shown, name) for name in plain_fields} | {
        "asides": list(shown.asides),
        "answers": [
            {
                "id": answer.id,
                "outcome": answer.outcome.value,
                "number": answer.number,
                "aside": answer.aside,
                "sentence": answer.sentence,
            }
            for answer in shown.answers
        ],
    }


def _words() -> dict[str, str]:
    return {
        "saved": plain("editor.saved", time="{time}"),
        "saving": plain("editor.saving", time="{time}"),
        "unsaved": plain("editor.unsaved", time="{time}"),
        "aside": plain("editor.aside", time="{time}"),
        "no_journal": plain("editor.no_journal"),
        "characters": plain("editor.characters", n="{n}"),
    }
