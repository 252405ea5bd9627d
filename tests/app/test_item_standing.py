"""Where an item stands, on its page, in the list and on the overview; and what reviewers see."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from curation.review.acting import act
from curation.starter.content import load_starter_items
from db.acts import ActKind
from db.engine import Engine, reading, writing
from db.queries.acts import list_acts
from db.queries.items import list_items
from db.reviews import ItemReveal
from db.workspace import find_workspace
from tests.app.reading import html, words
from tests.app.reviewers import gather

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]
ITEM = "starter-swapped-words"


def local(engine: Engine) -> str:
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    return workspace.local_annotator_id


def button(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception, page.exception
    return page


def keys(page: AppTest) -> set[str]:
    return {str(one.key) for one in page.button}


def test_an_item_is_sent_taken_back_and_retired_from_its_page(
    starter_engine: Engine, opened: Opened
) -> None:
    page = opened("items", item=ITEM)
    assert "Nobody was asked to review it yet." in words(page)
    assert {"item_act_submit", "item_act_retire"} <= keys(page)
    assert "item_act_rule_accept" not in keys(page)
    button(page, "item_act_submit")
    assert "Reviews still to come: 1 of 1." in words(page)
    button(page, "item_act_recall")
    assert "It was taken back from review." in words(page)
    # A reason is asked for, and its lack is said.
    button(page, "item_act_retire")
    assert "needs a reason" in words(page)
    page.text_input(key=f"item_reason_{ITEM}_2").input("Too easy.").run()
    button(page, "item_act_retire")
    assert "It is out of use." in words(page)
    with reading(starter_engine) as session:
        assert [(one.kind, one.reason) for one in list_acts(session, ITEM)] == [
            (ActKind.SUBMIT, ""),
            (ActKind.RECALL, ""),
            (ActKind.RETIRE, "Too easy."),
        ]


def test_the_list_filters_by_status_and_the_overview_counts(
    starter_engine: Engine, opened: Opened
) -> None:
    now = datetime.now(UTC)
    act(starter_engine, ITEM, ActKind.SUBMIT, annotator_id=local(starter_engine), now=now)
    page = opened("overview")
    links = [one.label for one in page.get("page_link")]
    assert f"drafted {len(load_starter_items()) - 1}" in links
    assert "in review 1" in links
    page.switch_page("app_pages/items.py")
    page.query_params["status"] = "in_review"
    page.run()
    assert list(page.dataframe[0].value["id"]) == [ITEM]


@pytest.fixture
def reviewed(starter_engine: Engine) -> tuple[Engine, dict[str, str]]:
    """A shared workspace with one item in review."""
    return starter_engine, dict(gather(starter_engine, [ITEM]).people)


def test_who_may_review_an_item_is_shown_nothing_of_it_until_they_choose_to(
    reviewed: tuple[Engine, dict[str, str]], opened: Opened, acting_as: ActingAs
) -> None:
    engine, people = reviewed
    with reading(engine) as session:
        row = next(row for row in list_items(session) if row.id == ITEM)
    acting_as(engine, people["ben"])
    page = opened("items", item=ITEM)
    source = words(page) + html(page)
    assert "you may be asked about it" in source
    first_words = row.prompt[:30]
    for hidden in (first_words, row.reference[:30], row.type_label, "starter", "machine-written"):
        assert hidden not in source
    with reading(engine) as session:
        assert session.get(ItemReveal, (people["ben"], ITEM)) is None
    button(page, "item_look")
    assert first_words in words(page) + html(page)
    with reading(engine) as session:
        assert session.get(ItemReveal, (people["ben"], ITEM)) is not None


def test_a_lead_sees_all_and_that_is_remembered(
    reviewed: tuple[Engine, dict[str, str]], opened: Opened, acting_as: ActingAs
) -> None:
    engine, people = reviewed
    acting_as(engine, people["lee"])
    page = opened("items", item=ITEM)
    assert "Reviews still to come: 2 of 2." in words(page)
    with writing(engine) as session:
        assert session.get(ItemReveal, (people["lee"], ITEM)) is not None
