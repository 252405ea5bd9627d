"""An item that reviewers returned lies before whom it came back to, with the reasons."""

from collections.abc import Callable
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from db.engine import Engine
from db.reviews import ReviewDecision
from db.roles import Role
from tests.app.reading import words
from tests.app.reviewers import gather
from tests.app.test_review_page import keys, review
from tests.login.people import grant

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]
ITEM = "starter-liquid-element"
MEND = f"author_mend_{ITEM}"


def test_who_sent_an_item_finds_it_returned_with_its_reasons_and_goes_on(
    starter_engine: Engine, opened: Opened, acting_as: ActingAs
) -> None:
    """Fails without ``returned_to`` in app_pages/author.py or ``_said`` in views/author.py."""
    desk = gather(starter_engine, [ITEM])
    lee = desk.people["lee"]
    grant(starter_engine, lee, Role.AUTHOR, admin_id=lee, now=datetime.now(UTC))
    acting_as(starter_engine, lee)
    review(desk, "ben", ReviewDecision.RETURN)
    assert MEND not in keys(opened("author"))
    review(desk, "cho", ReviewDecision.RETURN)
    page = opened("author")
    assert MEND in keys(page)
    page.button(key=MEND).click().run()
    assert not page.exception, page.exception
    said = words(page)
    assert "Returned: what the reviewers said" in said
    assert "a word of ben" in said
    assert "Reviewer A" in said
    item = words(opened("items", item=ITEM))
    assert "a word of cho" in item
