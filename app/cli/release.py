"""Owns the verbs `gainsay release ...`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import release_publish, release_verify
from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

if TYPE_CHECKING:
    from exports.cutting import CutReport

group = typer.Typer(
    help="Cut releases of the dataset, list, compare, verify and publish them.",
    rich_markup_mode=None,
    no_args_is_help=False,
)

_OUTCOMES = {
    "cut": "cut",
    "written_again": "was cut before, its files are written again",
    "unchanged": "is there already, unchanged",
}


group.command("publish")(release_publish.publish)
group.command("verify")(release_verify.verify)
group.command("diff")(release_verify.diff)


@group.command("cut")
def cut(
    version: Annotated[str, typer.Argument(help="MAJOR.MINOR.PATCH, such as 1.0.0.")],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help="Folder that does not exist yet, or is empty."),
    ],
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Cut a release: accepted items, and starter and imported ones never sent to review."""
    from app.cli.actor import local_annotator
    from app.workspace import existing
    from db.errors import Invalid
    from exports.cutting import cut_release
    from exports.versions import parse_version

    try:
        parse_version(version)
    except Invalid as error:
        raise wrong_option("VERSION", str(error)) from error
    with existing(db) as engine:
        report = cut_release(
            engine, version, out, actor_id=local_annotator(engine), now=datetime.now(UTC)
        )
    answer(_object(report), as_json=as_json, lines=_lines(report))


@group.command("list")
def list_(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """List the releases of this workspace, newest first."""
    from app.workspace import existing
    from db.engine import reading
    from db.queries.releases import list_releases

    with existing(db) as engine, reading(engine) as session:
        found = list_releases(session)
    rows = [
        {
            "version": release.version,
            "rows": release.row_count,
            "content_sha256": release.content_hash.removeprefix("sha256:"),
            "created_at": release.created_at.isoformat(),
            "author": release.author_id,
        }
        for release in found
    ]
    answer(
        {"releases": rows},
        as_json=as_json,
        lines=[
            f"{row['version']:<12} {row['rows']:>7} rows  {row['created_at']}  "
            f"{row['content_sha256']}"
            for row in rows
        ]
        or ["No releases; cut one with 'gainsay release cut 1.0.0 --out DIR'."],
    )


def _object(report: "CutReport") -> dict[str, object]:
    return {
        "version": report.version,
        "rows": report.rows,
        "content_sha256": report.content_sha256,
        "files": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.size} for file in report.files
        ],
        "out": str(report.out),
        "outcome": report.outcome.value,
        "previous": report.previous,
        "added": list(report.changes.added),
        "changed": list(report.changes.changed),
        "removed": list(report.changes.removed),
        "advice": list(report.advice),
        "waiting": sum(report.waiting.values()),
        "waiting_by_status": {status.value: n for status, n in report.waiting.items()},
    }


def _lines(report: "CutReport") -> Iterator[str]:
    yield f"version         {report.version} ({_OUTCOMES[report.outcome.value]})"
    yield f"rows            {report.rows:,}"
    yield f"content_sha256  {report.content_sha256}"
    if report.previous:
        yield f"since {report.previous:<9} {report.changes.summary()}"
    yield f"files           in {report.out}"
    for file in report.files:
        yield f"  {file.sha256}  {file.size:>10,}  {file.name}"
    if report.waiting:
        counts = ", ".join(f"{n:,} {status.value}" for status, n in report.waiting.items())
        yield f"left out        {sum(report.waiting.values()):,} not accepted: {counts}"
    for sentence in report.advice:
        yield f"Look at: {sentence}"
