"""Two people review in real browsers without a mouse, and what the server never tells them."""

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.settings import Settings
from app.workspace import prepare
from curation.claims.claiming import Claim, claim, held
from curation.comments.threads import add
from curation.review.acting import act
from curation.review.texts import load_texts
from db.acts import ActKind
from db.engine import Engine, open_engine, reading
from db.queries.item_facts import statuses
from db.queries.items import get_item
from db.queries.reviews import ReviewView
from db.queries.status import ItemStatus
from db.reviews import Answer, ReasonCode, ReviewDecision
from db.slots import Stage
from db.working_copies import Part
from db.workspace import find_workspace
from tests.app.reviewers import ITEMS, Reviewers, gather
from tests.app.test_review_page import review
from tests.e2e.author_page import NOT_SAVED
from tests.e2e.conftest import PATIENCE_MILLISECONDS, sign_in
from tests.e2e.review_page import EXPECTED, Reviewer
from tests.e2e.settling import settled
from tests.e2e.test_label import listener
from tests.login.people import PASSWORD
from tests.running import RunningApp, free_port, running_app

SAID = "It says what is wrong with the question."
TEN = 10
# What is pressed for each of ten items, one item apart from the edit.
PLAIN = (("a",), ("b", "3"), ("a",), ("x", "9"), ("a",), ("a",), ("u", "o"), ("a",), ("a",))
MEANT = {
    ("a",): (ReviewDecision.ACCEPT, ReasonCode.NONE),
    ("b", "3"): (ReviewDecision.RETURN, ReasonCode.AMBIGUOUS),
    ("x", "9"): (ReviewDecision.REJECT, ReasonCode.DUPLICATE),
    ("u", "o"): (ReviewDecision.ESCALATE, ReasonCode.OTHER),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running app on a shared workspace with items in review."""

    app: RunningApp
    team: Reviewers


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("home")
    engine = prepared(home)
    team = gather(engine, ITEMS)
    with running_app(home) as app:
        yield Place(app=app, team=team)
    engine.dispose()


@pytest.fixture
def other(browser: Browser, browser_context_args: dict[str, object]) -> Iterator[BrowserContext]:
    """A second browser, whose console may say that a server is gone."""
    context = browser.new_context(**browser_context_args)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()


def prepared(home: Path) -> Engine:
    """Make a workspace with the starter items."""
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    home.mkdir(exist_ok=True)
    prepare(settings, now=datetime.now(UTC), starter=True)
    return open_engine(settings.database_url)


def at_review(page: Page, place: Place, handle: str) -> Reviewer:
    """Sign in and go to the page Review."""
    sign_in(page, f"{place.app.url}/review", handle, PASSWORD)
    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()
    return Reviewer(page=page)


def test_ten_items_are_reviewed_with_keys_and_an_edit_is_confirmed_by_the_other(
    place: Place, page: Page, other: BrowserContext
) -> None:
    engine = place.team.engine
    first = ITEMS[0]
    with reading(engine) as session:
        row = get_item(session, first).row
    others_have_spoken(place.team, first)
    frames: list[bytes] = []
    page.on("websocket", listener(frames))
    ben = at_review(page, place, "ben")
    ben.begin()
    expect(ben.button("Store and show the rest")).to_be_visible()
    settled(page)
    told = b"".join(frames).decode("utf-8", "replace") + page.content()
    # Nothing but the prompt before step 1 is stored; the reference is what comes after it.
    assert row.prompt[:20] in told
    assert row.reference[:40] not in told

    ben.solve(SAID)
    sent = b"".join(frames).decode("utf-8", "replace")
    assert row.reference[:40] in sent
    assert told_of(sent + page.content(), row.notes) == []

    edit_with_keys(ben)
    for keys in PLAIN:
        ben.solve(SAID)
        ben.decide(*keys)
        assert ben.keystrokes <= 2
        expect(ben.button("Store and show the rest")).to_be_visible()
    check_stored(place.team.reviews("ben"))
    confirm_with_keys(at_review(other.new_page(), place, "cho"))
    with reading(engine) as session:
        assert statuses(session, [first])[first] is not ItemStatus.IN_REVIEW


def others_have_spoken(team: Reviewers, item_id: str) -> None:
    """Let the other's review of an item be in, and a comment of a lead."""
    review(team, "cho", ReviewDecision.ACCEPT)
    add(
        team.engine,
        item_id,
        annotator_id=team.people["lee"],
        revision_id=f"{item_id}.r1",
        part=Part.PROMPT,
        text="a remark of the lead",
        token="one",
        now=datetime.now(UTC),
    )


def edit_with_keys(ben: Reviewer) -> None:
    """E leads into the prompt, D shows the difference, Ctrl+Enter accepts."""
    page = ben.page
    page.keyboard.press("e")
    expect(ben.field("Prompt")).to_be_focused()
    page.keyboard.insert_text(" Be brief.")
    ben.saved("Prompt")
    page.keyboard.press("Escape")
    settled(page)
    page.keyboard.press("d")
    expect(page.locator("ins").filter(has_text="Be brief.")).to_be_visible()
    settled(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("accepted with an edit").first).to_be_visible()
    settled(page)


def check_stored(reviews: list[ReviewView]) -> None:
    """Compare what is stored with what was pressed."""
    assert len(reviews) == TEN
    assert reviews[0].decision is ReviewDecision.ACCEPT_WITH_EDIT
    assert [(one.decision, one.reason_code) for one in reviews[1:]] == [
        MEANT[keys] for keys in PLAIN
    ]
    # A plain accept answers everything with yes; a refusal vouches for nothing.
    assert set(reviews[1].answers.values()) == {Answer.YES}
    assert set(reviews[2].answers.values()) == {Answer.NO, Answer.UNSURE}


def confirm_with_keys(cho: Reviewer) -> None:
    """See the other's edit without a name, and confirm it."""
    cho.begin()
    expect(cho.page.get_by_text("Does this edit hold?")).to_be_visible()
    expect(cho.page.locator("ins").filter(has_text="Be brief.")).to_be_visible()
    settled(cho.page)
    assert re.search(r"\bben\b", cho.page.inner_text("body")) is None
    cho.decide("a")
    expect(cho.page.get_by_text("edit confirmed")).to_be_visible()


def told_of(sent: str, notes: str) -> list[str]:
    """Find what a reviewer must not be told: names, origin, others' words, the item's id."""
    hidden = [r"\bcho\b", r"\blee\b", "a word of cho", "a remark of the lead", "starter-"]
    hidden += ["machine-written", "near_miss", *(re.escape(line) for line in notes.splitlines())]
    return [one for one in hidden if one and re.search(one, sent)]


def test_a_lease_that_somebody_else_took_leaves_the_text(
    place: Place, other: BrowserContext
) -> None:
    engine, people = place.team.engine, place.team.people
    dee = at_review(other.new_page(), place, "dee")
    dee.begin()
    expect(dee.button("Store and show the rest")).to_be_visible()
    settled(dee.page)
    dee.page.keyboard.press("2")
    expect(dee.field(EXPECTED)).to_be_focused()
    dee.page.keyboard.insert_text("It stays mine to read.")
    dee.saved(EXPECTED)
    with reading(engine) as session:
        mine = held(session, annotator_id=people["dee"], stage=Stage.REVIEW)
    assert mine is not None
    later = datetime.now(UTC) + timedelta(hours=1)
    for who in ("cho", "ben"):
        found = claim(engine, Stage.REVIEW, annotator_id=people[who], now=later)
        if isinstance(found, Claim) and found.slot_id == mine.slot_id:
            break
    else:
        raise AssertionError("nobody was given what had run out")
    dee.page.keyboard.press("Escape")
    settled(dee.page)
    dee.page.keyboard.press("3")
    expect(dee.page.get_by_text("This piece of work is not yours any more")).to_be_visible()
    expect(dee.page.get_by_text("It stays mine to read.")).to_be_visible()
    expect(dee.button("Store and show the rest")).to_be_hidden()


def test_what_is_expected_outlives_a_killed_server(other: BrowserContext, tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    engine = prepared(home)
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    me = workspace.local_annotator_id
    act(engine, ITEMS[0], ActKind.SUBMIT, annotator_id=me, now=datetime.now(UTC))
    page = other.new_page()
    solo = Reviewer(page=page)
    badge = page.locator(".editor").get_by_role("status").first
    with running_app(home, port=port) as app:
        page.goto(f"{app.url}/review")
        solo.begin()
        expect(page.get_by_text("stored as not blind")).to_be_visible()
        expect(solo.button("Store and show the rest")).to_be_visible()
        settled(page)
        page.keyboard.press("1")
        expect(solo.field(EXPECTED)).to_be_focused()
        page.keyboard.insert_text("It names ")
        solo.saved(EXPECTED)
        os.kill(app.process.pid, signal.SIGKILL)
        app.process.wait(20)
        page.keyboard.insert_text("the missing choices.")
        expect(badge).to_have_text(NOT_SAVED)
    with running_app(home, port=port):
        expect(solo.field(EXPECTED)).to_have_value("It names the missing choices.")
        solo.saved(EXPECTED)
        with reading(engine) as session:
            mine = held(session, annotator_id=me, stage=Stage.REVIEW)
            assert mine is not None
            texts = load_texts(session, mine.slot_id, annotator_id=me)
        assert texts["expected"].text == "It names the missing choices."
        settled(page)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("You expected:")).to_be_visible()
    engine.dispose()
