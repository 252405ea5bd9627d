"""`gainsay models`: providers, models, prices, tests and budgets at the command line."""

import json
from collections.abc import Iterator

import pytest

from app.cli import main
from db.engine import open_engine, reading
from db.history import events
from tests.app.test_models_admin import CANARY, _Provider, serve


def said(capsys: pytest.CaptureFixture[str], *verb: str) -> dict[str, object]:
    assert main([*verb, "--json"]) == 0, capsys.readouterr().err
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *verb: str, code: int = 1) -> str:
    capsys.readouterr()
    assert main([*verb]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err


@pytest.fixture
def address() -> Iterator[str]:
    yield from serve(_Provider)


@pytest.fixture
def entered(ready_url: str, address: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A workspace with one provider and one model that has no price."""
    db = ("--db", ready_url)
    assert main(["models", "provider", "add", "p", "--url", address, "--key", "P_KEY", *db]) == 0
    assert main(["models", "add", "p/m-1", "--schema", "--context", "8000", *db]) == 0
    capsys.readouterr()
    return ready_url


def test_a_provider_and_a_model_are_entered_changed_and_removed(
    entered: str, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    db = ("--db", entered)
    (one,) = said(capsys, "models", "provider", "list", *db)["providers"]  # type: ignore[misc]
    assert (one["base_url"], one["key_name"], one["key_found_in"]) == (address, "P_KEY", None)
    monkeypatch.setenv("P_KEY", CANARY)
    assert main(["models", "provider", "list", *db]) == 0
    shown = capsys.readouterr().out
    assert "key P_KEY in the environment" in shown
    assert CANARY not in shown
    # What is not named stays.
    changed = said(capsys, "models", "add", "p/m-1", "--per-minute", "60", *db)
    assert (changed["requests_per_minute"], changed["context_tokens"]) == (60, 8000)
    assert changed["changed"] == ["requests_per_minute"]
    assert said(capsys, "models", "add", "p/m-1", "--per-minute", "60", *db)["changed"] == []
    assert "still has models (m-1)" in refused(capsys, "models", "provider", "remove", "p", *db)
    assert said(capsys, "models", "remove", "p/m-1", *db) == {"removed": "p/m-1"}
    assert said(capsys, "models", "provider", "remove", "p", *db) == {"removed": "p"}
    engine = open_engine(entered)
    with reading(engine) as session:
        told = [one.action for one in reversed(events(session, newest=20))]
    engine.dispose()
    assert told[-5:] == [
        "provider.enter",
        "model.enter",
        "model.enter",
        "model.remove",
        "provider.remove",
    ]


def test_prices_are_kept_with_their_day(entered: str, capsys: pytest.CaptureFixture[str]) -> None:
    db = ("--db", entered)
    first = ("--input-price", "2", "--output-price", "8", "--as-of", "2026-10-01")
    said(capsys, "models", "price", "p/m-1", *first, *db)
    second = ("--input-price", "1.5", "--as-of", "2026-11-01")
    prices = said(capsys, "models", "price", "p/m-1", *second, *db)["prices"]
    found = [(one["input_price"], one["output_price"], one["as_of"]) for one in prices]  # type: ignore[attr-defined]
    # The first row is from entering the model, without a price.
    assert found == [("1.5", "8", "2026-11-01"), ("2", "8", "2026-10-01"), (None, None, None)]


def test_a_connection_is_tested_and_told_without_the_key(
    entered: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verb = ("models", "test", "p/m-1", "--db", entered)
    report = said(capsys, *verb)
    assert (report["works"], report["kind"]) == (False, "no_key")
    monkeypatch.setenv("P_KEY", CANARY)
    report = said(capsys, *verb)
    assert report["works"] is False
    assert "price of 'm-1'" in str(report["problems"])
    said(capsys, "models", "price", "p/m-1", "--input-price", "2", "--output-price", "8", *verb[3:])
    report = said(capsys, *verb)
    # Two answers of 10 and 5 tokens at 2 and 8 micro-dollars.
    assert (report["works"], report["schema"], report["cost_micro"]) == (True, "honoured", 120)
    monkeypatch.setenv("P_KEY", CANARY + "0")
    report = said(capsys, *verb)
    assert report["kind"] == "wrong_key"
    assert CANARY not in json.dumps(report)


def test_the_budget_of_a_day_is_set_and_lifted(
    ready_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    db = ("--db", ready_url)
    assert said(capsys, "models", "budget", "--day", "2.5", *db)["day_cap_micro"] == 2_500_000
    assert said(capsys, "models", "list", *db)["day_cap_micro"] == 2_500_000
    assert said(capsys, "models", "budget", "--no-limit", *db)["day_cap_micro"] is None
    assert "either --day USD or --no-limit" in refused(capsys, "models", "budget", *db, code=2)


def test_bad_input_is_refused_in_one_sentence(
    entered: str, capsys: pytest.CaptureFixture[str]
) -> None:
    db = ("--db", entered)
    add = ("models", "provider", "add", "new")
    assert "give its address with --url" in refused(capsys, *add, *db)
    pasted = refused(capsys, *add, "--url", "https://a.example/v1", "--key", CANARY, *db)
    assert "is no name" in pasted
    assert CANARY not in pasted
    assert "is no provider/model" in refused(capsys, "models", "add", "m", *db, code=2)
    assert "no provider 'q'" in refused(capsys, "models", "add", "q/m", *db)
    assert "is no day" in refused(
        capsys, "models", "add", "p/m-1", "--input-price", "1", "--as-of", "today", *db, code=2
    )
    assert "input_price is '1,5'" in refused(
        capsys, "models", "add", "p/m-1", "--input-price", "1,5", *db
    )
    assert "none of max_tokens" in refused(
        capsys, "models", "add", "p/m-1", "--token-limit", "most", *db, code=2
    )
    assert "No simulator answers at" in refused(
        capsys, "models", "practise", "--url", "http://127.0.0.1:9/v1", *db
    )
    assert "There is no model 'p/x'" in refused(capsys, "models", "test", "p/x", *db)
