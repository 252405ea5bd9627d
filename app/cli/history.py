"""Owns the verbs `gainsay history ...`."""

from typing import Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer
from db.errors import Invalid

group = typer.Typer(
    help="Read and verify the log of what people did.",
    rich_markup_mode=None,
    no_args_is_help=False,
)


@group.command("verify")
def verify(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Verify the hash chain and that every fact is the one its event recorded."""
    from app.workspace import existing
    from db.engine import reading
    from db.verification import verify_history

    with existing(db) as engine, reading(engine) as session:
        found = verify_history(session)
    if not found.ok:
        raise Invalid(
            f"The history does not verify, {len(found.findings)} findings: {found.summary}"
        )
    answer(
        {"verified": True, "checked": found.checked},
        as_json=as_json,
        lines=[f"The history verifies: {found.checked['events']:,} events, no findings."],
    )


@group.command("show")
def show(
    subject: Annotated[
        str | None, typer.Option("--subject", help="Only events about this id.")
    ] = None,
    newest: Annotated[int, typer.Option("--newest", min=1, help="How many, newest first.")] = 50,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Show the newest events."""
    from app.workspace import existing
    from db.engine import reading
    from db.history import events

    with existing(db) as engine, reading(engine) as session:
        found = events(session, subject_id=subject, newest=newest)
    rows = [
        {
            "seq": event.seq,
            "at": event.at.isoformat(),
            "actor": event.actor_id,
            "action": event.action,
            "subject_kind": event.subject_kind,
            "subject": event.subject_id,
            "after": event.after,
            "facts": event.facts,
            "hash": event.hash,
        }
        for event in found
    ]
    answer(
        {"events": rows},
        as_json=as_json,
        lines=[
            f"{row['seq']:>6}  {row['at']}  {row['action']}  {row['subject_kind']} {row['subject']}"
            for row in rows
        ]
        or ["No events."],
    )
