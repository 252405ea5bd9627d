"""Owns reading the side columns of our own form: what a row says about itself.

An absent or null cell says nothing (None); an empty twin or note says that there is none.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

from db.intake import Row, RowProblems, Value, shown
from db.items import ItemOrigin
from exports.names import Names

STARTER_PREFIX: Final = "starter-"
SOURCES: Final = ("own", "default")
ORIGINS: Final = tuple(ItemOrigin)
# What was written elsewhere is imported here, whoever wrote it there.
_ELSEWHERE: Final = (ItemOrigin.AUTHORED, ItemOrigin.DRAFTED)

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_ID_CHARS: Final = 100
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")
_CONTROL: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SideCells:
    """What a row says about itself; None where it says nothing.

    Attributes:
        domain_given: True when the row names a domain, ``unassigned`` included.
        template_is_default: True when the file calls its template the default of its type.
    """

    id: str | None = None
    abbreviation: str | None = None
    family: str | None = None
    domain_given: bool = False
    domain_id: str | None = None
    requirements: tuple[str, ...] | None = None
    twin: str | None = None
    notes: str | None = None
    checks: str | None = None
    template_is_default: bool = False
    system_prompt_is_default: bool = False
    revision: int | None = None
    origin: ItemOrigin | None = None


def read_side(
    row: Row, number: int, names: Names, problems: RowProblems, wanted: dict[str, str]
) -> SideCells:
    """Read and check the side columns of one row.

    Args:
        row: The row.
        number: Its number in the file.
        names: Labels that are legal here.
        problems: Collects what is wrong.
        wanted: Collects what is legal, by kind, for the end of the sentence.
    """
    reader = _Reader(row, number, problems, wanted)
    domain = reader.text("domain")
    if domain and domain not in names.domains:
        reader.problem(f"the unknown domain {shown(domain)}")
        wanted.setdefault("domains", f"the domains are {_domains(names)}")
    found_id = reader.identifier("id")
    origin = reader.origin()
    if found_id and (origin is ItemOrigin.STARTER) != found_id.startswith(STARTER_PREFIX):
        if origin is None and found_id.startswith(STARTER_PREFIX):
            origin = ItemOrigin.STARTER
        elif origin is not None:
            reader.problem("an id and an origin that do not fit each other")
            wanted.setdefault("starter", f"ids of starter rows begin with {STARTER_PREFIX!r}")
    return SideCells(
        id=found_id,
        abbreviation=reader.text("type_abbreviation") or None,
        family=reader.identifier("family"),
        domain_given=bool(domain),
        domain_id=names.domains.get(domain) if domain else None,
        requirements=reader.requirements(),
        twin=reader.text("twin"),
        notes=reader.text("notes"),
        checks=reader.text("checks"),
        template_is_default=reader.is_default("judge_prompt_template_source"),
        system_prompt_is_default=reader.is_default("judge_system_prompt_source"),
        revision=reader.revision(),
        origin=origin,
    )


class _Reader:
    """Read the cells of one row and note what is wrong."""

    def __init__(
        self, row: Row, number: int, problems: RowProblems, wanted: dict[str, str]
    ) -> None:
        self._row = row
        self._number = number
        self._problems = problems
        self._wanted = wanted

    def problem(self, phrase: str) -> None:
        """Note what is wrong with the row."""
        self._problems.add(self._number, phrase)

    def text(self, name: str) -> str | None:
        """Read a text."""
        value = self._row.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.problem(f"a {name} that is no text")
            return None
        if _CONTROL.search(value):
            self.problem(f"a control character in {name}")
        return value

    def identifier(self, name: str) -> str | None:
        """Read an id: small letters, digits, single hyphens and underscores, a letter first."""
        value = self.text(name)
        if not value:
            return None
        if len(value) > _ID_CHARS or not _ID.fullmatch(value):
            self.problem(f"the {name} {shown(value)}")
            self._wanted.setdefault(
                "ids",
                f"ids have at most {_ID_CHARS} characters a-z, 0-9, single - and _, a letter first",
            )
            return None
        return value

    def origin(self) -> ItemOrigin | None:
        """Read where the row comes from."""
        value = self.text("origin")
        if not value:
            return None
        if value not in ORIGINS:
            self.problem(f"the unknown origin {shown(value)}")
            self._wanted.setdefault(
                "origins", "the origins are " + ", ".join(repr(legal.value) for legal in ORIGINS)
            )
            return None
        found = ItemOrigin(value)
        return ItemOrigin.IMPORTED if found in _ELSEWHERE else found

    def is_default(self, name: str) -> bool:
        """Tell whether a judge text is called the default."""
        value = self.text(name)
        if value and value not in SOURCES:
            self.problem(f"the unknown {name} {shown(value)}")
            self._wanted.setdefault("sources", f"sources are {' and '.join(map(repr, SOURCES))}")
        return value == "default"

    def revision(self) -> int | None:
        """Read the number of a revision."""
        value = self._row.get("revision")
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
            self.problem(f"the revision {shown(value)}, which is no number from 1 to 999999")
            return None
        return int(str(value))

    def requirements(self) -> tuple[str, ...] | None:
        """Read a list of texts; csv cells hold it as JSON."""
        value = self._row.get("requirements")
        if value is None or value == "":
            return None
        found = _unpacked(value) if isinstance(value, str) else value
        if not isinstance(found, list) or not found:
            self.problem("requirements that are no list of texts")
            return None
        texts = [entry for entry in found if isinstance(entry, str) and entry.strip()]
        if len(texts) < len(found):
            self.problem("an empty requirement")
        elif any(_CONTROL.search(text) for text in texts):
            self.problem("a control character in requirements")
        return tuple(texts)


def _unpacked(text: str) -> Value:
    try:
        found: Value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    return found


def _domains(names: Names) -> str:
    # Labels and ids are both legal; the ids are enough to name them.
    legal = dict.fromkeys(value for value in names.domains.values() if value is not None)
    return ", ".join(map(repr, [*legal, "unassigned"]))
