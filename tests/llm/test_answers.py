import json
from dataclasses import replace
from typing import Any

import pytest

from calibration.llm.faults import FaultKind, StopReason
from calibration.llm.replies import Finish, Usage
from calibration.llm.requests import Message, Sampling
from calibration.llm.tokens import most_input_tokens
from db.hashing import canonical_json
from tests.llm.asking import CANARY, PROVIDER, SPEC, answered, fault, question
from tests.llm.fault_server import FaultServer, answer, reply


def _without(name: str) -> dict[str, Any]:
    body = answer()
    del body[name]
    return body


def _choice(**changes: object) -> dict[str, Any]:
    body = answer()
    body["choices"][0] = {**body["choices"][0], **changes}
    return body


GARBAGE: dict[str, tuple[object, str]] = {
    "html": ("<!doctype html><title>Welcome</title>", "a web page"),
    "html-after-blanks": ("\n\n  <html>", "a web page"),
    "empty": ("", "it is empty"),
    "words": ("upstream connect error", "no JSON"),
    "cut-json": (json.dumps(answer())[:150], "cut off"),
    "stream": ("data: {}\n\ndata: [DONE]\n\n", "no JSON"),
    "deep": ("[" * 100_000 + "]" * 100_000, "no JSON"),
    "deep-but-legal": ({"choices": json.loads("[" * 200 + "]" * 200)}, "no JSON"),
    "a-text": ('"hello"', "no choices"),
    "a-list": ("[]", "no choices"),
    "null": ("null", "no choices"),
    "another-object": ({"status": "ok"}, "no choices"),
    "no-choices": (_without("choices"), "no choices"),
    "null-choices": ({**answer(), "choices": None}, "no choices"),
    "empty-choices": ({**answer(), "choices": []}, "no choices"),
    "choice-is-text": ({**answer(), "choices": ["ready"]}, "no message"),
    "no-message": (_choice(message=None), "no message"),
    "null-content": (answer(None), "no content"),
    "content-is-a-number": (_choice(message={"content": 7}), "no content"),
    "no-content-no-ending": (answer(None, finish=None), "no content"),
    "no-model": (_without("model"), "which model"),
    "model-is-a-number": ({**answer(), "model": 4}, "which model"),
}


@pytest.mark.parametrize(("body", "problem"), GARBAGE.values(), ids=GARBAGE.keys())
def test_what_is_no_chat_completion_is_garbage_and_says_what_is_missing(
    server: FaultServer, body: object, problem: str
) -> None:
    server.behaviour = reply(200, body)
    found = fault(server.base_url)
    assert found.kind is FaultKind.GARBAGE
    assert problem in str(found)
    assert (found.was_sent, found.may_cost, found.retryable) == (True, True, True)
    assert len(found.sample) <= 500


ENDINGS: dict[str, tuple[dict[str, Any], Finish, str | None]] = {
    "stop": (answer("yes"), Finish.STOP, "yes"),
    "empty-text": (answer(""), Finish.STOP, ""),
    "length": (answer("half a", finish="length"), Finish.LENGTH, "half a"),
    # A reasoning model that spent its whole limit thinking.
    "length-without-text": (answer(None, finish="length"), Finish.LENGTH, None),
    "filtered": (answer(None, finish="content_filter"), Finish.CONTENT_FILTER, None),
    "sensitive": (answer("", finish="sensitive"), Finish.CONTENT_FILTER, ""),
    "refusal": (answer(None, refusal="I cannot."), Finish.REFUSAL, "I cannot."),
    "refusal-empty-text": (answer("", refusal="No."), Finish.REFUSAL, "No."),
    "no-refusal": (answer("yes", refusal=None), Finish.STOP, "yes"),
    "tools": (answer(None, finish="tool_calls", tool_calls=[{"id": "1"}]), Finish.TOOL_CALLS, None),
    "tools-stop": (answer(None, tool_calls=[{"id": "1"}]), Finish.TOOL_CALLS, None),
    "no-ending": (answer("yes", finish=None), Finish.UNKNOWN, "yes"),
    "own-ending": (answer("yes", finish="done"), Finish.UNKNOWN, "yes"),
    "eos": (answer("yes", finish="eos"), Finish.STOP, "yes"),
    "parts": (
        _choice(
            message={"content": [{"type": "text", "text": "y"}, {"type": "text", "text": "es"}]}
        ),
        Finish.STOP,
        "yes",
    ),
}


