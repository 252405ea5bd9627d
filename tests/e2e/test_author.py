"""Writing items in a real browser: nothing that was typed is lost, whatever happens to the server.

The tests kill the server outright, close tabs, and let two windows write one text.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from db.working_copies import Part
from tests.e2e.author_page import (
    NOT_SAVED,
    SAVED,
    badge,
    choose,
    copy_in,
    edit_item,
    editor,
    item_in,
    new_item,
    note,
    write,
)
from tests.e2e.conftest import PATIENCE_MILLISECONDS
from tests.e2e.settling import settled
from tests.e2e.test_hostile_text import CORPUS
from tests.running import RunningApp, free_port, running_app

ITEM = "starter-liquid-element"
OTHER_ITEM = "starter-gc-windows"


@pytest.fixture
def context(browser: Browser, browser_context_args: dict[str, object]) -> Iterator[BrowserContext]:
    """A browser of a person; its console may say that the server is gone."""
    made = browser.new_context(**browser_context_args)  # type: ignore[arg-type]
    made.set_default_timeout(PATIENCE_MILLISECONDS)
    yield made
    made.close()


def kill(app: RunningApp) -> None:
    """End the app and its server at once, as the system does when memory runs out."""
    os.kill(app.process.pid, signal.SIGKILL)
    app.process.wait(20)


HOLD_BACK = """() => {
  const send = WebSocket.prototype.send, held = [];
  WebSocket.prototype.send = function (data) { held.push(() => send.call(this, data)) };
  letThrough = () => { WebSocket.prototype.send = send; held.forEach((one) => one()) };
}"""
# Time stands still: no pause in writing ever ends, so a text is saved by a key alone.
NO_PAUSES = """() => {
  const now = Date.now();
  Date.now = () => now;
}"""


class Sent:
    """What the page sent to its server since it was asked last."""

    def __init__(self, page: Page) -> None:
        self._frames: list[bytes] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._note))

    def _note(self, frame: bytes | str) -> None:
        self._frames.append(frame.encode() if isinstance(frame, str) else frame)

    def saves(self) -> list[bytes]:
        taken = [frame for frame in self._frames if b'"save"' in frame]
        self._frames.clear()
        return taken


def compose(page: Page, characters: str, *, pinyin: str) -> None:
    """Type with an input method: pinyin on its way to characters, slower than a save waits."""
    keys = page.context.new_cdp_session(page)
    for end in range(1, len(pinyin) + 1):
        composed = {"text": pinyin[:end], "selectionStart": end, "selectionEnd": end}
        keys.send("Input.imeSetComposition", composed)
        page.wait_for_timeout(350)
    page.wait_for_timeout(1_000)
    assert page.locator("textarea").first.input_value().endswith(pinyin)
    keys.send("Input.insertText", {"text": characters})


def prompt_in(home: Path, copy_id: str) -> str:
    return copy_in(home, copy_id).parts[Part.PROMPT].text


def test_an_input_method_is_never_cut_off(app: RunningApp, context: BrowserContext) -> None:
    page = context.new_page()
    sent = Sent(page)
    copy_id = new_item(page, app.url, language="zh")
    editor(page, "题面").click()
    sent.saves()
    compose(page, "下列", pinyin="xialie")
    expect(badge(page, "题面")).to_have_text(SAVED)
    # One save, of the characters: nothing left while they were composed.
    (save,) = sent.saves()
    assert b"xia" not in save
    assert prompt_in(Path(str(app.announced["data_folder"])), copy_id) == "下列"


def test_what_is_typed_outlives_the_server_and_the_tab(
    context: BrowserContext, tmp_path: Path
) -> None:
    home, port = tmp_path / "home", free_port()
    page = context.new_page()
    with running_app(home, port=port) as app:
        copy_id = new_item(page, app.url, language="zh")
        address = page.url
        write(page, "题面", "下列")
        page.keyboard.press("End")
        page.keyboard.insert_text("哪种元素")
        kill(app)
        page.keyboard.type(" abc", delay=40)
        expect(badge(page, "题面")).to_have_text(NOT_SAVED)
        # The dialog that tells of the lost server does not take the place of who writes.
        page.wait_for_timeout(3_000)
        page.keyboard.insert_text("是液体")
        assert editor(page, "题面").input_value() == "下列哪种元素 abc是液体"
        # On a busy machine the save of a pause came before the end of the server.
        assert prompt_in(home, copy_id) in {"下列", "下列哪种元素"}
    with running_app(home, port=port) as app:
        expect(badge(page, "题面")).to_have_text(SAVED, timeout=60_000)
        assert prompt_in(home, copy_id) == "下列哪种元素 abc是液体"
        kill(app)
        compose(page, "？", pinyin="wen")
        page.close()
    with running_app(home, port=port):
        # Another tab of the same browser finds what the closed one left behind.
        page = context.new_page()
        page.goto(address)
        expect(editor(page, "题面")).to_have_value("下列哪种元素 abc是液体？")
        expect(badge(page, "题面")).to_have_text(SAVED)
        assert prompt_in(home, copy_id) == "下列哪种元素 abc是液体？"
        assert page.evaluate("Object.keys(localStorage).filter((k) => k.includes('journal'))") == []
        submit_in_chinese(page)
    assert_submitted(home, copy_id)


def submit_in_chinese(page: Page) -> None:
    """Be refused first, which loses nothing; then write what is missing and submit."""
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("没有提交")
    choose(page, "题型", "题目纠错")
    choose(page, "语言", "中文")
    write(page, "评分参考", "1. 指出题目没有给出选项。")
    editor(page, "评分参考").press("End")
    page.keyboard.insert_text("\n2. 说明汞是液体。")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("stAlertContentSuccess")).to_contain_text("已提交")


def assert_submitted(home: Path, copy_id: str) -> None:
    copy = copy_in(home, copy_id)
    assert copy.closed_as == "submitted"
    assert copy.item_id is not None
    item = item_in(home, copy.item_id)
    assert item.prompt == "下列哪种元素 abc是液体？"
    assert item.reference == "1. 指出题目没有给出选项。\n2. 说明汞是液体。"
    assert item.requirements == ("指出题目没有给出选项。", "说明汞是液体。")
    assert (item.type_id, item.language_id) == ("question-correction", "zh")


@pytest.mark.parametrize(
    ("button", "wanted"),
    [
        ("Take theirs", "one {text}"),
        ("Keep mine", "{text} two"),
        ("Merge both", "one {text} two"),
    ],
    ids=["theirs", "mine", "merged"],
)
def test_two_windows_on_one_text_lose_nothing(
    app: RunningApp, page: Page, context: BrowserContext, button: str, wanted: str
) -> None:
    home = Path(str(app.announced["data_folder"]))
    copy_id = edit_item(page, app.url, ITEM)
    text = f"Notes for {button}."
    write(page, "Notes", text)
    other = context.new_page()
    other.goto(page.url)
    expect(editor(other, "Notes")).to_have_value(text)
    write(page, "Notes", f"one {text}")
    editor(other, "Notes").focus()
    other.keyboard.press("Control+End")
    other.keyboard.type(" two")
    expect(badge(other, "Notes")).to_contain_text("two versions, choose below")
    expect(other.get_by_text("Two versions of one text")).to_be_visible()
    expect(other.locator("ins").get_by_text("two")).to_be_visible()
    expect(editor(other, "Notes")).not_to_be_editable()
    other.get_by_role("button", name=button).click()
    expect(editor(other, "Notes")).to_have_value(wanted.format(text=text))
    expect(badge(other, "Notes")).to_have_text(SAVED)
    expect(editor(other, "Notes")).to_be_editable()
    found = copy_in(home, copy_id)
    assert found.parts[Part.NOTES].text == wanted.format(text=text)
    assert [one.text for one in found.asides][-1] == f"{text} two"
    assert not found.unsettled
    settled(other)
    other.get_by_text("Texts that were set aside").click()
    expect(other.get_by_test_id("stHtml").get_by_text(f"{text} two")).to_be_visible()


def test_a_duplicated_tab_leaves_alone_what_the_other_still_has_to_save(
    app: RunningApp, context: BrowserContext
) -> None:
    page = context.new_page()
    new_item(page, app.url)
    write(page, "Prompt", "saved")
    # A connection that takes everything and delivers nothing.
    page.evaluate("() => { kept = WebSocket.prototype.send; WebSocket.prototype.send = () => {} }")
    editor(page, "Prompt").fill("saved, and more")
    expect(badge(page, "Prompt")).to_have_text(NOT_SAVED)
    # The new tab starts with a copy of everything that the browser keeps per tab.
    with context.expect_page() as opened:
        page.evaluate("window.open(location.href)")
    twin = opened.value
    expect(editor(twin, "Prompt")).to_have_value("saved")
    # It looks for texts of closed tabs every four seconds.
    twin.wait_for_timeout(5_000)
    expect(editor(twin, "Prompt")).to_have_value("saved")
    page.evaluate("() => { WebSocket.prototype.send = kept }")
    page.bring_to_front()
    expect(badge(page, "Prompt")).to_have_text(SAVED, timeout=60_000)
    expect(editor(page, "Prompt")).to_have_value("saved, and more")


def test_a_text_typed_back_while_another_is_on_its_way_is_not_called_saved(
    app: RunningApp, page: Page
) -> None:
    """Fails without ``underway`` in editor.js:dirty: what is on its way takes the place of it."""
    home = Path(str(app.announced["data_folder"]))
    copy_id = new_item(page, app.url)
    write(page, "Prompt", "one")
    # A slow connection: everything arrives, in order, when it is let through.
    page.evaluate(HOLD_BACK)
    editor(page, "Prompt").press("End")
    page.keyboard.type("s")
    page.keyboard.press("Control+s")
    page.keyboard.press("Backspace")
    assert editor(page, "Prompt").input_value() == "one"
    # The database is about to hold "ones": a reload now must bring back "one".
    expect(badge(page, "Prompt")).not_to_have_text(SAVED)
    assert page.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.includes('journal'))"
        ".map(([, entry]) => JSON.parse(entry).text)"
    ) == ["one"]
    page.evaluate("() => letThrough()")
    expect(badge(page, "Prompt")).to_have_text(SAVED)
    found = copy_in(home, copy_id).parts[Part.PROMPT]
    assert (found.text, found.number) == ("one", 3)


def test_the_key_for_submitting_pressed_five_times_submits_and_tells_once(
    app: RunningApp, page: Page
) -> None:
    """The notice came three times without ``dict.fromkeys`` in app/components/header.py."""
    home = Path(str(app.announced["data_folder"]))
    copy_id = edit_item(page, app.url, OTHER_ITEM)
    write(page, "Notes", "One more note.")
    editor(page, "Notes").focus()
    page.keyboard.type(" And one.")
    for _ in range(5):
        page.keyboard.press("Control+Enter")
    done = page.get_by_test_id("stAlertContentSuccess")
    expect(done.first).to_contain_text("Submitted")
    page.wait_for_timeout(1_500)
    assert done.count() <= 1
    found = copy_in(home, copy_id)
    assert (found.closed_as, found.revision_id) == ("submitted", f"{OTHER_ITEM}.r2")
    assert item_in(home, OTHER_ITEM).notes == "One more note. And one."
    assert item_in(home, OTHER_ITEM).revision_id == f"{OTHER_ITEM}.r2"


def test_keys_of_the_page_do_nothing_while_a_text_is_written(app: RunningApp, page: Page) -> None:
    new_item(page, app.url)
    page.evaluate(NO_PAUSES)
    editor(page, "Prompt").click()
    page.keyboard.type("gh")
    page.wait_for_timeout(1_500)
    expect(page.get_by_role("heading", name="Guideline")).to_be_visible()
    expect(badge(page, "Prompt")).not_to_have_text(SAVED)
    page.keyboard.press("Control+s")
    expect(badge(page, "Prompt")).to_have_text(SAVED)
    settled(page)
    page.get_by_role("heading", name="Author").click()
    page.keyboard.press("g")
    expect(page.get_by_role("heading", name="Guideline")).to_be_hidden()
    page.keyboard.press("h")
    expect(page.get_by_text("Everything is saved while you write")).to_be_visible()


def test_a_browser_that_may_not_store_says_so(app: RunningApp, context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
    )
    new_item(page, app.url)
    editor(page, "Prompt").click()
    page.keyboard.type("Kept by the server alone")
    expect(note(page, "Prompt")).to_contain_text("cannot keep a backup")
    expect(badge(page, "Prompt")).to_have_text(SAVED)


def test_a_text_that_cannot_be_stored_is_not_called_saved(app: RunningApp, page: Page) -> None:
    new_item(page, app.url)
    # One more character than is stored.
    editor(page, "Prompt").fill("x" * 200_001)
    expect(badge(page, "Prompt")).to_have_text(NOT_SAVED)
    expect(note(page, "Prompt")).to_contain_text("200,001 characters")
    # Nothing is submitted without it, although the server has an older text of that part.
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Not submitted: Prompt holds a text that could not")).to_be_visible()
    write(page, "Prompt", "short again")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("could not be saved")).to_be_hidden()
    expect(note(page, "Prompt")).to_be_hidden()


def test_hostile_text_in_every_part_opens_no_dialog_and_asks_nobody(
    app: RunningApp, page: Page
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    copy_id = new_item(page, app.url)
    text = "1. " + "\n2. ".join(CORPUS)
    labels = {
        Part.PROMPT: "Prompt",
        Part.REFERENCE: "Reference",
        Part.TWIN: "Conventional twin",
        Part.FOLLOWS: "Response that follows",
        Part.CONVENTIONAL: "Conventional response",
        Part.NEAR_MISS: "Near miss",
        Part.NOTES: "Notes",
        Part.CHECKS: "Checks",
    }
    for label in labels.values():
        write(page, label, text)
    page.get_by_label("Same origin as", exact=True).fill(CORPUS[0])
    page.get_by_label("Same origin as", exact=True).press("Enter")
    page.reload()
    for part, label in labels.items():
        expect(editor(page, label)).to_have_value(text)
        assert copy_in(Path(str(app.announced["data_folder"])), copy_id).parts[part].text == text
    page.goto(f"{app.url}/author")
    expect(page.get_by_text("alert\\(2\\)").or_(page.get_by_text("alert(2)"))).to_be_visible()
    assert dialogs == []
    # The fixture of the page fails when a request leaves this machine. The one style sheet is of
    # the keeper of short texts.
    main = page.get_by_test_id("stMain")
    assert main.locator("iframe, object, svg[onload], img[onerror], math").count() == 0
    expect(main.locator(".st-key-drafts style")).to_have_count(1)
    expect(main.locator("style")).to_have_count(1)
