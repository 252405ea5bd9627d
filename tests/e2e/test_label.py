"""Labelling in a real browser, without a mouse, and what the server never tells it."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from db.contents import build_response
from db.engine import Engine, open_engine, reading, writing
from db.labels import Decision, LabelSource
from db.queries.items import list_items
from db.queries.labelling import PersonLabel, last_live
from db.recording import recording
from db.responses import ResponseSource
from db.workspace import find_workspace
from tests.e2e.settling import settled
from tests.e2e.test_hostile_text import CORPUS
from tests.running import RunningApp, free_port, running_app

NOW = datetime(2026, 3, 4, tzinfo=UTC)
ITEM = "starter-liquid-element.r1"
MODEL = "secret-model-9000"
RESPONSE_ID = "response-of-secret-model-9000"
READING_MILLISECONDS = 700
# The few responses among which the added ones are found.
FEW = "?label_type=question-correction&label_language=en"
ON_TOP = """button => {
    const place = button.getBoundingClientRect();
    const found = document.elementFromPoint(
        place.x + place.width / 2, place.y + place.height / 2);
    return button.contains(found);
}"""
PRESSES = ("1", "2", "3", "1", "2", "1", "1", "2", "3", "1")
MEANT = {"1": Decision.FOLLOWS, "2": Decision.DOES_NOT_FOLLOW, "3": Decision.CANNOT_TELL}


@pytest.fixture
def engine(app: RunningApp) -> Iterator[Engine]:
    """The database of the running app, looked at from outside."""
    opened = open_engine(f"sqlite:///{app.announced['data_folder']}/gainsay.db")
    yield opened
    opened.dispose()


def stored(engine: Engine) -> list[PersonLabel]:
    """Give the local person's live labels, oldest first."""
    with reading(engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        found = last_live(session, annotator_id=workspace.local_annotator_id, limit=99)
    return found[::-1]


def add_response(engine: Engine, text: str, *, response_id: str) -> None:
    """Record a response of a model whose id and name would tell what it is."""
    with writing(engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        with recording(
            session,
            now=NOW,
            actor_id=workspace.local_annotator_id,
            action="responses.import",
            subject_kind="workspace",
            subject_id="1",
        ) as record:
            record.add(
                build_response(
                    revision_id=ITEM,
                    source=ResponseSource.MODEL,
                    source_name=MODEL,
                    text=text,
                    response_id=response_id,
                    now=NOW,
                    event_id=record.event_id,
                )
            )


def press(page: Page, key: str) -> None:
    """Press one key and wait until the server has answered with the next response."""
    settled(page)
    before = shown(page)
    # At least as long as it takes to read: a decision that comes sooner is refused.
    if key in MEANT:
        page.wait_for_timeout(READING_MILLISECONDS)
    page.keyboard.press(key)
    page.wait_for_function(
        "before => document.querySelectorAll('[data-testid=stHtml]').length > 2"
        " && [...document.querySelectorAll('[data-testid=stHtml]')].slice(0, 2)"
        ".map(one => one.innerText).join('|') !== before",
        arg=before,
    )
    settled(page)


def shown(page: Page) -> str:
    """Give prompt and response on the screen."""
    return "|".join(page.get_by_test_id("stHtml").all_inner_texts()[:2])


def walk_to(page: Page, text: str) -> None:
    """Look at one response after another until one holds a text."""
    for _ in range(20):
        if text in shown(page):
            return
        press(page, "j")
    raise AssertionError(f"no response with {text!r} was shown")


def open_labels(page: Page, url: str, query: str = "") -> None:
    """Open Label and wait until prompt and response are there: the heading comes before them."""
    page.goto(f"{url}/label{query}")
    expect(page.get_by_role("heading", name="Label", exact=True)).to_be_visible()
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stHtml]')]"
        ".filter(one => one.innerText).length >= 2"
    )
    settled(page)


