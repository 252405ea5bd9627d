"""Owns what calls cost, in whole micro-dollars rounded up.

A price of one dollar per million tokens is one micro-dollar per token. Discounts for cached input
are not taken off, so that what is said is never less than what is charged. An unknown price is an
error, never 0.
"""

from decimal import ROUND_CEILING, Decimal

from calibration.llm.providers import ModelSpec
from calibration.llm.replies import Usage
from calibration.llm.requests import ChatRequest
from calibration.llm.tokens import most_input_tokens
from db.errors import Invalid


def has_price(spec: ModelSpec) -> bool:
    """Tell whether both prices are known."""
    return spec.input_price is not None and spec.output_price is not None


def worst_case(spec: ModelSpec, request: ChatRequest) -> int:
    """Price a request that fills its whole limit, in micro-dollars.

    Raises:
        Invalid: A price of the model is unknown.
    """
    return _price(spec, most_input_tokens(request), request.sampling.max_tokens)


def actual(spec: ModelSpec, usage: Usage) -> int | None:
    """Price what was used, in micro-dollars; None when a count is missing.

    Raises:
        Invalid: A price of the model is unknown.
    """
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    return _price(spec, usage.input_tokens, usage.output_tokens)


def _price(spec: ModelSpec, input_tokens: int, output_tokens: int) -> int:
    if spec.input_price is None or spec.output_price is None:
        missing = "input" if spec.input_price is None else "output"
        raise Invalid(
            f"The {missing} price of {spec.name!r} of {spec.provider_id!r} is unknown: enter what "
            "the provider charges per million tokens, or '0' if it is free."
        )
    dollars = Decimal(spec.input_price) * input_tokens + Decimal(spec.output_price) * output_tokens
    return int(dollars.to_integral_value(rounding=ROUND_CEILING))
