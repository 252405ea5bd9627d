"""Owns the default judge texts: one system prompt and one template per type and language.

The texts are data in ``defaults/``, written for this project. A released row carries them verbatim,
so a change of one character is a change of the judge: the test snapshot of their hashes says so.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from calibration.judging.texts import JudgeTexts, judge_texts
from db.errors import NotFound

_PACKAGE: Final = "calibration.judging.defaults"
_SYSTEM: Final = ".system.txt"
_TEMPLATE: Final = ".template.txt"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DefaultFor:
    """What a pair of default texts judges.

    Attributes:
        type_id: Such as ``question-correction``.
        language_id: ``zh`` or ``en``; the texts are written in the language of the row.
    """

    type_id: str
    language_id: str


@cache
def defaults() -> tuple[DefaultFor, ...]:
    """List every pair of type and language that has default texts, sorted."""
    names = [entry.name for entry in files(_PACKAGE).iterdir()]
    stems = [name.removesuffix(_TEMPLATE) for name in names if name.endswith(_TEMPLATE)]
    pairs = [stem.rpartition(".") for stem in stems]
    return tuple(sorted(DefaultFor(type_id=pair[0], language_id=pair[2]) for pair in pairs))


@cache
def default_judge_texts(type_id: str, language_id: str) -> JudgeTexts:
    """Give the judge texts that a row gets when it has none of its own.

    Returns:
        Both texts, without a final line break, and their hashes.

    Raises:
        NotFound: There are no default texts for this type in this language.
    """
    if DefaultFor(type_id=type_id, language_id=language_id) not in defaults():
        types = ", ".join(sorted({known.type_id for known in defaults()}))
        languages = ", ".join(sorted({known.language_id for known in defaults()}))
        raise NotFound(
            f"There are no default judge texts for type {type_id!r} in language {language_id!r}: "
            f"the types with defaults are {types}, the languages {languages}; give the item judge "
            "texts of its own."
        )
    return judge_texts(
        system_prompt=_read(f"{type_id}.{language_id}{_SYSTEM}"),
        template=_read(f"{type_id}.{language_id}{_TEMPLATE}"),
    )


def _read(name: str) -> str:
    return files(_PACKAGE).joinpath(name).read_text(encoding="utf-8").removesuffix("\n")