def test_ten_responses_are_labelled_with_ten_keys_and_the_last_is_undone(
    app: RunningApp, engine: Engine, page: Page
) -> None:
    page.goto(app.url)
    page.get_by_role("link", name="Label", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Does not follow")).to_be_visible()
    settled(page)
    expect(page.get_by_text("This is a solo workspace: nobody logs in")).to_be_visible()
    assert stored(engine) == []
    texts = []
    for key in PRESSES:
        texts.append(shown(page))
        press(page, key)
    labels = stored(engine)
    assert [label.decision for label in labels] == [MEANT[key] for key in PRESSES]
    assert {label.source for label in labels} == {LabelSource.HUMAN_UNBLINDED}
    assert len({label.response_id for label in labels}) == len(set(texts)) == 10
    at = labels[-1].created_at.astimezone().strftime("%H:%M")
    expect(page.get_by_text(f"saved {at}")).to_be_visible()
    expect(page.get_by_text("10 of 66 done")).to_be_visible()

    press(page, "z")
    assert shown(page) == texts[-1]
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert stored(engine) == labels[:-1]
    press(page, "2")
    assert [one.response_id for one in stored(engine)] == [one.response_id for one in labels]
    assert stored(engine)[-1].decision is Decision.DOES_NOT_FOLLOW


def test_a_key_held_down_or_pressed_twice_does_not_decide_about_what_was_not_read(
    app: RunningApp, engine: Engine, page: Page
) -> None:
    open_labels(page, app.url)
    before = len(stored(engine))
    page.wait_for_timeout(READING_MILLISECONDS)
    page.keyboard.down("1")
    for _ in range(30):
        page.keyboard.down("1")
        page.wait_for_timeout(30)
    page.keyboard.up("1")
    # What was pressed may still be on its way when the page looks settled.
    expect(page.get_by_text("Press it again").first).to_be_visible(timeout=60_000)
    settled(page)
    page.wait_for_timeout(500)
    # One, or none when the page was drawn anew just before: what nobody has read is not decided.
    held = len(stored(engine)) - before
    assert held in {0, 1}
    # A key that is pressed for itself decides again, however busy the machine is.
    for _ in range(10):
        page.wait_for_timeout(2 * READING_MILLISECONDS)
        settled(page)
        if len(stored(engine)) > before + held:
            break
        page.keyboard.press("1")
    assert len(stored(engine)) > before + held


def test_a_key_pressed_on_a_page_that_outlived_its_session_does_not_look_saved(
    browser: Browser, browser_context_args: dict[str, object], tmp_path: Path
) -> None:
    """Fails without ``begins_anew`` in app/app_pages/label.py: the next response just appears."""
    home, port = tmp_path / "home", free_port()
    # Its console may say that the server is gone, so it is not the page of the fixture.
    page = browser.new_context(**browser_context_args).new_page()  # type: ignore[arg-type]
    with running_app(home, port=port) as app:
        open_labels(page, app.url)
        press(page, "1")
        press(page, "2")
        os.kill(app.process.pid, signal.SIGKILL)
        app.process.wait(20)
        page.wait_for_timeout(READING_MILLISECONDS)
        page.keyboard.press("1")
    anew = page.get_by_text("A new session began here")
    with running_app(home, port=port) as app:
        expect(page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-connection-state", "CONNECTED", timeout=60_000
        )
        engine = open_engine(f"sqlite:///{app.announced['data_folder']}/gainsay.db")
        page.keyboard.press("1")
        expect(anew).to_be_visible()
        assert len(stored(engine)) == 2
        settled(page)
        press(page, "3")
        expect(anew).to_be_hidden()
        assert [label.decision for label in stored(engine)][2:] == [Decision.CANNOT_TELL]
        engine.dispose()
    page.context.close()


def test_letters_and_digits_typed_into_the_reason_decide_nothing(
    app: RunningApp, engine: Engine, page: Page
) -> None:
    open_labels(page, app.url)
    labels, before = stored(engine), shown(page)
    page.get_by_placeholder("Reason (optional)").focus()
    page.keyboard.type("123 jkzs: the third line")
    page.keyboard.press("Tab")
    settled(page)
    assert shown(page) == before
    assert stored(engine) == labels
    # Where Tab leads to hides none of the buttons that are needed next.
    page.wait_for_timeout(500)
    for decision in Decision:
        button = page.locator(f"[class*='st-key-label_{decision.value}_1_'] button")
        assert button.evaluate(ON_TOP), f"{decision.value} is covered"
    press(page, "2")
    *_, label = stored(engine)
    assert label.reason == "123 jkzs: the third line"


def test_the_server_sends_nothing_that_tells_what_a_response_is(
    app: RunningApp, engine: Engine, page: Page
) -> None:
    add_response(engine, "An answer of a model.", response_id=RESPONSE_ID)
    frames: list[bytes] = []
    page.on("websocket", listener(frames))
    open_labels(page, app.url, FEW)
    walk_to(page, "An answer of a model.")
    press(page, "1")
    sent = b"".join(frames)
    with reading(engine) as session:
        notes = {row.notes for row in list_items(session)} - {""}
    assert notes
    hidden = (MODEL, RESPONSE_ID, "near_miss", "Written to follow", "label by construction")
    hidden += ("construction", "machine-written, not human-reviewed", *notes)
    page_source = page.content()
    assert [one for one in hidden if one.encode() in sent or one in page_source] == []

    # Asked for after the decision, it is sent: the search above would have found it.
    page.keyboard.press("k")
    expect(page.get_by_text("You decided on")).to_be_visible()
    settled(page)
    page.keyboard.press("w")
    expect(page.get_by_text(MODEL)).to_be_visible()
    assert MODEL.encode() in b"".join(frames)


def test_hostile_text_opens_nothing_and_asks_nobody(
    app: RunningApp, engine: Engine, page: Page
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    add_response(engine, "\n".join(CORPUS), response_id="hostile")
    open_labels(page, app.url, FEW)
    walk_to(page, "<script>alert(2)</script>")
    expect(page.get_by_test_id("stHtml").nth(1)).to_contain_text("<script>alert(2)</script>")
    expect(page.get_by_test_id("stHtml").nth(1)).to_contain_text("U+202E")
    page.keyboard.press("q")
    page.get_by_placeholder("Reason (optional)").fill(CORPUS[4])
    page.keyboard.press("Tab")
    settled(page)
    page.keyboard.press("q")
    settled(page)
    press(page, "3")
    page.keyboard.press("k")
    expect(page.get_by_text("You decided on")).to_be_visible()
    settled(page)
    assert dialogs == []
    assert page.locator("[data-testid=stHtml] :is(img, script, svg, iframe, style)").count() == 0


def listener(frames: list[bytes]) -> Callable[[WebSocket], None]:
    """Keep what the server sends over a connection."""

    def note(payload: bytes | str) -> None:
        frames.append(payload.encode() if isinstance(payload, str) else payload)

    return lambda socket: socket.on("framereceived", note)
