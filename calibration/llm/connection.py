"""Owns the test of a connection: does a model answer, as what, at which price, and if not, why.

It asks two short questions, the second one with a JSON schema, and costs what they cost. What is
wrong is said in one sentence each, as exactly as the provider lets us know.
"""

import json
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final

from calibration.llm.faults import FaultKind, ModelFault
from calibration.llm.openai_client import OpenAIModel
from calibration.llm.prices import actual, has_price
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.replies import Reply
from calibration.llm.requests import ChatRequest, Message, Sampling
from calibration.llm.sentences import named
from db.errors import Invalid

ENOUGH_TOKENS: Final = 64
# A reasoning model may think this long before it says a word.
ENOUGH_THOUGHT: Final = 2048
COMPLETIONS: Final = "/chat/completions"
NAMES_SHOWN: Final = 5

PLAIN_QUESTION: Final = "Answer with one word: ready."
# Whoever ignores the schema writes a sentence.
SCHEMA_QUESTION: Final = "Is 7 greater than 3? Explain in one short sentence of plain prose."
SCHEMA: Final[dict[str, Any]] = {
    "type": "json_schema",
    "json_schema": {
        "name": "comparison",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"is_greater": {"type": "boolean"}},
            "required": ["is_greater"],
            "additionalProperties": False,
        },
    },
}


class SchemaSupport(StrEnum):
    """What became of a question with a JSON schema."""

    HONOURED = "honoured"
    IGNORED = "ignored"
    REFUSED = "refused"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReport:
    """What a test of a connection found.

    Attributes:
        problems: One sentence for each thing that is wrong; empty when all is well.
        kind: Why the model did not answer; None when it did.
        hints: One sentence for each thing that could be entered better, and harms nobody.
        snapshot: The name that answered; "" when none did.
        latency_ms: Of the plain question; None without an answer.
        cost_micro: What the answers cost in micro-dollars; None when a price is unknown.
        offered: Names that the provider lists, when the one that was asked for is unknown to it.
        is_simulated: No model is behind it.
    """

    problems: tuple[str, ...]
    kind: FaultKind | None = None
    hints: tuple[str, ...] = ()
    snapshot: str = ""
    schema: SchemaSupport = SchemaSupport.NOT_KNOWN
    latency_ms: int | None = None
    cost_micro: int | None = None
    offered: tuple[str, ...] = ()
    is_simulated: bool = False

    @property
    def works(self) -> bool:
        """Tell whether runs can use the model as it is entered."""
        return not self.problems


