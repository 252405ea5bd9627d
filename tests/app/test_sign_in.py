"""Who acts in the pages: nobody but the person that a page was drawn for."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import func, select
from streamlit.testing.v1 import AppTest

from app.settings import Settings
from curation.sign_in.sessions import sign_out
from db.engine import Engine, open_engine, reading
from db.roles import Role
from db.working_copies import WorkingCopy
from tests.login.people import person, shared

Acting = Callable[[Engine, str | None], str]


@pytest.fixture
def engine(empty_workspace: Settings) -> Iterator[Engine]:
    opened = open_engine(empty_workspace.database_url)
    yield opened
    opened.dispose()


def copies(engine: Engine) -> int:
    with reading(engine) as session:
        return session.exec(select(func.count()).select_from(WorkingCopy)).one()


def headings(script: AppTest) -> list[str]:
    return [title.value for title in script.title]


def test_a_solo_workspace_asks_nobody_to_sign_in(
    engine: Engine, opened: Callable[..., AppTest]
) -> None:
    assert headings(opened("author")) == ["Author"]


def test_a_shared_workspace_shows_nothing_but_the_sign_in_to_a_browser_without_a_session(
    engine: Engine, entry: AppTest, acting_as: Acting
) -> None:
    shared(engine)
    acting_as(engine, None)

    entry.run()

    assert headings(entry) == ["Sign in"]
    assert [button.key for button in entry.button] == []
    assert not entry.exception


def test_a_person_who_signed_in_acts_under_their_own_name(
    engine: Engine, opened: Callable[..., AppTest], acting_as: Acting
) -> None:
    ada = person(engine, "ada", admin_id=shared(engine), roles=[Role.AUTHOR])
    acting_as(engine, ada)

    script = opened("author")
    script.button(key="author_new").click().run()

    assert not script.exception
    with reading(engine) as session:
        assert [row.annotator_id for row in session.exec(select(WorkingCopy))] == [ada]


def test_a_click_after_the_session_ended_stores_nothing_and_is_told(
    engine: Engine, opened: Callable[..., AppTest], acting_as: Acting
) -> None:
    ada = person(engine, "ada", admin_id=shared(engine), roles=[Role.AUTHOR])
    token_hash = acting_as(engine, ada)
    script = opened("author")

    sign_out(engine, token_hash, now=datetime.now(UTC))
    script.button(key="author_new").click().run()

    assert copies(engine) == 0
    assert headings(script) == ["Sign in"]
    assert "was not stored" in script.error[0].value
    assert not script.exception
