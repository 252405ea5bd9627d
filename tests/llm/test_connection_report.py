import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calibration.llm.connection import ConnectionReport, SchemaSupport, try_connection
from calibration.llm.faults import FaultKind
from calibration.llm.listing import Listing
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.recognising import look_at
from tests.llm.asking import CANARY, PROVIDER, SPEC
from tests.llm.certificates import self_signed
from tests.llm.fault_server import (
    Behaviour,
    FaultServer,
    Received,
    answer,
    free_port,
    hang,
    reply,
)
from tests.llm.refusals import REFUSALS

NOT_FOUND = reply(404, "<html>404 Not Found", kind="text/html")
LISTED = ["model-b", "model-a-large", "other"]


def tried(
    base_url: str,
    *,
    key: str | None = CANARY,
    spec: ModelSpec = SPEC,
    provider: Provider = PROVIDER,
    timeout: float = 20.0,
) -> ConnectionReport:
    there = replace(provider, base_url=base_url)
    report = asyncio.run(try_connection(there, spec, key, timeout=timeout))
    assert "canary" not in repr(report)
    return report


def service(
    *,
    structured: str = '{"is_greater": true}',
    refuses_schema: bool = False,
    chat: Behaviour | None = None,
    under: str = "/v1",
    listing: object = None,
    listing_status: int = 200,
) -> Behaviour:
    """An API with models and chat completions, and nothing elsewhere."""
    models = {"object": "list", "data": [{"id": name} for name in LISTED]}

    async def behave(received: Received, writer: Any) -> None:
        if received.path == f"{under}/models":
            shown = models if listing is None else listing
            await reply(listing_status, shown)(received, writer)
        elif received.path != f"{under}/chat/completions":
            await NOT_FOUND(received, writer)
        elif chat is not None:
            await chat(received, writer)
        elif "response_format" not in received.json():
            await reply(200, answer("ready"))(received, writer)
        elif refuses_schema:
            message = "response_format json_schema is not supported"
            await reply(400, {"error": {"message": message}})(received, writer)
        else:
            await reply(200, answer(structured))(received, writer)

    return behave


def test_a_model_that_is_entered_right_says_what_it_is_and_what_it_cost(
    server: FaultServer,
) -> None:
    server.behaviour = service()
    report = tried(server.base_url)
    assert report.works
    assert report.problems == report.hints == ()
    assert (report.snapshot, report.schema) == ("model-a", SchemaSupport.HONOURED)
    # Two answers of 11 and 7 tokens: 2 * (11 * 2 + 7 * 8) millionths.
    assert report.cost_micro == 156
    assert report.latency_ms is not None
    asked = [json.loads(one.body) for one in server.received[-2:]]
    assert all("temperature" not in body for body in asked)


def said(report: ConnectionReport, kind: FaultKind) -> str:
    assert not report.works
    assert report.kind is kind
    [sentence] = report.problems
    assert sentence.endswith(".")
    return sentence


def test_no_key_says_its_name_and_where_to_put_it(server: FaultServer) -> None:
    server.behaviour = service()
    assert said(tried(server.base_url, key=None), FaultKind.NO_KEY) == (
        "Provider 'local' needs the key 'LOCAL_KEY', and there is none: put it into the "
        "environment or, under [keys], into secrets.toml."
    )


def test_a_wrong_key_says_so(server: FaultServer) -> None:
    wrong = reply(401, {"error": {"message": f"Incorrect API key provided: {CANARY}"}})
    server.behaviour = service(chat=wrong)
    assert "refuses the key 'LOCAL_KEY'" in said(tried(server.base_url), FaultKind.WRONG_KEY)


def test_an_unknown_model_names_those_that_are_like_it(server: FaultServer) -> None:
    unknown = reply(404, {"error": {"message": "The model does not exist"}})
    server.behaviour = service(chat=unknown)
    report = tried(server.base_url)
    assert said(report, FaultKind.UNKNOWN_MODEL) == (
        "Provider 'local' has no model 'model-a' for this key; of the 3 that it lists, take one "
        "such as 'model-b', 'model-a-large'."
    )
    assert report.offered == tuple(LISTED)


