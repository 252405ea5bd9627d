"""What a person who may yet be asked about an item learns of it on other pages: nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.components.item_table import HIDDEN
from app.views.author import load_author_page
from app.views.author_near import build_prompt_index
from curation.authoring.checks import Code
from curation.authoring.copies import open_item, open_new, save_part
from curation.claims.claiming import Claim, claim
from curation.review.editing import check_edit
from curation.review.reviewing import Reviewed, decide
from curation.review.solving import solve
from db.engine import Engine, reading
from db.errors import Forbidden
from db.queries.items import ItemRow, get_item, list_items
from db.reviews import Answer, Axis, ReviewDecision
from db.roles import Role
from db.slots import Stage
from db.working_copies import Part
from tests.app.reading import words
from tests.app.reviewers import Reviewers, gather
from tests.login.people import person

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]
# It has checks, whose self-test stands on the page Judges.
ITEM = "starter-swapped-words"
EDITED = "Swap the words in a way that only the other reviewer has written."


@pytest.fixture
def reviewers(starter_engine: Engine) -> Reviewers:
    return gather(starter_engine, [ITEM])


def row_of(engine: Engine) -> ItemRow:
    with reading(engine) as session:
        return get_item(session, ITEM).row


def edit(reviewers: Reviewers, who: str, part: Part = Part.PROMPT) -> None:
    """Let somebody accept the item with another text: its newest one is theirs from then on."""
    now = datetime.now(UTC)
    me = reviewers.people[who]
    got = claim(reviewers.engine, Stage.REVIEW, annotator_id=me, now=now)
    assert isinstance(got, Claim)
    type_id = row_of(reviewers.engine).type_id
    solve(
        reviewers.engine,
        got.slot_id,
        type_id=type_id,
        expected="As the sentence asks.",
        token="solved",
        annotator_id=me,
        fence=got.fence,
        now=now,
    )
    said = decide(
        reviewers.engine,
        got.slot_id,
        answers=dict.fromkeys(Axis, Answer.YES),
        decision=ReviewDecision.ACCEPT_WITH_EDIT,
        edit={part: EDITED},
        token="decided",
        annotator_id=me,
        fence=got.fence,
        now=now,
    )
    assert isinstance(said, Reviewed), said
    assert row_of(reviewers.engine).revision_number == 2


def test_an_item_under_review_is_in_no_list_of_those_who_may_be_asked(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    """Its id, place, status and newest text would tell, so it is left out as a whole."""
    edit(reviewers, "cho")
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = opened("items")
    shown = page.dataframe[0].value
    assert ITEM not in set(shown["id"])
    assert EDITED not in set(shown["prompt"])
    assert set(shown["origin"]) == {"starter"}
    assert "1 item under review is not in this list" in words(page)
    # Nor is it found by what its texts say, by its id or by where it stands.
    with reading(reviewers.engine) as session:
        others = len(list_items(session)) - 1
    assert f"{others} of {others + 1} items fit" in words(page)
    for text in ("other reviewer", row_of(reviewers.engine).reference[:12], ITEM):
        page.text_input(key="q").set_value(text).run()
        assert not [one for one in page.dataframe if ITEM in set(one.value["id"])]
    page.text_input(key="q").set_value("").run()
    page.multiselect(key="status").set_value(["in_review"]).run()
    assert not page.dataframe


def test_a_reviewer_s_own_edit_opens_nothing_before_the_round_is_decided(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    edit(reviewers, "cho")
    acting_as(reviewers.engine, reviewers.people["cho"])
    assert ITEM not in set(opened("items").dataframe[0].value["id"])


def test_a_lead_who_reviews_finds_it_in_the_list_without_what_it_is(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    edit(reviewers, "cho")
    admin = reviewers.people["lee"]
    both = person(reviewers.engine, "lou", admin_id=admin, roles=(Role.LEAD, Role.REVIEWER))
    acting_as(reviewers.engine, both)
    page = opened("items")
    table = page.dataframe[0].value.set_index("id")
    hidden = table.loc[ITEM, ["prompt", "type", "domain", "origin"]]
    assert set(hidden) == {HIDDEN}
    # Asking for a type, or for words, does not tell what it is.
    page.multiselect(key="type").set_value([row_of(reviewers.engine).type_id]).run()
    assert ITEM not in set(page.dataframe[0].value["id"])


def test_the_page_judges_leaves_an_item_under_review_out(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    def named(page: AppTest) -> set[str]:
        return {
            str(one)
            for frame in page.dataframe
            if "Item" in frame.value
            for one in frame.value["Item"]
        }

    acting_as(reviewers.engine, reviewers.people["ben"])
    page = opened("judges")
    assert named(page)
    assert ITEM not in named(page)
    assert "1 item under review is not shown here" in words(page)


def test_the_history_names_no_author_or_reviewer_to_those_who_may_be_asked(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    edit(reviewers, "cho")
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = opened("overview")
    said = words(page)
    assert "solved an item" not in said
    assert ITEM not in said
    assert "reviewed an item" not in said
    assert "Who reviewed what is told to leads" in said


def test_the_history_tells_a_lead_everything(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    edit(reviewers, "cho")
    acting_as(reviewers.engine, reviewers.people["lee"])
    assert "reviewed an item" in words(opened("overview"))


def writer_too(reviewers: Reviewers) -> str:
    return person(
        reviewers.engine,
        "bea",
        admin_id=reviewers.people["lee"],
        roles=(Role.AUTHOR, Role.REVIEWER),
    )


def test_an_author_who_may_be_asked_is_warned_of_a_near_duplicate_without_its_id_or_text(
    reviewers: Reviewers,
) -> None:
    edit(reviewers, "cho")
    bea, now = writer_too(reviewers), datetime.now(UTC)
    copy = open_new(reviewers.engine, annotator_id=bea, now=now)
    for part, text in ((Part.PROMPT, EDITED), (Part.LANGUAGE, "en")):
        save_part(
            reviewers.engine,
            copy_id=copy.id,
            part=part,
            text=text,
            base_number=copy.parts[part].number,
            tab="tab",
            annotator_id=bea,
            now=now,
        )
    with reading(reviewers.engine) as session:
        prompts = build_prompt_index(session)
        page = load_author_page(session, copy.id, annotator_id=bea, language="en", prompts=prompts)
        found = prompts.nearest(EDITED, item_id=None, family_item_id="")
    assert found[0].item_id == ITEM
    assert ITEM not in {one.item_id for one in page.near}
    assert EDITED not in {one.prompt for one in page.near}
    (warning,) = (one for one in page.findings if one.code is Code.NEAR_DUPLICATE)
    assert warning.values == {"items": "… (100%)"}


def test_a_reviewer_at_work_gets_no_working_copy_of_the_item(reviewers: Reviewers) -> None:
    bea, now = writer_too(reviewers), datetime.now(UTC)
    assert isinstance(claim(reviewers.engine, Stage.REVIEW, annotator_id=bea, now=now), Claim)
    with pytest.raises(Forbidden, match="blindly"):
        open_item(reviewers.engine, ITEM, annotator_id=bea, now=now)


def test_a_reviewer_s_edit_tells_nothing_of_the_self_test_of_what_they_left_alone(
    reviewers: Reviewers,
) -> None:
    # A response that was to follow and now follows nothing: the checks fail it.
    edit(reviewers, "cho", Part.FOLLOWS)
    revision_id = row_of(reviewers.engine).revision_id

    def told(part: Part, text: str) -> set[Code]:
        with reading(reviewers.engine) as session:
            findings = check_edit(session, revision_id, {part: text}).findings
        return {one.code for one in findings}

    assert Code.SELF_TEST_FAILS not in told(Part.PROMPT, "Another prompt.")
    assert Code.SELF_TEST_FAILS in told(Part.FOLLOWS, "Another response.")


@pytest.mark.parametrize("source", ["judge", "people"])
def test_decisions_here_open_to_leads_and_not_to_those_who_rule_on_labels_blindly(
    opened: Opened, reviewers: Reviewers, acting_as: ActingAs, source: str
) -> None:
    hidden = "Gold labels and verdicts of this workspace would tell you"
    acting_as(reviewers.engine, reviewers.people["ada"])
    page = opened("agreement", study=source)
    assert not page.exception
    assert hidden in words(page)
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = opened("agreement", study=source)
    assert not page.exception
    assert hidden not in words(page)
