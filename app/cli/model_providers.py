"""Owns the verbs `gainsay models provider ...`: who serves models, and where a key is found."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.output import AsJson, DatabaseUrl, answer
from db.errors import Invalid, NotFound

if TYPE_CHECKING:
    from calibration.llm.providers import Provider
    from calibration.runs.entering import Actor

group = typer.Typer(
    help="Who serves models: address, name of the key, certificates.",
    rich_markup_mode=None,
    no_args_is_help=False,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="A slug, such as openai.")]


@group.command("add")
def add(
    provider: Id,
    url: Annotated[
        str | None, typer.Option("--url", help="Where its API begins, ending in /v1.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="What people call it.")] = None,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="NAME", help="Name of its key, never the key; '' for none."),
    ] = None,
    ca_bundle: Annotated[
        str | None, typer.Option("--ca-bundle", help="A PEM file with authorities to trust.")
    ] = None,
    timeout: Annotated[
        float | None, typer.Option("--timeout", help="Seconds for a whole answer.")
    ] = None,
    simulated: Annotated[
        bool | None,
        typer.Option("--simulated/--real", help="No model is behind it: 'gainsay simulate'."),
    ] = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Enter a provider, or change it; what is not named stays as it is."""
    from app.cli.acting import acting
    from calibration.runs.entering import enter_provider

    given = {
        "base_url": url,
        "name": name,
        "key_name": key,
        "ca_bundle": ca_bundle,
        "timeout_seconds": timeout,
        "is_simulated": simulated,
    }
    changes = {field: value for field, value in given.items() if value is not None}
    with acting(db) as actor:
        wanted = _recognised(_wanted(actor, provider, changes))
        entered = enter_provider(actor, wanted)
    row = _row(wanted)
    answer(
        {**row, "is_new": entered.is_new, "changed": list(entered.changed)},
        as_json=as_json,
        lines=[_line(row), *([] if entered.changed else ["Nothing was changed."])],
    )


@group.command("list")
def list_(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """List every provider, and where its key is found."""
    from app.cli.ledgers import existing_ledger
    from calibration.runs.catalogue import load_providers
    from db.engine import reading

    with existing_ledger(db) as (_, ledger), reading(ledger) as session:
        rows = [_row(one) for one in load_providers(session).values()]
    lines = [_line(row) for row in rows] or ["No provider was entered yet."]
    answer({"providers": rows}, as_json=as_json, lines=lines)


@group.command("remove")
def remove(provider: Id, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Take a provider without models off the list; its calls and runs stay."""
    from app.cli.acting import acting
    from calibration.runs.entering import remove_provider

    with acting(db) as actor:
        remove_provider(actor, provider)
    answer({"removed": provider}, as_json=as_json, lines=[f"{provider} is removed."])


def _wanted(actor: "Actor", provider_id: str, changes: "dict[str, Any]") -> "Provider":
    from calibration.llm.providers import Provider
    from calibration.runs.entering import find_provider

    try:
        return replace(find_provider(actor.ledger, provider_id), **changes)
    except NotFound:
        if "base_url" not in changes:
            raise Invalid(
                f"The provider {provider_id!r} is new: give its address with --url, such as "
                "https://api.openai.com/v1."
            ) from None
        return Provider(id=provider_id, **{"name": provider_id, **changes})


def _recognised(provider: "Provider") -> "Provider":
    """Mark a simulator of this machine as one, whatever was said."""
    import asyncio

    from calibration.llm.recognising import look_at

    if provider.is_simulated or not asyncio.run(look_at(provider)).is_simulated:
        return provider
    return replace(provider, is_simulated=True)


def _row(provider: "Provider") -> dict[str, object]:
    from app.settings import key_place

    place = key_place(provider.key_name) if provider.key_name else None
    return {**asdict(provider), "key_found_in": None if place is None else place.value}


def _line(row: dict[str, object]) -> str:
    places = {"environment": "in the environment", "file": "in secrets.toml"}
    key = "no key needed"
    if row["key_name"]:
        key = f"key {row['key_name']} {places.get(str(row['key_found_in']), 'not found')}"
    simulated = "  SIMULATED" if row["is_simulated"] else ""
    return f"{row['id']}  {row['base_url']}  {key}{simulated}"
