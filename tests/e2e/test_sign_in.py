"""Signing in, in real browsers: passwords, sessions that end, and what must never be stored."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from app.settings import Settings
from app.workspace import prepare
from curation.sign_in.passwords import hand_over_password
from curation.sign_in.sessions import end_all_sessions
from db.engine import Engine, open_engine, reading
from db.roles import Role
from db.working_copies import Part, WorkingCopy, WorkingText
from tests.e2e.author_page import SAVED, badge, editor, new_item, write
from tests.e2e.conftest import PATIENCE_MILLISECONDS, sign_in
from tests.e2e.settling import settled
from tests.login.people import OTHER, PASSWORD, person, shared
from tests.running import RunningApp, running_app

WRONG = "three newts before noon"
NEW = "eleven moths in october"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A running app on a shared workspace with two people."""

    app: RunningApp
    engine: Engine
    home: Path
    admin: str
    ada: str
    bo: str


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    now = datetime.now(UTC)
    prepare(settings, now=now, starter=False)
    engine = open_engine(settings.database_url)
    admin = shared(engine, now=now)
    author = [Role.AUTHOR]
    ada = person(engine, "ada", admin_id=admin, roles=author, now=now)
    bo = person(engine, "bo", admin_id=admin, roles=author, password=OTHER, now=now)
    with running_app(home) as app:
        yield Team(app=app, engine=engine, home=home, admin=admin, ada=ada, bo=bo)
    engine.dispose()


@pytest.fixture
def other(browser: Browser, browser_context_args: dict[str, object]) -> Iterator[BrowserContext]:
    """A second browser, with cookies of its own."""
    context = browser.new_context(**browser_context_args)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()


def authors(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return {copy.annotator_id for copy in session.exec(select(WorkingCopy))}


def texts(engine: Engine) -> set[str]:
    prompts = select(WorkingText).where(WorkingText.part == Part.PROMPT)
    with reading(engine) as session:
        return {row.text for row in session.exec(prompts)}


def note(sent: list[bytes], data: str | bytes) -> None:
    sent.append(data.encode() if isinstance(data, str) else data)


def test_a_deep_link_asks_to_sign_in_and_is_open_afterwards(team: Team, page: Page) -> None:
    sent: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: note(sent, data)))

    sign_in(page, f"{team.app.url}/author?ui=en", "ada", PASSWORD)

    expect(page.get_by_role("heading", name="Author")).to_be_visible()
    # Past the page's own connection, so it is in no session state and no message.
    assert sent != []
    assert [data for data in sent if PASSWORD.encode() in data] == []
    assert "/author" in page.url
    expect(page.get_by_text("ada", exact=False).first).to_be_visible()
    (cookie,) = [one for one in page.context.cookies() if one["name"].startswith("gainsay_session")]
    assert cookie["value"] not in page.content()
    assert cookie["httpOnly"] is True
    assert cookie["sameSite"] == "Strict"
    assert cookie["path"] == "/"
    # Plain HTTP: a Secure cookie would never come back.
    assert cookie["secure"] is False


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(
    team: Team, other: BrowserContext
) -> None:
    page = other.new_page()
    page.goto(team.app.url)
    said = []
    for handle, password in (("bo", WRONG), ("nobody", PASSWORD)):
        page.get_by_label("Name", exact=True).fill(handle)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert").filter(has_text="do not fit")).to_be_visible()
        said.append(page.locator(".gainsay-sign-in .said").inner_text())

    assert said[0] == said[1]
    assert other.cookies() == [] or not any(
        one["name"].startswith("gainsay_session") for one in other.cookies()
    )


def test_a_password_that_was_handed_over_opens_nothing_but_the_choice_of_ones_own(
    team: Team, page: Page
) -> None:
    now = datetime.now(UTC)
    cy = person(team.engine, "cy", admin_id=team.admin, password=None, now=now)
    given = hand_over_password(team.engine, cy, admin_id=team.admin, now=now)
    page.goto(f"{team.app.url}/items")
    page.get_by_label("Name", exact=True).fill("cy")
    page.get_by_label("Password", exact=True).fill(given)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)

    page.get_by_label("Present password").fill(given)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="Choose this password").click()

    expect(page.get_by_role("heading", name="Items")).to_be_visible()


def test_signing_out_in_one_tab_makes_the_other_refuse(team: Team, page: Page) -> None:
    sign_in(page, f"{team.app.url}/author", "ada", PASSWORD)
    second = page.context.new_page()
    second.goto(f"{team.app.url}/author")
    new = second.get_by_test_id("stMain").get_by_role("button", name="New item")
    expect(new).to_be_visible()
    settled(second)
    before = authors(team.engine)

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    new.click()

    expect(second.get_by_text("was not stored")).to_be_visible()
    expect(second.get_by_role("heading", name="Sign in")).to_be_visible()
    assert authors(team.engine) == before == set()


def test_two_people_in_two_browsers_write_under_their_own_names(
    team: Team, page: Page, other: BrowserContext
) -> None:
    second = other.new_page()
    sign_in(page, f"{team.app.url}/author", "ada", PASSWORD)
    sign_in(second, f"{team.app.url}/author", "bo", OTHER)

    for one in (page, second):
        one.get_by_test_id("stMain").get_by_role("button", name="New item").click()
        one.wait_for_url(re.compile(r"[?&]copy="))
        expect(one.get_by_role("textbox").first).to_be_visible()

    assert authors(team.engine) == {team.ada, team.bo}


def test_text_of_an_expired_session_is_not_stored_and_comes_back_to_its_writer_alone(
    team: Team, page: Page
) -> None:
    typed = "Write it the other way round, please."
    sign_in(page, f"{team.app.url}/author", "ada", PASSWORD)
    new_item(page, team.app.url)
    write(page, "Prompt", "Write it.")
    end_all_sessions(team.engine, team.ada, admin_id=team.admin, now=datetime.now(UTC))

    editor(page, "Prompt").fill(typed)

    expect(page.get_by_text("was not stored")).to_be_visible()
    assert typed not in texts(team.engine)
    address = page.url

    # Somebody else on the same browser neither sees nor stores it.
    sign_in(page, address, "bo", OTHER)
    expect(page.get_by_text("ada", exact=False)).to_have_count(0)
    assert typed not in page.content()
    new_item(page, team.app.url)
    expect(editor(page, "Prompt")).to_have_value("")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert typed not in texts(team.engine)

    sign_in(page, address, "ada", PASSWORD)
    expect(editor(page, "Prompt")).to_have_value(typed)
    expect(badge(page, "Prompt")).to_have_text(SAVED)
    assert typed in texts(team.engine)
