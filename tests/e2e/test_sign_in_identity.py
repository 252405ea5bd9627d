"""Signing in with an identity provider: a real one on this machine, in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from app.settings import Settings
from app.workspace import prepare
from curation.sign_in.identities import identities_of, link_identity
from curation.sign_in.sessions import end_all_sessions
from db.engine import Engine, open_engine, writing
from db.sign_ins import LoginSession
from tests.login.people import person, shared
from tests.login.provider import CLIENT_ID, CLIENT_SECRET, Person, Provider, running_provider
from tests.running import RunningApp, free_port, running_app


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running app on a shared workspace whose people sign in with a provider."""

    app: RunningApp
    engine: Engine
    provider: Provider
    admin: str
    ada: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    now = datetime.now(UTC)
    prepare(settings, now=now, starter=False)
    engine = open_engine(settings.database_url)
    admin = shared(engine, now=now)
    ada = person(engine, "ada", admin_id=admin, password=None, now=now)
    port = free_port()
    with running_provider(Person(subject="subject-of-ada", email="Ada@example.org")) as provider:
        link_identity(
            engine, ada, issuer=provider.issuer, email="ada@example.org", admin_id=admin, now=now
        )
        write_secrets(home, provider, port)
        with running_app(home, port=port) as app:
            yield Site(app=app, engine=engine, provider=provider, admin=admin, ada=ada)
    engine.dispose()


def write_secrets(home: Path, provider: Provider, port: int) -> None:
    (home / "secrets.toml").write_text(
        f"""
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )


def go_through_provider(page: Page, site: Site) -> None:
    page.goto(f"{site.app.url}/author")
    page.get_by_role("button", name="Sign in with localhost").click()
    page.wait_for_url(f"{site.app.url}/**")


def test_an_unverified_address_or_an_unknown_person_is_refused_with_one_sentence(
    site: Site, page: Page
) -> None:
    for unknown in (
        Person(subject="subject-of-ada", email="ada@example.org", is_verified=False),
        Person(subject="somebody", email="somebody@example.org"),
    ):
        site.provider.person = unknown
        go_through_provider(page, site)
        expect(page.get_by_text("nobody in this workspace is linked")).to_be_visible()
        page.context.clear_cookies()

    assert [one.is_confirmed for one in identities_of(site.engine, site.ada)] == [False]


def test_a_linked_identity_signs_in_and_out_and_its_token_is_good_for_one_session(
    site: Site, page: Page
) -> None:
    site.provider.person = Person(subject="subject-of-ada", email="Ada@example.org")
    go_through_provider(page, site)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_text("ada", exact=False).first).to_be_visible()
    # From now on the provider's own id counts, whatever the address.
    (identity,) = identities_of(site.engine, site.ada)
    assert (identity.subject, identity.is_confirmed) == ("subject-of-ada", True)
    kept = page.context.cookies()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with localhost")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)

    # A copy of the signed-out cookie opens nothing.
    page.context.add_cookies(kept)
    page.goto(site.app.url)
    expect(page.get_by_text("You were signed out")).to_be_visible()


def test_an_admin_ends_it_and_an_expired_token_says_so(site: Site, page: Page) -> None:
    site.provider.person = Person(subject="subject-of-ada", email="other@example.org")
    go_through_provider(page, site)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    ended = end_all_sessions(site.engine, site.ada, admin_id=site.admin, now=datetime.now(UTC))
    page.reload()
    assert ended == 1
    expect(page.get_by_text("You were signed out")).to_be_visible()
    page.context.clear_cookies()

    site.provider.person = Person(subject="subject-of-ada", email="", seconds=600)
    go_through_provider(page, site)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    with writing(site.engine) as session:
        (row,) = session.exec(select(LoginSession).where(col(LoginSession.ended_at).is_(None)))
        # The session ends with its token; what is left of it is taken away here.
        assert row.expires_at - row.created_at <= timedelta(seconds=600)
        row.expires_at = datetime.now(UTC)
        session.add(row)
    page.reload()
    expect(page.get_by_text("Your session has expired")).to_be_visible()
