"""The page of runs: what an empty one says, what is told of one run, and what a person does."""

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from app.settings import Settings
from db.engine import Engine, open_engine, reading, writing
from db.ledger.queries.watching import run_events
from db.ledger.runs import RunState
from db.roles import Role
from tests.app.booked_runs import HOSTILE, PAID, Booked, open_books, order, work_off
from tests.app.reading import html, words
from tests.people.team import give, join, share

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]
NAME = "first *questions*"


@pytest.fixture
def engine(empty_workspace: Settings) -> Iterator[Engine]:
    opened = open_engine(empty_workspace.database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def ledger(engine: Engine) -> Iterator[Engine]:
    opened = open_books(engine)
    yield opened
    opened.dispose()


@pytest.fixture
def going(engine: Engine, ledger: Engine) -> Booked:
    """A run of ten calls: four answered, one failed, two under way."""
    run = order(engine, ledger, name=NAME)
    work_off(run, NAME, done=4, failed=[HOSTILE], sent=2)
    return run


def metric(page: AppTest, label: str) -> str:
    (found,) = [one.value for one in page.metric if one.label == label]
    return str(found)


def events(run: Booked) -> list[tuple[str, str, str]]:
    with reading(run.ledger) as session:
        return [(one.kind.value, one.actor, one.reason) for one in run_events(session, run.id)]


@pytest.mark.usefixtures("engine")
def test_without_runs_the_page_says_how_one_is_begun(opened: Opened) -> None:
    page = opened("runs")
    said = words(page)
    assert "There are no runs yet" in said
    assert "First enter a model" in said
    assert page.code[0].value.startswith("gainsay ask ")


def test_the_list_tells_of_every_run(opened: Opened, engine: Engine, going: Booked) -> None:
    other = order(engine, going.ledger, name="paid for", simulated=False, calls=3)
    page = opened("runs")
    said = words(page)
    assert "2 runs, newest first" in said
    # Only one of them is simulated.
    assert said.count("simulated]") == 1
    assert [one.value for one in page.get("progress")] == [0, 50]
    assert "5 of 10 calls settled, 1 of them failed" in page.get("progress")[1].proto.text
    assert other.row().state is RunState.QUEUED


def test_one_run_is_told_with_its_money_and_its_failures(opened: Opened, going: Booked) -> None:
    page = opened("runs", run=going.id)
    assert metric(page, "Done") == "4"
    assert metric(page, "Failed") == "1"
    assert metric(page, "Under way") == "2"
    # Four answers at 30 micro-dollars; two calls at their worst price; one that nobody confirmed.
    assert metric(page, "Spent") == "0.00012 USD"
    assert metric(page, "Reserved") == f"{2 * going.worst / 1e6:.6f}".rstrip("0") + " USD"
    assert metric(page, "Unconfirmed") == f"{going.worst / 1e6:.6f}".rstrip("0") + " USD"
    # So far 4 answers cost 120 and a lost one its worst price; five calls are left.
    so_far = 4 * PAID + going.worst
    expected = round(so_far + 5 * so_far / 4)
    assert metric(page, "Expected in all") == f"{expected / 1e6:.6f}".rstrip("0") + " USD"
    assert "simulated]" in words(page)
    assert "n = 5 of 10 calls have a result" in page.get("progress")[0].proto.text
    assert any(one.label == "1 try: the answer cannot be read" for one in page.expander)
    (models,) = [one.value for one in page.dataframe]
    assert models.iloc[0].to_dict() == {
        "Model": "sim/sim-1",
        "Calls": "5",
        "Tries": "5",
        "Calls tried again": "0.0%",
    }


def test_what_a_server_said_is_shown_and_does_nothing(opened: Opened, going: Booked) -> None:
    page = opened("runs", run=going.id)
    raw = html(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in raw
    assert "<script" not in raw
    assert "U+202E" in raw
    assert "evil.example" not in words(page)
    assert "first \\*questions\\*" in page.subheader[0].value


def test_a_run_is_paused_resumed_and_cancelled_with_a_reason(opened: Opened, going: Booked) -> None:
    page = opened("runs", run=going.id)
    page.button(key="run_pause").click().run()
    assert page.success[0].value == "The run is paused; calls under way are finished."
    assert going.row().state is RunState.PAUSED
    page.button(key="run_resume").click().run()
    assert going.row().state is RunState.QUEUED
    page.button(key="run_cancel").click().run()
    assert "say in a few words why" in page.error[0].value
    assert going.row().state is RunState.QUEUED
    page.text_input(key=f"run_reason_{going.id}").set_value("wrong file")
    page.button(key="run_cancel").click().run()
    assert going.row().state is RunState.CANCELLED
    assert metric(page, "Skipped") == "3"
    me = going.row().created_by
    assert [one for one in events(going) if one[1] == me][1:] == [
        ("paused", me, ""),
        ("resumed", me, ""),
        ("cancelled", me, "wrong file"),
    ]
    # Nothing more can be done with it.
    assert not {"run_pause", "run_resume", "run_cancel", "run_raise"} & {
        one.key for one in page.button
    }


def test_the_cap_is_raised_and_its_nearness_told(
    opened: Opened, engine: Engine, ledger: Engine
) -> None:
    run = order(engine, ledger, name="near", cap_micro=460)
    # A call costs 64 + 16 + 6 bytes + 2 x 50 tokens = 186 at most; two of 460 are 80.9 %.
    work_off(run, "near", failed=["x", "y"])
    assert run.row().unconfirmed_micro == 2 * 186
    page = opened("runs", run=run.id)
    assert "80 % of the cap used" in words(page)
    field = f"run_cap_{run.id}_460"
    page.number_input(key=field).set_value(0.0004)
    page.button(key="run_raise").click().run()
    assert "is not more" in page.error[0].value
    page.number_input(key=field).set_value(0.01)
    page.button(key="run_raise").click().run()
    assert page.success[0].value == "The cap is 0.01 USD now."
    assert run.row().cap_micro == 10_000
    assert "80 % of the cap used" not in words(page)


def test_an_unknown_run_is_refused_in_one_sentence(opened: Opened, going: Booked) -> None:
    page = opened("runs", run="run_nothing")
    assert "There is no run 'run\\_nothing'" in page.error[0].value
    assert not page.metric


def test_only_leads_of_everything_and_admins_steer(
    opened: Opened, engine: Engine, going: Booked, acting_as: ActingAs
) -> None:
    with writing(engine) as session:
        share(session)
        lead = join(session, "lin")
        give(session, lead, Role.LEAD, type_ids=["question-correction"])
    acting_as(engine, lead)
    page = opened("runs", run=going.id)
    assert metric(page, "Done") == "4"
    assert "run_pause" not in {one.key for one in page.button}
