"""Owns the items that the simulator can write whole, read from ``moulds/`` and filled.

A scenario knows its question, its reference and three responses, so whoever meets one of these
texts again knows the truth about it without having kept anything.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from db.requirements import compose_reference

LANGUAGES: Final = ("en", "zh")
ROLES: Final = ("follows", "conventional", "near_miss")

_SLOT: Final = re.compile(r"<([a-z_]+[0-9]?)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """An item with what follows it and what does not.

    Attributes:
        number: Which of its type and language, from 0.
        responses: Texts by role: ``follows``, ``conventional``, ``near_miss``.
        factually_right: What each role's text is, in the order of the roles.
        failed: The numbers of the requirements that each role's text fails.
    """

    type_id: str
    language_id: str
    number: int
    prompt: str
    twin: str
    requirements: tuple[str, ...]
    checks: str
    notes: str
    responses: dict[str, str]
    factually_right: dict[str, str]
    failed: dict[str, tuple[int, ...]]

    @property
    def reference(self) -> str:
        """The requirements as numbered reference text."""
        return compose_reference(self.language_id, self.requirements)


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Read every scenario of both languages."""
    return tuple(one for language in LANGUAGES for one in _of(language))


@cache
def scenarios_of(type_id: str, language_id: str) -> tuple[Scenario, ...]:
    """Give the scenarios of one type in one language."""
    return tuple(
        one for one in scenarios() if (one.type_id, one.language_id) == (type_id, language_id)
    )


@cache
def type_ids() -> tuple[str, ...]:
    """List the types that there are scenarios of."""
    return tuple(dict.fromkeys(one.type_id for one in scenarios()))


def asked_in(text: str) -> Scenario | None:
    """Find the scenario whose question stands in a text."""
    return next((one for one in scenarios() if one.prompt in text), None)


def plain(text: str) -> str:
    """Write a response so that blanks around it and at line ends do not matter."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _of(language: str) -> list[Scenario]:
    text = files("calibration.llm.simulator.moulds").joinpath(f"{language}.toml")
    tables = tomllib.loads(text.read_text(encoding="utf-8"))
    return [
        _filled(type_id, language, number, table, row)
        for type_id, table in tables.items()
        for number, row in enumerate(table["rows"])
    ]


def _filled(
    type_id: str, language: str, number: int, table: dict[str, Any], row: dict[str, str]
) -> Scenario:
    def fill(text: str) -> str:
        return _SLOT.sub(lambda slot: row[slot[1]], text).strip("\n")

    return Scenario(
        type_id=type_id,
        language_id=language,
        number=number,
        prompt=fill(table["prompt"]),
        twin=fill(table["twin"]),
        requirements=tuple(fill(one) for one in table["requirements"]),
        checks=fill(table["checks"]),
        notes=fill(table["notes"]),
        responses={role: plain(fill(table[role])) for role in ROLES},
        factually_right=dict(zip(ROLES, table["factually_right"], strict=True)),
        failed={
            "follows": (),
            "conventional": tuple(table["failed_conventional"]),
            "near_miss": tuple(table["failed_near_miss"]),
        },
    )