@pytest.mark.parametrize(("body", "finish", "text"), ENDINGS.values(), ids=ENDINGS.keys())
def test_every_ending_is_a_result_of_its_own(
    server: FaultServer, body: dict[str, Any], finish: Finish, text: str | None
) -> None:
    server.behaviour = reply(200, body)
    found = answered(server.base_url)
    assert (found.finish, found.text) == (finish, text)
    assert found.raw == body


USAGES: dict[str, tuple[dict[str, Any], Usage]] = {
    "plain": (
        {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
        Usage(input_tokens=11, output_tokens=7),
    ),
    "openai": (
        {
            "prompt_tokens": 11,
            "completion_tokens": 7,
            "total_tokens": 18,
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 5},
        },
        Usage(input_tokens=11, output_tokens=7, reasoning_tokens=5, cached_tokens=4),
    ),
    "deepseek": (
        {"prompt_tokens": 11, "completion_tokens": 7, "prompt_cache_hit_tokens": 3},
        Usage(input_tokens=11, output_tokens=7, cached_tokens=3),
    ),
    # The 20 of reasoning are in the total only: 11 + 7 + 20 = 38, and 38 - 11 = 27 are paid.
    "reasoning-on-top": (
        {
            "prompt_tokens": 11,
            "completion_tokens": 7,
            "total_tokens": 38,
            "completion_tokens_details": {"reasoning_tokens": 20},
        },
        Usage(input_tokens=11, output_tokens=27, reasoning_tokens=20),
    ),
    "whole-floats": (
        {"prompt_tokens": 11.0, "completion_tokens": 7.0},
        Usage(input_tokens=11, output_tokens=7),
    ),
    "details-null": (
        {"prompt_tokens": 11, "completion_tokens": 7, "prompt_tokens_details": None},
        Usage(input_tokens=11, output_tokens=7),
    ),
}


@pytest.mark.parametrize(("usage", "counted"), USAGES.values(), ids=USAGES.keys())
def test_usage_is_read_as_each_server_counts(
    server: FaultServer, usage: dict[str, Any], counted: Usage
) -> None:
    server.behaviour = reply(200, {**answer(), "usage": usage})
    assert answered(server.base_url).usage == counted


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        [],
        {"prompt_tokens": 11},
        {"prompt_tokens": -1, "completion_tokens": 7},
        {"prompt_tokens": "11", "completion_tokens": 7},
        {"prompt_tokens": True, "completion_tokens": 7},
        {"prompt_tokens": 1e300, "completion_tokens": 7},
        {"prompt_tokens": 11, "completion_tokens": 10**9},
        {"prompt_tokens": 0, "completion_tokens": 0},
    ],
    ids=repr,
)
def test_missing_usage_is_bounded_from_above_and_marked_as_estimated(
    server: FaultServer, usage: object
) -> None:
    server.behaviour = reply(200, {**answer("中文"), "usage": usage})
    # "Say ready." has 10 bytes, a message 16 more, a request 64: 90. "中文" has 6 bytes, plus 1
    # for the token that ends an answer.
    assert answered(server.base_url).usage == Usage(
        input_tokens=90, output_tokens=7, is_estimated=True
    )


def test_missing_usage_of_a_model_that_may_hide_its_thoughts_is_the_whole_limit(
    server: FaultServer,
) -> None:
    server.behaviour = reply(200, _without("usage"))
    spec = replace(SPEC, can_think=True)
    assert answered(server.base_url, spec=spec).usage.output_tokens == 50