@pytest.mark.parametrize(
    ("listing", "status"),
    [("<html>", 200), ({"data": "none"}, 200), ({"data": [1, {"id": 2}]}, 200), ("", 500)],
)
def test_an_unknown_model_of_a_provider_that_lists_none_still_says_so(
    server: FaultServer, listing: object, status: int
) -> None:
    unknown = reply(404, {"error": {"message": "The model does not exist"}})
    server.behaviour = service(chat=unknown, listing=listing, listing_status=status)
    assert "knows no model 'model-a'" in said(tried(server.base_url), FaultKind.UNKNOWN_MODEL)


def test_an_unreachable_host_says_whether_name_or_port_is_wrong(tmp_path: Path) -> None:
    with free_port() as port:
        report = tried(f"http://127.0.0.1:{port}/v1")
    assert "refuses the connection" in said(report, FaultKind.UNREACHABLE)
    report = tried("http://models.invalid/v1")
    assert "no host 'models.invalid' is known" in said(report, FaultKind.UNREACHABLE)


def test_a_certificate_that_is_not_trusted_says_why(tmp_path: Path) -> None:
    with FaultServer(service(), tls=self_signed(tmp_path)) as server:
        report = tried(server.base_url)
        assert "self-signed certificate" in said(report, FaultKind.CERTIFICATE)
        provider = replace(PROVIDER, ca_bundle=str(tmp_path / "missing.pem"))
        report = tried(server.base_url, provider=provider)
        assert "missing.pem' of provider 'local' cannot be read" in said(
            report, FaultKind.CERTIFICATE
        )


def test_a_hung_server_says_how_long_it_was_waited_for(server: FaultServer) -> None:
    server.behaviour = hang
    report = tried(server.base_url, timeout=0.5)
    assert "did not answer within 0.5 seconds" in said(report, FaultKind.TIMEOUT)


@pytest.mark.parametrize(
    "wrong",
    ["", "/v1/chat/completions", "/api", "/v1/models"],
    ids=["no-v1", "whole-path", "other-path", "too-deep"],
)
@pytest.mark.parametrize("status", [200, 401], ids=["open", "key-wanted"])
def test_a_wrong_path_says_the_right_one(server: FaultServer, wrong: str, status: int) -> None:
    server.behaviour = service(
        listing=None if status == 200 else {"error": {"message": "no"}}, listing_status=status
    )
    origin = server.base_url.removesuffix("/v1")
    assert said(tried(f"{origin}{wrong}"), FaultKind.WRONG_PATH) == (
        f"Provider 'local' has no chat API under '{origin}{wrong}', but one under '{origin}/v1': "
        "enter that as the base URL."
    )


def test_a_web_site_is_no_chat_api(server: FaultServer) -> None:
    server.behaviour = reply(200, "<!doctype html><title>Welcome</title>", kind="text/html")
    sentence = said(tried(server.base_url), FaultKind.GARBAGE)
    assert "something that is no chat completion: it is a web page" in sentence


def test_nothing_under_any_path_says_that_the_path_is_wrong(server: FaultServer) -> None:
    server.behaviour = NOT_FOUND
    sentence = said(tried(server.base_url), FaultKind.WRONG_PATH)
    assert f"no chat completions under '{server.base_url}'" in sentence


