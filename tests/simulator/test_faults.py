import asyncio
import time
from collections import Counter
from dataclasses import replace

import pytest

from calibration.llm.faults import FaultKind, ModelFault
from calibration.llm.openai_client import OpenAIModel
from calibration.llm.providers import Provider
from calibration.llm.replies import Finish, Reply
from calibration.llm.requests import ChatRequest, Message, Sampling
from calibration.llm.simulator.failing import LuckStream
from calibration.llm.simulator.models import MODELS, model_specs
from calibration.llm.simulator.settings import FAULTS, Settings
from tests.simulator.asking import Client, likely, simulator

RATES = {"429": 0.1, "429-bare": 0.05, "500": 0.08, "garbage": 0.06, "cut": 0.05, "wrong-key": 0.04}
N = 400
PROVIDER = Provider(id="practice", name="Practice", base_url="http://127.0.0.1:1/v1")
SIMULATED = replace(PROVIDER, is_simulated=True)
SPECS = model_specs("practice")


def request(base_url: str, **sampling: object) -> ChatRequest:
    return ChatRequest(
        provider_id="practice",
        base_url=base_url,
        model="simulated-answerer-keen",
        messages=(Message(role="user", content="Say ready."),),
        sampling=replace(Sampling(max_tokens=200), **sampling),  # type: ignore[arg-type]
    )


def through_the_door(
    client: Client, provider: Provider, *, timeout: float = 30.0, **sampling: object
) -> Reply | ModelFault:
    async def once() -> Reply | ModelFault:
        there = replace(provider, base_url=client.base_url)
        async with OpenAIModel(there, None, specs=SPECS) as model:
            try:
                return await model.ask(request(client.base_url, **sampling), timeout=timeout)
            except ModelFault as fault:
                return fault

    return asyncio.run(once())


def rates(settings: dict[str, float]) -> str:
    return ",".join(f"{name}={rate}" for name, rate in settings.items())


def kind_of(client: Client, fault: str) -> str:
    """Name what came back as the fault that it is."""
    reply = client.ask("simulated-answerer-keen", "Say ready.")
    assert reply.headers["x-gainsay-simulated"] == "1"
    if reply.status == 429:
        return "429" if "retry-after" in reply.headers else "429-bare"
    if reply.status != 200:
        return {401: "wrong-key", 500: "500"}[reply.status]
    if reply.text.startswith("<"):
        return "garbage"
    return "cut" if not reply.text.endswith("}") else ""


def test_faults_come_at_their_rates_and_are_in_the_account() -> None:
    with simulator("--faults", rates(RATES)) as client:
        found = Counter(kind_of(client, "") for _ in range(N))
        account = client.get("/log?newest=400").json
    for name, rate in RATES.items():
        low, high = likely(rate, N)
        assert low <= found[name] <= high, (name, found)
    low, high = likely(sum(RATES.values()), N)
    assert low <= N - found[""] <= high
    assert account["faults"] == {name or "none": count for name, count in found.items()}
    # Refused before the work was done, and so not charged: 429 and 401.
    free = found["429"] + found["429-bare"] + found["wrong-key"]
    assert account["charged"] == N - free
    assert sum(one["micro"] for one in account["calls"]) == account["micro_dollars"]


def test_the_luck_of_arrivals_is_the_same_under_the_same_seed() -> None:
    settings = Settings(faults=dict.fromkeys(FAULTS, 0.1), latency_ms=100)
    streams = LuckStream(settings), LuckStream(settings), LuckStream(replace(settings, seed=2))
    first, again, other = ([stream.draw() for _ in range(4_000)] for stream in streams)
    assert first == again != other
    assert {one.fault for one in first} == {"", *FAULTS}
    counts = Counter(one.fault for one in first)
    low, high = likely(0.1, 4_000)
    assert all(low <= counts[fault] <= high for fault in FAULTS)
    # From half to double the usual 0.1 s; slow ones 5 s more.
    quick = [one.seconds for one in first if one.fault != "slow"]
    assert 0.05 <= min(quick) < 0.07
    assert 0.15 < max(quick) <= 0.2
    assert min(one.seconds for one in first if one.fault == "slow") > 5


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("429", FaultKind.RATE_LIMITED),
        ("429-bare", FaultKind.RATE_LIMITED),
        ("500", FaultKind.SERVER_ERROR),
        ("garbage", FaultKind.GARBAGE),
        ("cut", FaultKind.GARBAGE),
        ("wrong-key", FaultKind.NO_KEY),
        ("hang", FaultKind.TIMEOUT),
        ("slow", FaultKind.TIMEOUT),
    ],
)
def test_the_door_names_each_fault(fault: str, kind: FaultKind) -> None:
    with simulator("--faults", f"{fault}=1") as client:
        found = through_the_door(client, SIMULATED, timeout=0.5 if kind == "timeout" else 30)
    assert isinstance(found, ModelFault)
    assert found.kind is kind
    assert found.retry_after == (1.0 if fault == "429" else None)


def test_credit_ends_after_the_quota_and_nothing_more_is_charged() -> None:
    with simulator("--quota", "2") as client:
        kinds = [through_the_door(client, SIMULATED) for _ in range(4)]
        account = client.get("/log").json
    assert [isinstance(one, Reply) for one in kinds] == [True, True, False, False]
    assert {one.kind for one in kinds if isinstance(one, ModelFault)} == {FaultKind.QUOTA}
    assert (account["charged"], account["requests"]) == (2, 4)


def test_an_answer_takes_at_least_half_the_usual_time() -> None:
    with simulator("--latency", "400") as client:
        before = time.monotonic()
        client.ask("simulated-answerer-keen", "Say ready.")
        assert time.monotonic() - before >= 0.2


def test_the_mark_reaches_the_reply(client: Client) -> None:
    reply = through_the_door(client, SIMULATED, extra={"simulated": {"repeat": 3}})
    assert isinstance(reply, Reply)
    assert reply.is_simulated
    assert (reply.snapshot, reply.finish) == ("simulated-answerer-keen", Finish.STOP)
    assert reply.usage.input_tokens == 3
    assert not reply.usage.is_estimated
    assert reply.provider_request_id.startswith("chatcmpl-simulated-")


def test_the_door_refuses_it_behind_a_provider_that_is_not_marked(client: Client) -> None:
    fault = through_the_door(client, PROVIDER)
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.UNMARKED_SIMULATOR


def test_all_models_are_described_as_those_of_a_provider() -> None:
    assert [spec.name for spec in SPECS] == [model.name for model in MODELS]
    for spec in SPECS:
        assert spec.input_price is not None
        assert spec.output_price is not None
        assert spec.snapshot_expected == spec.name
