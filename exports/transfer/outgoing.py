"""Owns giving facts out as a file: whole or not at all, and never over another file."""

import hashlib
import io
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from db.engine import Engine, reading
from db.errors import Conflict, External, NotFound
from exports.transfer.formats import Write, format_of
from exports.transfer.forms import FORMS, Kind
from exports.transfer.lines import LINES


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
    if os.path.lexists(path):
        raise Conflict(f"{str(path)!r} is there already and is not overwritten; name a new file.")
    if not path.parent.is_dir():
        raise NotFound(f"There is no folder {str(path.parent)!r}; create it first.")
    draft = path.with_name(f".export-{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as out:
            rows = _write(engine, out, write, kind=kind, names=names)
            out.flush()
            os.fsync(out.fileno())
        with draft.open("rb") as whole:
            digest = hashlib.file_digest(whole, "sha256").hexdigest()
        size = draft.stat().st_size
        _place(draft, path)
    except OSError as error:
        raise External(
            f"The file {str(path)!r} cannot be written ({error.strerror or error}); nothing is "
            "left of it."
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return Exported(
        kind=kind,
        file=path.name,
        rows=rows,
        size=size,
        sha256=digest,
        names=names,
    )


def export_bytes(engine: Engine, *, kind: Kind, ending: str, names: bool = False) -> bytes:
    """Give the same file as bytes.

    Args:
        engine: The workspace.
        kind: What to export.
        ending: The format, such as ``.csv``.
        names: Whether to write names instead of pseudonyms.

    Raises:
        Invalid: The ending says no format.
        NotFound: There is nothing to export.
    """
    out = io.BytesIO()
    _write(engine, out, format_of(ending), kind=kind, names=names)
    return out.getvalue()


def _write(engine: Engine, out: IO[bytes], write: Write, *, kind: Kind, names: bool) -> int:
    with reading(engine) as session:
        rows = write(out, LINES[kind](session, names=names), FORMS[kind].columns)
    if not rows:
        raise NotFound(f"This workspace has no {kind} yet, so there is nothing to export.")
    return rows


def _place(draft: Path, path: Path) -> None:
    try:
        # Unlike a rename, a link fails where a file has come in the meantime.
        os.link(draft, path)
    except PermissionError:
        # A file system without links: the name is taken first, then filled.
        path.open("xb").close()
        draft.replace(path)
    except FileExistsError as error:
        raise Conflict(
            f"{str(path)!r} is there already and is not overwritten; name a new file."
        ) from error
