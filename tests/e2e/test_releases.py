"""Cutting a release in a real browser, however impatient the person is."""

from playwright.sync_api import Page, expect

from tests.e2e.settling import settled


def test_a_double_click_cuts_one_release_and_says_so(app_server: str, page: Page) -> None:
    page.goto(f"{app_server}/releases")
    settled(page)
    cut = page.get_by_role("button", name="Cut the release")
    version = page.get_by_role("textbox", name="Version")
    version.focus()
    page.keyboard.press("Enter")
    expect(cut).to_be_disabled()
    expect(page.get_by_text("No release has been cut yet")).to_be_visible()

    settled(page)
    page.get_by_text("Cut 1.0.0 with").click()
    expect(cut).to_be_enabled()
    settled(page)
    cut.dblclick()

    expect(page.get_by_test_id("stAlertContentSuccess").first).to_contain_text("Release 1.0.0 is")
    expect(version).to_have_value("1.0.1")
    expect(cut).to_be_disabled()
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    page.goto(f"{app_server}/overview")
    expect(page.get_by_test_id("stMetric").last).to_contain_text("1")
