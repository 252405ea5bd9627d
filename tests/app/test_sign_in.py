"""Who acts in the pages: nobody but the person that a page was drawn for."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import func, select
from streamlit.testing.v1 import AppTest

from app.settings import Settings
from curation.sign_in.identities import identities_of
from curation.sign_in.passwords import hand_over_password, sign_in
from curation.sign_in.sessions import NewSession, open_sessions, sign_out
from db.engine import Engine, open_engine, reading
from db.roles import Role
from db.working_copies import WorkingCopy, WorkingText
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


def parts(engine: Engine) -> int:
    with reading(engine) as session:
        return session.exec(select(func.count()).select_from(WorkingText)).one()


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


def test_a_tab_of_one_person_stores_nothing_for_the_next_one_in_its_browser(
    engine: Engine, opened: Callable[..., AppTest], acting_as: Acting
) -> None:
    admin = shared(engine)
    ada = person(engine, "ada", admin_id=admin, roles=[Role.AUTHOR])
    bo = person(engine, "bo", admin_id=admin, roles=[Role.AUTHOR])
    acting_as(engine, ada)
    script = opened("author")

    acting_as(engine, bo)
    script.button(key="author_new").click().run()

    assert copies(engine) == 0
    assert "bo has signed in" in script.error[0].value
    assert "was not stored" in script.error[0].value
    assert [button.key for button in script.button] == []


def test_a_workspace_that_was_shared_meanwhile_asks_an_open_tab_to_sign_in(
    engine: Engine, opened: Callable[..., AppTest], acting_as: Acting
) -> None:
    script = opened("author")

    shared(engine)
    acting_as(engine, None)
    script.button(key="author_new").click().run()

    assert copies(engine) == 0
    assert headings(script) == ["Sign in"]
    assert "is shared now" in script.warning[0].value


def test_nothing_but_a_new_password_can_be_done_with_one_that_was_handed_over(
    engine: Engine, opened: Callable[..., AppTest], acting_as: Acting
) -> None:
    admin = shared(engine)
    ada = person(engine, "ada", admin_id=admin, roles=[Role.AUTHOR])
    acting_as(engine, ada)
    script = opened("author")

    hand_over_password(engine, ada, admin_id=admin, now=datetime.now(UTC))
    acting_as(engine, ada)
    script.button(key="author_new").click().run()

    assert copies(engine) == 0
    assert headings(script) == ["Choose a password"]


def test_a_callback_of_a_fragment_passes_the_same_door(
    engine: Engine, opened: Callable[..., AppTest], acting_as: Acting
) -> None:
    ada = person(engine, "ada", admin_id=shared(engine), roles=[Role.AUTHOR])
    token_hash = acting_as(engine, ada)
    script = opened("author")
    script.button(key="author_new").click().run()
    before = parts(engine)
    sign_out(engine, token_hash, now=datetime.now(UTC))

    (kind,) = [box for box in script.selectbox if box.key.endswith("_type")]
    kind.select_index(0).run()

    assert parts(engine) == before
    assert headings(script) == ["Sign in"]
    assert "was not stored" in script.error[0].value


def test_the_header_says_who_is_signed_in_and_signs_out(
    engine: Engine, opened: Callable[..., AppTest], acting_as: Acting
) -> None:
    ada = person(engine, "ada", admin_id=shared(engine))
    acting_as(engine, ada)
    script = opened("overview")
    assert any("ada" in one.value for one in script.markdown)

    script.button(key="sign_out").click().run()

    assert headings(script) == ["Sign in"]
    # It was this tab's own gesture: nothing was refused.
    assert [one.value for one in script.warning] == ["You were signed out."]
    assert not script.error


def test_an_admin_hands_over_a_password_that_is_shown_once(
    engine: Engine, entry: AppTest, acting_as: Acting
) -> None:
    admin = shared(engine)
    ada = person(engine, "ada", admin_id=admin)
    acting_as(engine, admin)

    def page(person_id: str, admin_id: str) -> None:
        import streamlit as st

        from app.components.admin_sign_in import draw_sign_in_of
        from app.state import ACTING

        st.session_state[ACTING] = admin_id
        draw_sign_in_of(person_id, handle="ada", admin_id=admin_id)

    script = AppTest.from_function(page, args=(ada, admin), default_timeout=120).run()
    script.button(key=f"admin_one_time_{ada}").click().run()
    assert not script.exception
    (shown,) = [code.value for code in script.code]
    assert isinstance(sign_in(engine, "ada", shown, now=datetime.now(UTC)), NewSession)
    script.run()
    script.button(key=f"admin_end_{ada}").click().run()
    assert [code.value for code in script.code] == []
    assert open_sessions(engine, ada, now=datetime.now(UTC)) == 0

    script.text_input(key=f"admin_issuer_{ada}").set_value("https://id.example.org")
    script.text_input(key=f"admin_email_{ada}").set_value("ada@example.org")
    script.button(key=f"admin_link_{ada}").click().run()
    (identity,) = identities_of(engine, ada)
    script.button(key=f"admin_unlink_{identity.id}").click().run()
    assert not script.exception
    assert identities_of(engine, ada) == []
