"""Owns the verbs `gainsay import ...`."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer

if TYPE_CHECKING:
    from exports.importing import ImportAdvice, ImportReport, Progress
    from exports.transfer import TransferReport

group = typer.Typer(
    help="Take in what was made elsewhere.", rich_markup_mode=None, no_args_is_help=False
)


Table = Annotated[
    Path, typer.Argument(help="Rows as csv, csv.gz, json, jsonl, jsonl.gz or parquet.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")]


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
    dry_run: DryRun = False,
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


@group.command("responses")
def responses(
    file: Table, dry_run: DryRun = False, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Import responses to items that are here."""
    _transfer("responses", file, dry_run=dry_run, as_json=as_json, db=db)


@group.command("labels")
def labels(
    file: Table, dry_run: DryRun = False, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Import labels of responses that are here; none of them counts as human evidence."""
    _transfer("labels", file, dry_run=dry_run, as_json=as_json, db=db)


@group.command("verdicts")
def verdicts(
    file: Table, dry_run: DryRun = False, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Import verdicts of judges on responses that are here."""
    _transfer("verdicts", file, dry_run=dry_run, as_json=as_json, db=db)


def _transfer(what: str, file: Path, *, dry_run: bool, as_json: bool, db: str | None) -> None:
    from app.cli.actor import local_annotator
    from app.workspace import existing
    from db.intake import read_table
    from exports.transfer import Kind, plan_transfer, transfer

    with existing(db) as engine:
        report = (plan_transfer if dry_run else transfer)(
            engine,
            read_table(file, what=what),
            kind=Kind(what),
            actor_id=local_annotator(engine),
            now=datetime.now(UTC),
            progress=_progress(),
        )
    answer(
        _transfer_object(report, dry_run=dry_run),
        as_json=as_json,
        lines=_transfer_lines(report, dry_run=dry_run),
    )


def _transfer_object(report: "TransferReport", *, dry_run: bool) -> dict[str, object]:
    return {
        "what": report.kind.value,
        "file": report.file,
        "sha256": report.sha256,
        "dry_run": dry_run,
        "written": report.written,
        "rows": report.rows,
        "created": report.created,
        "corrected": report.corrected,
        "unchanged": report.unchanged,
        "counts": [{"name": count.name, "rows": count.rows} for count in report.counts],
        "new_judges": list(report.new_judges),
        "advice": _advice(report.advice),
    }


def _transfer_lines(report: "TransferReport", *, dry_run: bool) -> Iterator[str]:
    if not report.written and not dry_run:
        yield f"{report.file}: {report.rows:,} rows, all here already; nothing changed."
    else:
        would = "would be " if dry_run else ""
        corrected = f"{report.corrected:,} {would}corrected, " if report.corrected else ""
        yield (
            f"{report.file}: {report.rows:,} rows; {report.created:,} {would}created, "
            f"{corrected}{report.unchanged:,} unchanged."
        )
    for count in report.counts:
        yield f"  {_visible(count.name)}  {count.rows:,}"
    if report.new_judges:
        new = ", ".join(map(repr, report.new_judges))
        yield f"New judge{'s' if len(report.new_judges) > 1 else ''}: {_visible(new)}."
    for advice in report.advice:
        yield f"Look at: {advice.sentence}"


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _advice(found: Sequence["ImportAdvice"]) -> list[dict[str, object]]:
    return [
        {
            "kind": advice.kind,
            "sentence": advice.sentence,
            "rows": advice.rows,
            "numbers": list(advice.numbers),
        }
        for advice in found
    ]


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
        "advice": _advice(report.advice),
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
