"""Owns how providers and models are written into a run: as they are when it is made.

A run keeps the prices, limits and addresses it was ordered with, whatever is entered later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from calibration.llm.providers import ModelSpec, Provider, ThinkingSwitch, TokenLimit
from db.errors import Invalid
from db.hashing import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A model with its provider: what a call goes to."""

    provider: Provider
    spec: ModelSpec

    @property
    def name(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.provider.id, self.spec.name


def provider_to_json(provider: Provider) -> dict[str, Json]:
    """Write a provider; it holds no key."""
    return asdict(provider)


def provider_from_json(value: JsonObject) -> Provider:
    """Read back what `provider_to_json` wrote."""
    return Provider(**cast("dict[str, Any]", dict(value)))


def spec_to_json(spec: ModelSpec) -> dict[str, Json]:
    """Write a model."""
    day = spec.price_as_of
    return {
        **asdict(spec),
        "efforts": list(spec.efforts),
        "token_limit": spec.token_limit.value,
        "thinking_switch": spec.thinking_switch.value,
        "price_as_of": None if day is None else day.isoformat(),
    }


def spec_from_json(value: JsonObject) -> ModelSpec:
    """Read back what `spec_to_json` wrote."""
    fields = cast("dict[str, Any]", dict(value))
    day = fields["price_as_of"]
    return ModelSpec(
        **{
            **fields,
            "efforts": tuple(fields["efforts"]),
            "token_limit": TokenLimit(fields["token_limit"]),
            "thinking_switch": ThinkingSwitch(fields["thinking_switch"]),
            "price_as_of": None if day is None else date.fromisoformat(day),
        }
    )


def targets_to_json(targets: Iterable[Target]) -> dict[str, Json]:
    """Write what a run asks."""
    return {
        "targets": [
            {"provider": provider_to_json(one.provider), "spec": spec_to_json(one.spec)}
            for one in targets
        ]
    }


def targets_from_json(value: JsonObject) -> Mapping[tuple[str, str], Target]:
    """Read back what `targets_to_json` wrote.

    Raises:
        Invalid: Another version of the program wrote it.
    """
    try:
        found = [
            Target(provider=provider_from_json(one["provider"]), spec=spec_from_json(one["spec"]))
            for one in cast("list[dict[str, JsonObject]]", value["targets"])
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(
            f"The run's models cannot be read ({error!r}); open it with the version that made it."
        ) from error
    return {one.name: one for one in found}
