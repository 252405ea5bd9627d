"""Owns practising: a simulator that answers is entered with its models, marked, in one gesture."""

import asyncio
from dataclasses import dataclass
from typing import Final

from calibration.llm.providers import Provider
from calibration.llm.recognising import look_at
from calibration.llm.simulator.models import model_specs
from calibration.runs.entering import Actor, enter_model, enter_provider
from calibration.runs.permission import refuse_spending
from db.engine import reading
from db.errors import NotFound

PROVIDER_ID: Final = "simulated"
PROVIDER_NAME: Final = "Simulator"
# Where 'gainsay simulate' listens unless it is told otherwise.
USUAL_ADDRESS: Final = "http://127.0.0.1:8700/v1"
COMMAND: Final = "gainsay simulate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A simulator that is entered.

    Attributes:
        models: Names of its models, as ``provider/model``.
    """

    provider_id: str
    base_url: str
    models: tuple[str, ...]


def practise(actor: Actor, base_url: str = USUAL_ADDRESS) -> Practice:
    """Enter the simulator at an address of this machine; nothing is started and nothing is asked.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: No simulator answers there.
        Invalid: It is no address.
    """
    provider = Provider(id=PROVIDER_ID, name=PROVIDER_NAME, base_url=base_url, is_simulated=True)
    with reading(actor.workspace) as session:
        refuse_spending(session, actor.id)
    found = asyncio.run(look_at(provider))
    if not found.is_simulated:
        raise NotFound(
            f"No simulator answers at {provider.base_url!r}; start one with '{COMMAND}', leave it "
            "running, and give the address that it prints."
        )
    enter_provider(actor, provider)
    specs = [spec for spec in model_specs(PROVIDER_ID) if spec.name in found.names]
    for spec in specs:
        enter_model(actor, spec)
    return Practice(
        provider_id=PROVIDER_ID,
        base_url=provider.base_url,
        models=tuple(f"{PROVIDER_ID}/{spec.name}" for spec in specs),
    )