@pytest.mark.parametrize(
    ("how", "schema", "word"),
    [
        ({"structured": "Yes, 7 is greater."}, SchemaSupport.IGNORED, "ignores"),
        ({"structured": '{"answer": "yes"}'}, SchemaSupport.IGNORED, "ignores"),
        ({"structured": "true"}, SchemaSupport.IGNORED, "ignores"),
        ({"structured": "[" * 100_000}, SchemaSupport.IGNORED, "ignores"),
        ({"refuses_schema": True}, SchemaSupport.REFUSED, "refuses"),
    ],
    ids=["prose", "other-names", "no-object", "deep", "refused"],
)
def test_a_model_that_does_not_keep_to_the_schema_is_told_if_it_is_entered_as_doing_so(
    server: FaultServer, how: dict[str, Any], schema: SchemaSupport, word: str
) -> None:
    server.behaviour = service(**how)
    report = tried(server.base_url)
    assert report.schema is schema
    assert report.kind is None
    assert report.problems == (
        f"'model-a' of provider 'local' {word} the JSON schema that it is entered as taking: "
        "switch structured output off for this model.",
    )
    assert tried(server.base_url, spec=replace(SPEC, supports_schema=False)).works


def test_a_model_that_keeps_to_the_schema_unasked_is_hinted_at(server: FaultServer) -> None:
    server.behaviour = service()
    report = tried(server.base_url, spec=replace(SPEC, supports_schema=False))
    assert report.works
    [hint] = report.hints
    assert "can be switched on" in hint


def test_a_price_that_is_missing_is_a_problem_though_the_model_answers(
    server: FaultServer,
) -> None:
    server.behaviour = service()
    report = tried(server.base_url, spec=replace(SPEC, output_price=None))
    assert report.problems == (
        "The price of 'model-a' of provider 'local' is not entered, and no run starts without: "
        "enter what is charged per million tokens, or '0' if it is free.",
    )
    assert (report.snapshot, report.cost_micro) == ("model-a", None)


def test_a_fault_of_the_second_question_is_told_too(server: FaultServer) -> None:
    async def second_fails(received: Received, writer: Any) -> None:
        is_second = "response_format" in received.json()
        await reply(*((500, "") if is_second else (200, answer())))(received, writer)

    server.behaviour = service(chat=second_fails)
    report = tried(server.base_url)
    assert report.schema is SchemaSupport.NOT_KNOWN
    assert "failed to answer" in report.problems[0]


def test_a_simulator_is_told_and_has_to_be_marked(server: FaultServer) -> None:
    simulated = reply(200, {**answer(), "system_fingerprint": "gainsay-simulated"})
    server.behaviour = service(chat=simulated)
    assert "mark it as simulated" in said(tried(server.base_url), FaultKind.UNMARKED_SIMULATOR)
    assert tried(server.base_url, provider=replace(PROVIDER, is_simulated=True)).is_simulated


def test_a_simulator_on_this_machine_is_recognised_without_a_key(server: FaultServer) -> None:
    server.behaviour = reply(200, {"data": [{"id": "a"}]}, headers={"X-Gainsay-Simulated": "1"})
    found = asyncio.run(look_at(replace(PROVIDER, base_url=server.base_url)))
    assert (found.names, found.is_simulated) == (("a",), True)
    assert "authorization" not in server.received[-1].headers
    server.behaviour = reply(200, {"data": []})
    assert not asyncio.run(look_at(replace(PROVIDER, base_url=server.base_url))).is_simulated
    # A name that no resolver knows would be a wait, and another machine is not looked at.
    elsewhere = replace(PROVIDER, base_url="http://models.invalid/v1")
    assert asyncio.run(look_at(elsewhere)) == Listing()


def test_a_reasoning_model_is_given_room_to_think(server: FaultServer) -> None:
    server.behaviour = service()
    assert tried(server.base_url, spec=replace(SPEC, is_reasoning=True)).works
    assert server.received[-1].json()["max_tokens"] == 2048
    tried(server.base_url, spec=replace(SPEC, is_reasoning=True, max_output_tokens=100))
    assert server.received[-1].json()["max_tokens"] == 100


def test_every_refusal_becomes_one_sentence(server: FaultServer) -> None:
    for refusal in REFUSALS:
        server.behaviour = reply(refusal.status, refusal.body)
        sentence = said(tried(server.base_url), refusal.kind)
        assert "\n" not in sentence
        assert len(sentence) < 500
