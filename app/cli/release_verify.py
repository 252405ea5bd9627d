"""Owns the verbs `gainsay release verify` and `gainsay release diff`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

if TYPE_CHECKING:
    from exports.differing import Difference


def verify(
    version: Annotated[str, typer.Argument(help="A version that was cut here.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="DIR",
            help="Where its files are; default: releases/VERSION in the data folder.",
        ),
    ] = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Hold a release's folder against what the workspace sealed; a difference makes it fail."""
    from app.settings import load_settings
    from app.views.releases import folder_of
    from app.workspace import existing
    from exports.manifest import describe
    from exports.publishing_files import sealed_files

    _refuse_no_version("VERSION", version)
    source = folder or folder_of(load_settings().data_folder, version)
    with existing(db) as engine:
        files = describe(sealed_files(engine, version, source, now=datetime.now(UTC)))
    answer(
        {
            "version": version,
            "folder": str(source),
            "intact": True,
            "files": [
                {"name": file.name, "sha256": file.sha256, "bytes": file.size} for file in files
            ],
        },
        as_json=as_json,
        lines=[
            f"version  {version} (intact)",
            f"folder   {source}",
            f"files    {len(files)}, each as it was sealed",
        ],
    )


def diff(
    before: Annotated[str, typer.Argument(metavar="FROM", help="A version that was cut here.")],
    after: Annotated[
        str | None,
        typer.Argument(metavar="[TO]", help="Another; default: what a cut would hold now."),
    ] = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Say which items two releases differ in."""
    from app.workspace import existing
    from exports.differing import difference

    _refuse_no_version("FROM", before)
    if after is not None:
        _refuse_no_version("TO", after)
    with existing(db) as engine:
        found = difference(engine, before, after)
    answer(
        {
            "from": found.before,
            "to": found.after,
            "rows_from": found.rows_before,
            "rows_to": found.rows_after,
            "added": list(found.changes.added),
            "changed": [{"id": item, "step": found.steps[item]} for item in found.changes.changed],
            "removed": list(found.changes.removed),
            "same_order": found.same_order,
        },
        as_json=as_json,
        lines=_lines(found),
    )


def _refuse_no_version(option: str, version: str) -> None:
    from db.errors import Invalid
    from exports.versions import parse_version

    try:
        parse_version(version)
    except Invalid as error:
        raise wrong_option(option, str(error)) from error


def _lines(found: "Difference") -> Iterator[str]:
    to = found.after or "what a cut would hold now"
    yield f"{found.before} -> {to}: {found.changes.summary()}"
    for item in found.changes.added:
        yield f"  added    {item}"
    for item in found.changes.changed:
        yield f"  changed  {item} ({found.steps[item]})"
    for item in found.changes.removed:
        yield f"  removed  {item}"
    if not found.same_order:
        yield "  the rows that both have stand in another order"
