import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.simulator.asking import PATIENCE_SECONDS, Client


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "simulate", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ) | {"PRACTICE_KEY": "open-sesame"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def announced(process: subprocess.Popen[str]) -> dict[str, object]:
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    while lines[-1] not in ("}\n", ""):
        lines.append(process.stdout.readline())
    found = json.loads("".join(lines))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_announces_its_address_and_ends_on_a_signal_even_while_answers_hang(
    number: signal.Signals,
) -> None:
    with started(
        "--port", "0", "--json", "--key-name", "PRACTICE_KEY", "--faults", "hang=1"
    ) as process:
        said = announced(process)
        client = Client(str(said["address"]))
        assert client.base_url.startswith("http://127.0.0.1:")
        body = {
            "model": "simulated-answerer-keen",
            "messages": [{"role": "user", "content": "Say ready."}],
        }
        assert client.post(body).status == 401
        waiting = client.post_without_waiting(body, key="open-sesame")
        while client.get("/log").json["requests"] < 1:
            pass
        process.send_signal(number)
        assert process.wait(PATIENCE_SECONDS) == 0
        waiting.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""


def refused(*options: str) -> tuple[int | None, str]:
    with started(*options) as process:
        said, complaint = process.communicate(timeout=PATIENCE_SECONDS)
        assert said == ""
        return process.returncode, complaint


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, complaint = refused("--port", str(port))
    assert code == 1
    assert complaint == (
        f"Port {port} is taken, perhaps by another simulator: name a free one with "
        "--port, or 0 for any.\n"
    )


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--faults", "500=2"], 2, "The rate of the fault '500' is 2.0"),
        (["--faults", "500=nan"], 2, "The rate of the fault '500' is nan"),
        (["--faults", "500=often"], 2, "'often'"),
        (["--faults", "fire=0.1"], 2, "There is no fault 'fire': use 429, 429-bare, 500"),
        (["--faults", "429"], 2, "'429' is no fault with a rate"),
        (["--faults", "429=0.6,500=0.6"], 2, "add up to 1.2"),
        (["--faults", "429=0.1,429=0.2"], 2, "given twice"),
        (["--price", "4"], 2, "The price is '4'"),
        (["--price", "1/NaN"], 2, "The price is '1/NaN'"),
        (["--skill", "0"], 2, "--skill"),
        (["--quota", "-1"], 2, "--quota"),
        (["--key-name", "NO_SUCH_KEY"], 1, "There is no key 'NO_SUCH_KEY'"),
        (["--host", "192.0.2.1", "--port", "0"], 1, "'192.0.2.1' is not an address"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    options: list[str], code: int, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    from app.cli import main

    assert main(["simulate", *options]) == code
    said = capfd.readouterr()
    assert said.out == ""
    assert words in said.err
    complaints = [line for line in said.err.splitlines() if not line.startswith("Warning")]
    assert len(complaints) == 1
