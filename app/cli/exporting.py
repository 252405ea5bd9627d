"""Owns the verbs `gainsay export ...`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer

if TYPE_CHECKING:
    from exports.transfer import Exported

group = typer.Typer(
    help="Give out responses, labels and verdicts.", rich_markup_mode=None, no_args_is_help=False
)

File = Annotated[
    Path,
    typer.Argument(
        help="A new file; its ending says the format: csv, csv.gz, json, jsonl, jsonl.gz or "
        "parquet."
    ),
]
Names = Annotated[
    bool,
    typer.Option("--names", help="Write the names of people and raters instead of pseudonyms."),
]


@group.callback()
def _group() -> None:
    """Give out responses, labels and verdicts."""


@group.command("responses")
def responses(file: File, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Export every response with its source."""
    _export("responses", file, names=False, as_json=as_json, db=db)


@group.command("labels")
def labels(
    file: File, names: Names = False, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Export every label with its source, superseded and withdrawn ones too."""
    _export("labels", file, names=names, as_json=as_json, db=db)


@group.command("verdicts")
def verdicts(file: File, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Export every verdict with its judge."""
    _export("verdicts", file, names=False, as_json=as_json, db=db)


def _export(what: str, file: Path, *, names: bool, as_json: bool, db: str | None) -> None:
    from app.workspace import existing
    from exports.transfer import Kind, export_file

    with existing(db) as engine:
        done = export_file(engine, file, kind=Kind(what), names=names)
    answer(
        {
            "what": done.kind.value,
            "file": done.file,
            "rows": done.rows,
            "bytes": done.size,
            "sha256": done.sha256,
            "names": done.names,
        },
        as_json=as_json,
        lines=_lines(done),
    )


def _lines(done: "Exported") -> Iterator[str]:
    yield f"{done.file}: {done.rows:,} {done.kind.value}, {done.size:,} bytes, {done.sha256}."
    if done.kind.value == "labels":
        yield (
            "People and raters are in it by name."
            if done.names
            else "People and raters are in it under pseudonyms."
        )
