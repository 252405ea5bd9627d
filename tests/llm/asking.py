"""Ask a real client of a server on this machine, once, and give what comes: reply or fault."""

import asyncio
from dataclasses import replace

from calibration.llm.faults import ModelFault
from calibration.llm.openai_client import OpenAIModel
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.replies import Reply
from calibration.llm.requests import ChatRequest, Message, Sampling

# No key of anybody; planted to be looked for.
CANARY = "sk-canary-7f3a91d2c4e8b605"
NOW = 1_763_676_000.0

PROVIDER = Provider(
    id="local", name="Local", base_url="http://127.0.0.1:1/v1", key_name="LOCAL_KEY"
)
SPEC = ModelSpec(
    provider_id="local",
    name="model-a",
    input_price="2",
    output_price="8",
    supports_schema=True,
)


def question(base_url: str, text: str = "Say ready.", **changes: object) -> ChatRequest:
    request = ChatRequest(
        provider_id="local",
        base_url=base_url,
        model="model-a",
        messages=(Message(role="user", content=text),),
        sampling=Sampling(max_tokens=50, temperature=0.5),
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def outcome(
    base_url: str,
    *,
    key: str | None = CANARY,
    spec: ModelSpec = SPEC,
    provider: Provider = PROVIDER,
    request: ChatRequest | None = None,
    timeout: float = 20.0,
    largest_reply: int = 1_000_000,
) -> Reply | ModelFault:
    """Open a client, ask once, close it."""
    there = replace(provider, base_url=base_url)

    async def once() -> Reply | ModelFault:
        model = OpenAIModel(
            there, key, specs=[spec], clock=lambda: NOW, largest_reply=largest_reply
        )
        async with model:
            try:
                return await model.ask(request or question(base_url), timeout=timeout)
            except ModelFault as fault:
                return fault

    return asyncio.run(once())


def fault(base_url: str, **how: object) -> ModelFault:
    found = outcome(base_url, **how)  # type: ignore[arg-type]
    assert isinstance(found, ModelFault), found
    return found


def answered(base_url: str, **how: object) -> Reply:
    found = outcome(base_url, **how)  # type: ignore[arg-type]
    assert isinstance(found, Reply), found
    return found
