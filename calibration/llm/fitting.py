"""Owns whether a request suits its model, before it is hashed and before it is sent.

What a model does not take is left out while a request is planned, so that the hash says what is
sent; the door refuses a request that still holds it.
"""

from dataclasses import replace

from calibration.llm.providers import ModelSpec
from calibration.llm.requests import ChatRequest


def fitted(request: ChatRequest, spec: ModelSpec) -> ChatRequest:
    """Leave out what the model does not take.

    A reasoning model takes no temperature and no top_p, and only its own efforts; a model without
    structured output no response format; none writes more than its most output tokens.
    """
    sampling = request.sampling
    most = spec.max_output_tokens
    return replace(
        request,
        sampling=replace(
            sampling,
            max_tokens=sampling.max_tokens if most is None else min(most, sampling.max_tokens),
            temperature=None if spec.is_reasoning else sampling.temperature,
            top_p=None if spec.is_reasoning else sampling.top_p,
            effort=sampling.effort if sampling.effort in spec.efforts else None,
            thinking=sampling.thinking if spec.can_think else None,
        ),
        response_format=(
            None if asks_schema(request) and not spec.supports_schema else request.response_format
        ),
    )


def asks_schema(request: ChatRequest) -> bool:
    """Tell whether the answer has to be JSON of a schema."""
    return (request.response_format or {}).get("type") == "json_schema"


def misfit(request: ChatRequest, spec: ModelSpec) -> str:
    """Say what of a request the model does not take; "" when it takes all."""
    sampling = request.sampling
    if spec.is_reasoning and (sampling.temperature is not None or sampling.top_p is not None):
        return "is a reasoning model, which takes no temperature and no top_p: leave them out"
    if sampling.effort is not None and sampling.effort not in spec.efforts:
        known = ", ".join(map(repr, spec.efforts)) or "none"
        return f"does not take the effort {sampling.effort!r}: it takes {known}"
    if sampling.thinking is not None and not spec.can_think:
        return "cannot be asked to think or not to: leave that out"
    if spec.max_output_tokens is not None and sampling.max_tokens > spec.max_output_tokens:
        return (
            f"writes at most {spec.max_output_tokens} tokens, and max_tokens is "
            f"{sampling.max_tokens}: lower it"
        )
    return ""
