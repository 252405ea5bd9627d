"""Owns the default judge texts: one system prompt and one template per type and language.

The texts are data in ``defaults/``, written for this project. A released row carries them verbatim,
so a change of one character is a change of the judge: the test snapshot of their hashes says so.
"""

from functools import cache
from importlib.resources import files
from typing import Final

from calibration.judging.texts import JudgeTexts, judge_texts
from db.errors import NotFound

_PACKAGE: Final = "calibration.judging.defaults"
_TEMPLATE_ENDING: Final = ".template.txt"


@cache
def default_text_ids() -> tuple[tuple[str, str], ...]:
    """List the pairs ``(type_id, language_id)`` that have default texts, sorted."""
    names = (entry.name for entry in files(_PACKAGE).iterdir())
    stems = (
        name.removesuffix(_TEMPLATE_ENDING) for name in names if name.endswith(_TEMPLATE_ENDING)
    )
    return tuple(sorted((stem.rpartition(".")[0], stem.rpartition(".")[2]) for stem in stems))


@cache
def default_judge_texts(type_id: str, language_id: str) -> JudgeTexts:
    """Give the judge texts that a row of this type and language gets when it has none of its own.

    Args:
        type_id: Such as ``question-correction``.
        language_id: ``zh`` or ``en``; the texts are written in the language of the row.

    Returns:
        Both texts, without a final line break, and their hashes.

    Raises:
        NotFound: There are no default texts for this pair.
    """
    if (type_id, language_id) not in default_text_ids():
        types = ", ".join(sorted({known for known, _ in default_text_ids()}))
        languages = ", ".join(sorted({known for _, known in default_text_ids()}))
        raise NotFound(
            f"There are no default judge texts for type {type_id!r} in language {language_id!r}: "
            f"the types with defaults are {types}, the languages {languages}; give the item judge "
            "texts of its own."
        )
    return judge_texts(
        system_prompt=_read(f"{type_id}.{language_id}.system.txt"),
        template=_read(f"{type_id}.{language_id}{_TEMPLATE_ENDING}"),
    )


def _read(name: str) -> str:
    return files(_PACKAGE).joinpath(name).read_text(encoding="utf-8").removesuffix("\n")
