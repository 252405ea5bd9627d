"""Two people label from one queue, each in a browser of their own and without a mouse."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from app.settings import Settings
from app.workspace import prepare
from db.engine import Engine, open_engine, reading
from db.labels import LabelSource
from db.queries.labelling import PersonLabel, last_live
from db.queries.skips import skips_needing_attention
from db.roles import Role
from db.slots import SkipReason
from tests.e2e.conftest import sign_in
from tests.e2e.settling import settled
from tests.e2e.test_label import press, shown
from tests.login.people import OTHER, PASSWORD, person, shared
from tests.running import RunningApp, running_app


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    app: RunningApp
    engine: Engine
    ada: str
    bo: str


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A running app on a shared workspace with the starter items and two labellers."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    now = datetime.now(UTC)
    prepare(settings, now=now, starter=True)
    engine = open_engine(settings.database_url)
    admin = shared(engine, now=now)
    roles = [Role.LABELLER]
    ada = person(engine, "ada", admin_id=admin, roles=roles, now=now)
    bo = person(engine, "bo", admin_id=admin, roles=roles, password=OTHER, now=now)
    with running_app(home) as app:
        yield Team(app=app, engine=engine, ada=ada, bo=bo)
    engine.dispose()


def stored(team: Team, who: str) -> list[PersonLabel]:
    with reading(team.engine) as session:
        return last_live(session, annotator_id=who, limit=99)[::-1]


def open_labels(page: Page, team: Team, handle: str, password: str) -> None:
    sign_in(page, f"{team.app.url}/label", handle, password)
    expect(page.get_by_role("button", name="Does not follow")).to_be_visible()
    settled(page)


def test_two_people_label_from_one_queue_and_pass_on_what_they_cannot_judge(
    team: Team, page: Page, browser: Browser, browser_context_args: dict[str, object]
) -> None:
    open_labels(page, team, "ada", PASSWORD)
    expect(page.get_by_text("yours until").first).to_be_visible()
    expect(page.get_by_text("will count as human evidence")).to_be_visible()
    context = browser.new_context(**browser_context_args)
    other = context.new_page()
    open_labels(other, team, "bo", OTHER)
    for key in "121":
        press(page, key)
        press(other, key)
    for who in (team.ada, team.bo):
        labels = stored(team, who)
        assert len({label.response_id for label in labels}) == 3
        assert {label.source for label in labels} == {LabelSource.BLIND_HUMAN}

    # S asks why, and a digit answers instead of deciding.
    before = shown(page)
    page.keyboard.press("s")
    expect(page.get_by_text("Why do you pass it on?")).to_be_visible()
    settled(page)
    press(page, "5")
    assert shown(page) != before
    expect(page.get_by_text("a lead looks at it")).to_be_visible()
    assert len(stored(team, team.ada)) == 3
    with reading(team.engine) as session:
        (skipped,) = skips_needing_attention(session)
    assert (skipped.annotator_id, skipped.reason) == (team.ada, SkipReason.BROKEN)

    # What was undone is Ada's again, and is decided anew.
    last = stored(team, team.ada)[-1]
    press(page, "z")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    press(page, "2")
    assert stored(team, team.ada)[-1].response_id == last.response_id
    context.close()
