"""Owns when a page of the app stands still, which every browser test waits for before it reads."""

import itertools

from playwright.sync_api import Page, expect

# How long nothing may have changed, in milliseconds: between two runs the script does not run.
STILL = 150
_calls = itertools.count()
# A page that only begins, or is between two runs, says "notRunning" too: it counts when it is
# connected, holds what its script drew, and all of that has stood still for a while.
STANDS_STILL = """([call, still]) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const main = document.querySelector('[data-testid="stMain"]');
  const isQuiet = app?.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState === "CONNECTED"
    && main?.querySelector('[data-testid="stElementContainer"]')
    && !document.querySelector('[data-stale="true"], [data-testid$="Skeleton"]');
  const seen = isQuiet
    ? [location.href, main.textContent, main.querySelectorAll("*").length].join("|") : "";
  const before = window.gainsayStill;
  if (before?.call !== call || before.seen !== seen) {
    window.gainsayStill = { call, seen, since: performance.now() };
    return false;
  }
  return Boolean(isQuiet) && performance.now() - before.since >= still;
}"""


def settled(page: Page) -> None:
    """Wait until the script has run, all that it drew is there and stands still, with no error."""
    page.wait_for_function(STANDS_STILL, arg=[next(_calls), STILL], polling=50)
    expect(page.get_by_test_id("stException")).to_have_count(0)
