"""Owns the verbs `gainsay provider ...` and `gainsay model ...`: whom runs may ask, and prices."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

providers = typer.Typer(help="Who serves models.", rich_markup_mode=None, no_args_is_help=False)
models = typer.Typer(
    help="Which models may be asked, and their prices.",
    rich_markup_mode=None,
    no_args_is_help=False,
)
Price = Annotated[str | None, typer.Option(metavar="USD", help="Per million tokens; 0 if free.")]
Most = Annotated[int | None, typer.Option(min=1)]


@providers.command("add")
def add_provider(
    provider: Annotated[str, typer.Argument(metavar="ID", help="A slug, such as openai.")],
    url: Annotated[str, typer.Option("--url", help="Where its API begins, ending in /v1.")],
    key: Annotated[
        str, typer.Option("--key", metavar="NAME", help="Under which name its key is found.")
    ] = "",
    simulated: Annotated[
        bool, typer.Option("--simulated", help="No model is behind it: 'gainsay simulate'.")
    ] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds for an answer.")] = 120.0,
    ca_bundle: Annotated[str, typer.Option("--ca-bundle", help="A PEM file to trust.")] = "",
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Enter a provider, or change the one of that id."""
    from app.cli.ledgers import existing_ledger
    from calibration.llm.providers import Provider
    from calibration.runs.catalogue import save_provider
    from db.engine import writing

    entered = Provider(
        id=provider,
        name=provider,
        base_url=url,
        key_name=key,
        is_simulated=simulated,
        timeout_seconds=timeout,
        ca_bundle=ca_bundle,
    )
    with existing_ledger(db) as (_, ledger), writing(ledger) as session:
        save_provider(session, entered, now=datetime.now(UTC))
    answer(
        {"provider": entered.id, "base_url": entered.base_url, "is_simulated": simulated},
        as_json=as_json,
        lines=[f"{entered.id} is at {entered.base_url}."],
    )


@models.command("add")
def add_model(
    model: Annotated[str, typer.Argument(metavar="PROVIDER/MODEL")],
    input_price: Price = None,
    output_price: Price = None,
    per_minute: Most = None,
    tokens_per_minute: Most = None,
    at_once: Most = None,
    context: Most = None,
    reasoning: Annotated[bool, typer.Option("--reasoning", help="Takes no temperature.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Takes a JSON schema.")] = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Enter a model with its price and its limits, or change it."""
    from app.cli.actor import local_annotator
    from app.cli.ledgers import existing_ledger
    from calibration.llm.providers import ModelSpec
    from calibration.runs.catalogue import save_model
    from db.engine import writing

    provider_id, slash, name = model.partition("/")
    if not slash or not name:
        raise wrong_option("PROVIDER/MODEL", f"{model!r} is no provider/model.")
    now = datetime.now(UTC)
    spec = ModelSpec(
        provider_id=provider_id,
        name=name,
        input_price=input_price,
        output_price=output_price,
        requests_per_minute=per_minute,
        tokens_per_minute=tokens_per_minute,
        max_concurrency=at_once,
        context_tokens=context,
        is_reasoning=reasoning,
        supports_schema=schema,
        price_as_of=now.date(),
    )
    with existing_ledger(db) as (workspace, ledger), writing(ledger) as session:
        save_model(session, spec, actor=local_annotator(workspace), now=now)
    answer(_model(spec), as_json=as_json, lines=[_line(_model(spec))])


@models.command("list")
def list_models(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """List every model that runs may ask."""
    from app.cli.ledgers import existing_ledger
    from calibration.runs.catalogue import load_targets
    from db.engine import reading

    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        targets = load_targets(session)
    rows = [
        {**_model(one.spec), "is_simulated": one.provider.is_simulated} for one in targets.values()
    ]
    lines = [_line(row) for row in rows] or ["No model was entered yet."]
    answer({"models": rows}, as_json=as_json, lines=lines)


def _model(spec: object) -> dict[str, object]:
    from calibration.runs.specs import spec_to_json

    return dict(spec_to_json(spec))  # type: ignore[arg-type]


def _line(row: dict[str, object]) -> str:
    def price(name: str) -> str:
        return "unknown" if row[name] is None else f"{row[name]}"

    prices = f"{price('input_price')} in, {price('output_price')} out"
    return f"{row['provider_id']}/{row['name']}  {prices} (USD per million tokens)"
