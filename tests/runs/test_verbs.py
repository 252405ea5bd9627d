"""`gainsay ask` and `gainsay run`, as a person uses them, with a worker in between."""

import json
from pathlib import Path

import psutil
import pytest

from app.cli import main
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.requests import Sampling
from calibration.runs.questions import Asking, planned_calls
from calibration.runs.specs import Target
from db.engine import open_engine, writing
from db.intake.door import read_table
from db.roles import Role
from tests.people.team import share
from tests.running import running_app
from tests.runs.stage import PaidServer, ledger_of, nursery, row, wait_until


def said(capsys: pytest.CaptureFixture[str], *verb: str) -> dict[str, object]:
    assert main([*verb, "--json"]) == 0, capsys.readouterr().err
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *verb: str) -> str:
    capsys.readouterr()
    assert main([*verb]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'w.db'}"


@pytest.fixture
def entered(url: str, server: PaidServer, capsys: pytest.CaptureFixture[str]) -> str:
    """A workspace with a provider and a model."""
    assert main(["db", "upgrade", "--db", url]) == 0
    at = f"http://127.0.0.1:{server.port}/v1"
    assert main(["models", "provider", "add", "local", "--url", at, "--db", url]) == 0
    prices = ["--input-price", "1", "--output-price", "2"]
    assert main(["models", "add", "local/m-1", *prices, "--db", url]) == 0
    assert main(["models", "add", "local/dear", "--db", url]) == 0
    capsys.readouterr()
    return url


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Three questions with ids."""
    file = tmp_path / "questions.jsonl"
    rows = [{"id": f"q{number}", "prompt": f"question {number}"} for number in range(3)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_who_may_not_spend_orders_and_steers_nothing(
    entered: str, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fails without ``refuse_spending`` in app/cli/ask.py or app/cli/runs.py."""
    wanted = ["ask", str(asked), "--model", "local/m-1", "--cap", "0.01", "--db", entered]
    run = str(said(capsys, *wanted)["run"])
    engine = open_engine(entered)
    with writing(engine) as session:
        share(session, Role.REVIEWER)
    engine.dispose()
    assert "'local'" in refused(capsys, *wanted)
    for verb in (["pause"], ["resume"], ["cancel"], ["raise", "--cap", "1"]):
        assert "'local'" in refused(capsys, "run", *verb, run, "--db", entered)
    shown = said(capsys, "run", "list", "--db", entered)["runs"]
    assert [(one["id"], one["state"]) for one in shown] == [(run, "queued")]  # type: ignore[attr-defined]


def test_questions_of_a_file_are_asked_and_their_answers_written(
    entered: str,
    asked: Path,
    server: PaidServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    models = said(capsys, "models", "list", "--db", entered)["models"]
    assert [one["name"] for one in models] == ["dear", "m-1"]  # type: ignore[attr-defined]
    wanted = ["ask", str(asked), "--model", "local/m-1", "--cap", "0.01", "--db", entered]
    made = said(capsys, *wanted)
    run = str(made["run"])
    shown = said(capsys, "run", "show", run[:9], "--db", entered)
    assert (shown["state"], shown["done"], shown["cap_micro"]) == ("queued", 0, 10_000)

    assert (
        said(capsys, "run", "pause", run, "--reason", "lunch", "--db", entered)["state"] == "paused"
    )
    assert said(capsys, "run", "resume", run, "--db", entered)["state"] == "queued"
    pid = nursery().start("--once", "--db", entered, log=tmp_path / "log")
    assert nursery().exit_code(pid) == 0

    shown = said(capsys, "run", "show", run, "--db", entered)
    # Ten tokens in at 1 and five out at 2 USD per million: 20 micro-dollars each.
    assert (shown["state"], shown["done"], shown["spent_micro"]) == ("done", 3, 60)
    kinds = [event["kind"] for event in shown["events"]]  # type: ignore[attr-defined]
    assert kinds == ["created", "paused", "resumed", "started", "done"]
    file = tmp_path / "answers.jsonl"
    said(capsys, "run", "answers", run, str(file), "--db", entered)
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(row["id"], row["answer"]) for row in rows] == [
        (f"q{number}", f"answer to question {number}") for number in range(3)
    ]
    assert main(["run", "list", "--db", entered]) == 0
    assert "done                       3/3  0.00006 of 0.01 USD" in capsys.readouterr().out
    assert "cannot be paused" in refused(capsys, "run", "pause", run, "--db", entered)
    assert sum(server.paid().values()) == 3


def test_a_cancelled_run_asks_nothing_and_what_cannot_be_asked_is_one_sentence(
    entered: str,
    asked: Path,
    server: PaidServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted = ["ask", str(asked), "--db", entered, "--model"]
    run = str(said(capsys, *wanted, "local/m-1", "--cap", "1")["run"])
    ended = said(capsys, "run", "cancel", run, "--db", entered)
    assert (ended["state"], ended["skipped"]) == ("cancelled", 3)
    assert "price of 'dear' of 'local' is unknown" in refused(
        capsys, *wanted, "local/dear", "--cap", "1"
    )
    assert "raise the cap" in refused(capsys, *wanted, "local/m-1", "--cap", "0.00001")
    assert "There is no model 'local/x'" in refused(capsys, *wanted, "local/x", "--cap", "1")
    assert "There is no run 'run-x'" in refused(capsys, "run", "show", "run-x", "--db", entered)
    listed = said(capsys, "run", "list", "--db", entered)["runs"]
    assert [one["id"] for one in listed] == [run]  # type: ignore[attr-defined]
    assert server.lines() == []


def test_the_app_has_a_worker_only_while_there_is_a_run_and_stops_it_with_itself(
    asked: Path, server: PaidServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    with running_app(home) as app:
        url = f"sqlite:///{home / 'gainsay.db'}"
        process = psutil.Process(app.process.pid)
        assert len(process.children()) == 1
        at = f"http://127.0.0.1:{server.port}/v1"
        said(capsys, "models", "provider", "add", "local", "--url", at, "--db", url)
        prices = ["--input-price", "1", "--output-price", "2"]
        said(capsys, "models", "add", "local/m-1", *prices, "--db", url)
        made = said(capsys, "ask", str(asked), "--model", "local/m-1", "--cap", "1", "--db", url)
        with ledger_of(url) as ledger:
            wait_until(lambda: row(ledger, str(made["run"]))["state"] == "done")
        both = process.children()
        assert len(both) == 2
    assert not [child for child in both if child.is_running()]
    assert sum(server.paid().values()) == 3


@pytest.mark.parametrize("is_simulated", [True, False])
def test_only_a_simulator_is_told_which_repeat_it_answers(asked: Path, is_simulated: bool) -> None:
    """Fails without ``_sampling``: a simulator would answer every repeat alike."""
    at = "http://127.0.0.1:1/v1"
    target = Target(
        provider=Provider(id="p", name="P", base_url=at, is_simulated=is_simulated),
        spec=ModelSpec(provider_id="p", name="m", input_price="1", output_price="1"),
    )
    asking = Asking(target=target, sampling=Sampling(max_tokens=9), repeats=2)
    requests = [one.request for one in planned_calls(read_table(asked, what="questions"), asking)]
    told = [dict(one.sampling.extra) for one in requests[:2]]
    assert told == ([{"simulated": {"repeat": n}} for n in range(2)] if is_simulated else [{}, {}])
    assert len({one.request_hash() for one in requests}) == 6
