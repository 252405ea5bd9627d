"""Writing on while another window closes the working copy, in a real browser.

The text goes into a copy that follows the closed one, and the page goes there under the hands of
who writes.
"""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import select

from db.engine import open_engine, reading, sqlite_url
from db.working_copies import Part, WorkingText
from tests.e2e.author_page import SAVED, badge, copy_in, editor, new_item, write
from tests.e2e.settling import settled
from tests.running import RunningApp

# Between two keys, in milliseconds: the save that is answered under the other copy comes back at
# another of them each time.
PAUSES = (0, 20, 60, 120)
NOTE_WHAT_IS_TYPED = """() => document.addEventListener("input", (event) => {
  typed = event.composedPath()[0].value;
}, true)"""
SHOWN = """() => {
  for (const { shadowRoot } of document.querySelectorAll("*")) {
    const area = shadowRoot?.querySelector('textarea[placeholder^="Source, doubts"]');
    const copy = new URLSearchParams(location.search).get("copy");
    if (area) return [copy, shadowRoot.querySelector(".badge").textContent, area.value];
  }
  return ["", "", ""];
}"""


def notes_in(home: Path, copy_id: str) -> str:
    return copy_in(home, copy_id).parts[Part.NOTES].text


def all_notes_in(home: Path, copy_id: str) -> set[str]:
    """Give every text that was ever stored as the notes of a copy."""
    engine = open_engine(sqlite_url(home / "gainsay.db"))
    chosen = select(WorkingText).where(
        WorkingText.copy_id == copy_id, WorkingText.part == Part.NOTES
    )
    try:
        with reading(engine) as session:
            return {row.text for row in session.exec(chosen)}
    finally:
        engine.dispose()


def assert_saved_is_saved(page: Page, home: Path) -> None:
    """Compare what the screen calls saved with the database, when neither moved meanwhile.

    A newer text may be stored already: what left the closed copy last, whose answer is on its way.
    """
    shown = page.evaluate(SHOWN)
    copy_id, said, text = shown
    if SAVED.match(said):
        stored = all_notes_in(home, copy_id)
        assert page.evaluate(SHOWN) != shown or text in stored


def test_who_writes_on_in_a_copy_that_another_window_discards_loses_no_character(
    app: RunningApp, page: Page, context: BrowserContext
) -> None:
    """Fails without ``goOn`` in editor.js, mostly in the first two rounds.

    What was typed after the save that opened the other copy stayed in the closed copy's journal.
    """
    home = Path(str(app.announced["data_folder"]))
    other = context.new_page()
    new_item(page, app.url)
    page.evaluate(NOTE_WHAT_IS_TYPED)
    write(page, "Notes", "one")
    for pause in PAUSES:
        closed = page.url
        other.goto(closed)
        settled(other)
        other.get_by_role("button", name="Discard").click()
        # The button that opens the question, and the one in it.
        expect(other.get_by_role("button", name="Discard")).to_have_count(2)
        other.get_by_role("button", name="Discard").last.click()
        expect(other.get_by_text("Discarded.")).to_be_visible()
        editor(page, "Notes").focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(" t")
        page.keyboard.press("Control+s")
        for key in "wo 234567":
            page.keyboard.type(key)
            page.wait_for_timeout(pause)
            assert_saved_is_saved(page, home)
        page.wait_for_url(lambda url, closed=closed: url != closed)
        # Keys that came while the page went there reached no text; those that did are all here.
        expect(editor(page, "Notes")).to_have_value(page.evaluate("typed"))
        expect(badge(page, "Notes")).to_have_text(SAVED)
        assert_saved_is_saved(page, home)
        assert notes_in(home, page.evaluate(SHOWN)[0]) == page.evaluate("typed")
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.includes('journal'))") == []
