"""Owns answers to questions that the simulator did not write, and how they are known again.

Each sentence stands in ``moulds/generic.toml`` under the one role it plays, so a text of ours shows
by itself whether it was meant to follow.
"""

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from calibration.llm.simulator.scenarios import LANGUAGES, ROLES, plain

ECHO_ENGLISH: Final = 8
ECHO_CHINESE: Final = 16
_SLOT: Final = re.compile(r"<(echo|name|turn)>")
_FUNCTION: Final = re.compile(r"\b([A-Za-z_]\w{0,40})\(")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    type_id: str
    role: str
    pattern: re.Pattern[str]


def generic_answer(
    type_id: str, language_id: str, role: str, *, question: str, stream: random.Random
) -> str:
    """Write an answer of a type to any question."""
    tables = _tables()
    function = _FUNCTION.search(question)
    slots = {
        "echo": _echo(question, language_id),
        "name": function[1] if function else "solve",
        "turn": stream.choice(tables["turns"][language_id]),
    }
    text: str = tables[language_id][type_id][role]
    return plain(_SLOT.sub(lambda slot: slots[slot[1]], text))


def generic_role(text: str) -> tuple[str, str] | None:
    """Find the type and the role of a text that `generic_answer` wrote."""
    wanted = plain(text)
    found = (one for one in _known() if one.pattern.fullmatch(wanted))
    return next(((one.type_id, one.role) for one in found), None)


@cache
def _tables() -> dict[str, Any]:
    file = files("calibration.llm.simulator.moulds").joinpath("generic.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _known() -> tuple[_Known, ...]:
    tables = _tables()
    return tuple(
        _Known(type_id=type_id, role=role, pattern=_pattern(texts[role]))
        for language in LANGUAGES
        for type_id, texts in tables[language].items()
        for role in ROLES
    )


def _pattern(text: str) -> re.Pattern[str]:
    pieces = _SLOT.split(plain(text))
    # Every second piece is the name of a slot.
    return re.compile("[^\n]{0,200}".join(re.escape(piece) for piece in pieces[::2]))


def _echo(question: str, language_id: str) -> str:
    line = next((line.strip() for line in question.splitlines() if line.strip()), "")
    if language_id == "zh":
        return line[:ECHO_CHINESE]
    return " ".join(line.split()[:ECHO_ENGLISH])[:120]