async def try_connection(
    provider: Provider, spec: ModelSpec, key: str | None, *, timeout: float | None = None
) -> ConnectionReport:
    """Ask a model two short questions and say what is wrong, if anything.

    Args:
        provider: Who serves it.
        spec: The model as it is entered.
        key: The provider's key; None when there is none.
        timeout: Seconds for each question; None takes the provider's.
    """
    trial = _Trial(
        provider=provider,
        spec=spec,
        key=key,
        seconds=provider.timeout_seconds if timeout is None else timeout,
    )
    # Asked with the schema whatever is entered, to tell whether that is right.
    probed = replace(spec, supports_schema=True)
    try:
        async with OpenAIModel(provider, key, specs=[probed]) as model:
            try:
                plain = await model.ask(_question(trial, PLAIN_QUESTION), timeout=trial.seconds)
            except ModelFault as fault:
                return await _failed(trial, model, fault)
            return await _answered(trial, model, plain)
    except Invalid as unusable:
        return ConnectionReport(problems=(str(unusable),), kind=FaultKind.CERTIFICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    provider: Provider
    spec: ModelSpec
    key: str | None = field(repr=False)
    seconds: float


async def _answered(trial: _Trial, model: OpenAIModel, plain: Reply) -> ConnectionReport:
    provider, spec = trial.provider, trial.spec
    asked = replace(_question(trial, SCHEMA_QUESTION), response_format=SCHEMA)
    problems: list[str] = []
    replies = [plain]
    try:
        replies.append(await model.ask(asked, timeout=trial.seconds))
        schema = SchemaSupport.HONOURED if _obeys(replies[-1]) else SchemaSupport.IGNORED
    except ModelFault as fault:
        is_refused = fault.kind in (FaultKind.SCHEMA_REFUSED, FaultKind.BAD_REQUEST)
        schema = SchemaSupport.REFUSED if is_refused else SchemaSupport.NOT_KNOWN
        if not is_refused:
            problems.append(str(fault))
    if spec.supports_schema and schema in (SchemaSupport.IGNORED, SchemaSupport.REFUSED):
        word = "ignores" if schema is SchemaSupport.IGNORED else "refuses"
        problems.append(
            f"{spec.name!r} of {named(provider)} {word} the JSON schema that it is entered as "
            "taking: switch structured output off for this model."
        )
    if not has_price(spec):
        problems.append(
            f"The price of {spec.name!r} of {named(provider)} is not entered, and no run starts "
            "without: enter what is charged per million tokens, or '0' if it is free."
        )
    return ConnectionReport(
        problems=tuple(problems),
        hints=_hints(provider, spec, schema),
        snapshot=plain.snapshot,
        schema=schema,
        latency_ms=plain.latency_ms,
        cost_micro=_cost(spec, replies),
        is_simulated=plain.is_simulated,
    )


def _hints(provider: Provider, spec: ModelSpec, schema: SchemaSupport) -> tuple[str, ...]:
    if spec.supports_schema or schema is not SchemaSupport.HONOURED:
        return ()
    return (
        f"{spec.name!r} of {named(provider)} answers in the JSON schema that it is asked for: "
        "structured output can be switched on for this model.",
    )


async def _failed(trial: _Trial, model: OpenAIModel, fault: ModelFault) -> ConnectionReport:
    provider = trial.provider
    offered: tuple[str, ...] = ()
    problem, kind = str(fault), fault.kind
    if kind is FaultKind.UNKNOWN_MODEL:
        offered = (await model.list_models(timeout=trial.seconds)).names
        problem = _unknown_model(trial, fault, offered)
    elif kind in (FaultKind.WRONG_PATH, FaultKind.GARBAGE):
        better = await _better_address(trial)
        if better:
            kind = FaultKind.WRONG_PATH
            problem = (
                f"{named(provider).capitalize()} has no chat API under {provider.base_url!r}, but "
                f"one under {better!r}: enter that as the base URL."
            )
    return ConnectionReport(problems=(problem,), kind=kind, offered=offered)


async def _better_address(trial: _Trial) -> str:
    """Find an address of the same host that answers as an API; "" when none does."""
    base = trial.provider.base_url
    trimmed = base.removesuffix(COMPLETIONS)
    for candidate in dict.fromkeys((trimmed, f"{trimmed}/v1", f"{_origin(base)}/v1")):
        if candidate == base:
            continue
        there = replace(trial.provider, base_url=candidate)
        async with OpenAIModel(there, trial.key) as model:
            if (await model.list_models(timeout=trial.seconds)).is_api:
                return candidate
    return ""


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _unknown_model(trial: _Trial, fault: ModelFault, offered: tuple[str, ...]) -> str:
    name = trial.spec.name
    if not offered:
        return str(fault)
    near = get_close_matches(name, offered, n=NAMES_SHOWN, cutoff=0.4)
    shown = ", ".join(repr(one) for one in near or offered[:NAMES_SHOWN])
    return (
        f"{named(trial.provider).capitalize()} has no model {name!r} for this key; of the "
        f"{len(offered)} that it lists, take one such as {shown}."
    )


def _question(trial: _Trial, text: str) -> ChatRequest:
    provider, spec = trial.provider, trial.spec
    thinks = spec.is_reasoning or spec.can_think or spec.shows_think_tags
    most = ENOUGH_THOUGHT if thinks else ENOUGH_TOKENS
    return ChatRequest(
        provider_id=provider.id,
        base_url=provider.base_url,
        model=spec.name,
        messages=(Message(role="user", content=text),),
        sampling=Sampling(max_tokens=min(most, spec.max_output_tokens or most)),
    )


def _obeys(reply: Reply) -> bool:
    try:
        value = json.loads(reply.text or "")
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and [type(part) for part in value.values()] == [bool]


def _cost(spec: ModelSpec, replies: list[Reply]) -> int | None:
    if not has_price(spec):
        return None
    costs = [actual(spec, reply.usage) for reply in replies]
    return sum(cost for cost in costs if cost is not None)
