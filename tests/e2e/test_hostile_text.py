"""Hostile item text in a real browser: nothing runs, nothing is asked for, all of it is shown."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from app.cookies import cookie_name
from tests.e2e.hostile_people import ASKED_FOR, RETIRED, Hostile, gather, prepared
from tests.e2e.settling import settled
from tests.running import RunningApp, running_app

EVIL = "http://evil.example"
CORPUS = (
    f'<img src="{EVIL}/img.png" onerror="alert(1)">',
    "<script>alert(2)</script>",
    '"><svg onload=alert(3)><animate onbegin=alert(4) attributeName=x dur=1s>',
    f'<math><mtext><table><mglyph><style><img src="{EVIL}/m.png" onerror=alert(5)>',
    f"![beacon]({EVIL}/beacon.png)",
    "[go](javascript:alert(6))",
    f'<iframe src="{EVIL}"></iframe><object data="data:text/html,<script>alert(7)</script>">',
    f'<link rel=stylesheet href="{EVIL}/x.css"><style>@import "{EVIL}/y.css";</style>',
    "<a href='data:text/html,<script>alert(8)</script>'>data</a>",
    f":red[colour] :material/bug_report: $\\href{{{EVIL}}}{{x}}$ <b onclick=alert(9)>bold</b>",
    "\u202eright to left\u202c \u200bzero width",
)
# Apart: behind a line of HTML Markdown takes what follows for HTML, beacons too, and drops it.
PARAGRAPHS = "\n\n".join(CORPUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running app on a shared workspace in which people typed the corpus everywhere.

    Attributes:
        imported: An item that came with a file.
    """

    app: RunningApp
    made: Hostile
    imported: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("home")
    prepared(home)
    imported = import_corpus(home)
    made = gather(home, CORPUS, text=PARAGRAPHS)
    with running_app(home) as app:
        yield Place(app=app, made=made, imported=imported)
    made.engine.dispose()


def import_corpus(home: Path) -> str:
    """Import the corpus from the command line; give the item's id."""
    text = PARAGRAPHS
    file = home / "hostile.json"
    row = {
        "instruction_types": "Question Correction",
        "prompt": text,
        "response_reference": f"1. {text}",
        "language": "english",
        "judge_prompt_template": "",
        "judge_system_prompt": "",
    }
    file.write_text(json.dumps([row], ensure_ascii=False), encoding="utf-8")
    gainsay = str(Path(sys.executable).with_name("gainsay"))
    environment = {**os.environ, "GAINSAY_HOME": str(home)}

    def ask(*words: str) -> dict[str, object]:
        done = subprocess.run(
            [gainsay, *words, "--json"], env=environment, capture_output=True, text=True, check=True
        )
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    ask("import", "items", str(file))
    found = ask("items", "list", "--search", "evil.example")
    items = found["items"]
    assert isinstance(items, list)
    assert len(items) == 1
    return str(items[0]["id"])


def watched(page: Page, url: str) -> list[str]:
    """Collect the dialogs that open and the requests that leave from now on."""
    happened: list[str] = []

    def note_dialog(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()

    def note_request(request: Request) -> None:
        if not request.url.startswith((url, "data:", "blob:")):
            happened.append(request.url)

    page.on("dialog", note_dialog)
    page.on("request", note_request)
    return happened


def open_as(page: Page, place: Place, who: str, where: str) -> None:
    """Open a page in the browser of a person."""
    url = place.app.url
    page.context.clear_cookies()
    name = cookie_name(url.removeprefix("http://"))
    page.context.add_cookies([{"name": name, "value": place.made.token(who), "url": url}])
    page.goto(f"{url}/{where}")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    settled(page)


def test_hostile_item_text_opens_no_dialog_and_asks_nobody(place: Place, page: Page) -> None:
    url = place.app.url
    happened = watched(page, url)
    open_as(page, place, "lead", "items?q=evil.example")
    # The imported item, and the four that the author of the next test has sent to review.
    expect(page.get_by_text("5 of ")).to_be_visible()
    page.goto(f"{url}/items?item={place.imported}&ui=zh")
    prompt = page.get_by_test_id("stHtml").first
    expect(prompt).to_contain_text("<script>alert(2)</script>")
    expect(prompt).to_contain_text(f'<img src="{EVIL}/img.png" onerror="alert(1)">')
    expect(prompt).to_contain_text("U+202E")
    settled(page)
    for tab in page.get_by_role("tab").all():
        tab.click()
        settled(page)
    page.goto(f"{url}/items?item={CORPUS[4]}")
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("There is no item")
    page.goto(f"{url}/releases")
    expect(page.get_by_role("heading", name="Releases", exact=True)).to_be_visible()
    settled(page)
    assert happened == []
    assert page.locator("[data-testid=stHtml] :is(img, script, svg, iframe, style)").count() == 0


def test_what_people_type_opens_no_dialog_and_asks_nobody(place: Place, page: Page) -> None:
    """Handles, comments, quotes, expectations, reasons, notes, edits, checks, working copies."""
    made, tags = place.made, "<script>alert(2)</script>"
    happened = watched(page, place.app.url)
    # Who looks, at what, and which words stand there.
    looked = (
        ("judge", "review", ("You expected:", tags)),
        ("adjudicator", "adjudicate", ("fairly sure", tags)),
        ("first", "review", (tags,)),
        ("author", f"author?copy={made.copy}", (tags, ASKED_FOR)),
        ("author", f"items?item={made.ruled}", ("An adjudicator ruled", tags)),
        ("lead", "judges", (ASKED_FOR,)),
        ("lead", f"items?item={made.disputed}", (tags, CORPUS[5])),
        ("lead", f"items?item={RETIRED}", (f"{EVIL}/beacon.png",)),
        ("lead", "adjudicate", (tags,)),
        ("lead", f"admin?person={made.people['judge']}", (CORPUS[0],)),
        ("lead", "overview", (CORPUS[5],)),
    )
    for who, where, words in looked:
        open_as(page, place, who, where)
        if who == "adjudicator":
            page.keyboard.press("n")
            expect(page.get_by_text("fairly sure").first).to_be_visible()
            settled(page)
        if who == "first":
            page.locator(".st-key-review_take_edit button").click()
            expect(page.get_by_text("Does this edit hold?")).to_be_visible()
        for tab in page.get_by_role("tab").all():
            tab.click()
            settled(page)
        if where.startswith("admin"):
            # People are on the first tab; what is on the others was looked at.
            page.get_by_role("tab").first.click()
            settled(page)
        missing = [said for said in words if not stands_there(page, said)]
        assert missing == [], where
        texts = page.locator("[data-testid=stHtml], [data-testid=stMarkdownContainer]")
        assert texts.locator(f"img, script, iframe, a[href*='{EVIL}']").count() == 0, where
    assert happened == []


def stands_there(page: Page, said: str) -> bool:
    """Say whether words are on the page, in a text, a field or a table, within some seconds."""
    for _ in range(100):
        shown = page.evaluate(WORDS)
        if " ".join(said.split()) in " ".join(shown.replace("\u2060", "").split()):
            return True
        page.wait_for_timeout(200)
    return False


WORDS = """() => [document.body.textContent,
  ...[...document.querySelectorAll('textarea, input')].map(one => one.value)].join(' ')"""
