"""Owns how a browser test works on the page Author."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from curation.authoring.copies import load_copy
from curation.authoring.copy_views import CopyView
from db.engine import open_engine, reading, sqlite_url
from db.queries.items import ItemRow, get_item
from db.workspace import find_workspace
from tests.e2e.settling import settled

SAVED = re.compile(r"^(saved|已保存) \d\d:\d\d:\d\d$")
NOT_SAVED = re.compile(r"NOT SAVED since \d\d:\d\d:\d\d|自 \d\d:\d\d:\d\d 起未保存")


def editor(page: Page, label: str) -> Locator:
    """Give the text field of a part."""
    return page.get_by_label(label, exact=True)


def badge(page: Page, label: str) -> Locator:
    """Give the badge beside the text field of a part."""
    return page.locator(".editor").filter(has=editor(page, label)).get_by_role("status")


def note(page: Page, label: str) -> Locator:
    """Give the line below the text field of a part."""
    return page.locator(".editor").filter(has=editor(page, label)).locator(".note")


def write(page: Page, label: str, text: str) -> None:
    """Put a whole text into a part, as by pasting it, and wait until it is saved."""
    editor(page, label).fill(text)
    expect(badge(page, label)).to_have_text(SAVED)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a select box, and wait until the server has drawn it."""
    settled(page)
    box = page.get_by_role("combobox", name=label)
    box.click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def new_item(page: Page, url: str, *, language: str = "en") -> str:
    """Open the form of a new item; give the id of its working copy."""
    page.goto(f"{url}/author" + ("" if language == "en" else f"?ui={language}"))
    settled(page)
    page.get_by_role("button", name=re.compile("New item|新建题目")).click()
    page.wait_for_url(re.compile(r"[?&]copy="))
    expect(editor(page, "Prompt" if language == "en" else "题面")).to_be_editable()
    return re.search(r"[?&]copy=([^&]+)", page.url)[1]  # type: ignore[index]


def edit_item(page: Page, url: str, item_id: str) -> str:
    """Open an item for editing; give the id of the working copy."""
    page.goto(f"{url}/items?item={item_id}")
    settled(page)
    page.get_by_role("button", name=re.compile("^(edit )?Edit|修改")).click()
    page.wait_for_url(re.compile(r"/author.*[?&]copy="))
    expect(editor(page, "Prompt")).to_be_editable()
    return re.search(r"[?&]copy=([^&]+)", page.url)[1]  # type: ignore[index]


def copy_in(home: Path, copy_id: str) -> CopyView:
    """Read a working copy of the local annotator from the database."""
    engine = open_engine(sqlite_url(home / "gainsay.db"))
    try:
        with reading(engine) as session:
            workspace = find_workspace(session)
            assert workspace is not None
            return load_copy(session, copy_id, annotator_id=workspace.local_annotator_id)
    finally:
        engine.dispose()


def item_in(home: Path, item_id: str) -> ItemRow:
    """Read an item from the database."""
    engine = open_engine(sqlite_url(home / "gainsay.db"))
    try:
        with reading(engine) as session:
            return get_item(session, item_id).row
    finally:
        engine.dispose()
