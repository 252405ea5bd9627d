"""Takes the pictures of the documentation: every screen, light and dark, in English and Chinese.

Run it as ``python -m tests.e2e.screenshots [FOLDER]``; the default folder is docs/images. It
starts its own app on an empty data folder, so that the pictures show what a first start shows.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from app.views.workspace_head import load_workspace_head
from curation.authoring.copies import open_item, save_part
from curation.claims.claiming import held
from curation.review.acting import act
from curation.review.solving import solve
from db.acts import ActKind
from db.engine import open_engine, reading, sqlite_url
from db.slots import Stage
from db.working_copies import Part
from tests.e2e.practice_run import practice
from tests.running import BROWSER_FLAGS, browser_path, running_app

DEFAULT_FOLDER = Path(__file__).parents[2] / "docs" / "images"
WIDTH, HEIGHT = 1440, 900
COLOURS = 256
LARGEST = 250_000
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
LANGUAGES = ("en", "zh")
SCHEMES = ("light", "dark")


class When(StrEnum):
    """What has happened in the workspace, one after another."""

    START = "start"
    IN_REVIEW = "in_review"
    SOLVED = "solved"
    CUT = "cut"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen to picture.

    Attributes:
        name: Start of the file's name.
        address: Path and query; ``{written}`` and ``{stale}`` stand for working copies,
            ``{run}`` for a run.
        when: What has happened in the workspace by then.
        most_height: Where a long page is cut; what is pinned to its end stays.
        keys: What is pressed before the picture is taken, one after another.
    """

    name: str
    address: str
    when: When = When.START
    most_height: int = 6_000
    keys: str = ""


SCREENS = (
    Screen(name="overview", address="/overview"),
    Screen(name="items", address="/items"),
    Screen(name="item", address="/items?item=starter-liquid-element"),
    Screen(name="author", address="/author?copy={written}", most_height=1_700),
    Screen(name="author-versions", address="/author?copy={stale}", most_height=1_300),
    Screen(name="judges", address="/judges"),
    Screen(name="agreement", address="/agreement"),
    Screen(name="admin", address="/admin"),
    Screen(name="label", address="/label", most_height=1_300),
    Screen(name="label-parts", address="/label", most_height=1_300, keys="2qh1"),
    Screen(name="review", address="/review", when=When.IN_REVIEW, keys="n"),
    Screen(name="adjudicate", address="/adjudicate", when=When.IN_REVIEW),
    Screen(name="review-judge", address="/review", when=When.SOLVED, most_height=1_300),
    Screen(name="releases", address="/releases", when=When.CUT),
    Screen(name="runs", address="/runs", when=When.RUN),
    Screen(name="run", address="/runs?run={run}", when=When.RUN, most_height=1_700),
    Screen(name="models", address="/admin?tab=models", when=When.RUN),
)


