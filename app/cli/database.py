"""Owns the verbs `gainsay db ...`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer
from db.errors import Invalid

group = typer.Typer(
    help="Migrate, check, back up and restore the workspace database.",
    rich_markup_mode=None,
    no_args_is_help=False,
)


@group.command("upgrade")
def upgrade(
    starter: Annotated[
        bool,
        typer.Option("--starter", help="Also load the starter items that are not there yet."),
    ] = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Create or migrate the workspace; it is backed up before a migration."""
    from app.settings import load_settings
    from app.workspace import prepare
    from db.engine import redacted

    settings = load_settings(database_url=db)
    done = prepare(settings, now=datetime.now(UTC), starter=starter)
    result = {
        "database": redacted(settings.database_url),
        "schema_before": done.upgraded.before,
        "schema": done.upgraded.after,
        "backup": str(done.upgraded.backup) if done.upgraded.backup else None,
        "first_start": done.first_start,
        "starter_revisions_added": done.starter_items,
    }
    answer(
        result,
        as_json=as_json,
        lines=[
            f"database  {result['database']}",
            f"schema    {done.upgraded.before or 'empty'} -> {done.upgraded.after}",
            f"backup    {result['backup'] or 'none needed'}",
            f"starter   {done.starter_items} revisions added (machine-written, not human-reviewed)",
        ],
    )


@group.command("check")
def check(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Check the database's integrity, its rules and its history; findings make it fail."""
    from app.workspace import existing
    from db.engine import shown_url
    from db.ledger.place import beside_open
    from db.ledger.verification import check_ledger
    from db.verification import check_database

    with existing(db) as engine, beside_open(engine) as ledger:
        url = shown_url(engine)
        checked: dict[str, int] = {}
        for found in (check_database(engine), check_ledger(ledger)):
            if not found.ok:
                raise Invalid(f"{url} has {len(found.findings)} findings: {found.summary}")
            checked |= found.checked
    answer(
        {"database": url, "ok": True, "checked": checked},
        as_json=as_json,
        lines=[f"{url}: no findings", *(f"{n:>9,} {name}" for name, n in checked.items())],
    )


@group.command("backup")
def backup(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="New file; default: one named by the time, in backups/ of the data folder.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Copy the workspace into one checked file while others go on working."""
    from app.settings import load_settings
    from app.workspace import back_up_now, existing
    from db.backups import back_up
    from db.engine import shown_url
    from db.ledger.backups import back_up_ledger
    from db.ledger.place import beside_open

    with existing(db) as engine, beside_open(engine) as ledger:
        if file is not None:
            made = back_up(engine, file.absolute())
        else:
            made = back_up_now(load_settings(), engine, now=datetime.now(UTC))
        calls = back_up_ledger(ledger, made.file)
        url = shown_url(engine)
    answer(
        {
            "database": url,
            "file": str(made.file),
            "ledger": None if calls is None else str(calls),
            "bytes": made.size,
            "checked": dict(made.checked),
        },
        as_json=as_json,
        lines=[
            f"{url} is backed up in {made.file} ({made.size:,} bytes, no findings)",
            *([] if calls is None else [f"its model calls are beside it, in {calls}"]),
            *(f"{n:>9,} {name}" for name, n in made.checked.items()),
        ],
    )


@group.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Make a workspace from a backup, in a place that holds nothing yet."""
    from app.settings import load_settings
    from db.backups import restore as restore_backup
    from db.engine import open_engine, shown_url
    from db.ledger.backups import refuse_filled_ledger, restore_ledger
    from db.ledger.place import beside_open

    settings = load_settings(database_url=db)
    engine = open_engine(settings.database_url)
    try:
        with beside_open(engine) as ledger:
            refuse_filled_ledger(ledger)
            made = restore_backup(file.absolute(), engine)
            calls = restore_ledger(file.absolute(), ledger, now=datetime.now(UTC))
    finally:
        engine.dispose()
    url = shown_url(engine)
    answer(
        {
            "database": url,
            "file": str(file.absolute()),
            "schema_before": made.schema_before,
            "schema": made.schema,
            "ledger": calls,
            "checked": dict(made.checked),
        },
        as_json=as_json,
        lines=[
            f"{file} is restored in {url} (schema {made.schema}, no findings)",
            "its model calls are restored too" if calls else "no model calls were beside it",
            *(f"{n:>9,} {name}" for name, n in made.checked.items()),
        ],
    )
