"""Models and budgets on the page Admin: entered, tested, priced, and never a key."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from streamlit.testing.v1 import AppTest

from app.settings import Settings
from calibration.llm.simulator.models import MODELS
from calibration.runs.catalogue import load_providers, load_targets
from curation.people.granting import Wanted, revoke
from db.engine import Engine, open_engine, reading, writing
from db.history import events
from db.ledger.queries.states import day_budget
from db.roles import Role
from tests.app.booked_runs import open_books, order, work_off
from tests.app.reading import table, words
from tests.people.team import give, join, share

# No key of anybody; planted to be looked for.
CANARY = "sk-canary-2b7d0c4f9a6e"
Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]


class _Provider(BaseHTTPRequestHandler):
    """Answers as a provider does that has one model and wants one key."""

    is_simulator = False

    def do_GET(self) -> None:
        self._say(200, {"object": "list", "data": [{"id": "m-1", "object": "model"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.headers["authorization"] != f"Bearer {CANARY}":
            self._say(401, {"error": {"message": f"{self.headers['authorization']} is no key"}})
            return
        text = '{"is_greater": true}' if "response_format" in asked else "ready"
        self._say(
            200,
            {
                "id": "c-1",
                "object": "chat.completion",
                "created": 1,
                "model": asked["model"],
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": text},
                    }
                ],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
            },
        )

    def _say(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        if self.is_simulator:
            self.send_header("x-gainsay-simulated", "1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def address() -> Iterator[str]:
    yield from serve(_Provider)


@pytest.fixture
def simulator() -> Iterator[str]:
    yield from serve(type("_Simulator", (_Provider,), {"is_simulator": True}))


@pytest.fixture
def practice() -> Iterator[str]:
    """A server that lists the simulated models."""
    listed = {"object": "list", "data": [{"id": one.name, "object": "model"} for one in MODELS]}

    def list_models(handler: _Provider) -> None:
        handler._say(200, listed)

    yield from serve(type("_Practice", (_Provider,), {"is_simulator": True, "do_GET": list_models}))


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


def enter_provider(page: AppTest, url: str, *, key: str = "", form: str = "new0") -> None:
    page.text_input(key=f"models_id_{form}").set_value("local")
    page.text_input(key=f"models_url_{form}").set_value(url)
    page.text_input(key=f"models_key_{form}").set_value(key)
    page.button(key="models_save_provider").click().run()


def enter_model(
    page: AppTest, *, form: str, input_price: str = "2", output_price: str = "8"
) -> None:
    page.text_input(key=f"models_name_{form}").set_value("m-1")
    page.text_input(key=f"models_input_price_{form}").set_value(input_price)
    page.text_input(key=f"models_output_price_{form}").set_value(output_price)
    page.date_input(key=f"models_as_of_{form}").set_value(date(2026, 11, 1))
    page.checkbox(key=f"models_supports_schema_{form}").check()
    page.button(key="models_save_model").click().run()


def try_out(page: AppTest) -> AppTest:
    """Test the connection and wait until its report is on the page."""
    page.button(key="models_test").click().run()
    while any("Waiting for the answer" in one.value for one in page.info):
        page.run()
    return page


def told(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        found = events(session, newest=20)
    return [
        (one.action, one.subject_id, one.actor_id)
        for one in reversed(found)
        if one.action.split(".")[0] in {"provider", "model", "budget"}
    ]


@pytest.mark.usefixtures("engine")
def test_without_a_provider_the_tab_says_so_and_offers_the_form(opened: Opened) -> None:
    page = opened("admin", tab="models")
    assert "No provider is entered yet" in words(page)
    assert "only its name" in words(page)
    assert "There is no cap for a day" in words(page)
    assert "models_test" not in {one.key for one in page.button}


def test_a_provider_and_a_model_are_entered_with_one_event_each(
    opened: Opened, engine: Engine, ledger: Engine, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_KEY", CANARY)
    page = opened("admin", tab="models")
    enter_provider(page, address + "/", key="LOCAL_KEY")
    assert page.success[0].value == "local is saved."
    enter_model(page, form="new1")
    assert page.success[0].value == "local/m-1 is saved."
    with reading(ledger) as session:
        (target,) = load_targets(session).values()
    assert (target.provider.base_url, target.provider.key_name) == (address, "LOCAL_KEY")
    assert (target.spec.input_price, target.spec.output_price) == ("2", "8")
    assert target.spec.price_as_of == date(2026, 11, 1)
    assert target.spec.supports_schema
    shown = table(page, "Key")
    assert shown.iloc[0]["Key"] == "found in the environment"
    assert [one[:2] for one in told(engine)] == [
        ("provider.enter", "local"),
        ("model.enter", "local/m-1"),
    ]
    # The same again is no change and no event.
    page.button(key="models_save_provider").click().run()
    assert page.success[0].value == "Nothing was changed."
    assert len(told(engine)) == 2


def test_a_new_price_is_kept_beside_the_one_before(
    opened: Opened, ledger: Engine, address: str
) -> None:
    page = opened("admin", tab="models")
    enter_provider(page, address)
    enter_model(page, form="new1")
    (field,) = [one.key for one in page.text_input if str(one.key).startswith("models_input_price")]
    page.text_input(key=field).set_value("3,5")
    page.button(key="models_save_model").click().run()
    assert "input\\_price is '3,5'" in page.error[0].value
    page.text_input(key=field).set_value("3.5")
    page.button(key="models_save_model").click().run()
    said = [one.value for one in page.text]
    assert said == ["3.5 in, 8 out, as of 2026-11-01", "2 in, 8 out, as of 2026-11-01"]
    page.button(key="models_remove_model").click().run()
    with reading(ledger) as session:
        assert load_targets(session) == {}
    page.button(key="models_remove_provider").click().run()
    with reading(ledger) as session:
        assert load_providers(session) == {}


def test_a_tested_connection_says_what_works_and_what_it_cost(
    opened: Opened, ledger: Engine, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_KEY", CANARY)
    page = opened("admin", tab="models")
    enter_provider(page, address, key="LOCAL_KEY")
    enter_model(page, form="new1")
    try_out(page)
    assert "local/m-1 answers and can be used" in words(page)
    # Two answers of 10 and 5 tokens at 2 and 8 micro-dollars: 2 x 60.
    assert "the test cost 0.00012 USD" in words(page)
    assert "It keeps to a JSON schema" in words(page)


def test_a_tested_connection_says_what_is_wrong_and_shows_no_key(
    opened: Opened, engine: Engine, ledger: Engine, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened("admin", tab="models")
    enter_provider(page, address, key="LOCAL_KEY")
    enter_model(page, form="new1")
    try_out(page)
    assert "needs the key 'LOCAL\\_KEY', and there is none" in page.error[0].value
    wrong = CANARY + "0"
    monkeypatch.setenv("LOCAL_KEY", wrong)
    try_out(page)
    assert "refuses the key 'LOCAL\\_KEY'" in page.error[0].value
    # The server said the key aloud; neither page nor databases have it.
    assert wrong not in str(page)
    for database in (engine, ledger):
        with reading(database) as session:
            dump = "".join(session.connection().connection.iterdump())  # type: ignore[attr-defined]
        assert CANARY not in dump


def test_a_key_in_place_of_its_name_is_refused_and_not_repeated(
    opened: Opened, ledger: Engine, address: str
) -> None:
    page = opened("admin", tab="models")
    enter_provider(page, address, key=CANARY)
    assert "is no name" in page.error[0].value
    assert CANARY not in page.error[0].value
    with reading(ledger) as session:
        assert load_providers(session) == {}


def test_the_program_s_own_secrets_are_no_provider_s_key(
    opened: Opened, address: str, engine: Engine
) -> None:
    page = opened("admin", tab="models")
    enter_provider(page, address, key="GAINSAY_HOME")
    assert table(page, "Key").iloc[0]["Key"] == "not found"


def test_a_simulator_on_this_machine_is_recognised(
    opened: Opened, ledger: Engine, simulator: str
) -> None:
    page = opened("admin", tab="models")
    enter_provider(page, simulator)
    assert "is a simulator on this machine" in page.success[0].value
    with reading(ledger) as session:
        assert load_providers(session)["local"].is_simulated
    assert table(page, "Key").iloc[0]["Marks"] == "simulated"


def test_what_was_simulated_never_becomes_real(
    opened: Opened, engine: Engine, ledger: Engine, simulator: str
) -> None:
    # Calls of the provider "sim" are in the ledger, marked.
    work_off(order(engine, ledger), "first questions", done=1)
    page = opened("admin", tab="models")
    page.text_input(key="models_id_new0").set_value("sim")
    page.text_input(key="models_url_new0").set_value("https://models.example/v1")
    page.button(key="models_save_provider").click().run()
    assert "cannot become real" in page.error[0].value
    assert told(engine) == []


def test_the_budget_of_a_day_is_set_and_lifted(
    opened: Opened, engine: Engine, ledger: Engine
) -> None:
    page = opened("admin", tab="models")
    page.number_input(key="models_day_cap_None").set_value(2.5)
    page.button(key="models_day_save").click().run()
    assert page.success[0].value == "All runs together may cost 2.50 USD in a day."
    with reading(ledger) as session:
        assert day_budget(session, "")[0] == 2_500_000
    assert [one[0] for one in told(engine)] == ["budget.set"]


def test_models_are_closed_to_who_neither_leads_all_nor_administers(
    opened: Opened, engine: Engine, acting_as: ActingAs
) -> None:
    with writing(engine) as session:
        share(session)
        lin = join(session, "lin")
        give(session, lin, Role.LEAD, type_ids=["question-correction"])
    acting_as(engine, lin)
    page = opened("admin", tab="models")
    assert "models_save_provider" not in {one.key for one in page.button}
    assert "Models and budgets" not in [one.label for one in page.tabs]


def test_a_lead_of_everything_enters_models(
    opened: Opened, engine: Engine, ledger: Engine, acting_as: ActingAs, address: str
) -> None:
    with writing(engine) as session:
        share(session)
        zhou = join(session, "zhou", Role.LEAD)
    acting_as(engine, zhou)
    page = opened("admin", tab="models")
    enter_provider(page, address)
    assert told(engine) == [("provider.enter", "local", zhou)]


def test_the_first_start_offers_a_provider_or_practice(opened: Opened, engine: Engine) -> None:
    page = opened("overview")
    assert "Connect a provider" in words(page)
    assert page.code[0].value == "gainsay simulate"
    # Nothing listens at port 9, which is refused in one sentence and enters nothing.
    page.text_input(key="first_address").set_value("http://127.0.0.1:9/v1")
    page.button(key="first_practise_do").click().run()
    assert "No simulator answers at" in page.error[0].value
    assert told(engine) == []


def test_a_simulator_that_answers_is_entered_with_its_models(
    opened: Opened, ledger: Engine, practice: str
) -> None:
    page = opened("overview")
    page.text_input(key="first_address").set_value(practice)
    page.button(key="first_practise_do").click().run()
    assert "simulated models of" in page.success[0].value
    # Something can be asked now, and the offer is gone.
    assert "Connect a provider" not in words(page)
    with reading(ledger) as session:
        targets = load_targets(session)
    assert {name[0] for name in targets} == {"simulated"}
    assert len(targets) == len(MODELS)
    assert all(one.provider.is_simulated for one in targets.values())
    assert all(one.spec.input_price is not None for one in targets.values())


def test_who_lost_the_role_meanwhile_tests_nothing(
    opened: Opened, engine: Engine, ledger: Engine, acting_as: ActingAs, address: str
) -> None:
    with writing(engine) as session:
        local = share(session)
        zhou = join(session, "zhou", Role.LEAD)
    acting_as(engine, zhou)
    page = opened("admin", tab="models")
    enter_provider(page, address)
    enter_model(page, form="new1")
    wanted = Wanted(roles=(Role.LEAD,), type_ids=(), language_ids=())
    revoke(engine, zhou, wanted, actor_id=local, now=datetime.now(UTC))
    page.button(key="models_test").click().run()
    assert "lead" in page.error[0].value
    assert "Models and budgets" not in [one.label for one in page.tabs]


def test_a_broken_ledger_leaves_the_overview_readable(
    opened: Opened, empty_workspace: Settings
) -> None:
    (empty_workspace.data_folder / "gainsay-ledger.db").write_text("no database")
    page = opened("overview")
    assert len(page.error) == 1
    assert page.metric[0].value == "0"
