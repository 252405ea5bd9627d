"""Owns what the tab Models and budgets shows: providers, models with their prices, the day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.settings import KeyPlace
from calibration.llm.providers import ModelSpec, Provider
from calibration.runs.catalogue import load_providers, load_targets
from calibration.runs.specs import Target, provider_to_json, spec_to_json
from db.engine import Session
from db.errors import GainsayError
from db.hashing import content_hash
from db.ledger.queries.entries import all_prices
from db.ledger.queries.states import day_budget
from db.queries.annotators import list_annotators

FindPlace = Callable[[str], KeyPlace | None]
STAMP_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """A provider as it is entered.

    Attributes:
        key: Where its key is found; None when it is nowhere or none is needed.
        key_problem: Why nobody could look for it; "" when somebody could.
        stamp: Changes whenever what is entered does.
    """

    provider: Provider
    models: int
    key: KeyPlace | None
    key_problem: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """A price that a model had from one moment on."""

    input_price: str | None
    output_price: str | None
    as_of: date | None
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """A model as it is entered.

    Attributes:
        prices: Every price it had, the newest first.
        stamp: Changes whenever what is entered does.
    """

    target: Target
    prices: tuple[PriceRow, ...]
    stamp: str

    @property
    def name(self) -> str:
        """Name it as verbs do: provider/model."""
        return "/".join(self.target.name)

    @property
    def spec(self) -> ModelSpec:
        """What is known of it."""
        return self.target.spec


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    """The tab.

    Attributes:
        day_cap_micro: What all runs may cost in a day (UTC); None for no limit.
        today_micro: What they have used of it today.
    """

    providers: tuple[ProviderRow, ...]
    models: tuple[ModelRow, ...]
    day_cap_micro: int | None
    today_micro: int


def load_models(
    work: Session, ledger: Session, *, find_place: FindPlace, now: datetime
) -> ModelsView:
    """Read the tab.

    Args:
        work: Of the workspace.
        ledger: Of its ledger.
        find_place: Says where a key is found by its name.
        now: Whose day is looked at.
    """
    names = {row.id: row.handle for row in list_annotators(work)}
    targets = load_targets(ledger)
    cap, used = day_budget(ledger, now.astimezone(UTC).date().isoformat())
    return ModelsView(
        providers=tuple(
            _provider_row(one, targets, find_place) for one in load_providers(ledger).values()
        ),
        models=_model_rows(ledger, targets, names),
        day_cap_micro=cap,
        today_micro=sum(
            value or 0 for value in (used.spent_micro, used.reserved_micro, used.unconfirmed_micro)
        ),
    )


def _provider_row(
    provider: Provider, targets: Mapping[tuple[str, str], Target], find_place: FindPlace
) -> ProviderRow:
    place, problem = None, ""
    if provider.key_name:
        try:
            place = find_place(provider.key_name)
        except GainsayError as error:
            problem = str(error)
    return ProviderRow(
        provider=provider,
        models=sum(name[0] == provider.id for name in targets),
        key=place,
        key_problem=problem,
        stamp=content_hash(provider_to_json(provider))[-STAMP_LENGTH:],
    )


def _model_rows(
    ledger: Session, targets: Mapping[tuple[str, str], Target], names: Mapping[str, str]
) -> tuple[ModelRow, ...]:
    prices = all_prices(ledger)
    return tuple(
        ModelRow(
            target=target,
            prices=tuple(
                PriceRow(
                    input_price=one.input_price,
                    output_price=one.output_price,
                    as_of=one.as_of,
                    recorded_at=one.recorded_at,
                    by=names.get(one.recorded_by, one.recorded_by),
                )
                for one in reversed(prices.get(name, ()))
            ),
            stamp=content_hash(spec_to_json(target.spec))[-STAMP_LENGTH:],
        )
        for name, target in targets.items()
    )
