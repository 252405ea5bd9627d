"""Owns the verbs `gainsay run ...`: watch runs, and pause, resume, cancel or pay more for one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.money import dollars, micro_dollars
from app.cli.output import AsJson, DatabaseUrl, answer

if TYPE_CHECKING:
    from calibration.runs.watching import RunHead, RunView
    from db.engine import Session

group = typer.Typer(
    help="Watch, pause, resume and cancel runs of model calls.",
    rich_markup_mode=None,
    no_args_is_help=False,
)
RunId = Annotated[
    str, typer.Argument(metavar="RUN", help="Its id, or a beginning that no other has.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why, for whoever looks later.")]


@group.command("list")
def list_verb(
    newest: Annotated[int, typer.Option("--newest", min=1, help="How many, newest first.")] = 20,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """List the newest runs."""
    from app.cli.ledgers import existing_ledger
    from calibration.runs.watching import list_heads
    from db.engine import reading

    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        heads = list_heads(session, count=newest)
    lines = [_line(head) for head in heads] or ["There are no runs yet."]
    answer({"runs": [_head(head) for head in heads]}, as_json=as_json, lines=lines)


@group.command("show")
def show(run: RunId, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Show one run: progress, rate, cost, estimate, and why calls failed."""
    from datetime import UTC, datetime

    from app.cli.ledgers import existing_ledger
    from calibration.runs.watching import load_view
    from db.engine import reading

    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        view = load_view(session, run, now=datetime.now(UTC))
    answer(_view(view), as_json=as_json, lines=_lines(view))


@group.command("answers")
def answers(
    run: RunId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new .jsonl file.")],
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Write every place of a run with its answer, in the order they were handed in."""
    from app.cli.ledgers import existing_ledger
    from calibration.runs.questions import answer_rows
    from db.backups.appearing import appearing
    from db.engine import reading
    from db.ledger.queries.watching import load_run

    count = 0
    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        found = load_run(session, run)
        with (
            appearing(file.absolute(), mode=0o644) as part,
            part.open("w", encoding="utf-8") as out,
        ):
            for row in answer_rows(session, found.id):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    answer(
        {"run": found.id, "file": str(file.absolute()), "rows": count},
        as_json=as_json,
        lines=[f"{count:,} rows are in {file}."],
    )


@group.command("pause")
def pause(run: RunId, reason: Reason = "", as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Let no further call begin; those under way are finished."""
    from db.ledger.queries.states import pause_run

    _act(run, db, as_json, lambda session, its: pause_run(session, reason=reason, **its))


@group.command("resume")
def resume(run: RunId, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Let a paused run go on."""
    from db.ledger.queries.states import resume_run

    _act(run, db, as_json, lambda session, its: resume_run(session, **its))


@group.command("cancel")
def cancel(
    run: RunId, reason: Reason = "", as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """End a run for good; answers that are there stay."""
    from db.ledger.queries.states import cancel_run

    _act(run, db, as_json, lambda session, its: cancel_run(session, reason=reason, **its))


@group.command("raise")
def raise_verb(
    run: RunId,
    cap: Annotated[str, typer.Option("--cap", metavar="USD", help="The new cap.")],
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Let a run cost more; one that was paused for it goes on."""
    from db.ledger.queries.states import raise_cap

    micro = micro_dollars(cap, "--cap")
    _act(run, db, as_json, lambda session, its: raise_cap(session, cap_micro=micro, **its))


def _act(
    run: str,
    db: str | None,
    as_json: bool,
    change: "Callable[[Session, dict[str, Any]], object]",
) -> None:
    from datetime import UTC, datetime

    from app.cli.actor import local_annotator
    from app.cli.ledgers import existing_ledger
    from calibration.runs.permission import refuse_spending
    from calibration.runs.watching import load_head
    from db.engine import reading, writing

    with existing_ledger(db) as (workspace, ledger):
        actor = local_annotator(workspace)
        with reading(workspace) as work:
            refuse_spending(work, actor)
        with writing(ledger) as session:
            run_id = load_head(session, run).id
            change(session, {"run_id": run_id, "actor": actor, "now": datetime.now(UTC)})
            session.flush()
            head = load_head(session, run_id)
    answer(_head(head), as_json=as_json, lines=[_line(head)])


def _head(head: "RunHead") -> dict[str, object]:
    from dataclasses import asdict

    fields = asdict(head)
    for name in ("created_at", "started_at", "ended_at"):
        fields[name] = None if fields[name] is None else fields[name].isoformat()
    return {**fields, "share": head.share, "expected_micro": head.expected_micro}


def _view(view: "RunView") -> dict[str, object]:
    from dataclasses import asdict

    return {
        **_head(view.head),
        "per_minute": view.per_minute,
        "seconds_left": view.seconds_left,
        "failures": [asdict(one) for one in view.failures],
        "models": [{**asdict(one), "retried_share": one.retried_share} for one in view.models],
        "events": [
            {
                "at": event.at.isoformat(),
                "actor": event.actor,
                "kind": event.kind.value,
                "reason": event.reason,
            }
            for event in view.events
        ],
    }


def _line(head: "RunHead") -> str:
    state = head.state + (f" ({head.pause_reason})" if head.pause_reason else "")
    simulated = "  SIMULATED" if head.is_simulated else ""
    return (
        f"{head.id}  {state:<20} {head.settled:>7,}/{head.total:,}  "
        f"{dollars(head.used_micro)} of {dollars(head.cap_micro)} USD  {head.name}{simulated}"
    )


def _lines(view: "RunView") -> Iterator[str]:
    head = view.head
    yield _line(head)
    if head.note:
        yield head.note
    yield (
        f"calls      {head.done:,} done ({head.hits:,} of them were there), "
        f"{head.failed:,} failed, {head.skipped:,} skipped, {head.in_flight:,} under way"
    )
    yield (
        f"cost       {dollars(head.spent_micro)} USD spent, {dollars(head.unconfirmed_micro)} "
        f"unconfirmed, {dollars(head.reserved_micro)} reserved; estimate "
        f"{dollars(head.estimate_low_micro)} to {dollars(head.estimate_high_micro)}"
    )
    if view.per_minute:
        left = "" if view.seconds_left is None else f", {view.seconds_left:,.0f} s left"
        yield f"rate       {view.per_minute:,.0f} answers a minute{left}"
    for one in view.models:
        share = 100 * (one.retried_share or 0.0)
        yield f"model      {one.provider_id}/{one.model}: {share:.1f} % of calls tried again"
    for failure in view.failures:
        yield f"failures   {failure.tries:,} x {failure.kind}"
        for sample in failure.samples:
            yield f"             {' '.join(sample.split())[:160]}"
