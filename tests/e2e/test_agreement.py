"""The main job in a real browser: switch language, hand in the files, read the figure."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from calibration.agreement.llmbar import llmbar_paths
from tests.e2e.settling import settled

FIGURE = "82.8 %"


def test_language_switches_and_uploaded_files_give_the_published_figure(
    app_server: str, page: Page
) -> None:
    page.goto(f"{app_server}/agreement")
    expect(page.get_by_role("heading", name="Agreement")).to_be_visible()
    settled(page)
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_role("heading", name="一致性")).to_be_visible()
    page.wait_for_url(re.compile("ui=zh"))
    settled(page)
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", name="Agreement")).to_be_visible()

    settled(page)
    page.get_by_role("radio", name="Two files").click()
    paths = llmbar_paths()
    hand_in(page, "study_gold", paths.gold)
    hand_in(page, "study_verdicts", paths.verdicts)
    expect(page.get_by_test_id("stFileChip")).to_have_count(2)

    choose(page, box(page, "study_judge"), "GPT-4/CoT")
    choose(page, box(page, "study_judge"), "GPT-4/Vanilla")
    orders = box(page, "study_where_order")
    orders.get_by_role("button", name="Clear all").click()
    settled(page)
    # Both orders at once: every key occurs twice, and the refusal names the column.
    refusal = page.get_by_test_id("stAlertContentError")
    expect(refusal).to_contain_text("the rows differ in 'order' ('original', 'swapped')")
    choose(page, orders, "original")
    page.keyboard.press("Escape")

    headline = page.locator(".st-key-study_headline")
    # 347 of 419, as published for GPT-4/Vanilla in the original order.
    expect(headline.get_by_test_id("stMetricValue")).to_have_text(FIGURE)
    expect(headline).to_contain_text("95 % interval 78.9–86.1 % · n = 419")
    expect(headline).to_contain_text("347 of 419 scored verdicts agree with people")
    expect(refusal).to_have_count(0)


def hand_in(page: Page, name: str, file: Path) -> None:
    page.locator(f".st-key-{name} input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("stFileChip").filter(has_text=file.name)).to_be_visible()
    settled(page)


def box(page: Page, name: str) -> Locator:
    return page.locator(f"[class*='st-key-{name}_']").first


def choose(page: Page, field: Locator, text: str) -> None:
    field.locator("input").click()
    page.keyboard.type(text)
    page.get_by_role("option", name=text, exact=True).click()
    settled(page)
