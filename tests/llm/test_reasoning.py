from dataclasses import replace
from typing import Any

import pytest

from calibration.llm.faults import FaultKind, StopReason
from calibration.llm.fitting import fitted
from calibration.llm.providers import ModelSpec, ThinkingSwitch, TokenLimit
from calibration.llm.replies import Finish
from calibration.llm.requests import Sampling
from tests.llm.asking import CANARY, PROVIDER, SPEC, answered, fault, question
from tests.llm.fault_server import FaultServer, answer, reply

REASONER = replace(
    SPEC,
    is_reasoning=True,
    efforts=("low", "high"),
    token_limit=TokenLimit.MAX_COMPLETION_TOKENS,
    max_output_tokens=40,
)
SCHEMA = {"type": "json_schema", "json_schema": {"name": "v", "schema": {"type": "object"}}}


def sent(server: FaultServer, spec: ModelSpec, sampling: Sampling) -> dict[str, Any]:
    server.behaviour = reply(200, answer())
    answered(server.base_url, spec=spec, request=question(server.base_url, sampling=sampling))
    return server.received[-1].json()


def test_a_reasoning_model_gets_its_effort_and_its_own_limit_and_no_temperature(
    server: FaultServer,
) -> None:
    body = sent(server, REASONER, Sampling(max_tokens=40, effort="high"))
    assert body == {
        "model": "model-a",
        "messages": [{"role": "user", "content": "Say ready."}],
        "max_completion_tokens": 40,
        "reasoning_effort": "high",
    }


def test_what_a_model_does_not_take_is_left_out_before_the_request_is_hashed() -> None:
    asked = question(
        "http://127.0.0.1:1/v1",
        sampling=Sampling(
            max_tokens=50, temperature=0.5, top_p=0.9, effort="max", thinking=True, seed=1
        ),
        response_format=SCHEMA,
    )
    plain = fitted(asked, replace(REASONER, supports_schema=False))
    assert plain.sampling == Sampling(max_tokens=40, seed=1)
    assert plain.response_format is None
    assert plain.request_hash() != asked.request_hash()
    everything = replace(SPEC, efforts=("max",), can_think=True)
    assert fitted(asked, everything) == asked


UNFIT = {
    "temperature": (REASONER, {"max_tokens": 9, "temperature": 1.0}, "no temperature"),
    "top_p": (REASONER, {"max_tokens": 9, "top_p": 1.0}, "no top_p"),
    "effort": (REASONER, {"max_tokens": 9, "effort": "max"}, "it takes 'low', 'high'"),
    "no-effort": (SPEC, {"max_tokens": 9, "effort": "low"}, "it takes none"),
    "thinking": (SPEC, {"max_tokens": 9, "thinking": False}, "cannot be asked to think"),
    "too-long": (REASONER, {"max_tokens": 41}, "at most 40 tokens"),
}


@pytest.mark.parametrize(("spec", "sampling", "words"), UNFIT.values(), ids=UNFIT.keys())
def test_what_a_model_does_not_take_is_never_sent(
    server: FaultServer, spec: ModelSpec, sampling: dict[str, Any], words: str
) -> None:
    arrived = len(server.received)
    request = question(server.base_url, sampling=Sampling(**sampling))
    found = fault(server.base_url, spec=spec, request=request)
    assert (found.kind, found.was_sent, found.may_cost) == (FaultKind.BAD_REQUEST, False, False)
    assert words in str(found)
    assert len(server.received) == arrived


def test_a_schema_is_not_sent_to_a_model_that_takes_none(server: FaultServer) -> None:
    arrived = len(server.received)
    spec = replace(SPEC, supports_schema=False)
    request = question(server.base_url, response_format=SCHEMA)
    found = fault(server.base_url, spec=spec, request=request)
    assert (found.kind, found.was_sent) == (FaultKind.SCHEMA_REFUSED, False)
    assert len(server.received) == arrived


def test_a_model_that_ignores_the_schema_is_no_fault_and_its_words_are_seen(
    server: FaultServer,
) -> None:
    server.behaviour = reply(200, answer("I think it follows."))
    found = answered(server.base_url, request=question(server.base_url, response_format=SCHEMA))
    assert (found.text, found.finish) == ("I think it follows.", Finish.STOP)


SWITCHES: list[tuple[ThinkingSwitch, bool, dict[str, Any]]] = [
    (ThinkingSwitch.ENABLE_THINKING, True, {"enable_thinking": True}),
    (ThinkingSwitch.ENABLE_THINKING, False, {"enable_thinking": False}),
    (ThinkingSwitch.THINKING, True, {"thinking": {"type": "enabled"}}),
    (ThinkingSwitch.THINKING, False, {"thinking": {"type": "disabled"}}),
    (ThinkingSwitch.CHAT_TEMPLATE, True, {"chat_template_kwargs": {"enable_thinking": True}}),
    (ThinkingSwitch.CHAT_TEMPLATE, False, {"chat_template_kwargs": {"enable_thinking": False}}),
]


