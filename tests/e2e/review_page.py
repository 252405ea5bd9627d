"""Owns how a browser test reviews: keys only, and every keystroke of a decision is counted."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.e2e.author_page import SAVED
from tests.e2e.settling import settled

EXPECTED = "What a good response does"
READING_MILLISECONDS = 700


@dataclass(slots=True, kw_only=True)
class Reviewer:
    """A person at a keyboard.

    Attributes:
        page: Signed in, on the page Review.
        keystrokes: Of the decision that was made last.
    """

    page: Page
    keystrokes: int = 0

    def begin(self) -> None:
        """Take the first piece of work."""
        settled(self.page)
        self.page.keyboard.press("n")

    def solve(self, said: str, *, type_key: str = "1") -> None:
        """Say step 1: a digit leads into the text, Ctrl+Enter on to the rest."""
        page = self.page
        expect(self.button("Store and show the rest")).to_be_visible()
        settled(page)
        page.keyboard.press(type_key)
        expect(self.field(EXPECTED)).to_be_focused()
        page.keyboard.insert_text(said)
        page.keyboard.press("Control+Enter")
        expect(self.button("Accept")).to_be_visible()
        expect(page.get_by_text("You expected:")).to_be_visible()
        settled(page)

    def decide(self, *keys: str) -> None:
        """Press the keys of one decision, one right behind the other."""
        settled(self.page)
        self.page.wait_for_timeout(READING_MILLISECONDS)
        self.keystrokes = 0
        for key in keys:
            self.page.keyboard.press(key)
            self.keystrokes += 1
            if key in {"b", "x", "u", "s"}:
                expect(self.button("Back")).to_be_visible()
                settled(self.page)

    def field(self, label: str) -> Locator:
        """Give a text field."""
        return self.page.get_by_label(label, exact=True)

    def saved(self, label: str) -> None:
        """Wait until a text is saved."""
        badge = self.page.locator(".editor").filter(has=self.field(label)).get_by_role("status")
        expect(badge).to_have_text(SAVED)

    def button(self, name: str) -> Locator:
        """Give a button by the beginning of its name."""
        return self.page.get_by_role("button", name=re.compile(rf"(^|\s){re.escape(name)}")).first

    def idle(self) -> None:
        """Wait until nothing is on the table."""
        expect(self.page.get_by_text("Nothing waits for you")).to_be_visible()
