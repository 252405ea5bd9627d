"""Owns giving facts out as a file: whole or not at all, and never over another file."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from db.backups.appearing import appearing, refuse_taken
from db.engine import Engine, reading
from db.errors import NotFound
from db.queries.roles import require_for_all
from db.roles import Role
from exports.transfer.formats import Write, format_of
from exports.transfer.forms import FORMS, Kind
from exports.transfer.lines import LINES

_RIGHTS: Final = 0o666  # those of any new file, from which the mask takes away


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that was written.

    Attributes:
        sha256: Hexadecimal SHA-256 of its bytes.
        names: Whether people and raters have their names in it instead of pseudonyms.
    """

    kind: Kind
    file: str
    rows: int
    size: int
    sha256: str
    names: bool


def export_file(engine: Engine, path: Path, *, kind: Kind, names: bool = False) -> Exported:
    """Write all facts of a kind to a new file.

    Args:
        engine: The workspace.
        path: Its ending says the format: csv, csv.gz, json, jsonl, jsonl.gz or parquet.
        kind: What to export.
        names: Whether to write the names of people and raters instead of pseudonyms.

    Raises:
        Invalid: The ending says no format.
        Conflict: Something has that name already.
        NotFound: The folder is not there, or there is nothing to export.
        External: The file cannot be written.
    """
    write = format_of(path.name)
    refuse_taken(path)
    if not path.parent.is_dir():
        raise NotFound(f"There is no folder {str(path.parent)!r}; create it first.")
    with appearing(path, mode=_RIGHTS) as part:
        with part.open("wb") as out:
            rows = _write(engine, out, write, kind=kind, names=names)
        with part.open("rb") as whole:
            digest = hashlib.file_digest(whole, "sha256").hexdigest()
        size = part.stat().st_size
    return Exported(
        kind=kind,
        file=path.name,
        rows=rows,
        size=size,
        sha256=digest,
        names=names,
    )


def export_bytes(
    engine: Engine, *, annotator_id: str, kind: Kind, ending: str, names: bool = False
) -> bytes:
    """Give the same file as bytes to somebody who may see everything.

    Args:
        engine: The workspace.
        annotator_id: Who asks.
        kind: What to export.
        ending: The format, such as ``.csv``.
        names: Whether to write names instead of pseudonyms.

    Raises:
        Invalid: The ending says no format.
        Forbidden: They do not lead everything: what is in it ends everybody's blindness.
        NotFound: There is nothing to export.
    """
    with reading(engine) as session:
        require_for_all(session, annotator_id, Role.LEAD)
    out = io.BytesIO()
    _write(engine, out, format_of(ending), kind=kind, names=names)
    return out.getvalue()


def _write(engine: Engine, out: IO[bytes], write: Write, *, kind: Kind, names: bool) -> int:
    with reading(engine) as session:
        rows = write(out, LINES[kind](session, names=names), FORMS[kind].columns)
    if not rows:
        raise NotFound(f"This workspace has no {kind} yet, so there is nothing to export.")
    return rows
