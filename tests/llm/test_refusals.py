from dataclasses import replace
from email.utils import formatdate

import pytest

from calibration.llm.faults import MEANINGS, FaultKind, StopReason
from tests.llm.asking import CANARY, NOW, PROVIDER, fault
from tests.llm.fault_server import FaultServer, answer, reply
from tests.llm.refusals import REFUSALS, Refusal

RETRYABLE = {408, 409, 429, 500, 502, 503, 504, 524, 529}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.name)
def test_a_refusal_is_named_whatever_dialect_it_is_told_in(
    server: FaultServer, refusal: Refusal
) -> None:
    server.behaviour = reply(refusal.status, refusal.body, headers={"x-request-id": "req-7"})
    arrived = len(server.received)
    found = fault(server.base_url)
    # Nothing is tried again at the door: every try is one that a run has counted.
    assert len(server.received) == arrived + 1
    assert found.kind is refusal.kind
    assert found.status == refusal.status
    assert found.was_sent
    assert found.provider_request_id == "req-7"
    assert f"status {refusal.status}" in str(found)
    assert "'local'" in str(found)
    assert str(found)[0].isupper() or str(found).startswith("'")
    assert str(found).endswith(".")
    # Whoever answers 4xx has done no work; after 5xx nobody knows.
    assert found.may_cost == (refusal.status >= 500)
    if found.kind is not FaultKind.QUOTA:
        assert found.retryable == (refusal.status in RETRYABLE)


@pytest.mark.parametrize(
    ("kind", "stops"),
    [
        (FaultKind.WRONG_KEY, StopReason.KEY),
        (FaultKind.NO_KEY, StopReason.KEY),
        (FaultKind.QUOTA, StopReason.QUOTA),
        (FaultKind.UNKNOWN_MODEL, StopReason.PROVIDER),
        (FaultKind.WRONG_PATH, StopReason.PROVIDER),
        (FaultKind.CONTEXT_OVERFLOW, None),
        (FaultKind.INPUT_FILTERED, None),
        (FaultKind.BAD_REQUEST, None),
        (FaultKind.RATE_LIMITED, None),
    ],
)
def test_a_run_stops_for_what_would_befall_every_call(
    kind: FaultKind, stops: StopReason | None
) -> None:
    assert MEANINGS[kind].stops is stops


def test_every_kind_of_fault_has_a_meaning_and_none_both_stops_and_retries() -> None:
    assert set(MEANINGS) == set(FaultKind)
    assert not [kind for kind, one in MEANINGS.items() if one.stops and one.retryable]


def test_a_wrong_key_is_told_by_its_name_and_never_by_its_value(server: FaultServer) -> None:
    server.behaviour = reply(401, {"error": {"message": f"Incorrect API key: {CANARY}."}})
    assert str(fault(server.base_url)) == (
        "Provider 'local' refuses the key 'LOCAL_KEY' (status 401, 'Incorrect API key: [key].'): "
        "put a valid one into the environment or secrets.toml."
    )


def test_a_provider_that_wants_a_key_though_none_is_entered_says_so(server: FaultServer) -> None:
    server.behaviour = reply(401, {"error": "Unauthorized"})
    found = fault(server.base_url, key=None, provider=replace(PROVIDER, key_name=""))
    assert (found.kind, found.stops) == (FaultKind.NO_KEY, StopReason.KEY)
    assert str(found) == (
        "Provider 'local' refuses requests without a key (status 401, 'Unauthorized'): enter the "
        "name of its key, and put the key into the environment or secrets.toml."
    )


WAITS: dict[str, tuple[dict[str, str], float | None]] = {
    "seconds": ({"retry-after": "7"}, 7.0),
    "fraction": ({"retry-after": "0.25"}, 0.25),
    "milliseconds": ({"retry-after-ms": "350"}, 0.35),
    "milliseconds-win": ({"retry-after-ms": "350", "retry-after": "9"}, 0.35),
    "date": ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30.0),
    "date-gone-by": ({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0.0),
    "none": ({}, None),
    # Two minutes are the most that anybody is waited for.
    "a-day": ({"retry-after": "86400"}, 120.0),
    "a-far-date": ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 120.0),
    "negative": ({"retry-after": "-5"}, None),
    "infinite": ({"retry-after": "inf"}, None),
    "not-a-number": ({"retry-after": "nan"}, None),
    "words": ({"retry-after": "soon"}, None),
    "huge": ({"retry-after": "9" * 400}, None),
    "a-date-that-is-none": ({"retry-after": "Fri, 99 Foo 20265 99:99:99 GMT"}, None),
}


@pytest.mark.parametrize(("headers", "seconds"), WAITS.values(), ids=WAITS.keys())
@pytest.mark.parametrize("status", [429, 503])
def test_what_a_server_asks_to_wait_is_read_and_capped(
    server: FaultServer, headers: dict[str, str], seconds: float | None, status: int
) -> None:
    server.behaviour = reply(status, "", headers=headers)
    assert fault(server.base_url).retry_after == seconds


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 429, "message": "Rate limited upstream"}, FaultKind.RATE_LIMITED),
        ({"code": "502", "message": "Provider returned error"}, FaultKind.SERVER_ERROR),
        ({"code": 402, "message": "Insufficient credits"}, FaultKind.QUOTA),
        ({"message": "Something broke"}, FaultKind.SERVER_ERROR),
        ("Something broke", FaultKind.SERVER_ERROR),
    ],
)
def test_an_error_that_comes_as_a_success_is_an_error(
    server: FaultServer, error: object, kind: FaultKind
) -> None:
    server.behaviour = reply(200, {"error": error})
    assert fault(server.base_url).kind is kind


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("insufficient_system_resource", FaultKind.SERVER_ERROR),
        ("network_error", FaultKind.SERVER_ERROR),
        ("error", FaultKind.SERVER_ERROR),
    ],
)
def test_an_answer_that_ends_because_the_server_broke_is_a_fault(
    server: FaultServer, ending: str, kind: FaultKind
) -> None:
    server.behaviour = reply(200, answer("half of", finish=ending))
    found = fault(server.base_url)
    assert (found.kind, found.retryable, found.may_cost) == (kind, True, True)
    assert ending in str(found)
