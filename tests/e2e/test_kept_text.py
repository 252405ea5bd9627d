"""What is typed into a plain field outlives a reload, an ended session and another language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from app.settings import Settings
from app.workspace import prepare
from curation.comments.threads import threads
from curation.sign_in.sessions import end_all_sessions
from db.engine import Engine, open_engine, reading
from db.queries.acts import list_acts
from db.roles import Role
from tests.e2e.conftest import sign_in
from tests.e2e.settling import settled
from tests.login.people import OTHER, PASSWORD, person, shared
from tests.running import RunningApp, running_app

ITEM = "starter-swapped-words"
SAID = "Two words are swapped twice.\nOr is that meant?"
WHY = "Everybody knows it by now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    app: RunningApp
    engine: Engine
    admin: str
    ada: str


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A running app on a shared workspace with two leads."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    now = datetime.now(UTC)
    prepare(settings, now=now, starter=True)
    engine = open_engine(settings.database_url)
    admin = shared(engine, now=now)
    roles = [Role.LEAD]
    ada = person(engine, "ada", admin_id=admin, roles=roles, now=now)
    person(engine, "bo", admin_id=admin, roles=roles, password=OTHER, now=now)
    with running_app(home) as app:
        yield Team(app=app, engine=engine, admin=admin, ada=ada)
    engine.dispose()


def reason(page: Page) -> Locator:
    return page.locator("[class*=st-key-item_reason_] input")


def comment(page: Page) -> Locator:
    return page.locator("[class*=st-key-comment_draft_text_] textarea")


def open_comments(page: Page) -> None:
    settled(page)
    page.get_by_role("tab").nth(4).click()
    expect(comment(page)).to_be_visible()


def test_a_comment_and_a_reason_come_back_to_their_writer_until_they_are_stored(
    team: Team, page: Page
) -> None:
    address = f"{team.app.url}/items?item={ITEM}"
    sign_in(page, address, "ada", PASSWORD)
    reason(page).fill(WHY)
    open_comments(page)
    comment(page).fill(SAID)

    # Nothing was sent yet: the page goes away with the cursor in the field.
    page.reload()
    expect(reason(page)).to_have_value(WHY)
    open_comments(page)
    expect(comment(page)).to_have_value(SAID)
    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_role("heading", name="题目")).to_be_visible()
    expect(comment(page)).to_have_value(SAID)
    expect(reason(page)).to_have_value(WHY)

    # What came back is told to the server once, as if it was typed.
    settled(page)
    # A session that ends meanwhile stores nothing; somebody else gets an empty field.
    end_all_sessions(team.engine, team.ada, admin_id=team.admin, now=datetime.now(UTC))
    page.locator(".st-key-comment_send button").click()
    expect(page.get_by_text("重新登录后即可恢复")).to_be_visible()
    page.get_by_text("English", exact=True).click()
    sign_in(page, address, "bo", OTHER)
    open_comments(page)
    expect(comment(page)).to_have_value("")
    expect(reason(page)).to_have_value("")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    sign_in(page, address, "ada", PASSWORD)
    expect(reason(page)).to_have_value(WHY)
    open_comments(page)
    expect(comment(page)).to_have_value(SAID)
    settled(page)
    page.locator(".st-key-comment_send button").click()
    expect(page.get_by_text("The comment is stored.")).to_be_visible()
    expect(comment(page)).to_have_value("")
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("is done; the item stands at")).to_be_visible()
    page.wait_for_function("() => !Object.keys(localStorage).some(k => k.includes(':draft:'))")

    (thread,) = threads(team.engine, ITEM, annotator_id=team.ada, now=datetime.now(UTC))
    assert [one.text for one in thread.comments] == [SAID]
    with reading(team.engine) as session:
        assert [act.reason for act in list_acts(session, ITEM)] == [WHY]