@pytest.mark.parametrize(("switch", "thinking", "part"), SWITCHES)
def test_thinking_is_switched_in_the_dialect_of_the_model_and_is_in_the_hash(
    server: FaultServer, switch: ThinkingSwitch, thinking: bool, part: dict[str, Any]
) -> None:
    spec = replace(SPEC, can_think=True, thinking_switch=switch)
    body = sent(server, spec, Sampling(max_tokens=9, thinking=thinking))
    assert part.items() <= body.items()
    hashes = {
        question(server.base_url, sampling=Sampling(max_tokens=9, thinking=one)).request_hash()
        for one in (None, True, False)
    }
    assert len(hashes) == 3


THOUGHTS: dict[str, tuple[dict[str, Any], str | None, str | None]] = {
    "reasoning_content": (answer("1", reasoning_content="Hm."), "1", "Hm."),
    "reasoning": (answer("1", reasoning="Hm."), "1", "Hm."),
    "null": (answer("1", reasoning_content=None), "1", None),
    "parts": (
        answer(  # type: ignore[arg-type]
            [
                {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
                {"type": "text", "text": "1"},
            ]
        ),
        "1",
        "Hm.",
    ),
}


@pytest.mark.parametrize(("body", "text", "reasoning"), THOUGHTS.values(), ids=THOUGHTS.keys())
def test_reasoning_is_kept_apart_from_the_answer(
    server: FaultServer, body: dict[str, Any], text: str, reasoning: str | None
) -> None:
    server.behaviour = reply(200, body)
    found = answered(server.base_url)
    assert (found.text, found.reasoning) == (text, reasoning)


TAGGED = {
    "tagged": ("<think>\nHm.\n</think>\n\n1", "1", "Hm."),
    "first-tag-in-the-template": ("Hm.\n</think>\n\n1", "1", "Hm."),
    "nothing-thought": ("<think>\n\n</think>\n\n1", "1", None),
    "no-tags": ("1", "1", None),
    "tags-later": ("The tag <think> opens it.", "The tag <think> opens it.", None),
}


@pytest.mark.parametrize(("content", "text", "reasoning"), TAGGED.values(), ids=TAGGED.keys())
def test_think_tags_are_reasoning_only_of_a_model_that_is_said_to_write_them(
    server: FaultServer, content: str, text: str, reasoning: str | None
) -> None:
    server.behaviour = reply(200, answer(content))
    flagged = answered(server.base_url, spec=replace(SPEC, shows_think_tags=True))
    assert (flagged.text, flagged.reasoning) == (text, reasoning)
    plain = answered(server.base_url)
    assert (plain.text, plain.reasoning) == (content, None)


def test_thinking_that_fills_the_whole_limit_leaves_no_answer(server: FaultServer) -> None:
    server.behaviour = reply(200, answer("<think>Hm, so", finish="length"))
    found = answered(server.base_url, spec=replace(SPEC, shows_think_tags=True))
    assert (found.text, found.reasoning, found.finish) == (None, "Hm, so", Finish.LENGTH)


def test_without_a_key_nothing_is_sent(server: FaultServer) -> None:
    arrived = len(server.received)
    for key in (None, "", "  "):
        found = fault(server.base_url, key=key)
        assert (found.kind, found.was_sent) == (FaultKind.NO_KEY, False)
        assert found.stops is StopReason.KEY
        assert "'LOCAL_KEY'" in str(found)
    assert len(server.received) == arrived


@pytest.mark.parametrize("key", [f"{CANARY}é", f"{CANARY}\nx", f"密钥{CANARY}", f"{CANARY}\x00"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(
    server: FaultServer, key: str
) -> None:
    found = fault(server.base_url, key=key)
    assert (found.kind, found.was_sent) == (FaultKind.WRONG_KEY, False)
    assert CANARY not in f"{found!r} {found} {found.sample}"


def test_a_request_for_another_provider_is_not_sent(server: FaultServer) -> None:
    server.behaviour = reply(200, answer())
    for request in (
        question("http://127.0.0.1:1/v1"),
        question(server.base_url, provider_id="other"),
    ):
        found = fault(server.base_url, request=request)
        assert (found.kind, found.was_sent) == (FaultKind.BAD_REQUEST, False)
    ours = question(f"{server.base_url}/")
    assert answered(server.base_url, request=ours, provider=PROVIDER).text == "ready"
