"""Hostile item text in a real browser: nothing runs, nothing is asked for, all of it is shown."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.running import RunningApp

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


@pytest.fixture
def hostile(app: RunningApp, tmp_path: Path) -> str:
    """Import the corpus from the command line; give the item's id."""
    text = "\n".join(CORPUS)
    file = tmp_path / "hostile.json"
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
    home = str(app.announced["data_folder"])
    environment = {**os.environ, "GAINSAY_HOME": home}

    def ask(*words: str) -> dict[str, object]:
        done = subprocess.run(
            [gainsay, *words, "--json"], env=environment, capture_output=True, text=True, check=True
        )
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    ask("import", "items", str(file))
    found = ask("items", "list", "--search", "evil.example")
    (item,) = found["items"]  # type: ignore[misc]
    return str(item["id"])


def test_hostile_item_text_opens_no_dialog_and_asks_nobody(
    app_server: str, page: Page, hostile: str
) -> None:
    dialogs: list[str] = []
    outgoing: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            outgoing.append(request.url)
            if not request.url.startswith((app_server, "data:", "blob:"))
            else None
        ),
    )

    page.goto(f"{app_server}/items?q=evil.example")
    expect(page.get_by_text("1 of ")).to_be_visible()
    page.goto(f"{app_server}/items?item={hostile}&ui=zh")
    prompt = page.get_by_test_id("stHtml").first
    expect(prompt).to_contain_text("<script>alert(2)</script>")
    expect(prompt).to_contain_text(f'<img src="{EVIL}/img.png" onerror="alert(1)">')
    expect(prompt).to_contain_text("U+202E")
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(200)
    page.goto(f"{app_server}/items?item={CORPUS[4]}")
    expect(page.get_by_test_id("stAlertContentError")).to_contain_text("There is no item")
    page.goto(f"{app_server}/releases")
    expect(page.get_by_role("heading", name="Releases", exact=True)).to_be_visible()

    assert dialogs == []
    assert outgoing == []
    assert page.locator("[data-testid=stHtml] :is(img, script, svg, iframe, style)").count() == 0