def main(folder: Path = DEFAULT_FOLDER) -> list[Path]:
    """Take all pictures into a folder; give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with tempfile.TemporaryDirectory() as home, running_app(Path(home)) as app, _browser() as one:
        copies = _working_copies(Path(home))
        for when in When:
            if when is When.IN_REVIEW:
                _send_to_review(Path(home))
            elif when is When.SOLVED:
                _solve(Path(home))
            elif when is When.CUT:
                _cut(one, app.url)
            elif when is When.RUN:
                with practice(Path(home)) as run:
                    copies["run"] = run
            wanted = [screen for screen in SCREENS if screen.when is when]
            for screen, scheme, language in product(wanted, SCHEMES, LANGUAGES):
                file = folder / f"{screen.name}-{scheme}-{language}.png"
                with _page(one, scheme) as page:
                    page.goto(_address(app.url, screen, language, copies))
                    _press(page, screen.keys)
                    file.write_bytes(_small(_picture(page, screen.most_height)))
                taken.append(file)
    return taken


def _address(url: str, screen: Screen, language: str, copies: dict[str, str]) -> str:
    address = screen.address.format(**copies)
    joint = "&" if "?" in address else "?"
    # English is the browser's own language here and needs no word in the link.
    return f"{url}{address}" + ("" if language == "en" else f"{joint}ui={language}")


def _working_copies(home: Path) -> dict[str, str]:
    """Open a copy of two starter items, one with a text that two windows wrote."""
    engine = open_engine(sqlite_url(home / "gainsay.db"))
    now = datetime.now(UTC)
    with reading(engine) as session:
        annotator_id = load_workspace_head(session).annotator_id
    written, stale = (
        open_item(engine, item_id, annotator_id=annotator_id, now=now)
        for item_id in ("starter-glowing-moon-zh", "starter-liquid-element")
    )
    base = stale.parts[Part.PROMPT]
    for tab, text in {
        "one": base.text.replace("two or three sentences", "one sentence"),
        "two": base.text.replace("Single choice. ", ""),
    }.items():
        save_part(
            engine,
            copy_id=stale.id,
            annotator_id=annotator_id,
            part=Part.PROMPT,
            text=text,
            base_number=base.number,
            tab=tab,
            now=now,
        )
    engine.dispose()
    return {"written": written.id, "stale": stale.id}


def _send_to_review(home: Path) -> None:
    """Send two starter items to review."""
    engine = open_engine(sqlite_url(home / "gainsay.db"))
    with reading(engine) as session:
        annotator_id = load_workspace_head(session).annotator_id
    for item_id in ("starter-liquid-element", "starter-glowing-moon-zh"):
        act(
            engine,
            item_id,
            ActKind.SUBMIT,
            annotator_id=annotator_id,
            now=datetime.now(UTC),
        )
    engine.dispose()


def _solve(home: Path) -> None:
    """Say step 1 of the review that is held."""
    engine = open_engine(sqlite_url(home / "gainsay.db"))
    now = datetime.now(UTC)
    with reading(engine) as session:
        annotator_id = load_workspace_head(session).annotator_id
        held_now = held(session, annotator_id=annotator_id, stage=Stage.REVIEW)
    if held_now is None:
        raise ValueError("No review is held: the picture before this one has to take it.")
    solve(
        engine,
        held_now.slot_id,
        annotator_id=annotator_id,
        fence=held_now.fence,
        type_id="question-correction",
        expected="It says that none or more than one of the choices fits, and why.",
        token="picture",
        now=now,
    )
    engine.dispose()


def _picture(page: Page, most_height: int) -> bytes:
    _settle(page)
    # The page scrolls inside the window: make the window as high as its content.
    script = "Math.ceil(document.querySelector('[data-testid=stMain]').scrollHeight)"
    height = min(max(HEIGHT, int(page.evaluate(script))), most_height)
    page.set_viewport_size(ViewportSize(width=WIDTH, height=height))
    _settle(page)
    return page.screenshot()


def _press(page: Page, keys: str) -> None:
    for key in keys:
        _settle(page)
        page.keyboard.press(key)


def _settle(page: Page) -> None:
    page.wait_for_selector(SETTLED)
    page.evaluate("document.fonts.ready")
    # Charts and tables are drawn after the script has ended.
    page.wait_for_timeout(1_500)


def _small(picture: bytes) -> bytes:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    small = image.quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    if out.tell() > LARGEST:
        raise ValueError(f"A picture has {out.tell():,} bytes where {LARGEST:,} are the limit.")
    return out.getvalue()


def _cut(browser: Browser, url: str) -> None:
    with _page(browser, "light") as page:
        page.goto(f"{url}/releases")
        page.get_by_text("Cut 1.0.0 with").click()
        page.get_by_role("button", name="Cut the release").click()
        page.get_by_test_id("stAlertContentSuccess").wait_for()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=browser_path(), args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


@contextmanager
def _page(browser: Browser, scheme: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport=ViewportSize(width=WIDTH, height=HEIGHT),
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        timezone_id="UTC",
    )
    yield context.new_page()
    context.close()


if __name__ == "__main__":
    files = main(*(Path(argument) for argument in sys.argv[1:2]))
    sys.stdout.write("".join(f"{file.stat().st_size:>8,}  {file}\n" for file in files))
