"""Whatever bytes a server answers with, there is a reply or a fault, and it can be stored."""

import json
from typing import Any

import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.llm.faults import ModelFault
from calibration.llm.reading import Exchange, read_reply
from calibration.llm.replies import Reply
from db.hashing import canonical_json
from tests.llm.asking import CANARY, NOW, PROVIDER, SPEC, question
from tests.llm.fault_server import answer

WORDS = st.sampled_from(
    [
        "",
        "model-a",
        "stop",
        "length",
        "error",
        "ready",
        "<think>a</think>b",
        CANARY,
        "\x00",
        "\ud800",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
NAMES = st.sampled_from(
    ["choices", "message", "content", "model", "usage", "error", "finish_reason", "refusal", "text",
     "tool_calls", "prompt_tokens", "completion_tokens", "total_tokens", "code", "type", "data",
     "reasoning", "thinking", "id", "completion_tokens_details", CANARY]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def nearly_right(draw: st.DrawFn) -> str:
    """A chat completion with some of its parts exchanged for anything."""
    body: dict[str, Any] = answer("ready")
    choice = body["choices"][0]
    for part in draw(st.lists(st.sampled_from([body, choice, choice["message"]]), max_size=3)):
        part[draw(NAMES | st.sampled_from(sorted(part)))] = draw(VALUES)
    return json.dumps(body)


BODIES = (
    nearly_right().map(str.encode)
    | VALUES.map(json.dumps).map(str.encode)
    | nearly_right().flatmap(
        lambda text: st.integers(0, len(text)).map(lambda n: text[:n].encode())
    )
    | st.binary(max_size=50)
)


@settings(max_examples=400, deadline=None)
@given(body=BODIES, status=st.sampled_from([200, 200, 200, 201, 302, 400, 401, 403, 404, 429, 500]))
def test_any_body_is_a_reply_or_a_fault_and_neither_holds_the_key(body: bytes, status: int) -> None:
    exchange = Exchange(
        provider=PROVIDER,
        spec=SPEC,
        request=question(PROVIDER.base_url),
        key=CANARY,
        response=httpx2.Response(status, content=body),
        latency_ms=1,
        now=NOW,
    )
    try:
        found: Reply | ModelFault = read_reply(exchange)
    except ModelFault as fault:
        found = fault
    assert CANARY not in f"{found!r} {found} {exchange!r}"
    if isinstance(found, Reply):
        canonical_json(found.raw)
        stored = [found.text, found.reasoning, found.snapshot, found.provider_request_id]
    else:
        stored = [str(found), found.sample]
    for text in stored:
        assert "\x00" not in (text or "")
        (text or "").encode("utf-8")
