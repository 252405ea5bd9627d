"""Comments on the page of an item and on the review screen: who sees what, and what is stored."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.components import work_table as table
from app.views.comments import load_own_threads, show_threads
from app.views.review_page import COMMENT, QUOTE
from curation.authoring.copies import open_item
from curation.claims.claiming import Claim, claim
from curation.comments.threads import Thread, add, threads
from db.engine import Engine, reading
from db.queries.comments import open_threads
from db.reviews import ReviewDecision
from db.roles import Role
from db.slots import Stage
from db.working_copies import Part
from db.workspace import find_workspace
from tests.app.reading import html, words
from tests.app.reviewers import Reviewers, gather
from tests.app.test_review_page import ITEM, keys, press, review, solved, typed
from tests.login.people import grant

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]
HOSTILE = "![x](http://e.example/b.png) <script>alert(1)</script>"


@pytest.fixture(autouse=True)
def reads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let decisions count that come sooner than a person reads."""
    monkeypatch.setattr(table, "READING_SECONDS", 0.0)


@pytest.fixture
def reviewers(starter_engine: Engine) -> Reviewers:
    return gather(starter_engine, [ITEM])


def say(reviewers: Reviewers, who: str, text: str, *, quote: str = "") -> None:
    """Write a comment without the screen."""
    add(
        reviewers.engine,
        ITEM,
        annotator_id=reviewers.people[who],
        revision_id=f"{ITEM}.r1",
        part=Part.PROMPT,
        text=text,
        quote=quote,
        token=text,
        now=datetime.now(UTC),
    )


def on_item(reviewers: Reviewers, who: str) -> tuple[Thread, ...]:
    me = reviewers.people[who]
    return threads(reviewers.engine, ITEM, annotator_id=me, now=datetime.now(UTC))


def at_comments(opened: Opened) -> AppTest:
    """Open the item's page at its comments."""
    page = opened("items", item=ITEM)
    page.session_state["item_tab_en"] = "Comments"
    page.run()
    assert not page.exception, page.exception
    return page


def test_an_item_without_comments_says_so(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["lee"])
    assert "No comments yet." in words(at_comments(opened))


