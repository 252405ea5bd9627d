"""Owns which providers and models people have entered: reading them as what can be asked."""

from collections.abc import Mapping
from datetime import datetime

from calibration.llm.providers import ModelSpec, Provider
from calibration.runs.specs import (
    Target,
    provider_from_json,
    provider_to_json,
    spec_from_json,
    spec_to_json,
)
from db.engine import Session
from db.errors import NotFound
from db.ledger.queries import catalogue


def save_provider(session: Session, provider: Provider, *, now: datetime) -> None:
    """Enter a provider, or change the one of that id; runs that were made keep what they have."""
    catalogue.save_provider(
        session,
        provider.id,
        dict(provider_to_json(provider)),
        is_simulated=provider.is_simulated,
        now=now,
    )


def save_model(session: Session, spec: ModelSpec, *, actor: str, now: datetime) -> None:
    """Enter a model, or change it; a new price is noted beside the ones before.

    Raises:
        NotFound: Its provider was not entered.
    """
    catalogue.save_model(
        session,
        (spec.provider_id, spec.name),
        dict(spec_to_json(spec)),
        prices=(spec.input_price, spec.output_price),
        as_of=spec.price_as_of,
        actor=actor,
        now=now,
    )


def remove_model(session: Session, provider_id: str, name: str) -> None:
    """Take a model off the list; its calls and runs stay.

    Raises:
        NotFound: It was not entered.
    """
    catalogue.remove_model(session, (provider_id, name))


def load_providers(session: Session) -> Mapping[str, Provider]:
    """Give every provider by its id."""
    return {key: provider_from_json(body) for key, body in catalogue.providers(session).items()}


def load_targets(session: Session) -> Mapping[tuple[str, str], Target]:
    """Give every model with its provider."""
    providers = load_providers(session)
    return {
        name: Target(provider=providers[name[0]], spec=spec_from_json(body))
        for name, body in catalogue.models(session).items()
    }


def target_named(session: Session, text: str) -> Target:
    """Find a model that was written as ``provider/model``.

    Raises:
        NotFound: It was not entered.
    """
    provider_id, _, name = text.partition("/")
    targets = load_targets(session)
    found = targets.get((provider_id, name))
    if found is None:
        there = ", ".join(f"{one}/{other}" for one, other in sorted(targets)[:8]) or "none yet"
        raise NotFound(
            f"There is no model {text!r}; write provider/model with one that was entered ({there})."
        )
    return found
