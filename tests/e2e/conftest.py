"""Owns what a browser test gets: a running app of its own and a page that must stay clean."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Request, expect

from tests.e2e.settling import settled
from tests.running import BROWSER_FLAGS, NoBrowser, RunningApp, browser_path, running_app

# On a deep link Streamlit's front end looks for its server beside the page, then at the root.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")
OURS = {"localhost", "127.0.0.1"}
# Machines that do other work too are slow, and a save waits for the server's answer.
PATIENCE_MILLISECONDS = 30_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app on a workspace of its own, shared by the tests of one file."""
    with running_app(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def app_server(app: RunningApp) -> str:
    """The address of the app."""
    return app.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Use the system's browser; without one the test fails."""
    try:
        return {"executable_path": browser_path(), "args": list(BROWSER_FLAGS)}
    except NoBrowser as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A laptop's window, in English whatever the machine speaks."""
    return {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"}


def sign_in(page: Page, url: str, handle: str, password: str) -> None:
    """Sign a person in to a shared workspace and wait until their page stands still.

    Args:
        page: Any page; what its browser context signs in as holds for all its tabs.
        url: Where to, such as ``f"{app.url}/label"``: that page is open afterwards.
        handle: Their name.
        password: Not one that has to be changed.
    """
    page.goto(url)
    page.get_by_label("Name", exact=True).fill(handle)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    settled(page)


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that fails its test when the browser reports an error or asks another machine."""
    problems: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        harmless = message.location["url"].endswith(HARMLESS) and "404" in message.text
        if message.type == "error" and not harmless:
            problems.append(f"{message.text} ({message.location['url']})")

    def note_error(error: Error) -> None:
        problems.append(str(error))

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in OURS:
            problems.append(f"a request left this machine: {request.url}")

    page.on("request", note_request)
    page.on("console", note_message)
    page.on("pageerror", note_error)
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    yield page
    assert problems == [], "the page is not clean"
