"""Owns the approved cases of the program's verifiers: one TOML file each under ``cases/``.

A file has tables ``passing``, ``failing`` and ``undecidable``, each with ``name``, ``check`` (as a
check line writes it, without the number), ``text`` and, where places matter, ``lines``.
"""

import tomllib
from importlib.resources import files
from typing import Final

from calibration.judging.verifiers.outcome import Result
from calibration.judging.verifiers.verifier import Case
from db.errors import Invalid

_TABLES: Final = {
    "passing": Result.PASSED,
    "failing": Result.FAILED,
    "undecidable": Result.UNDECIDABLE,
}


def approved_cases(name: str) -> tuple[Case, ...]:
    """Read the approved cases of a verifier of the program.

    Raises:
        Invalid: The file has another table or another key.
    """
    source = files("calibration.judging.verifiers.cases") / f"{name}.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    if not set(tables) <= set(_TABLES):
        raise Invalid(
            f"The cases of {name!r} have the tables {sorted(tables)!r}; use {list(_TABLES)!r}."
        )
    try:
        return tuple(
            Case(
                name=entry["name"],
                call=entry["check"],
                text=entry["text"],
                expected=_TABLES[table],
                lines=tuple(entry["lines"]) if "lines" in entry else None,
            )
            for table, entries in tables.items()
            for entry in entries
        )
    except KeyError as error:
        raise Invalid(
            f"A case of {name!r} has no {error.args[0]!r}; give name, check and text."
        ) from error
