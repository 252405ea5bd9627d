"""Owns the body of a request as the provider's dialect has it."""

from typing import Any

from calibration.llm.providers import ModelSpec, ThinkingSwitch
from calibration.llm.requests import ChatRequest, Sampling


def request_body(request: ChatRequest, spec: ModelSpec) -> dict[str, Any]:
    """Write what is posted to ``/chat/completions``; what is None or empty is not there."""
    sampling = request.sampling
    named: dict[str, Any] = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed,
        "reasoning_effort": sampling.effort,
        "stop": list(sampling.stop) or None,
        "response_format": request.response_format,
        "tools": list(request.tools) or None,
    }
    return {
        "model": request.model,
        "messages": [{"role": one.role, "content": one.content} for one in request.messages],
        spec.token_limit.value: sampling.max_tokens,
        **{name: value for name, value in named.items() if value is not None},
        **_thinking(sampling, spec.thinking_switch),
        **sampling.extra,
    }


def _thinking(sampling: Sampling, switch: ThinkingSwitch) -> dict[str, Any]:
    if sampling.thinking is None:
        return {}
    match switch:
        case ThinkingSwitch.ENABLE_THINKING:
            return {"enable_thinking": sampling.thinking}
        case ThinkingSwitch.THINKING:
            return {"thinking": {"type": "enabled" if sampling.thinking else "disabled"}}
        case ThinkingSwitch.CHAT_TEMPLATE:
            return {"chat_template_kwargs": {"enable_thinking": sampling.thinking}}