def test_missing_usage_is_never_more_than_the_limit(server: FaultServer) -> None:
    server.behaviour = reply(200, {**answer("x" * 1000), "usage": None})
    assert answered(server.base_url).usage.output_tokens == 50


def test_bytes_bound_the_tokens_of_everything_that_is_sent() -> None:
    asked = question(
        "http://127.0.0.1:1/v1",
        messages=(Message(role="system", content="é"), Message(role="user", content="你好")),
        response_format={"type": "json_object"},
        tools=({"type": "function"},),
    )
    # 64 for the request; 16 and the bytes of each: 2, 6, 22, 19.
    assert most_input_tokens(asked) == 64 + (16 + 2) + (16 + 6) + (16 + 22) + (16 + 19)


NAMES = [
    ("gpt-4o", "gpt-4o", True),
    ("gpt-4o", "gpt-4o-2024-08-06", True),
    ("gpt-4o", "gpt-4o-mini", False),
    ("gpt-4o-mini", "gpt-4o", False),
    ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06", True),
    ("gpt-4o-2024-08-06", "gpt-4o-2024-05-13", False),
    ("gpt-4o-2024-08-06", "gpt-4o", True),
    ("gpt-4", "gpt-4-0613", True),
    ("gpt-4-0613", "gpt-4-1106-preview", False),
    ("openai/gpt-4o", "gpt-4o-2024-08-06", True),
    ("mistral-large-latest", "mistral-large-2411", True),
    ("claude-sonnet-4", "claude-sonnet-4-20250514", True),
    ("claude-sonnet-4", "claude-sonnet-4-5", False),
    ("llama3:8b", "llama3:70b", False),
    ("Qwen/Qwen2.5-7B-Instruct", "qwen2.5-7b-instruct", True),
    ("meta-llama/llama-3-8b:free", "meta-llama/llama-3-8b", True),
    ("deepseek-chat", "deepseek-reasoner", False),
    ("models/gemini-2.0-flash", "gemini-2.0-flash-001", True),
]


@pytest.mark.parametrize(("asked", "returned", "is_right"), NAMES)
def test_another_model_than_the_one_asked_is_a_fault_that_stops_the_run(
    server: FaultServer, asked: str, returned: str, is_right: bool
) -> None:
    server.behaviour = reply(200, answer(model=returned))
    spec = replace(SPEC, name=asked)
    request = question(server.base_url, model=asked)
    if is_right:
        assert answered(server.base_url, spec=spec, request=request).snapshot == returned
        return
    found = fault(server.base_url, spec=spec, request=request)
    assert found.kind is FaultKind.WRONG_MODEL
    assert (found.may_cost, found.retryable, found.stops) == (True, False, StopReason.PROVIDER)
    assert repr(returned) in str(found)
    assert repr(asked) in str(found)


def test_an_expected_snapshot_is_the_only_one_that_may_answer(server: FaultServer) -> None:
    spec = replace(SPEC, snapshot_expected="deployment-of-gpt")
    server.behaviour = reply(200, answer(model="deployment-of-gpt"))
    assert answered(server.base_url, spec=spec).snapshot == "deployment-of-gpt"
    server.behaviour = reply(200, answer(model="model-a"))
    assert fault(server.base_url, spec=spec).kind is FaultKind.WRONG_MODEL


MARKS = [
    ({"system_fingerprint": "gainsay-simulated"}, {}),
    ({}, {"X-Gainsay-Simulated": "1"}),
]


@pytest.mark.parametrize(("body", "headers"), MARKS, ids=["body", "header"])
def test_a_simulator_is_refused_unless_its_provider_is_marked_as_one(
    server: FaultServer, body: dict[str, str], headers: dict[str, str]
) -> None:
    server.behaviour = reply(200, {**answer(), **body}, headers=headers)
    found = fault(server.base_url)
    assert (found.kind, found.stops) == (FaultKind.UNMARKED_SIMULATOR, StopReason.PROVIDER)
    marked = replace(PROVIDER, is_simulated=True)
    assert answered(server.base_url, provider=marked).is_simulated


