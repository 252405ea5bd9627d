"""Owns the verbs `gainsay models ...`: which models runs may ask, at what price, and whether."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import model_providers
from app.cli.model_lines import (
    model_line,
    model_row,
    price_lines,
    price_rows,
    report_lines,
    report_row,
)
from app.cli.money import dollars
from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

if TYPE_CHECKING:
    from calibration.llm.providers import ModelSpec
    from calibration.runs.entering import Entered

group = typer.Typer(
    help="Providers and models that runs may ask, their prices, and the budget of a day.",
    rich_markup_mode=None,
    no_args_is_help=False,
)
group.add_typer(model_providers.group, name="provider")

Model = Annotated[str, typer.Argument(metavar="PROVIDER/MODEL", help="As the provider lists it.")]
Price = Annotated[str | None, typer.Option(metavar="USD", help="Per million tokens; 0 if free.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="When it was read; default: today.")
]
Most = Annotated[int | None, typer.Option(min=0, help="0 for unknown.")]
Snapshot = Annotated[
    str | None, typer.Option("--snapshot", help="The only name it may answer with; '' for any kin.")
]
Efforts = Annotated[
    str | None, typer.Option("--efforts", help="Reasoning efforts it takes, such as low,high.")
]
Schema = Annotated[bool | None, typer.Option("--schema/--no-schema", help="Takes a JSON schema.")]
Reasoning = Annotated[
    bool | None, typer.Option("--reasoning/--no-reasoning", help="Takes no temperature.")
]
Thinks = Annotated[
    bool | None, typer.Option("--thinks/--no-thinks", help="Thinks or not, as it is asked.")
]
ThinkTags = Annotated[
    bool | None,
    typer.Option("--think-tags/--no-think-tags", help="Its text begins with its reasoning."),
]
Dialect = Annotated[str | None, typer.Option(help="How it is told; see the docs of models.")]


@group.command("add")
def add(
    model: Model,
    input_price: Price = None,
    output_price: Price = None,
    as_of: AsOf = None,
    context: Most = None,
    max_output: Most = None,
    per_minute: Most = None,
    tokens_per_minute: Most = None,
    at_once: Most = None,
    snapshot: Snapshot = None,
    schema: Schema = None,
    reasoning: Reasoning = None,
    efforts: Efforts = None,
    thinks: Thinks = None,
    think_tags: ThinkTags = None,
    token_limit: Dialect = None,
    thinking_switch: Dialect = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Enter a model, or change it; what is not named stays as it is."""
    counts = {
        "context_tokens": context,
        "max_output_tokens": max_output,
        "requests_per_minute": per_minute,
        "tokens_per_minute": tokens_per_minute,
        "max_concurrency": at_once,
    }
    named = {
        "snapshot_expected": snapshot,
        "supports_schema": schema,
        "is_reasoning": reasoning,
        "can_think": thinks,
        "shows_think_tags": think_tags,
        **_dialect(token_limit, thinking_switch, efforts),
        **_prices(input_price, output_price, as_of),
    }
    changes = {name: value for name, value in named.items() if value is not None}
    changes |= {name: value or None for name, value in counts.items() if value is not None}
    spec, entered = _enter(model, changes, db=db)
    answer(
        {**model_row(spec), "is_new": entered.is_new, "changed": list(entered.changed)},
        as_json=as_json,
        lines=[model_line(spec), *([] if entered.changed else ["Nothing was changed."])],
    )


