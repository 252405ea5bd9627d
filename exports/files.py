"""Owns the files of a release as bytes: equal contents give equal bytes, whenever and wherever."""

import json
from collections.abc import Sequence

from db.hashing import Json
from exports.card import card_text
from exports.columnar import parquet_bytes
from exports.columns import FULL_COLUMNS, SIX_COLUMNS
from exports.contents import ReleaseContents
from exports.croissant import croissant
from exports.documents import change_log, citation_text, evidence_lines, licence_text
from exports.layout import (
    CARD,
    CHANGE_LOG,
    CITATION,
    CROISSANT,
    FULL_PARQUET,
    LICENCE,
    SIX_JSON,
    SIX_PARQUET,
)
from exports.manifest import describe, sealed
from exports.rows import Cells


def release_files(contents: ReleaseContents) -> dict[str, bytes]:
    """Write every file of a release, by its name inside the folder."""
    canary = contents.canaries.rows
    evidence = "\n".join(evidence_lines(contents))
    six = contents.six_rows()
    data = {
        SIX_JSON: json_array(six),
        SIX_PARQUET: parquet_bytes(six, SIX_COLUMNS, canary=canary, evidence=evidence),
        FULL_PARQUET: parquet_bytes(
            contents.full_rows(), FULL_COLUMNS, canary=canary, evidence=evidence
        ),
    }
    described = {file.name: (file.sha256, file.size) for file in describe(data)}
    files = {
        **data,
        CARD: card_text(contents).encode("utf-8"),
        CHANGE_LOG: change_log(contents).encode("utf-8"),
        CITATION: citation_text(contents).encode("utf-8"),
        LICENCE: licence_text(contents).encode("utf-8"),
        CROISSANT: _pretty(croissant(contents, described)),
    }
    return sealed(contents, files)


def json_array(rows: Sequence[Cells]) -> bytes:
    """Write rows as one JSON array with a row per line, so that versions compare line by line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _pretty(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
