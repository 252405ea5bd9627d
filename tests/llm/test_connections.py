import asyncio
import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from calibration.llm.faults import FaultKind, StopReason
from calibration.llm.openai_client import OpenAIModel
from db.errors import Invalid
from tests.llm.asking import CANARY, PROVIDER, SPEC, answered, fault, outcome, question
from tests.llm.certificates import self_signed
from tests.llm.fault_server import (
    Behaviour,
    FaultServer,
    answer,
    close_early,
    close_silently,
    drip,
    endless,
    free_port,
    hang,
    hang_after_headers,
    keep_open,
    no_http,
    reply,
    reset,
)

SENT = {
    "reset": (reset, FaultKind.CONNECTION_LOST, 20.0),
    "closed-without-a-word": (close_silently, FaultKind.CONNECTION_LOST, 20.0),
    "body-shorter-than-promised": (close_early, FaultKind.CONNECTION_LOST, 20.0),
    "hangs-before-headers": (hang, FaultKind.TIMEOUT, 0.5),
    "hangs-after-headers": (hang_after_headers, FaultKind.TIMEOUT, 0.5),
    # Every byte comes in time; the whole does not.
    "slow-body": (drip, FaultKind.TIMEOUT, 0.5),
    "not-http": (no_http, FaultKind.GARBAGE, 20.0),
    "endless-body": (endless(), FaultKind.REPLY_TOO_LARGE, 20.0),
    "endless-page": (endless(b"<p>" * 20_000), FaultKind.REPLY_TOO_LARGE, 20.0),
    "broken-gzip": (
        reply(200, b"\x1f\x8bno gzip", headers={"content-encoding": "gzip"}),
        FaultKind.GARBAGE,
        20.0,
    ),
    # 4 MB of blanks in 4 kB: more than the million bytes that are read.
    "gzip-bomb": (
        reply(200, gzip.compress(b" " * 4_000_000), headers={"content-encoding": "gzip"}),
        FaultKind.REPLY_TOO_LARGE,
        20.0,
    ),
}


@pytest.mark.parametrize(("behaviour", "kind", "timeout"), SENT.values(), ids=SENT.keys())
def test_a_connection_that_breaks_after_the_request_went_out_may_cost(
    server: FaultServer, behaviour: Behaviour, kind: FaultKind, timeout: float
) -> None:
    server.behaviour = behaviour
    arrived = len(server.received)
    found = fault(server.base_url, timeout=timeout)
    assert len(server.received) == arrived + 1
    assert found.kind is kind
    assert found.was_sent
    assert found.may_cost
    assert found.stops is None
    assert found.retryable == (kind is not FaultKind.REPLY_TOO_LARGE)


def test_a_refused_port_costs_nothing() -> None:
    with free_port() as port:
        found = fault(f"http://127.0.0.1:{port}/v1")
    assert (found.kind, found.was_sent, found.may_cost) == (FaultKind.UNREACHABLE, False, False)
    assert found.retryable
    assert "'127.0.0.1' refuses the connection" in str(found)


def test_an_unknown_host_costs_nothing() -> None:
    # RFC 2606 keeps .invalid free of hosts for ever.
    found = fault("http://models.invalid/v1")
    assert (found.kind, found.was_sent) == (FaultKind.UNREACHABLE, False)
    assert "no host 'models.invalid' is known here" in str(found)


def test_a_self_signed_certificate_is_refused_before_the_key_is_sent(tmp_path: Path) -> None:
    with FaultServer(reply(200, answer()), tls=self_signed(tmp_path)) as server:
        found = fault(server.base_url)
        assert (found.kind, found.was_sent) == (FaultKind.CERTIFICATE, False)
        assert found.stops is StopReason.PROVIDER
        assert "self-signed certificate" in str(found)
        assert "CA bundle" in str(found)
        assert server.received == []

        trusting = replace(PROVIDER, ca_bundle=str(tmp_path / "cert.pem"))
        assert answered(server.base_url, provider=trusting).text == "ready"


@pytest.mark.parametrize(
    ("how", "reason"),
    [({"days": 1}, "certificate has expired"), ({"address": "192.0.2.1"}, "IP address mismatch")],
    ids=["expired", "of-another-host"],
)
def test_a_certificate_that_does_not_hold_is_refused_even_of_a_trusted_authority(
    tmp_path: Path, how: dict[str, int], reason: str
) -> None:
    with FaultServer(reply(200, answer()), tls=self_signed(tmp_path, **how)) as server:  # type: ignore[arg-type]
        found = fault(
            server.base_url, provider=replace(PROVIDER, ca_bundle=str(tmp_path / "cert.pem"))
        )
    assert (found.kind, found.was_sent) == (FaultKind.CERTIFICATE, False)
    assert reason in str(found)


