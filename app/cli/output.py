"""Owns how a verb answers: one JSON object, or lines for a person, on standard output."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from db.errors import External

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object to standard output.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--db", help="Database URL; default: GAINSAY_DATABASE_URL or the data folder."),
]


def answer(result: Mapping[str, object], *, as_json: bool, lines: Iterable[str]) -> None:
    """Print a verb's whole answer at its very end, so that a refusal leaves nothing behind.

    Args:
        result: The object that ``--json`` prints; fractions 0-1 and unrounded, never NaN.
        as_json: What ``--json`` said.
        lines: The same answer for a person.
    """
    if as_json:
        text = json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False)
    else:
        text = "\n".join(lines)
    if sys.stdout is None:
        raise External("There is no standard output to answer to.")
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def wrong_option(option: str, message: str) -> typer.BadParameter:
    """Build the error for an option whose value is illegal in itself (exit 2)."""
    return typer.BadParameter(message, param_hint=f"'{option}'")
