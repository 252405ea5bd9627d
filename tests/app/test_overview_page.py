"""The overview, started from the entry script."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.views.workspace_head import load_workspace_head
from curation.review.acting import act
from curation.starter.content import load_starter_items
from db.acts import ActKind
from db.engine import Engine, reading
from tests.app.reading import chart_data, words

Opened = Callable[..., AppTest]
STARTER = load_starter_items()


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_workspace_says_that_it_has_no_items(opened: Opened) -> None:
    page = opened("overview")
    assert page.title[0].value == "Overview"
    assert "no items yet" in page.info[0].value
    assert [metric.value for metric in page.metric] == ["0", "0 / 1,012", "0", "n = 0", "0"]


@pytest.mark.usefixtures("starter_workspace")
def test_the_starter_items_are_shown_as_no_evidence(opened: Opened) -> None:
    page = opened("overview")
    items, responses = len(STARTER), sum(len(item.responses) for item in STARTER)
    # Every response has a label by construction, and none of them is human evidence.
    assert [metric.value for metric in page.metric][2:] == [str(responses), "n = 0", "0"]
    assert page.metric[0].value == str(items)
    assert f"{items} starter items: machine-written, not human-reviewed" in words(page)
    assert "human evidence: n = 0" in words(page)


@pytest.mark.usefixtures("starter_workspace")
def test_what_to_do_next_follows_from_what_is_there(opened: Opened) -> None:
    page = opened("overview")
    said = words(page)
    assert "Bring your own items" in said
    assert f"Items that no release holds yet: {len(STARTER)}." in said
    assert "Items in review" not in said
    # The largest target of the shipped grid: Code without Comments x Computer Science, 9 + 9.
    there = sum(
        item.type == "code-without-comments" and item.domain == "computer-science"
        for item in STARTER
    )
    assert f"Code without Comments × Computer Science: {18 - there} missing" in said


def test_what_waits_for_review_is_the_first_thing_to_do(
    starter_engine: Engine, opened: Opened
) -> None:
    """Fails without ``Step.REVIEW`` in views/overview.py:_steps."""
    with reading(starter_engine) as session:
        host = load_workspace_head(session)
    act(
        starter_engine,
        "starter-liquid-element",
        ActKind.SUBMIT,
        annotator_id=host.annotator_id,
        now=datetime.now(UTC),
    )
    said = words(opened("overview"))
    assert said.index("Items in review: 1.") < said.index("Bring your own items")


@pytest.mark.usefixtures("starter_workspace")
def test_the_grid_follows_the_language_that_is_chosen(opened: Opened) -> None:
    page = opened("overview")
    both = chart_data(page)["target"].sum()
    page.segmented_control(key="overview_language").set_value("zh").run()
    assert not page.exception
    # The shipped targets are half Chinese, half English: 1,012 and 506.
    assert (both, chart_data(page)["target"].sum()) == (1012, 506)
    assert len(chart_data(page)) == 8 * 23
