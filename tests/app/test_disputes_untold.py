"""That something is in dispute is told to nobody who judges blindly, by no count and no list."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.views.item_list import load_item_list
from curation.review.acting import act
from db.acts import ActKind
from db.engine import Engine, reading
from db.queries.item_facts import statuses
from db.queries.items import ItemFilter
from db.queries.status import ItemStatus
from db.roles import Role
from tests.app.reading import words
from tests.app.reviewers import Reviewers, gather
from tests.app.test_adjudicate_page import dispute, label_differently
from tests.app.test_review_page import ITEM
from tests.login.people import person

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]
OTHER = "starter-gc-windows"
KEPT = "What a cut would hold now is shown to leads and admins"


@pytest.fixture
def reviewers(starter_engine: Engine) -> Reviewers:
    """A workspace in which the labels of one item differ, and the reviews of another one."""
    found = gather(starter_engine, [ITEM])
    label_differently(found)
    lee = found.people["lee"]
    act(starter_engine, OTHER, ActKind.SUBMIT, annotator_id=lee, now=datetime.now(UTC))
    dispute(found)
    with reading(starter_engine) as session:
        assert set(statuses(session, [ITEM, OTHER]).values()) == {ItemStatus.ADJUDICATION}
    return found


def counts(page: AppTest) -> set[str]:
    told = [str(getattr(one, "label", "")) for one in page.get("page_link")]
    return {one for one in told if one.startswith(("in adjudication", "in review", "labelling"))}


def listed(reviewers: Reviewers, annotator_id: str, *wanted: ItemStatus) -> dict[str, ItemStatus]:
    with reading(reviewers.engine) as session:
        found = load_item_list(
            session, ItemFilter(statuses=wanted), page=1, annotator_id=annotator_id
        )
    return {row.id: row.status for row in found.rows if row.id in {ITEM, OTHER}}


@pytest.mark.parametrize("who", ["ben", "lee"])
def test_who_judges_blindly_is_told_of_no_dispute_and_a_lead_is(
    who: str, reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    """Fails without ``without_disputes`` or ``judges_blindly`` in the pages' scripts."""
    acting_as(reviewers.engine, reviewers.people[who])
    is_blind = who == "ben"
    page = opened("overview")
    assert counts(page) == ({"in review 1", "labelling 1"} if is_blind else {"in adjudication 2"})
    # What is to be done next goes by the same counts.
    assert ("Items in review: 1" in words(page)) is is_blind
    said = words(opened("releases"))
    assert (KEPT in said) is is_blind
    assert ("in adjudication 2" in said) is not is_blind


def test_a_labellers_list_tells_what_a_dispute_is_part_of_whatever_it_is_asked(
    reviewers: Reviewers,
) -> None:
    """Fails without ``_told_otherwise`` or ``_as_told`` in item_list.py."""
    lia = person(reviewers.engine, "lia", admin_id=reviewers.people["lee"], roles=[Role.LABELLER])
    told = {ITEM: ItemStatus.LABELLING, OTHER: ItemStatus.IN_REVIEW}
    assert listed(reviewers, lia) == told
    assert listed(reviewers, lia, ItemStatus.ADJUDICATION) == {}
    assert listed(reviewers, lia, ItemStatus.LABELLING) == {ITEM: ItemStatus.LABELLING}
    assert listed(reviewers, lia, ItemStatus.IN_REVIEW) == {OTHER: ItemStatus.IN_REVIEW}
    lee = dict.fromkeys((ITEM, OTHER), ItemStatus.ADJUDICATION)
    assert listed(reviewers, reviewers.people["lee"], ItemStatus.ADJUDICATION) == lee
