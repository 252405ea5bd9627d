"""Owns the manifest of a release, and the sums by which its files are checked."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from db.contents import text_hash
from db.hashing import Json
from exports.contents import ReleaseContents
from exports.layout import MANIFEST, SUMS

SCHEMA: Final = "gainsay-release-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFile:
    """One file of a release; ``name`` is relative to its folder, with forward slashes."""

    name: str
    sha256: str
    size: int


def describe(files: Mapping[str, bytes]) -> tuple[CutFile, ...]:
    """Hash and measure files, in the order of their names."""
    return tuple(
        CutFile(name=name, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        for name, data in sorted(files.items())
    )


def manifest(contents: ReleaseContents, files: tuple[CutFile, ...]) -> bytes:
    """Write the manifest over all other files but the sums."""
    rows = contents.snapshot.rows
    value: dict[str, Json] = {
        "schema": SCHEMA,
        "version": contents.version,
        "content_sha256": contents.snapshot.content_sha256,
        "created_at": contents.created_at.isoformat(),
        "program": {"name": "gainsay", "version": contents.program_version},
        "previous": contents.previous,
        "rows": len(rows),
        "counts": {
            "by_type_and_language": _counts(contents, "instruction_types", "language"),
            "by_domain": _counts(contents, "domain"),
            "by_origin": _counts(contents, "origin", "evidence"),
            "by_review": _counts(contents, "review", "blind_reviewers", "edited_in_review"),
        },
        "judge_texts": {
            "hash": "sha256 over the canonical JSON of the text",
            "judge_prompt_template": _texts(contents, "judge_prompt_template"),
            "judge_system_prompt": _texts(contents, "judge_system_prompt"),
        },
        "canary": contents.canaries.rows,
        "files": {file.name: {"sha256": file.sha256, "bytes": file.size} for file in files},
    }
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def sums(files: tuple[CutFile, ...]) -> bytes:
    """Write the sums of all files as ``sha256sum -c`` reads them."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files).encode("utf-8")


def sums_sha256(files: Mapping[str, bytes]) -> str:
    """Hash the sums of a release: one hash that stands for every file."""
    return hashlib.sha256(files[SUMS]).hexdigest()


def sealed(contents: ReleaseContents, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Add manifest and sums to the files of a release."""
    whole = {**files, MANIFEST: manifest(contents, describe(files))}
    return {**whole, SUMS: sums(describe(whole))}


def _counts(contents: ReleaseContents, *columns: str) -> list[Json]:
    found = contents.count_by(*columns)
    return [{**dict(zip(columns, key, strict=True)), "rows": n} for key, n in found.items()]


def _texts(contents: ReleaseContents, column: str) -> dict[str, Json]:
    # Each distinct text is hashed once: a release repeats a few texts in every row.
    texts = Counter(str(row.cells[column]) for row in contents.snapshot.rows)
    return dict(sorted((text_hash(text), rows) for text, rows in texts.items()))