@group.command("price")
def price(
    model: Model,
    input_price: Price = None,
    output_price: Price = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Enter a new price of a model, or list every price it had."""
    from app.cli.ledgers import existing_ledger
    from db.engine import reading
    from db.ledger.queries.catalogue import prices_of

    provider_id, name = _parted(model)
    _refuse_unknown(model, db)
    if input_price is not None or output_price is not None:
        _enter(model, _prices(input_price, output_price, as_of), db=db)
    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        rows = price_rows(prices_of(session, (provider_id, name)))
    answer({"model": model, "prices": rows}, as_json=as_json, lines=price_lines(rows))


@group.command("list")
def list_(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """List every model that runs may ask, and what a day may cost."""
    from app.cli.ledgers import existing_ledger
    from calibration.runs.catalogue import load_targets
    from db.engine import reading
    from db.ledger.queries.states import day_budget

    today = datetime.now(UTC).date().isoformat()
    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        targets = load_targets(session)
        cap, used = day_budget(session, today)
        used_micro = sum(
            one or 0 for one in (used.spent_micro, used.reserved_micro, used.unconfirmed_micro)
        )
    rows = [
        {**model_row(one.spec), "is_simulated": one.provider.is_simulated}
        for one in targets.values()
    ]
    lines = [
        model_line(one.spec, is_simulated=one.provider.is_simulated) for one in targets.values()
    ]
    budget = "no cap" if cap is None else f"{dollars(cap)} USD"
    answer(
        {"models": rows, "day_cap_micro": cap, "day_used_micro": used_micro},
        as_json=as_json,
        lines=[
            *(lines or ["No model was entered yet."]),
            f"Today: {dollars(used_micro)} USD used; cap of a day: {budget}.",
        ],
    )


@group.command("test")
def try_out(model: Model, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Ask a model two short questions and say what is wrong, if anything; costs what they cost."""
    import asyncio

    from app.cli.ledgers import existing_ledger
    from app.settings import read_key
    from calibration.llm.connection import try_connection
    from calibration.runs.catalogue import target_named
    from db.engine import reading

    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        target = target_named(session, model)
    provider = target.provider
    key = read_key(provider.key_name) if provider.key_name else None
    report = asyncio.run(try_connection(provider, target.spec, key))
    answer(
        {"model": model, **report_row(report)},
        as_json=as_json,
        lines=report_lines(model, report),
    )


@group.command("remove")
def remove(model: Model, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Take a model off the list with its prices; its calls and runs stay."""
    from app.cli.acting import acting
    from calibration.runs.entering import remove_model

    provider_id, name = _parted(model)
    with acting(db) as actor:
        remove_model(actor, provider_id, name)
    answer({"removed": model}, as_json=as_json, lines=[f"{model} is removed."])


@group.command("budget")
def budget(
    day: Annotated[
        str | None, typer.Option("--day", metavar="USD", help="What all runs may cost in a day.")
    ] = None,
    no_limit: Annotated[bool, typer.Option("--no-limit", help="No cap for a day.")] = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Set what all runs of the workspace may cost in a day (UTC)."""
    from app.cli.acting import acting
    from app.cli.money import micro_dollars
    from calibration.runs.entering import set_day_cap

    if (day is None) != no_limit:
        raise wrong_option("--day", "give either --day USD or --no-limit.")
    cap = None if day is None else micro_dollars(day, "--day")
    with acting(db) as actor:
        changed = set_day_cap(actor, cap)
    told = "There is no cap for a day." if cap is None else f"A day may cost {dollars(cap)} USD."
    answer({"day_cap_micro": cap, "changed": changed}, as_json=as_json, lines=[told])


@group.command("practise")
def practise_(
    url: Annotated[
        str | None, typer.Option("--url", help="Address that 'gainsay simulate' prints.")
    ] = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Enter the models of a running 'gainsay simulate'; all they touch is marked simulated."""
    from app.cli.acting import acting
    from calibration.runs.practising import USUAL_ADDRESS, practise

    with acting(db) as actor:
        made = practise(actor, url or USUAL_ADDRESS)
    answer(
        {"provider": made.provider_id, "base_url": made.base_url, "models": list(made.models)},
        as_json=as_json,
        lines=[f"Simulated models at {made.base_url}:", *made.models],
    )


def _enter(model: str, changes: "dict[str, Any]", *, db: str | None) -> "tuple[ModelSpec, Entered]":
    from app.cli.acting import acting
    from calibration.llm.providers import ModelSpec
    from calibration.runs.entering import enter_model, find_model

    provider_id, name = _parted(model)
    with acting(db) as actor:
        known = find_model(actor.ledger, provider_id, name)
        spec = replace(known or ModelSpec(provider_id=provider_id, name=name), **changes)
        return spec, enter_model(actor, spec)


def _refuse_unknown(model: str, db: str | None) -> None:
    from app.cli.ledgers import existing_ledger
    from calibration.runs.catalogue import target_named
    from db.engine import reading

    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        target_named(session, model)


def _parted(model: str) -> tuple[str, str]:
    provider_id, slash, name = model.partition("/")
    if not slash or not name or not provider_id:
        raise wrong_option("PROVIDER/MODEL", f"{model!r} is no provider/model.")
    return provider_id, name


def _prices(
    input_price: str | None, output_price: str | None, as_of: str | None
) -> "dict[str, Any]":
    named: dict[str, Any] = {"input_price": input_price, "output_price": output_price}
    found = {name: value for name, value in named.items() if value is not None}
    if not found and as_of is None:
        return {}
    try:
        day = datetime.now(UTC).date() if as_of is None else date.fromisoformat(as_of)
    except ValueError:
        raise wrong_option("--as-of", f"{as_of!r} is no day such as 2026-11-20.") from None
    return {**found, "price_as_of": day}


def _dialect(
    token_limit: str | None, thinking_switch: str | None, efforts: str | None
) -> "dict[str, Any]":
    from calibration.llm.providers import ThinkingSwitch, TokenLimit

    found: dict[str, Any] = {}
    if efforts is not None:
        found["efforts"] = tuple(filter(None, (one.strip() for one in efforts.split(","))))
    for option, given, legal in (
        ("token_limit", token_limit, TokenLimit),
        ("thinking_switch", thinking_switch, ThinkingSwitch),
    ):
        if given is None:
            continue
        values = [one.value for one in legal]
        if given not in values:
            name = "--" + option.replace("_", "-")
            raise wrong_option(name, f"{given!r} is none of {', '.join(values)}.")
        found[option] = legal(given)
    return found
