"""An identity provider that fails, a real one on this machine: one sentence, and others go on."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from app.settings import Settings
from app.workspace import prepare
from curation.sign_in.identities import link_identity
from curation.sign_in.sessions import begin_session
from db.engine import open_engine, writing
from db.roles import Role
from tests.login.people import person, shared
from tests.login.provider import CLIENT_ID, CLIENT_SECRET, Fault, Person, Provider, running_provider
from tests.login.wire import Screen, open_tab
from tests.running import RunningApp, free_port, running_app

SILENT = "did not answer, so nobody is signed in"
REFUSED = "did not let you sign in"
UNUSABLE = "What the identity provider answered cannot be used"
OVER = "has expired by the clock of this server"
HERE = "localhost"
GONE = "gone"
YOU_ARE_WEN = ":gray-badge[:material/person: You are wen]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running app whose people sign in with a provider, or with one that is not there."""

    app: RunningApp
    provider: Provider
    cookie_of_yan: dict[str, str]

    def log(self) -> str:
        """Give what the server has logged."""
        return self.app.log.read_text(encoding="utf-8")


@dataclass(slots=True)
class Browser:
    """Follows redirects and keeps cookies."""

    app: RunningApp
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in_with(self, name: str) -> Screen:
        """Press the button of a provider, go where that leads, and give what is shown there."""
        self.follow(f"{self.app.url}/_stcore/health")
        with open_tab(self.app.url, cookies=self.cookies) as tab:
            shown = tab.run("overview")
            asked = tab.run("overview", pressed=[shown.buttons[f"sign_in_with_{name}"]])
        address = self.follow(urljoin(self.app.url, asked.redirected_to))
        with open_tab(self.app.url, cookies=self.cookies) as tab:
            return tab.run(urlsplit(address).path.strip("/"), query=urlsplit(address).query)

    def follow(self, address: str) -> str:
        """Ask for an address, and for all that it redirects to; give the last."""
        for _ in range(6):
            parts = urlsplit(address)
            line = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=60)
            header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            path = parts._replace(scheme="", netloc="").geturl() or "/"
            line.request("GET", path, headers={"cookie": header} if header else {})
            answer = line.getresponse()
            answer.read()
            for given in answer.headers.get_all("set-cookie") or ():
                for name, one in SimpleCookie(given).items():
                    self.cookies[name] = one.value
                    if one["max-age"] == "0":
                        del self.cookies[name]
            line.close()
            if answer.status not in {302, 303, 307}:
                assert answer.status == 200
                return address
            address = urljoin(address, str(answer.headers["location"]))
        raise AssertionError(address)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    now = datetime.now(UTC)
    prepare(settings, now=now, starter=False)
    engine = open_engine(settings.database_url)
    admin = shared(engine, now=now)
    wen = person(engine, "wen", admin_id=admin, password=None, roles=[Role.AUTHOR], now=now)
    yan = person(engine, "yan", admin_id=admin, roles=[Role.AUTHOR], now=now)
    port = free_port()
    with running_provider(Person(subject="subject-of-wen", email="wen@example.org")) as provider:
        link_identity(
            engine, wen, issuer=provider.issuer, email="wen@example.org", admin_id=admin, now=now
        )
        with writing(engine) as session:
            token = begin_session(session, yan, now=now).token
        write_secrets(home, provider, port)
        with running_app(home, port=port) as app:
            cookie_of_yan = {f"gainsay_session_{port}": token}
            yield Place(app=app, provider=provider, cookie_of_yan=cookie_of_yan)
    engine.dispose()


def write_secrets(home: Path, provider: Provider, port: int) -> None:
    def section(name: str, issuer: str) -> str:
        return f"""
[auth.{name}]
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""

    (home / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\n'
        + section(HERE, provider.issuer)
        + section(GONE, f"http://localhost:{free_port()}"),
        encoding="utf-8",
    )


def provider_said(screen: Screen) -> str:
    """Give the one sentence of the sign-in page that is about a provider."""
    assert "Sign in" in screen.texts
    (said,) = [text for text in screen.texts if "provider" in text]
    return said


@pytest.mark.parametrize(
    ("fault", "sentence", "logged"),
    [
        (Fault.BROKEN, SILENT, "HTTPStatusError"),
        (Fault.BREAKS_OFF, UNUSABLE, "HTTPStatusError"),
        (Fault.TALKATIVE, UNUSABLE, "OAuthError: invalid_client"),
        (Fault.REFUSES, REFUSED, "access_denied"),
        (Fault.OTHER_ISSUER, UNUSABLE, "'iss'"),
        (Fault.OTHER_KEY, UNUSABLE, "BadSignatureError"),
        (Fault.EXPIRED, UNUSABLE, "ExpiredTokenError"),
        (Fault.CLOCK_AHEAD, UNUSABLE, "issued in the future"),
        (Fault.JUST_OVER, OVER, ""),
    ],
)
def test_what_a_provider_does_wrong_is_one_sentence_on_the_sign_in_page_and_one_line_of_the_log(
    place: Place, fault: Fault, sentence: str, logged: str
) -> None:
    """Fails without ``BackToSignIn`` or ``tell_failures_in_a_line`` in server_app.py.

    The last without ``is_over`` in identity.py.
    """
    place.provider.fault = fault
    before = len(place.log())
    screen = Browser(place.app).sign_in_with(HERE)

    assert sentence in provider_said(screen)
    deadline = time.monotonic() + 30
    while logged not in place.log()[before:]:
        assert time.monotonic() < deadline, place.log()
        time.sleep(0.05)
    told = place.log()[before:].splitlines()
    assert len(told) == bool(logged)
    assert CLIENT_SECRET not in place.log() + screen.sent


def test_a_provider_that_is_not_there_is_told_and_the_other_one_signs_in_with_the_same_cookies(
    place: Place,
) -> None:
    place.provider.fault = None
    browser = Browser(place.app)

    assert SILENT in provider_said(browser.sign_in_with(GONE))
    assert YOU_ARE_WEN in browser.sign_in_with(HERE).texts
    assert "Traceback" not in place.log()


def test_while_a_provider_hangs_others_work_and_whoever_waits_for_it_is_told(place: Place) -> None:
    place.provider.fault = Fault.HANGS
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(Browser(place.app).sign_in_with, HERE)
        asked = len(place.provider.asked)
        while len(place.provider.asked) == asked:
            assert not waiting.done()
        with open_tab(place.app.url, cookies=place.cookie_of_yan) as tab:
            shown = tab.run("author")
            assert "New item" in shown.sent
            tab.run("author", pressed=[shown.buttons["author_new"]])
        place.provider.let_go.set()
        assert SILENT in provider_said(waiting.result(60))
