"""Owns release versions: their form, their order, and the smallest legal step.

MAJOR when rows changed or went, MINOR when rows came, PATCH when the data are the same.
"""

import re
from dataclasses import dataclass
from typing import Final

from db.errors import Invalid
from exports.changes import Changes

FIRST: Final = "1.0.0"

_FORM: Final = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """MAJOR.MINOR.PATCH; compares by number."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def parse_version(text: str) -> Version:
    """Read a version.

    Raises:
        Invalid: The text is not MAJOR.MINOR.PATCH.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise Invalid(
            f"The version {text!r} is not MAJOR.MINOR.PATCH: write three whole numbers without "
            f"leading zeros, such as {FIRST}."
        )
    return Version(*map(int, match.groups()))


def smallest_next(previous: Version | None, changes: Changes) -> Version:
    """Give the smallest legal version after a release.

    Args:
        previous: The newest release; None before the first.
        changes: What differs from it.
    """
    if previous is None:
        return parse_version(FIRST)
    if changes.changed or changes.removed:
        return Version(previous.major + 1, 0, 0)
    if changes.added:
        return Version(previous.major, previous.minor + 1, 0)
    return Version(previous.major, previous.minor, previous.patch + 1)


def check_step(wanted: Version, previous: Version, changes: Changes) -> None:
    """Refuse a version that is too small for what changed.

    Raises:
        Invalid: It is smaller than the smallest legal one, which the message names.
    """
    smallest = smallest_next(previous, changes)
    if wanted < smallest:
        raise Invalid(
            f"The version '{wanted}' is too small a step after '{previous}' with "
            f"{changes.summary()}: use {smallest} or a larger one."
        )
