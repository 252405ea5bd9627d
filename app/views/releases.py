"""Owns what the page Releases shows: what a cut would hold now, the releases, and their files."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.views.naming import Taxonomy, load_taxonomy_names
from db.engine import Engine, reading
from db.errors import External
from db.queries.annotators import list_annotators
from db.queries.releases import list_releases
from db.queries.totals import Totals, totals
from exports.cutting import ReleasePreview
from exports.layout import CARD, MANIFEST, SIX_JSON
from exports.publishing_record import Publication, publications

FOLDER = "releases"
SHOWN_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLine:
    """One release.

    Attributes:
        folder: Where its files are, or would be.
        on_disk: Whether the files are there.
        publications: Where it was published, newest first.
    """

    version: str
    rows: int
    content_hash: str
    author: str
    created_at: datetime
    folder: Path
    on_disk: bool
    publications: tuple[Publication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeLine:
    """How many rows of one type a cut would hold, by language and by origin."""

    type_id: str
    by_language: dict[str, int]
    by_origin: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The page."""

    taxonomy: Taxonomy
    totals: Totals
    preview: ReleasePreview
    lines: tuple[TypeLine, ...]
    releases: tuple[ReleaseLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """The files of one release, as they are on disk.

    Attributes:
        files: Name and size in bytes, sorted.
        rows: At most ``SHOWN_ROWS`` of the six-column rows.
        total: How many rows there are.
    """

    files: tuple[tuple[str, int], ...]
    card: str
    manifest: str
    rows: tuple[dict[str, str], ...]
    total: int


def load_releases(
    engine: Engine,
    *,
    preview: ReleasePreview,
    data_folder: Path,
    counted: Totals | None = None,
) -> Releases:
    """Read the page.

    Args:
        engine: The workspace.
        preview: What a cut would hold now.
        data_folder: Where the folder ``releases`` is.
        counted: What the workspace holds; None counts it now.
    """
    with reading(engine) as session:
        taxonomy, counted = load_taxonomy_names(session), counted or totals(session)
        handles = {person.id: person.handle for person in list_annotators(session)}
        found = list_releases(session)
        published = {release.version: publications(session, release.version) for release in found}
    return Releases(
        taxonomy=taxonomy,
        totals=counted,
        preview=preview,
        lines=_lines(preview, taxonomy),
        releases=tuple(
            ReleaseLine(
                version=release.version,
                rows=release.row_count,
                content_hash=release.content_hash,
                author=handles.get(release.author_id, release.author_id),
                created_at=release.created_at,
                folder=folder_of(data_folder, release.version),
                on_disk=(folder_of(data_folder, release.version) / MANIFEST).is_file(),
                publications=published[release.version],
            )
            for release in found
        ),
    )


def folder_of(data_folder: Path, version: str) -> Path:
    """Name the folder of a release's files."""
    return data_folder / FOLDER / version


def look_inside(folder: Path) -> Inside:
    """Read a release's files.

    Raises:
        External: They are not there, or not readable.
    """
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        rows = json.loads((folder / SIX_JSON).read_text(encoding="utf-8"))
        return Inside(
            files=tuple(
                (path.relative_to(folder).as_posix(), path.stat().st_size) for path in files
            ),
            card=(folder / CARD).read_text(encoding="utf-8"),
            manifest=(folder / MANIFEST).read_text(encoding="utf-8"),
            rows=tuple(rows[:SHOWN_ROWS]),
            total=len(rows),
        )
    except (OSError, ValueError) as error:
        raise External(
            f"The files of release {folder.name!r} cannot be read; cut the same version again to "
            "write them anew."
        ) from error


def _lines(preview: ReleasePreview, taxonomy: Taxonomy) -> tuple[TypeLine, ...]:
    lines = []
    for named in taxonomy.types:
        languages: Counter[str] = Counter()
        origins: Counter[str] = Counter()
        for cell in preview.counts:
            if cell.type_id == named.id:
                languages[cell.language_id] += cell.rows
                origins[cell.origin] += cell.rows
        if languages:
            lines.append(
                TypeLine(type_id=named.id, by_language=dict(languages), by_origin=dict(origins))
            )
    return tuple(lines)
