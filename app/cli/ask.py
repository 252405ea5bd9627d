"""Owns the verb `gainsay ask`: questions of a file to a model, as a run that a worker makes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.money import dollars, micro_dollars
from app.cli.output import AsJson, DatabaseUrl, answer

if TYPE_CHECKING:
    from calibration.runs.creating import Order
    from calibration.runs.questions import Asking
    from db.engine import Engine
    from db.intake.table import Table

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="csv, jsonl or parquet with a column prompt, perhaps system; other columns go along.",
    ),
]
Model = Annotated[str, typer.Option("--model", help="Which model: provider/model.")]
Cap = Annotated[str, typer.Option("--cap", metavar="USD", help="The most the run may cost.")]
Name = Annotated[str | None, typer.Option("--name", help="What to call it; default: the file.")]
MaxTokens = Annotated[
    int, typer.Option("--max-tokens", min=1, help="The longest answer, reasoning included.")
]
Temperature = Annotated[
    float | None, typer.Option("--temperature", min=0, max=2, help="Default: the provider's.")
]
Repeats = Annotated[
    int, typer.Option("--repeats", min=1, max=100, help="How many answers to each question.")
]
Fresh = Annotated[
    str, typer.Option("--fresh", metavar="SALT", help="Buy anew what was answered before.")
]


def ask(
    file: File,
    model: Model,
    cap: Cap,
    name: Name = None,
    max_tokens: MaxTokens = 1024,
    temperature: Temperature = None,
    repeats: Repeats = 1,
    fresh: Fresh = "",
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Ask a model every question of a file; a worker makes the calls, 'gainsay run show' tells."""
    from app.cli.actor import local_annotator
    from app.cli.ledgers import existing_ledger
    from calibration.llm.requests import Sampling
    from calibration.runs.catalogue import target_named
    from calibration.runs.creating import Order
    from calibration.runs.kinds import QUESTIONS
    from calibration.runs.permission import refuse_spending
    from calibration.runs.questions import Asking
    from db.engine import reading
    from db.intake.door import read_table

    cap_micro = micro_dollars(cap, "--cap")
    table = read_table(file, what="questions")
    with existing_ledger(db) as (workspace, ledger):
        actor = local_annotator(workspace)
        with reading(workspace) as work:
            refuse_spending(work, actor)
        with reading(ledger) as session:
            target = target_named(session, model)
        order = Order(
            kind=QUESTIONS,
            name=name or file.name,
            targets=(target,),
            cap_micro=cap_micro,
            created_by=actor,
            fresh=fresh,
        )
        sampling = Sampling(max_tokens=max_tokens, temperature=temperature)
        asking = Asking(target=target, sampling=sampling, repeats=repeats)
        _order(ledger, order, table, asking, as_json=as_json)


def _order(
    ledger: "Engine", order: "Order", table: "Table", asking: "Asking", *, as_json: bool
) -> None:
    from datetime import UTC, datetime

    from calibration.runs.creating import create_run
    from calibration.runs.questions import planned_calls

    made = create_run(ledger, order, planned_calls(table, asking), now=datetime.now(UTC))
    answer(
        {
            "run": made.run_id,
            "calls": made.total,
            "cap_micro": made.cap_micro,
            "estimate_low_micro": made.low_micro,
            "estimate_high_micro": made.high_micro,
            "is_simulated": asking.target.provider.is_simulated,
        },
        as_json=as_json,
        lines=[
            f"{made.run_id}: {made.total:,} calls are queued, for {dollars(made.low_micro)} to "
            f"{dollars(made.high_micro)} USD (cap {dollars(made.cap_micro)}).",
            "A worker makes them ('gainsay up' has one, or run 'gainsay worker'); watch it with "
            f"'gainsay run show {made.run_id}'.",
        ],
    )