def test_whatever_a_simulated_provider_answers_is_simulated(server: FaultServer) -> None:
    server.behaviour = reply(200, answer())
    assert not answered(server.base_url).is_simulated
    marked = replace(PROVIDER, is_simulated=True)
    assert answered(server.base_url, provider=marked).is_simulated


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"x-request-id": "req-1", "request-id": "req-2"}, "req-1"),
        ({"request-id": "req-2"}, "req-2"),
        ({}, "chatcmpl-1"),
    ],
)
def test_the_providers_own_name_for_a_call_is_kept(
    server: FaultServer, headers: dict[str, str], name: str
) -> None:
    server.behaviour = reply(200, answer(), headers=headers)
    assert answered(server.base_url).provider_request_id == name


def test_headers_in_any_encoding_do_no_harm(server: FaultServer) -> None:
    server.behaviour = reply(200, answer(), headers={"x-note": "é 好", "x-request-id": "编号"})
    assert answered(server.base_url).provider_request_id == "编号"


def test_what_no_database_can_store_is_replaced_and_the_rest_kept(server: FaultServer) -> None:
    body = json.dumps(answer("a\x00b\ud800c😀")).replace("1760000000", "1e999")
    server.behaviour = reply(200, body)
    found = answered(server.base_url)
    assert found.text == "a�b�c😀"
    assert '"created":null' in canonical_json(found.raw)


def test_a_byte_order_mark_and_bytes_that_are_no_text_do_no_harm(server: FaultServer) -> None:
    content = json.dumps(answer("READY"), ensure_ascii=False).encode().replace(b"READY", b"\xff!")
    server.behaviour = reply(200, b"\xef\xbb\xbf" + content)
    assert answered(server.base_url).text == "�!"


@pytest.mark.parametrize(
    "text", ["ready", "\x1b[31mred", "<img src=x onerror=alert(1)>", "‮right to left"], ids=repr
)
def test_a_hostile_answer_is_kept_as_it_is(server: FaultServer, text: str) -> None:
    server.behaviour = reply(200, answer(text))
    assert answered(server.base_url).text == text


def test_a_key_that_a_server_echoes_is_not_kept(server: FaultServer) -> None:
    server.behaviour = reply(200, answer(f"your key is {CANARY}", debug={"headers": [CANARY]}))
    found = answered(server.base_url)
    assert found.text == "your key is [key]"
    assert CANARY not in repr(found)


def test_a_placeholder_for_a_key_may_be_a_word_of_an_answer(server: FaultServer) -> None:
    server.behaviour = reply(200, answer("The list is EMPTY."))
    assert answered(server.base_url, key="EMPTY").text == "The list is EMPTY."


def test_what_is_asked_arrives_as_it_was_asked(server: FaultServer) -> None:
    server.behaviour = reply(200, answer())
    tool = {"type": "function", "function": {"name": "f"}}
    schema = {"type": "json_schema", "json_schema": {"name": "v", "schema": {"type": "object"}}}
    request = question(
        server.base_url,
        messages=(Message(role="system", content="判断"), Message(role="user", content="答")),
        sampling=Sampling(
            max_tokens=9, temperature=0, top_p=0.5, seed=3, stop=("END",), extra={"top_k": 1}
        ),
        response_format=schema,
        tools=(tool,),
    )
    answered(server.base_url, request=request)
    received = server.received[-1]
    assert received.headers["authorization"] == f"Bearer {CANARY}"
    assert (received.method, received.path) == ("POST", "/v1/chat/completions")
    assert received.json() == {
        "model": "model-a",
        "messages": [
            {"role": "system", "content": "判断"},
            {"role": "user", "content": "答"},
        ],
        "max_tokens": 9,
        "temperature": 0,
        "top_p": 0.5,
        "seed": 3,
        "stop": ["END"],
        "top_k": 1,
        "response_format": schema,
        "tools": [tool],
    }
