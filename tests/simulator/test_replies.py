import json

import pytest

from calibration.llm.identity import SIMULATED_FINGERPRINT
from calibration.llm.simulator.models import MODELS
from calibration.llm.simulator.settings import Settings
from tests.simulator.asking import Client, asked, said, simulator

WISH = "Draft an item of the type Instructional Induction in English."


def test_everything_carries_the_mark(client: Client) -> None:
    reply = client.ask("simulated-answerer-keen", "Say ready.")
    assert reply.json["system_fingerprint"] == SIMULATED_FINGERPRINT
    assert reply.json["id"].startswith("chatcmpl-simulated-")
    assert reply.json["model"] == "simulated-answerer-keen"
    replies = [
        reply,
        client.get("/v1/models"),
        client.get("/log"),
        client.get("/nowhere"),
        client.post({"model": "gpt-4o", "messages": []}),
        client.post(b"no json"),
    ]
    assert [one.headers["x-gainsay-simulated"] for one in replies] == ["1"] * 6


def test_the_models_are_listed_with_what_they_do(client: Client) -> None:
    listed = client.get("/v1/models").json["data"]
    assert [one["id"] for one in listed] == [model.name for model in MODELS]
    assert all(one["id"].startswith("simulated-") for one in listed)
    does = [one["does"] for one in listed]
    assert (does.count("answers"), does.count("drafts"), does.count("judges")) == (3, 2, 3)


def test_the_same_request_gets_the_same_bytes_in_another_process_too(client: Client) -> None:
    body = asked("simulated-drafter-hasty", WISH, seed=4)
    first = client.post(body)
    with simulator("--seed", "1") as other, simulator("--seed", "2") as third:
        assert other.post(body).text == first.text == client.post(body).text
        assert third.post(body).text != first.text


@pytest.mark.parametrize("change", [{"seed": 5}, {"simulated": {"repeat": 1}}])
def test_repeats_differ_by_the_seed_or_the_field_of_the_request(change: dict[str, object]) -> None:
    plain = {said(asked("simulated-drafter-hasty", WISH)) for _ in range(3)}
    assert len(plain) == 1
    changed = said(asked("simulated-drafter-hasty", WISH, **change))
    assert changed not in plain


def test_faults_and_waits_do_not_change_what_is_said() -> None:
    body = asked("simulated-answerer-plain", "Say ready.")
    assert said(body, Settings(faults={"500": 0.5}, latency_ms=9)) == said(body)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"\xff", 400, "invalid_json"),
        (b'{"model": "simulated-judge-strict", "messages": [NaN]}', 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        ([1], 404, "model_not_found"),
        ({"model": "gpt-4o"}, 404, "model_not_found"),
        ({"model": "simulated-judge-strict"}, 400, "invalid_messages"),
        (asked("simulated-judge-strict", "a", stream=True), 400, "no_streaming"),
        (asked("simulated-judge-strict", "a", n=2), 400, "one_choice"),
        (asked("simulated-judge-strict", "a", max_tokens=0), 400, "invalid_limit"),
        (asked("simulated-judge-strict", "字" * 32_001), 400, "context_length_exceeded"),
        (b" " * 4_000_001, 413, "too_large"),
    ],
)
def test_a_bad_request_is_refused_and_not_charged(
    client: Client, body: object, status: int, code: str
) -> None:
    before = client.get("/log?newest=0").json
    reply = client.post(body)
    assert (reply.status, reply.json["error"]["code"]) == (status, code)
    assert client.get("/log?newest=0").json == before


def test_hostile_requests_are_answered_and_the_server_goes_on(client: Client) -> None:
    nested: dict[str, object] = {"type": "array", "minItems": 10**9}
    for _ in range(300):
        nested = {"type": "array", "minItems": 10**9, "items": nested}
    form = {"type": "json_schema", "json_schema": {"schema": {"properties": {"a": nested}}}}
    assert client.ask("simulated-judge-strict", "a", response_format=form).status == 200
    for question in (" " * 100_000, "[RESPONSE BEGINS]\n" * 6_000, "\t" * 60_000 + "Response"):
        assert client.ask("simulated-judge-strict", question).status == 200
    half = b'{"model":"simulated-judge-strict","messages":[{"role":"user","content":"\\ud800"}]}'
    assert client.post(half).status == 400
    own = {"truth": [], "count": 10**40, "type": {}, "language": 3}
    assert client.ask("simulated-drafter-hasty", "Draft", simulated=own).status == 200
    assert client.ask("simulated-judge-lenient", "Response: a", simulated=own).status == 200


def test_a_limit_and_a_stop_cut_the_answer(client: Client) -> None:
    whole = client.ask("simulated-drafter-careful", WISH)
    short = client.ask("simulated-drafter-careful", WISH, max_completion_tokens=20).json
    assert short["choices"][0]["finish_reason"] == "length"
    assert short["usage"]["completion_tokens"] == 20
    assert whole.json["choices"][0]["finish_reason"] == "stop"
    stopped = client.ask("simulated-drafter-careful", WISH, stop="prompt").content
    assert stopped
    assert "prompt" not in stopped


def test_the_account_holds_what_was_charged() -> None:
    with simulator("--price", "2/8") as client:
        replies = [client.ask("simulated-answerer-keen", f"Say {n}.").json for n in range(5)]
        account = client.get("/log").json
        assert client.get("/log?newest=2").json["calls"] == account["calls"][-2:]
    used = [(one["usage"]["prompt_tokens"], one["usage"]["completion_tokens"]) for one in replies]
    assert account["charged"] == account["requests"] == 5
    assert (account["input_tokens"], account["output_tokens"]) == tuple(
        map(sum, zip(*used, strict=True))
    )
    # Two dollars per million tokens are two micro-dollars per token.
    assert [one["micro"] for one in account["calls"]] == [2 * a + 8 * b for a, b in used]
    assert account["micro_dollars"] == sum(2 * a + 8 * b for a, b in used)
    assert json.dumps(account).count("sha256:") == 5
