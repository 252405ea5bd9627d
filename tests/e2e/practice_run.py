"""Owns a run with simulated models, made by the verbs that a person uses, for pictures."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("gainsay")
CALLS = 120
MOST_SECONDS = 120.0


@contextmanager
def practice(home: Path) -> Iterator[str]:
    """Start a simulator that fails now and then, enter its models, and let a run be made; its id.

    The app of this workspace is running, and its worker makes the calls.
    """
    environment = {**os.environ, "GAINSAY_HOME": str(home)}
    simulator = subprocess.Popen(
        [str(PROGRAM), "simulate", "--port", "0", "--faults", "429=0.08,500=0.04", "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _made(home, environment, _address(simulator))
    finally:
        simulator.terminate()
        simulator.communicate()


def _address(simulator: "subprocess.Popen[str]") -> str:
    lines = []
    for line in simulator.stdout or ():
        lines.append(line)
        if line == "}\n":
            return str(json.loads("".join(lines))["address"])
    raise AssertionError("the simulator has ended")


def _made(home: Path, environment: dict[str, str], address: str) -> str:
    def said(*verb: str) -> dict[str, object]:
        done = subprocess.run(
            [str(PROGRAM), *verb, "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: dict[str, object] = json.loads(done.stdout)
        return found

    said("models", "practise", "--url", address)
    said("models", "budget", "--day", "5.00")
    questions = home / "questions.jsonl"
    rows = ({"prompt": f"Name a river that begins with letter {one}."} for one in range(CALLS))
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    model = "simulated/simulated-answerer-plain"
    run = str(said("ask", str(questions), "--model", model, "--cap", "0.10")["run"])
    deadline = time.monotonic() + MOST_SECONDS
    while said("run", "show", run)["state"] != "done":
        if time.monotonic() > deadline:
            raise AssertionError("the run was not made in time")
        time.sleep(0.5)
    return run
