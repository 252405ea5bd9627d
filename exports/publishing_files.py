"""Owns deciding whether a folder holds exactly what a release sealed, before any of it leaves.

Held against the workspace: version and content, every row's hash, the three files of rows against
each other, every file's sum, and the sums against the seal in the history.
"""

import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, cast

from pyarrow import parquet  # type: ignore[import-untyped]

from db.engine import Engine, reading
from db.errors import Conflict, GainsayError, NotFound
from db.history import events
from db.queries.releases import ReleaseView, find_release
from exports.columns import SIX_COLUMNS
from exports.cutting import rebuilt_files
from exports.folder import read_folder
from exports.layout import FULL_PARQUET, MANIFEST, SIX_JSON, SIX_PARQUET, SUMS
from exports.lineage import content_of
from exports.manifest import SCHEMA, sums_sha256
from exports.presence import damaged_by_sums, first_difference, manifest_of
from exports.registration import ACTION, SEAL
from exports.rows import Cells, is_whole, row_sha256

_ALL: Final = 1_000_000


def sealed_files(engine: Engine, version: str, folder: Path, *, now: datetime) -> dict[str, bytes]:
    """Read the files of a release from its folder.

    Raises:
        NotFound: The version was never cut here, or there is no such folder.
        Conflict: The folder holds something else, or a file that the release did not seal.
        Invalid: It holds a link or something else that is no file.
        External: A file cannot be read.
    """
    with reading(engine) as session:
        release = find_release(session, version)
        sealed = {
            str((event.after or {}).get(SEAL))
            for event in events(session, subject_id=version, newest=_ALL)
            if event.action == ACTION and event.subject_kind == "release"
        }
    if release is None:
        raise NotFound(
            f"The version {version!r} was never cut in this workspace; 'gainsay release list' "
            "names those that were."
        )
    files = read_folder(folder)
    differing = _differing(files, release)
    if differing is None and sums_sha256(files) not in sealed:
        # Another version of the program may have written the release again, in other packaging.
        differing = _differing_from_rebuilt(engine, files, version, now=now)
    if differing is not None:
        raise Conflict(
            f"The folder {str(folder)!r} is not what release {version!r} sealed ({differing!r} "
            "differs). Move the folder away and write it anew with 'gainsay "
            f"release cut {version} --out DIR'."
        )
    return files


def _differing(files: Mapping[str, bytes], release: ReleaseView) -> str | None:
    """Name a file that is not of this release; None when everything holds."""
    manifest = manifest_of(files)
    of_release = (SCHEMA, release.version, content_of(release))
    if tuple(manifest.get(name) for name in ("schema", "version", "content_sha256")) != of_release:
        return MANIFEST
    damaged = SUMS if SUMS not in files else damaged_by_sums(files)
    return damaged or _differing_rows(files, release)


def _differing_rows(files: Mapping[str, bytes], release: ReleaseView) -> str | None:
    try:
        full = _parquet_rows(files[FULL_PARQUET])
        six = _parquet_rows(files[SIX_PARQUET])
        plain = cast("list[Cells]", json.loads(files[SIX_JSON]))
    except KeyError as error:
        return str(error.args[0])
    except (ValueError, OSError):
        return FULL_PARQUET
    hashes = [row_sha256(row) if is_whole(row) else "" for row in full]
    if hashes != [row.content_sha256 for row in release.rows]:
        return FULL_PARQUET
    if six != [{name: row[name] for name in SIX_COLUMNS} for row in full]:
        return SIX_PARQUET
    return None if plain == six else SIX_JSON


def _parquet_rows(data: bytes) -> list[Cells]:
    return cast("list[Cells]", parquet.read_table(io.BytesIO(data)).to_pylist())


def _differing_from_rebuilt(
    engine: Engine, files: Mapping[str, bytes], version: str, *, now: datetime
) -> str | None:
    try:
        rebuilt = rebuilt_files(engine, version, now=now)
    except GainsayError:
        # Its items moved on, so nothing is left to hold the other files against.
        return SUMS
    return first_difference(files, rebuilt)
