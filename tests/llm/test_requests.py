import math
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.llm.requests import (
    RESERVED,
    ChatRequest,
    Message,
    Sampling,
    request_from_json,
)
from db.errors import Invalid

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text("abcdefgh-/.", min_size=1, max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, min_size=1, max_size=3)
MESSAGES = st.lists(
    st.builds(Message, role=st.sampled_from(["system", "user", "assistant"]), content=TEXTS),
    min_size=1,
    max_size=3,
).map(tuple)

SAMPLING: dict[str, st.SearchStrategy[Any]] = {
    "max_tokens": st.integers(1, 5000),
    "temperature": st.none() | st.floats(0, 2),
    "top_p": st.none() | st.floats(0, 1),
    "seed": st.none() | st.integers(0, 99),
    "effort": st.none() | st.sampled_from(["low", "high"]),
    "thinking": st.none() | st.booleans(),
    "stop": st.lists(TEXTS, max_size=2).map(tuple),
    "extra": st.just({}) | OBJECTS,
}
REQUEST: dict[str, st.SearchStrategy[Any]] = {
    "provider_id": NAMES,
    "base_url": NAMES.map(lambda name: f"https://{name}x"),
    "model": NAMES,
    "messages": MESSAGES,
    "sampling": st.builds(Sampling, **SAMPLING),
    "response_format": st.none() | OBJECTS,
    "tools": st.lists(OBJECTS, max_size=2).map(tuple),
    "repeat": st.integers(0, 20),
    "template_version": st.just("") | NAMES,
    "fresh": st.just("") | NAMES,
}
REQUESTS = st.builds(ChatRequest, **REQUEST)


def _same(first: object, second: object) -> bool:
    """Equal as JSON: 1 is 1.0, and true is not 1."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_same(first[k], second[k]) for k in first)
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return len(first) == len(second) and all(map(_same, first, second))
    return first == second


def test_the_strategies_cover_every_field() -> None:
    assert set(SAMPLING) == {one.name for one in fields(Sampling)}
    assert set(REQUEST) == {one.name for one in fields(ChatRequest)}


@pytest.mark.parametrize("name", [name for name in REQUEST if name != "sampling"])
@settings(max_examples=25, deadline=None)
@given(data=st.data(), request_=REQUESTS)
def test_each_field_of_a_request_changes_its_hash(
    name: str, data: st.DataObject, request_: ChatRequest
) -> None:
    value = data.draw(REQUEST[name])
    changed = replace(request_, **{name: value})
    is_same = _same(value, getattr(request_, name))
    assert (changed.request_hash() == request_.request_hash()) == is_same


@pytest.mark.parametrize("name", SAMPLING)
@settings(max_examples=25, deadline=None)
@given(data=st.data(), request_=REQUESTS)
def test_each_field_of_the_sampling_changes_the_hash(
    name: str, data: st.DataObject, request_: ChatRequest
) -> None:
    value = data.draw(SAMPLING[name])
    changed = replace(request_, sampling=replace(request_.sampling, **{name: value}))
    is_same = _same(value, getattr(request_.sampling, name))
    assert (changed.request_hash() == request_.request_hash()) == is_same


@settings(max_examples=50, deadline=None)
@given(REQUESTS)
def test_a_stored_request_reads_back_as_the_same_question(request_: ChatRequest) -> None:
    read = request_from_json(request_.to_json())
    assert read == request_
    assert read.request_hash() == request_.request_hash()


def test_a_request_has_no_place_for_a_key_a_timeout_or_a_run() -> None:
    assert {one.name for one in fields(ChatRequest)} == {
        "provider_id", "base_url", "model", "messages", "sampling", "response_format", "tools",
        "repeat", "template_version", "fresh",
    }  # fmt: skip


def asked(**changes: Any) -> ChatRequest:
    request = ChatRequest(
        provider_id="openai",
        base_url="https://api.openai.com/v1",
        model="gpt-4o",
        messages=(Message(role="user", content="你好"),),
        sampling=Sampling(max_tokens=100, temperature=1.0),
    )
    return replace(request, **changes)


def test_the_hash_of_a_request_never_changes_between_versions() -> None:
    # sha256 of {"base_url":"https://api.openai.com/v1","form":"gainsay.request/1","max_tokens":100,
    # "messages":[{"content":"你好","role":"user"}],"model":"gpt-4o","provider":"openai","repeat":0,
    # "temperature":1} without the line ends.
    assert asked().request_hash() == (
        "sha256:f6bf7240b6db7d85d2420e5158188de0bf4c4c36bfd921f2f48728be0219480e"
    )


def test_equal_numbers_hash_alike_at_every_depth() -> None:
    whole = Sampling(max_tokens=100, temperature=1, extra={"a": [1, {"b": -0.0}]})
    floating = Sampling(max_tokens=100, temperature=1.0, extra={"a": [1.0, {"b": 0}]})
    assert asked(sampling=whole).request_hash() == asked(sampling=floating).request_hash()


def test_true_is_not_one() -> None:
    one = Sampling(max_tokens=100, extra={"a": 1})
    true = Sampling(max_tokens=100, extra={"a": True})
    assert asked(sampling=one).request_hash() != asked(sampling=true).request_hash()


def test_a_slash_at_the_end_of_the_address_and_the_order_of_names_say_nothing() -> None:
    assert asked(base_url="https://api.openai.com/v1/").request_hash() == asked().request_hash()
    forth = asked(response_format={"a": 1, "b": 2})
    back = asked(response_format={"b": 2, "a": 1})
    assert forth.request_hash() == back.request_hash()


REFUSED: dict[str, tuple[Any, str]] = {
    "role": (lambda: Message(role="tool", content=""), "'tool'"),  # type: ignore[arg-type]
    "half-character": (lambda: Message(role="user", content="a\ud800"), "half a character"),
    "no-tokens": (lambda: Sampling(max_tokens=0), "max_tokens is 0"),
    "hot": (lambda: Sampling(max_tokens=1, temperature=2.1), "temperature is 2.1"),
    "cold": (lambda: Sampling(max_tokens=1, temperature=-0.1), "temperature is -0.1"),
    "nan": (lambda: Sampling(max_tokens=1, top_p=math.nan), "top_p is nan"),
    "no-message": (lambda: asked(messages=()), "no message"),
    "no-model": (lambda: asked(model=""), "names no model"),
    "repeat": (lambda: asked(repeat=-1), "repeat is -1"),
    "form": (lambda: request_from_json({"form": "gainsay.request/9"}), "gainsay.request/9"),
    "damaged": (lambda: request_from_json({"form": "gainsay.request/1"}), "damaged"),
}


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_asked_is_refused_at_once(make: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        make()


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_extra_parameters_cannot_say_again_what_has_its_own_field(name: str) -> None:
    with pytest.raises(Invalid, match=name):
        Sampling(max_tokens=1, extra={name: 1})
