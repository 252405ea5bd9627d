"""Owns checking the judge columns of handed-in rows: each distinct text once, however many rows."""

from calibration.judging.default_texts import default_judge_texts
from calibration.judging.texts import (
    Advice,
    JudgeTexts,
    validate_system_prompt,
    validate_template,
)
from db.errors import Invalid, NotFound


class JudgeColumns:
    """Check judge texts and remember what was found."""

    def __init__(self) -> None:
        self._templates: dict[str, tuple[Advice, ...] | Invalid] = {}
        self._system_prompts: dict[tuple[str, str], tuple[Advice, ...]] = {}

    def template(self, text: str) -> tuple[Advice, ...] | Invalid:
        """Check a template; an ``Invalid`` that comes back says why no reader can render it."""
        if text not in self._templates:
            try:
                self._templates[text] = validate_template(text)
            except Invalid as error:
                self._templates[text] = error
        return self._templates[text]

    def system_prompt(self, text: str, *, language_id: str) -> tuple[Advice, ...]:
        """Say what is doubtful about a system prompt that is not empty."""
        key = (text, language_id)
        if key not in self._system_prompts:
            self._system_prompts[key] = validate_system_prompt(text, language_id=language_id)
        return self._system_prompts[key]


def default_texts(type_id: str, language_id: str) -> JudgeTexts | None:
    """Give the default judge texts of a type and language; None when there are none."""
    try:
        return default_judge_texts(type_id, language_id)
    except NotFound:
        return None
