"""Owns the simulated models: what each one is for, how good it is, and what it costs.

Every name begins with ``simulated-``. Rates are of this simulator and measure nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from calibration.llm.providers import ModelSpec

CONTEXT_TOKENS: Final = 32_000
MOST_OUTPUT: Final = 4_096
PRICE_IN: Final = "0.40"
PRICE_OUT: Final = "1.60"

# How strong the convention of each type is, relative to the model's own inertia.
PULL: Final[Mapping[str, float]] = {
    "question-correction": 1.0,
    "intentional-textual-flaws": 1.3,
    "code-without-comments": 0.7,
    "counter-conventional-formatting": 0.8,
    "deliberately-incorrect-answers": 1.3,
    "instructional-induction": 1.1,
    "mid-turn-instruction-modification": 0.6,
    "counterfactual-answering": 1.2,
}
# What thinking leaves of a model's inertia.
THINKING: Final = 0.5


class Craft(StrEnum):
    """What a simulated model does with a question."""

    ANSWERS = "answers"
    DRAFTS = "drafts"
    JUDGES = "judges"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedModel:
    """One model.

    Attributes:
        inertia: How often an answerer does what is usual instead of what is asked, before the pull
            of the type.
        slip: How often an answerer that means to follow misses one requirement.
        chinese: Factor of the inertia for questions in Chinese.
        defects: How often a draft of a drafter has a defect.
        habits: Which table of errors a judge has.
        can_think: It takes ``enable_thinking``, and then has less inertia.
    """

    name: str
    craft: Craft
    supports_schema: bool = True
    inertia: float = 0.0
    slip: float = 0.0
    chinese: float = 1.0
    defects: float = 0.0
    habits: str = ""
    can_think: bool = False
    price: tuple[str, str] = field(default=(PRICE_IN, PRICE_OUT))

    def p_conventional(self, type_id: str, language_id: str, *, thinking: bool = False) -> float:
        """How often it does what is usual for this type."""
        factor = self.chinese if language_id == "zh" else 1.0
        left = THINKING if thinking and self.can_think else 1.0
        return min(0.95, self.inertia * PULL.get(type_id, 1.0) * factor * left)

    def spec(self, provider_id: str, *, price: tuple[str, str] | None = None) -> ModelSpec:
        """Describe it as a provider's model is described."""
        costs = price or self.price
        return ModelSpec(
            provider_id=provider_id,
            name=self.name,
            snapshot_expected=self.name,
            context_tokens=CONTEXT_TOKENS,
            max_output_tokens=MOST_OUTPUT,
            input_price=str(Decimal(costs[0])),
            output_price=str(Decimal(costs[1])),
            supports_schema=self.supports_schema,
            can_think=self.can_think,
        )


MODELS: Final[tuple[SimulatedModel, ...]] = (
    SimulatedModel(
        name="simulated-answerer-keen", craft=Craft.ANSWERS, inertia=0.05, slip=0.05, can_think=True
    ),
    SimulatedModel(
        name="simulated-answerer-plain", craft=Craft.ANSWERS, inertia=0.26, slip=0.15, chinese=1.15
    ),
    SimulatedModel(
        name="simulated-answerer-stubborn",
        craft=Craft.ANSWERS,
        inertia=0.8,
        slip=0.30,
        chinese=0.9,
        price=("0.10", "0.40"),
    ),
    SimulatedModel(name="simulated-drafter-careful", craft=Craft.DRAFTS, defects=0.05),
    SimulatedModel(
        name="simulated-drafter-hasty", craft=Craft.DRAFTS, defects=0.40, price=("0.10", "0.40")
    ),
    SimulatedModel(name="simulated-judge-strict", craft=Craft.JUDGES, habits="strict"),
    SimulatedModel(name="simulated-judge-lenient", craft=Craft.JUDGES, habits="lenient"),
    SimulatedModel(
        name="simulated-judge-freehand",
        craft=Craft.JUDGES,
        habits="freehand",
        supports_schema=False,
        price=("0.10", "0.40"),
    ),
)
BY_NAME: Final[Mapping[str, SimulatedModel]] = {model.name: model for model in MODELS}


def model_specs(provider_id: str, *, price: tuple[str, str] | None = None) -> tuple[ModelSpec, ...]:
    """Describe all models as those of a provider, ready to be entered."""
    return tuple(model.spec(provider_id, price=price) for model in MODELS)
