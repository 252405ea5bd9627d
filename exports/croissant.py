"""Owns the Croissant description of a release: core fields and what is known for responsible AI.

What is not known is left out: nothing is said about annotators beyond how many reviewed a row.
"""

from collections.abc import Mapping
from typing import Final

from db.hashing import Json
from exports.card import TITLE
from exports.columns import FULL_COLUMNS, LIST_COLUMNS, NUMBER_COLUMNS, SIX_COLUMNS
from exports.contents import ReleaseContents
from exports.documents import CC_BY
from exports.layout import FULL_PARQUET, LICENCE, SIX_JSON, SIX_PARQUET
from exports.provenance import MACHINE_WRITTEN, ReviewKind

# The name under which the Croissant reader knows parquet.
PARQUET: Final = "application/x-parquet"
_CONFORMS: Final = (
    "http://mlcommons.org/croissant/1.0",
    "http://mlcommons.org/croissant/RAI/1.0",
)
_IN_CROISSANT: Final = (
    "citeAs column conformsTo:dct equivalentProperty extract field fileProperty fileObject fileSet "
    "format includes isLiveDataset jsonPath key md5 parentField path recordSet references regex "
    "repeated replace samplingRate separator source subField transform"
)


def croissant(contents: ReleaseContents, files: Mapping[str, tuple[str, int]]) -> Json:
    """Describe a release.

    Args:
        contents: The release.
        files: SHA-256 and size in bytes per data file, by its name in the release.
    """
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "name": "counter-intuitive-instruction-items",
        "description": f"{TITLE}: {len(contents.snapshot.rows)} rows with references and judge "
        "texts.",
        "conformsTo": list(_CONFORMS),
        "citeAs": f"{TITLE}, version {contents.version}, content SHA-256 "
        f"{contents.snapshot.content_sha256}.",
        "datePublished": contents.created_at.date().isoformat(),
        "inLanguage": sorted(
            {"chinese": "zh", "english": "en"}.get(key[0], key[0])
            for key in contents.count_by("language")
        ),
        "license": LICENCE if contents.has_imported or contents.has_written_here else CC_BY,
        "version": contents.version,
        **_responsible(contents),
        "distribution": [
            _file("six-json", SIX_JSON, "application/json", files),
            _file("six-parquet", SIX_PARQUET, PARQUET, files),
            _file("full-parquet", FULL_PARQUET, PARQUET, files),
        ],
        "recordSet": [
            _records("default", SIX_COLUMNS, "six-parquet"),
            _records("full", FULL_COLUMNS, "full-parquet"),
        ],
    }


def _context() -> Json:
    context: dict[str, Json] = {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "dct": "http://purl.org/dc/terms/",
        "sc": "https://schema.org/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
    }
    for word in _IN_CROISSANT.split():
        name, _, space = word.partition(":")
        context[name] = f"{space or 'cr'}:{name}"
    return context


def _responsible(contents: ReleaseContents) -> dict[str, Json]:
    origins = []
    none = contents.reviewed(ReviewKind.NOT_REVIEWED)
    some = len(contents.snapshot.rows) - none
    if contents.has_starter:
        unread = f"Starter rows are {MACHINE_WRITTEN}."
        origins.append(
            unread if not some else f"{unread[:-1]} where the column review says not_reviewed."
        )
    if contents.has_imported:
        origins.append("Imported rows came from a file; how they were collected is unknown.")
    if contents.has_written_here:
        origins.append("Authored rows were written in the workspace that cut this release.")
    return {
        "rai:dataCollection": " ".join(origins),
        "rai:dataPreprocessingProtocol": "Texts are kept character by character; rows with empty "
        "texts, unknown labels or control characters are refused on import.",
        "rai:annotationsPerItem": "0 labels by people.",
        "rai:dataLimitations": (
            f"{none} of {len(contents.snapshot.rows)} rows were not reviewed by a person before "
            "this release; the column review says how the others were accepted. "
            if some
            else "No row was reviewed by a person before this release. "
        )
        + "Domains and types are unevenly filled.",
        "rai:dataUseCases": "Measuring whether language models follow instructions that go against "
        "what training makes usual. Not for training.",
        "rai:dataReleaseMaintenancePlan": "Versions are never changed; a correction is a new "
        "version that names the ids it concerns.",
    }


def _file(
    identity: str, name: str, encoding: str, files: Mapping[str, tuple[str, int]]
) -> dict[str, Json]:
    sha256, size = files[name]
    return {
        "@type": "cr:FileObject",
        "@id": identity,
        "name": identity,
        "contentUrl": name,
        "contentSize": f"{size} B",
        "encodingFormat": encoding,
        "sha256": sha256,
    }


def _records(name: str, columns: tuple[str, ...], file: str) -> dict[str, Json]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [_field(name, column, file) for column in columns],
    }


def _field(records: str, column: str, file: str) -> dict[str, Json]:
    repeated: dict[str, Json] = {"repeated": True} if column in LIST_COLUMNS else {}
    return {
        "@type": "cr:Field",
        "@id": f"{records}/{column}",
        "name": column,
        "dataType": "sc:Integer" if column in NUMBER_COLUMNS else "sc:Text",
        **repeated,
        "source": {"fileObject": {"@id": file}, "extract": {"column": column}},
    }
