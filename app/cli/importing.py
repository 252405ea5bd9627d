"""Owns the verbs `gainsay import ...`."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer

if TYPE_CHECKING:
    from exports.importing import ImportReport, Progress

group = typer.Typer(
    help="Take in what was made elsewhere.", rich_markup_mode=None, no_args_is_help=False
)


@group.callback()
def _group() -> None:
    """Take in what was made elsewhere."""


@group.command("items")
def items(
    file: Annotated[
        Path,
        typer.Argument(
            help="Rows in six columns or in the form of our releases: csv, csv.gz, json, jsonl, "
            "jsonl.gz or parquet."
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")
    ] = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Import items; all rows are checked before anything is written."""
    from app.cli.actor import local_annotator
    from app.workspace import existing
    from db.intake import read_table
    from exports.importing import import_items, plan_import

    with existing(db) as engine:
        table = read_table(file, what="items")
        if dry_run:
            report = plan_import(engine, table, progress=_progress())
        else:
            report = import_items(
                engine,
                table,
                actor_id=local_annotator(engine),
                now=datetime.now(UTC),
                progress=_progress(),
            )
    answer(_object(report, dry_run=dry_run), as_json=as_json, lines=_lines(report, dry_run=dry_run))


def _object(report: "ImportReport", *, dry_run: bool) -> dict[str, object]:
    return {
        "file": report.file,
        "sha256": report.sha256,
        "form": report.form.value,
        "dry_run": dry_run,
        "written": report.written,
        "rows": report.rows,
        "created": report.created,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "counts": [
            {
                "type": count.type_id,
                "instruction_types": count.type_label,
                "language": count.language_id,
                "rows": count.rows,
            }
            for count in report.counts
        ],
        "ignored_columns": list(report.ignored_columns),
        "advice": [
            {
                "kind": advice.kind,
                "sentence": advice.sentence,
                "rows": advice.rows,
                "numbers": list(advice.numbers),
            }
            for advice in report.advice
        ],
    }


def _lines(report: "ImportReport", *, dry_run: bool) -> Iterator[str]:
    if not report.written and not dry_run:
        yield f"{report.file}: {report.rows:,} rows, all here already; nothing changed."
    else:
        would = "would be " if dry_run else ""
        yield (
            f"{report.file}: {report.rows:,} rows; {report.created:,} {would}created, "
            f"{report.revised:,} {would}revised, {report.unchanged:,} unchanged."
        )
    width = max(len(count.type_label) for count in report.counts)
    for count in report.counts:
        yield f"  {count.type_label:<{width}}  {count.language_label:<8} {count.rows:>7,}"
    if report.ignored_columns:
        yield f"Left out: {', '.join(map(repr, report.ignored_columns))}."
    for advice in report.advice:
        yield f"Look at: {advice.sentence}"


def _progress() -> "Progress | None":
    return _show if sys.stderr.isatty() else None


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\rchecked {done:,} of {total:,} rows")
    if done == total:
        sys.stderr.write("\n")
    sys.stderr.flush()
