"""Every page in a dark browser, reached by link and by keyboard, without an error on it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.settling import settled

PAGES = {
    "overview": ("Overview", "总览"),
    "items": ("Items", "题目"),
    "author": ("Author", "编写"),
    "review": ("Review", "审核"),
    "adjudicate": ("Adjudicate", "裁定"),
    "label": ("Label", "标注"),
    "agreement": ("Agreement", "一致性"),
    "releases": ("Releases", "发布版本"),
    "runs": ("Runs", "运行"),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_by_its_link_in_the_dark(app_server: str, page: Page, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{app_server}/{path}?ui=zh")
    expect(page.get_by_role("heading", name=PAGES[path][1], exact=True)).to_be_visible()
    settled(page)
    background = page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert background == "rgb(14, 20, 22)"


def test_all_pages_are_reached_with_the_keyboard(app_server: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(app_server)
    settled(page)
    for english, _ in PAGES.values():
        page.get_by_role("link", name=english, exact=True).first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=english, exact=True)).to_be_visible()
        settled(page)


def test_the_language_is_switched_with_the_keyboard_and_stays(app_server: str, page: Page) -> None:
    page.goto(f"{app_server}/items")
    settled(page)
    page.get_by_role("radio", name="中文").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="题目", exact=True)).to_be_visible()
    settled(page)
    page.get_by_role("link", name="发布版本", exact=True).click()
    expect(page.get_by_role("heading", name="发布版本", exact=True)).to_be_visible()
    settled(page)
    page.reload()
    expect(page.get_by_role("heading", name="发布版本", exact=True)).to_be_visible()


def test_the_browser_goes_back_to_the_same_search(app_server: str, page: Page) -> None:
    page.goto(f"{app_server}/items?q=liquid+at+25&type=question-correction")
    expect(page.get_by_text("1 of ")).to_be_visible()
    settled(page)
    page.get_by_role("link", name="Overview", exact=True).first.click()
    expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    settled(page)
    page.go_back()
    expect(page.get_by_text("1 of ")).to_be_visible()
    settled(page)
    assert "q=liquid" in page.url
    assert "type=question-correction" in page.url


def test_the_open_tab_stays_open_in_the_other_language(app_server: str, page: Page) -> None:
    for address, english, chinese in (
        ("/items?item=starter-liquid-element", "Judge texts", "评审提示词"),
        ("/agreement", "By group", "分组"),
        ("/admin", "Models and budgets", "模型与预算"),
    ):
        page.goto(f"{app_server}{address}")
        settled(page)
        page.get_by_role("tab", name=english, exact=True).click()
        # The server has to know of the tab before it is asked for the other language.
        expect(page.get_by_role("tab", name=english, exact=True)).to_have_attribute(
            "aria-selected", "true"
        )
        settled(page)
        for language, label in (("中文", chinese), ("English", english)):
            page.get_by_text(language, exact=True).first.click()
            tab = page.get_by_role("tab", name=label, exact=True)
            expect(tab).to_have_attribute("aria-selected", "true")
            settled(page)


def test_a_row_opens_its_item_and_the_browser_goes_back(app_server: str, page: Page) -> None:
    page.goto(f"{app_server}/items?q=liquid+at+25")
    expect(page.get_by_text("1 of ")).to_be_visible()
    table = page.locator(".stDataFrameGlideDataEditor").first
    # The table comes after the page, and its rows after its frame.
    page.locator('[role="gridcell"]').first.wait_for(state="attached")
    settled(page)
    # The box of the first row, below the header.
    table.click(position={"x": 16, "y": 52})
    # The id is a badge there; while the table goes it is a cell, too.
    badge = page.locator(".stMarkdownBadge").filter(has_text="starter-liquid-element")
    expect(badge).to_be_visible()
    page.wait_for_url(re.compile("item=starter-liquid-element"))
    settled(page)
    page.get_by_role("button", name="All items").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    page.wait_for_url(lambda url: "item=" not in url)
