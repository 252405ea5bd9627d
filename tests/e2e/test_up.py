from playwright.sync_api import Page, expect

from tests.running import RunningApp


def test_the_announced_address_shows_the_app(app: RunningApp, page: Page) -> None:
    assert app.announced["address"] == app.url

    page.goto(app.url)

    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "Traceback" not in app.log.read_text()