def test_tls_to_a_server_that_speaks_none_says_so(server: FaultServer) -> None:
    found = fault(server.base_url.replace("http:", "https:"))
    assert (found.kind, found.was_sent) == (FaultKind.CERTIFICATE, False)
    assert "write 'http://'" in str(found)


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "not-pem"])
def test_a_ca_bundle_that_cannot_be_read_is_refused_at_once(
    tmp_path: Path, content: str | None
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(Invalid, match="CA bundle"):
        outcome("https://127.0.0.1:1/v1", provider=replace(PROVIDER, ca_bundle=str(bundle)))


def test_no_redirect_is_followed_so_the_key_stays_with_its_host(server: FaultServer) -> None:
    with FaultServer(reply(200, answer())) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            server.behaviour = reply(
                status, headers={"location": f"{elsewhere.base_url}/chat/completions"}
            )
            found = fault(server.base_url)
            assert (found.kind, found.status) == (FaultKind.REDIRECTED, status)
            assert not found.may_cost
        assert elsewhere.received == []


def test_cancelling_a_call_is_cancelling_and_no_fault(server: FaultServer) -> None:
    server.behaviour = hang
    arrived = len(server.received)

    async def cancelled() -> bool:
        provider = replace(PROVIDER, base_url=server.base_url)
        async with OpenAIModel(provider, CANARY, specs=[SPEC]) as model:
            asked = asyncio.create_task(model.ask(question(server.base_url), timeout=20))
            while len(server.received) == arrived:
                await asyncio.sleep(0.01)
            asked.cancel()
            await asyncio.wait([asked])
            return asked.cancelled()

    assert asyncio.run(cancelled())


def test_a_client_answers_many_calls_at_once_and_again_in_another_loop(
    server: FaultServer,
) -> None:
    server.behaviour = reply(200, answer())
    model = OpenAIModel(replace(PROVIDER, base_url=server.base_url), CANARY, specs=[SPEC])

    async def many() -> set[str | None]:
        async with model:
            asked = [model.ask(question(server.base_url), timeout=20) for _ in range(40)]
            return {reply.text for reply in await asyncio.gather(*asked)}

    assert asyncio.run(many()) == {"ready"}
    assert asyncio.run(many()) == {"ready"}


def test_a_connection_is_used_again(server: FaultServer) -> None:
    server.behaviour = keep_open
    before = server.connections

    async def one_after_another() -> None:
        provider = replace(PROVIDER, base_url=server.base_url)
        async with OpenAIModel(provider, CANARY, specs=[SPEC]) as model:
            for _ in range(5):
                await model.ask(question(server.base_url), timeout=20)

    asyncio.run(one_after_another())
    assert server.connections == before + 1


def test_what_is_sent_names_neither_this_machine_nor_an_organisation(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "from-elsewhere")
    custom = "X-Elsewhere: from-elsewhere\nAuthorization: Bearer from-elsewhere"
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", custom)
    server.behaviour = reply(200, answer())
    assert answered(server.base_url, key=None, provider=replace(PROVIDER, key_name="")).text
    sent = server.received[-1]
    assert set(sent.headers) == {
        "host",
        "accept",
        "accept-encoding",
        "content-type",
        "content-length",
        "user-agent",
    }
    assert "from-elsewhere" not in str(sent)
    assert answered(server.base_url).text
    assert server.received[-1].headers["authorization"] == f"Bearer {CANARY}"
    assert "from-elsewhere" not in str(server.received[-1])


def test_a_server_on_this_machine_is_not_asked_through_a_proxy(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.behaviour = reply(200, answer())
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert answered(server.base_url).text == "ready"


def test_another_server_is_asked_through_the_proxy_and_a_dead_proxy_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with free_port() as port:
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://somebody:{CANARY}@127.0.0.1:{port}")
        found = fault("https://models.invalid/v1")
    assert (found.kind, found.was_sent) == (FaultKind.UNREACHABLE, False)
    assert "the proxy on the way to 'models.invalid'" in str(found)
    assert CANARY not in f"{found} {found.sample}"