def test_a_comment_on_quoted_words_is_stored_answered_and_settled(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = at_comments(opened)
    token = page.session_state[f"comment_draft_{ITEM}"]
    page.text_input(key=f"comment_draft_quote_{token}").set_value("Single choice")
    page.text_area(key=f"comment_draft_text_{token}").set_value(HOSTILE).run()
    press(page, "comment_send")
    (thread,) = on_item(reviewers, "lee")
    assert (thread.part, thread.quote) == (Part.PROMPT, "Single choice")
    assert HOSTILE in [one.value for one in page.text]
    assert "About: “Single choice”" in words(page)
    # The form is empty again, under another token.
    token = page.session_state[f"comment_draft_{ITEM}"]
    assert page.text_area(key=f"comment_draft_text_{token}").value == ""
    press(page, "comment_reply_")
    page.text_area(key=f"comment_draft_text_{token}").set_value("Agreed.").run()
    press(page, "comment_send")
    (thread,) = on_item(reviewers, "lee")
    assert [one.text for one in thread.comments] == [HOSTILE, "Agreed."]
    press(page, "comment_settle_")
    assert on_item(reviewers, "lee")[0].is_settled
    with reading(reviewers.engine) as session:
        assert open_threads(session) == {}
    press(page, "comment_settle_")
    assert not on_item(reviewers, "lee")[0].is_settled


def test_words_that_are_not_there_are_refused_and_the_text_stays(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = at_comments(opened)
    token = page.session_state[f"comment_draft_{ITEM}"]
    page.text_input(key=f"comment_draft_quote_{token}").set_value("no such words")
    page.text_area(key=f"comment_draft_text_{token}").set_value("kept").run()
    press(page, "comment_send")
    assert "are not in the prompt" in page.error[0].value
    assert page.text_area(key=f"comment_draft_text_{token}").value == "kept"
    assert on_item(reviewers, "lee") == ()


def test_a_blind_reviewer_is_not_let_into_the_item_s_page(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    say(reviewers, "lee", "a remark of the lead")
    ben = reviewers.people["ben"]
    claim(reviewers.engine, Stage.REVIEW, annotator_id=ben, now=datetime.now(UTC))
    acting_as(reviewers.engine, ben)
    page = opened("items", item=ITEM)
    page.session_state["item_tab_en"] = "Comments"
    page.run()
    assert "a remark of the lead" not in words(page) + html(page)
    assert "comment_send" not in keys(page)
    # Who is not blind sees it by the same steps.
    acting_as(reviewers.engine, reviewers.people["lee"])
    assert [one.text for thread in on_item(reviewers, "lee") for one in thread.comments] == [
        "a remark of the lead"
    ]


def test_a_reviewer_comments_with_a_key_and_sees_nobody_else_s(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    say(reviewers, "lee", "a remark of the lead")
    review(reviewers, "cho", ReviewDecision.ACCEPT)
    say(reviewers, "cho", "a remark of cho")
    ben = reviewers.people["ben"]
    acting_as(reviewers.engine, ben)
    page = solved(opened("review"), reviewers.engine)
    slot_id = page.session_state["work_table_review"].slot_id
    press(page, "review_comment_")
    typed(reviewers.engine, ben, slot_id, QUOTE, "Single choice")
    typed(reviewers.engine, ben, slot_id, COMMENT, "It has no choice.")
    (part,) = [one for one in page.selectbox if str(one.key).startswith("review_comment_part_")]
    part.set_value(Part.PROMPT).run()
    press(page, "review_comment_send_")
    assert "It has no choice." in [one.value for one in page.text]
    said = words(page) + html(page)
    assert "a remark" not in said
    with reading(reviewers.engine) as session:
        (own,) = load_own_threads(session, slot_id, annotator_id=ben)
    assert (own.quote, own.comments[0].handle) == ("Single choice", "")
    # Sent again with nothing typed it stores nothing.
    press(page, "review_comment_send_")
    with reading(reviewers.engine) as session:
        assert len(load_own_threads(session, slot_id, annotator_id=ben)) == 1


def test_a_comment_on_an_earlier_revision_says_so(reviewers: Reviewers) -> None:
    say(reviewers, "lee", "a remark")
    (shown,) = show_threads(on_item(reviewers, "lee"), revision_id=f"{ITEM}.r2")
    assert shown.is_older
    assert shown.comments[0].handle == "lee"
    now = datetime.now(UTC)
    found = claim(reviewers.engine, Stage.REVIEW, annotator_id=reviewers.people["ben"], now=now)
    assert isinstance(found, Claim)


def test_step_one_offers_a_comment_on_the_prompt_alone(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = press(opened("review"), "review_take_review")
    press(page, "review_comment_")
    (part,) = [one for one in page.selectbox if str(one.key).startswith("review_comment_part_")]
    assert list(part.options) == ["Prompt"]
    assert "review_comment_send_" in keys(page)


def test_the_author_reads_what_was_said_beside_the_form(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    say(reviewers, "lee", "a remark of the lead")
    lee = reviewers.people["lee"]
    grant(reviewers.engine, lee, Role.AUTHOR, admin_id=local_of(reviewers), now=datetime.now(UTC))
    copy = open_item(reviewers.engine, ITEM, annotator_id=lee, now=datetime.now(UTC))
    acting_as(reviewers.engine, lee)
    page = opened("author", copy=copy.id)
    assert "a remark of the lead" not in [one.value for one in page.text]
    page.session_state["author_comments"] = True
    page.run()
    assert "a remark of the lead" in [one.value for one in page.text]


def local_of(reviewers: Reviewers) -> str:
    with reading(reviewers.engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    return workspace.local_annotator_id
