"""Owns telling what a folder that is not empty holds: this very release, intact or not, or else."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from exports.layout import MANIFEST, SUMS
from exports.manifest import SCHEMA


class Presence(StrEnum):
    """What a folder holds."""

    INTACT = "intact"
    DAMAGED = "damaged"
    OTHER_RELEASE = "other_release"
    SOMETHING_ELSE = "something_else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a folder holds.

    Attributes:
        detail: The damaged file, or the version of the other release; else empty.
    """

    presence: Presence
    detail: str = ""


def examine(existing: Mapping[str, bytes], expected: Mapping[str, bytes]) -> Found:
    """Compare a folder with the files that a release would have.

    A folder that another version of the program wrote counts as intact when its own sums hold.
    """
    theirs, ours = manifest_of(existing), manifest_of(expected)
    same = (theirs.get("version"), theirs.get("content_sha256")) == (
        ours["version"],
        ours["content_sha256"],
    )
    marks = any(existing.get(name) == expected[name] for name in (MANIFEST, SUMS))
    if not same and not marks:
        if theirs.get("schema") == SCHEMA:
            return Found(presence=Presence.OTHER_RELEASE, detail=str(theirs.get("version")))
        return Found(presence=Presence.SOMETHING_ELSE)
    other_program = bool(theirs) and theirs.get("program") != ours["program"]
    damaged = damaged_by_sums(existing) if other_program else first_difference(existing, expected)
    if damaged is None:
        return Found(presence=Presence.INTACT)
    return Found(presence=Presence.DAMAGED, detail=damaged)


def manifest_of(files: Mapping[str, bytes]) -> dict[str, object]:
    """Read the manifest among files; empty when there is none that can be read."""
    try:
        found = json.loads(files.get(MANIFEST, b""))
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def first_difference(existing: Mapping[str, bytes], expected: Mapping[str, bytes]) -> str | None:
    """Name a file that only one side has, or that differs; None when all are equal."""
    names = sorted(existing.keys() | expected.keys())
    return next((name for name in names if existing.get(name) != expected.get(name)), None)


def damaged_by_sums(existing: Mapping[str, bytes]) -> str | None:
    """Name a file that is not what the sums beside it say; None when all hold."""
    sums: dict[str, str] = {}
    for line in existing.get(SUMS, b"").decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        sums[name] = digest
    for name in sorted((existing.keys() - {SUMS}) | sums.keys()):
        data = existing.get(name)
        if data is None or sums.get(name) != hashlib.sha256(data).hexdigest():
            return name
    return None
