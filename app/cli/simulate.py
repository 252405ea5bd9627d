"""Owns the verb `gainsay simulate`: a server with simulated models to practise on."""

import sys
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option
from db.errors import Invalid

Port = Annotated[
    int, typer.Option("--port", min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
]
Host = Annotated[
    str,
    typer.Option(
        "--host", help="Address to listen on; the default is reached from this machine alone."
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed and request, the same reply.")]
Skill = Annotated[
    float,
    typer.Option(
        "--skill", min=0.1, max=10, help="Divides all rates of error: 2 halves, 0.5 doubles them."
    ),
]
Latency = Annotated[
    float,
    typer.Option("--latency", min=0, max=600_000, help="Usual time to an answer, in ms."),
]
Price = Annotated[
    str | None,
    typer.Option("--price", help="Dollars per million tokens, in/out; default: each model's own."),
]
Faults = Annotated[
    str,
    typer.Option("--faults", help="Rates, such as 429=0.1,500=0.05,garbage=0.01,hang=0.01."),
]
Quota = Annotated[
    int | None,
    typer.Option("--quota", min=0, help="No credit is left after so many charged replies."),
]
KeyName = Annotated[
    str,
    typer.Option(
        "--key-name", help="Ask for the key that is found under this name; else for none."
    ),
]


def simulate(
    port: Port = 8700,
    host: Host = "127.0.0.1",
    seed: Seed = 1,
    skill: Skill = 1.0,
    latency: Latency = 0.0,
    price: Price = None,
    faults: Faults = "",
    quota: Quota = None,
    key_name: KeyName = "",
    database_url: DatabaseUrl = None,  # noqa: ARG001 - as every verb; nothing is read or written
    as_json: AsJson = False,
) -> None:
    """Serve simulated models that draft, answer and judge; needs no workspace and keeps nothing."""
    from calibration.llm.simulator.models import MODELS
    from calibration.llm.simulator.serving import is_local, serve
    from calibration.llm.simulator.settings import Settings, read_faults, read_price

    try:
        prices = read_price(price) if price is not None else None
    except Invalid as error:
        raise wrong_option("--price", str(error)) from None
    try:
        rates = read_faults(faults)
        Settings(faults=rates)
    except Invalid as error:
        raise wrong_option("--faults", str(error)) from None
    settings = Settings(
        seed=seed,
        skill=skill,
        latency_ms=latency,
        price=prices,
        faults=rates,
        quota=quota,
        key=_key(key_name),
    )
    if not is_local(host):
        sys.stderr.write(
            f"Warning: others can reach {host}; the simulator is meant for this machine alone.\n"
        )

    def announce(url: str) -> None:
        result = {"address": url, "seed": seed, "models": [model.name for model in MODELS]}
        answer(result, as_json=as_json, lines=_lines(result))

    serve(settings, host=host, port=port, announce=announce)


def _key(name: str) -> str:
    if not name:
        return ""
    from app.settings import read_key

    key = read_key(name)
    if not key:
        raise Invalid(
            f"There is no key {name!r}: put it into the environment or, under [keys], into "
            "secrets.toml, or leave --key-name out."
        )
    return key


def _lines(result: Mapping[str, object]) -> Iterator[str]:
    yield (
        f"Simulated models are at {result['address']} (seed {result['seed']}); no model is behind "
        "them, and what they say is no evidence. Ctrl+C stops it."
    )
