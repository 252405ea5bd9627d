"""Owns how a verb answers: one JSON object, or lines for a person, on standard output."""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from db.errors import External

# Control characters but tab and line feed, marks that reorder text, separators of lines, halves of
# pairs: what people typed must not steer a terminal.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object to standard output.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--db", help="Database URL; default: GAINSAY_DATABASE_URL or the data folder."),
]


def answer(result: Mapping[str, object], *, as_json: bool, lines: Iterable[str]) -> None:
    """Print a verb's whole answer at its very end, so that a refusal leaves nothing behind.

    Characters that steer a terminal are written as escapes, which JSON reads back as what they are.

    Args:
        result: The object that ``--json`` prints; fractions 0-1 and unrounded, never NaN.
        as_json: What ``--json`` said.
        lines: The same answer for a person.
    """
    if as_json:
        text = json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False)
    else:
        text = "\n".join(lines)
    text = _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    if sys.stdout is None:
        raise External("There is no standard output to answer to.")
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def wrong_option(option: str, message: str) -> typer.BadParameter:
    """Build the error for an option whose value is illegal in itself (exit 2)."""
    return typer.BadParameter(message, param_hint=f"'{option}'")
