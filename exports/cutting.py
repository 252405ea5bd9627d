"""Owns cutting a release: what would be cut, and the cut itself.

Files are staged beside the target, the release is recorded, then the folder is renamed: see
`docs/decisions/cutting-a-release.md` for what a kill leaves behind at each point.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from db.engine import Engine


class CutOutcome(StrEnum):
    """What a cut did."""

    CUT = "cut"
    WRITTEN_AGAIN = "written_again"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFile:
    """One file of a release; ``name`` is relative to its folder, with forward slashes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Item ids that differ from the previous release, each sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutReport:
    """What was cut.

    Attributes:
        content_sha256: Hash of every row in order; equal exactly when the rows are equal.
        outcome: ``cut`` is a new release; ``written_again`` the files of a known one;
            ``unchanged`` when they were there already, intact.
        previous: The release before; None for the first.
    """

    version: str
    rows: int
    content_sha256: str
    files: tuple[CutFile, ...]
    out: Path
    outcome: CutOutcome
    previous: str | None
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCount:
    """How many rows of one type, language and origin would be cut."""

    type_id: str
    language_id: str
    origin: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePreview:
    """What a cut would hold now.

    Attributes:
        content_sha256: As ``CutReport`` would have it.
        previous: The newest release; None before the first.
        same_as: The newest release when its content is equal; None otherwise.
        next_version: The smallest legal version for a new release.
        problems: Sentences that a cut would refuse with; empty when it would succeed.
    """

    rows: int
    content_sha256: str
    counts: tuple[CellCount, ...]
    previous: str | None
    same_as: str | None
    next_version: str
    changes: Changes
    problems: tuple[str, ...]


def preview_release(engine: Engine) -> ReleasePreview:
    """Say what a cut would hold; nothing is written."""
    raise NotImplementedError


def cut_release(
    engine: Engine, version: str, out: Path, *, actor_id: str, now: datetime
) -> CutReport:
    """Cut a release into a new folder, or write a known one again.

    Args:
        engine: The workspace.
        version: ``MAJOR.MINOR.PATCH``.
        out: Folder that does not exist, is empty, or holds this very release.
        actor_id: Who cuts.
        now: The moment of the cut; a known release keeps its own.

    Raises:
        Invalid: The version is malformed or its step too small, there is nothing to cut, or a row
            cannot be released.
        Conflict: The version exists with other content, or the folder holds something else.
        External: The files cannot be written.
    """
    raise NotImplementedError
