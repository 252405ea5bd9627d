"""Owns cutting a release: what would be cut, and the cut itself.

Files are staged beside the target, the release is recorded, then the folder is renamed: see
`docs/decisions/cutting-a-release.md` for what a kill leaves behind at each point.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Final

from db.engine import Engine, reading
from db.errors import Conflict, Invalid
from db.queries.releases import ReleaseView, list_releases
from db.queries.roles import require_for_all
from db.queries.status import ItemStatus
from db.roles import Role
from exports.canaries import published_canaries
from exports.changes import Changes, compare
from exports.contents import ReleaseContents
from exports.files import release_files
from exports.folder import (
    FolderFilled,
    has_release_marks,
    is_free,
    publish,
    read_folder,
    resolve_target,
    staged,
    wait_for_others,
)
from exports.lineage import change_entries, content_of, ordered, states_of
from exports.manifest import CutFile, describe, sums_sha256
from exports.moments import moment_advice, moment_columns
from exports.presence import Presence, examine
from exports.registration import Overtaken, register_release
from exports.snapshot import Snapshot, snapshot_problems, take_snapshot
from exports.versions import Version, check_step, parse_version, smallest_next

__all__ = [
    "CellCount",
    "Changes",
    "CutFile",
    "CutOutcome",
    "CutPoint",
    "CutReport",
    "ReleasePreview",
    "cut_release",
    "preview_release",
    "rebuilt_files",
]

_NAMED_ITEMS: Final = 5


class CutOutcome(StrEnum):
    """What a cut did."""

    CUT = "cut"
    WRITTEN_AGAIN = "written_again"
    UNCHANGED = "unchanged"


class CutPoint(StrEnum):
    """A moment of a cut between two steps that each happen whole or not at all."""

    STAGING = "staging"
    STAGED = "staged"
    RECORDING = "recording"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutReport:
    """What was cut.

    Attributes:
        content_sha256: Hash of every row in order; equal exactly when the rows are equal.
        outcome: ``cut`` is a new release; ``written_again`` the files of a known one;
            ``unchanged`` when they were there already, intact.
        previous: The release before; None for the first.
        changes: Against that release.
        advice: Sentences about what is legal and yet worth a look.
        moment_columns: The columns that the sentences are about: every text looks like a date.
        waiting: How many items were left out, by status.
    """

    version: str
    rows: int
    content_sha256: str
    files: tuple[CutFile, ...]
    out: Path
    outcome: CutOutcome
    previous: str | None
    changes: Changes
    advice: tuple[str, ...]
    moment_columns: tuple[str, ...]
    waiting: Mapping[ItemStatus, int]


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
        changes: Against the newest release.
        problems: Sentences that a cut would refuse with; empty when it would succeed.
        waiting: How many items would be left out, by status.
    """

    rows: int
    content_sha256: str
    counts: tuple[CellCount, ...]
    previous: str | None
    same_as: str | None
    next_version: str
    changes: Changes
    problems: tuple[str, ...]
    waiting: Mapping[ItemStatus, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A cut that may go ahead."""

    known: ReleaseView | None
    snapshot: Snapshot
    contents: ReleaseContents


def preview_release(engine: Engine) -> ReleasePreview:
    """Say what a cut would hold; nothing is written."""
    with reading(engine) as session:
        snapshot = take_snapshot(session)
        releases = ordered(list_releases(session))
    newest = releases[-1] if releases else None
    changes = compare(states_of(newest), snapshot.states)
    cells = Counter((row.type_id, row.language_id, row.origin) for row in snapshot.rows)
    return ReleasePreview(
        rows=len(snapshot.rows),
        content_sha256=snapshot.content_sha256,
        counts=tuple(
            CellCount(type_id=type_id, language_id=language_id, origin=origin, rows=rows)
            for (type_id, language_id, origin), rows in cells.items()
        ),
        previous=newest.version if newest else None,
        same_as=(
            newest.version if newest and content_of(newest) == snapshot.content_sha256 else None
        ),
        next_version=str(_next(newest, changes)),
        changes=changes,
        problems=snapshot_problems(snapshot),
        waiting=snapshot.waiting,
    )


def cut_release(
    engine: Engine,
    version: str,
    out: Path,
    *,
    actor_id: str,
    now: datetime,
    at: Callable[[CutPoint], None] | None = None,
) -> CutReport:
    """Cut a release into a new folder, or write a known one again.

    Args:
        engine: The workspace.
        version: ``MAJOR.MINOR.PATCH``.
        out: Folder that does not exist, is empty, or holds this very release.
        actor_id: Who cuts.
        now: The moment of the cut; a known release keeps its own.
        at: Called at each ``CutPoint``; a test kills the process there.

    Raises:
        Forbidden: The actor is no lead for everything.
        Invalid: The version is malformed or its step too small, there is nothing to cut, or a row
            cannot be released.
        Conflict: The version exists with other content, or the folder holds something else.
        External: The files cannot be written.
    """
    with reading(engine) as session:
        require_for_all(session, actor_id, Role.LEAD)
    wanted = parse_version(version)
    target = resolve_target(out)
    cut = partial(_attempt, engine, wanted, target, actor_id=actor_id, now=now, reach=at or _pass)
    try:
        return cut()
    except Overtaken:
        # Whoever comes second gets what a later repeat would get.
        return cut()


def rebuilt_files(engine: Engine, version: str, *, now: datetime) -> dict[str, bytes]:
    """Build the files of a known release again; nothing is written.

    Raises:
        Conflict: Its items are no longer what they were.
    """
    return release_files(_plan(engine, parse_version(version), now=now).contents)


def _attempt(
    engine: Engine,
    wanted: Version,
    target: Path,
    *,
    actor_id: str,
    now: datetime,
    reach: Callable[[CutPoint], None],
) -> CutReport:
    """Cut what the workspace holds now.

    Raises:
        Overtaken: Another cut was recorded since the workspace was read.
    """
    plan = _plan(engine, wanted, now=now)
    files = release_files(plan.contents)
    if plan.known:
        # The one who recorded it may be about to rename its folder to this very target.
        wait_for_others(target)
    if is_free(target):
        outcome = _write(engine, plan, target, files, actor_id=actor_id, now=now, reach=reach)
    else:
        outcome = CutOutcome.UNCHANGED
        _refuse_unless_there(target, files, known=plan.known)
    moments = moment_columns(plan.contents.six_rows())
    return CutReport(
        version=str(wanted),
        rows=len(plan.snapshot.rows),
        content_sha256=plan.snapshot.content_sha256,
        files=describe(files),
        out=target,
        outcome=outcome,
        previous=plan.contents.previous,
        changes=plan.contents.log[0].changes,
        advice=moment_advice(moments),
        moment_columns=moments,
        waiting=plan.snapshot.waiting,
    )


def _write(
    engine: Engine,
    plan: _Plan,
    target: Path,
    files: dict[str, bytes],
    *,
    actor_id: str,
    now: datetime,
    reach: Callable[[CutPoint], None],
) -> CutOutcome:
    """Stage the files, record a new release, rename the folder."""
    with staged(target, files, first=lambda: reach(CutPoint.STAGING)) as staging:
        reach(CutPoint.STAGED)
        if plan.known is None:
            register_release(
                engine,
                plan.contents,
                sums_sha256=sums_sha256(files),
                actor_id=actor_id,
                now=now,
                before_commit=lambda: reach(CutPoint.RECORDING),
            )
        reach(CutPoint.RECORDED)
        try:
            publish(staging, target)
        except FolderFilled:
            if examine(read_folder(target), files).presence is not Presence.INTACT:
                raise
            return CutOutcome.UNCHANGED if plan.known else CutOutcome.CUT
    return CutOutcome.WRITTEN_AGAIN if plan.known else CutOutcome.CUT


def _plan(engine: Engine, wanted: Version, *, now: datetime) -> _Plan:
    with reading(engine) as session:
        snapshot = take_snapshot(session)
        releases = ordered(list_releases(session))
    problems = snapshot_problems(snapshot)
    if problems:
        raise Invalid(problems[0])
    known = next((entry for entry in releases if entry.version == str(wanted)), None)
    newest = releases[-1] if releases else None
    if known is not None:
        _refuse_other_content(known, newest, snapshot)
    elif newest is not None:
        check_step(
            wanted,
            parse_version(newest.version),
            compare(states_of(newest), snapshot.states),
        )
    created_at = known.created_at if known else now
    contents = ReleaseContents(
        version=str(wanted),
        created_at=created_at,
        snapshot=snapshot,
        canaries=published_canaries(str(wanted), snapshot.content_sha256),
        log=change_entries(wanted, created_at, snapshot, releases),
        program_version=installed_version("gainsay"),
    )
    return _Plan(known=known, snapshot=snapshot, contents=contents)


def _refuse_other_content(
    known: ReleaseView, newest: ReleaseView | None, snapshot: Snapshot
) -> None:
    if content_of(known) == snapshot.content_sha256:
        return
    since = compare(states_of(known), snapshot.states)
    ids = [*since.added, *since.changed, *since.removed]
    rest = len(ids) - _NAMED_ITEMS
    named = ", ".join(map(repr, ids[:_NAMED_ITEMS])) + (f" and {rest:,} more" if rest > 0 else "")
    smallest = _next(newest, compare(states_of(newest), snapshot.states))
    raise Conflict(
        f"The version {known.version!r} was cut on {known.created_at.date().isoformat()} with "
        f"other content; since then {since.summary()} ({named or 'their order'}): a version is "
        f"never changed, cut {smallest} instead."
    )


def _next(newest: ReleaseView | None, changes: Changes) -> Version:
    return smallest_next(parse_version(newest.version) if newest else None, changes)


def _refuse_unless_there(
    target: Path, files: dict[str, bytes], *, known: ReleaseView | None
) -> None:
    """Refuse a folder that is not empty, unless it holds this very release, intact."""
    where = str(target)
    # A home folder named by mistake must not be read through before it is refused.
    found = examine(read_folder(target) if has_release_marks(target) else {}, files)
    if found.presence is Presence.OTHER_RELEASE:
        raise Conflict(
            f"The folder {where!r} holds release {found.detail!r}; it was left alone. Name a "
            "folder that does not exist yet."
        )
    if found.presence is Presence.SOMETHING_ELSE or known is None:
        # This very release, and not recorded when the workspace was read: it may be by now.
        kind = Conflict if found.presence is Presence.SOMETHING_ELSE else Overtaken
        raise kind(
            f"The folder {where!r} is not empty and holds something else; it was left alone. Name "
            "a folder that does not exist yet."
        )
    if found.presence is Presence.DAMAGED:
        raise Conflict(
            f"The folder {where!r} holds this release with a damaged, missing or foreign file "
            f"{found.detail!r}; it was left alone. Move the folder away and cut again."
        )


def _pass(point: CutPoint) -> None:
    del point
