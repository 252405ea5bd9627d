"""What follows when people do not agree, in a browser each: a dispute, an escalation, a request."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from db.engine import reading
from db.queries.item_facts import statuses
from db.queries.reviews import RulingView, rulings_on
from db.queries.status import ItemStatus
from db.reviews import Confidence, ReasonCode, ReviewDecision, Ruling
from tests.app.reviewers import ITEMS, gather
from tests.app.test_review_page import review
from tests.e2e.conftest import PATIENCE_MILLISECONDS, sign_in
from tests.e2e.review_page import Reviewer
from tests.e2e.settling import settled
from tests.e2e.test_review import SAID, Place, prepared
from tests.login.people import PASSWORD
from tests.running import running_app

DISPUTED, ESCALATED = ITEMS[:2]
DECIDED = "What decided it"


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running app on a shared workspace with two items in review; over one, two people differ."""
    home = tmp_path_factory.mktemp("home")
    engine = prepared(home)
    team = gather(engine, (DISPUTED, ESCALATED))
    review(team, "ben", ReviewDecision.ACCEPT)
    review(team, "cho", ReviewDecision.RETURN)
    with running_app(home) as app:
        yield Place(app=app, team=team)
    engine.dispose()


def test_a_dispute_is_ruled_on_and_asked_about_again_and_a_lead_rules_on_an_escalation(
    place: Place, page: Page, browser: Browser, browser_context_args: dict[str, object]
) -> None:
    contexts: list[BrowserContext] = []

    def person(handle: str, path: str = "review") -> Reviewer:
        context = browser.new_context(**browser_context_args)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        return at(context.new_page(), place, handle, path)

    cho = person("cho")
    cho.begin()
    cho.solve(SAID)
    cho.decide("u", "o")
    cho.idle()
    assert standing(place, ESCALATED) is ItemStatus.ESCALATED

    dee = person("dee")
    expect(dee.page.get_by_text("Third review").first).to_be_visible()
    dee.begin()
    dee.solve(SAID)
    dee.decide("x", "9")
    dee.idle()

    ada = person("ada", "adjudicate")
    rule(ada)
    (ruling,) = rulings(place)
    assert (ruling.ruling, ruling.confidence) == (Ruling.ACCEPT, Confidence.HIGH)
    assert (ruling.error_category, ruling.is_guideline_gap) == (ReasonCode.AMBIGUOUS, True)
    assert standing(place, DISPUTED) is ItemStatus.ACCEPTED

    ben = at(page, place, "ben", "review")
    ask_to_open_again(ben)
    answer_and_rule(person("lee", "adjudicate"))
    assert standing(place, ESCALATED) is ItemStatus.RETURNED
    assert standing(place, DISPUTED) is ItemStatus.ACCEPTED

    page.reload()
    open_last(page)
    expect(page.get_by_text("A lead left it as it is")).to_be_visible()
    expect(page.get_by_text("The ruling weighed that.")).to_be_visible()
    for context in contexts:
        context.close()


def at(page: Page, place: Place, handle: str, path: str) -> Reviewer:
    sign_in(page, f"{place.app.url}/{path}", handle, PASSWORD)
    settled(page)
    return Reviewer(page=page)


def rule(ada: Reviewer) -> None:
    """See three opinions without a name; say all that a ruling needs, and rule."""
    page = ada.page
    expect(ada.button("Start")).to_be_visible()
    ada.begin()
    for told in ("accepted", "returned to the author", "rejected"):
        badge = page.locator(".st-key-adjudicate_summary").get_by_text(f"· {told}")
        expect(badge).to_be_visible()
    # Nobody is told what somebody said in another person's name.
    for name in ("ben", "cho", "dee"):
        expect(page.get_by_text(name, exact=True)).to_have_count(0)
    ada.decide("a")
    expect(page.get_by_text("Say first how sure you are")).to_be_visible()
    for key, told in (
        ("3", "How sure: sure"),
        ("t", "What was behind the dispute?"),
        ("3", "Behind it: Can be read in two ways"),
        ("p", "the guideline does not settle it"),
    ):
        settled(page)
        page.keyboard.press(key)
        expect(page.get_by_text(told)).to_be_visible()
    ada.decide("a")
    expect(page.get_by_text("Say first what decided it.")).to_be_visible()
    expect(ada.field(DECIDED)).to_be_focused()
    page.keyboard.insert_text("Read as it stands, there is one reading.")
    ada.saved(DECIDED)
    page.keyboard.press("Escape")
    ada.decide("a")
    expect(page.get_by_text("ruled: Accept")).to_be_visible()
    ada.idle()


def ask_to_open_again(ben: Reviewer) -> None:
    """Be refused an undo because of the ruling, and ask a lead with a reason."""
    page = ben.page
    expect(ben.button("Undo last")).to_be_visible()
    settled(page)
    page.keyboard.press("z")
    expect(page.get_by_text("Not taken back: an adjudicator has ruled")).to_be_visible()
    settled(page)
    open_last(page)
    reason = page.get_by_test_id("stPopoverBody").get_by_role("textbox")
    reason.fill("I overlooked the twin.")
    reason.press("Tab")
    settled(page)
    ben.button("Ask a lead to open it again").click()
    expect(page.get_by_text("there is no answer yet")).to_be_visible()


def answer_and_rule(lee: Reviewer) -> None:
    """Decline the request, and return what was escalated, each with a reason."""
    page = lee.page
    expect(page.get_by_text("I overlooked the twin.")).to_be_visible()
    lee.button("Return").click()
    expect(page.get_by_text("Say first why you rule so.")).to_be_visible()
    settled(page)
    for place, said, button, told in (
        (1, "The ruling weighed that.", "Leave it", "it stays as it is"),
        (0, "Name the window in words.", "Return", "The ruling is stored."),
    ):
        reason = page.get_by_test_id("stMain").get_by_label("Reason", exact=True).nth(place)
        reason.fill(said)
        reason.press("Tab")
        settled(page)
        lee.button(button).click()
        expect(page.get_by_text(told)).to_be_visible()
        settled(page)


def open_last(page: Page) -> None:
    expect(page.get_by_role("button", name="Last decisions")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Last decisions").click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    settled(page)


def standing(place: Place, item_id: str) -> ItemStatus:
    with reading(place.team.engine) as session:
        return statuses(session, [item_id])[item_id]


def rulings(place: Place) -> list[RulingView]:
    act_id = place.team.reviews("ben")[0].act_id
    with reading(place.team.engine) as session:
        return rulings_on(session, act_id)
