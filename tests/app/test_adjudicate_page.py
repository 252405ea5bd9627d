"""The page Adjudicate, started from the entry script: rulings, and what waits for a lead."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.components import work_table as table
from app.views.adjudicate_page import REASON
from app.views.work_last import LastDecision, load_last
from curation.claims.claiming import Claim, claim
from curation.claims.skipping import skip
from curation.review.rounds import reconcile
from curation.review.undoing import request_reopen
from db.contents import build_person_label, build_response
from db.engine import Engine, reading, writing
from db.labels import Decision, LabelSource
from db.queries.item_facts import statuses
from db.queries.lead_desk import held_slots
from db.queries.reviews import rulings_on
from db.queries.skips import skips_needing_attention
from db.queries.status import ItemStatus
from db.recording import recording
from db.responses import ResponseSource
from db.reviews import Confidence, ReasonCode, ReviewDecision, Ruling, Withdrawn
from db.slots import SkipReason, Stage
from tests.app.reading import html, words
from tests.app.reviewers import Reviewers, gather
from tests.app.test_review_page import ITEM, SAID, keys, press, review, typed

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]


@pytest.fixture(autouse=True)
def reads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let decisions count that come sooner than a person reads."""
    monkeypatch.setattr(table, "READING_SECONDS", 0.0)


@pytest.fixture
def reviewers(starter_engine: Engine) -> Reviewers:
    return gather(starter_engine, [ITEM])


def dispute(reviewers: Reviewers) -> str:
    """Let three reviewers decide each in their own way; give the round."""
    review(reviewers, "ben", ReviewDecision.ACCEPT)
    review(reviewers, "cho", ReviewDecision.RETURN)
    third = review(reviewers, "dee", ReviewDecision.REJECT, stage=Stage.THIRD_REVIEW)
    return str(third.act_id)


def status(reviewers: Reviewers, item_id: str = ITEM) -> ItemStatus:
    with reading(reviewers.engine) as session:
        return statuses(session, [item_id])[item_id]


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_queue_says_so_and_a_lead_that_nothing_waits(opened: Opened) -> None:
    page = opened("adjudicate")
    assert "Nothing waits for you" in page.info[0].value
    assert "Nothing waits for a lead." in words(page)


def test_a_ruling_needs_all_of_its_parts_and_moves_the_item(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    act_id = dispute(reviewers)
    ada = reviewers.people["ada"]
    acting_as(reviewers.engine, ada)
    page = press(opened("adjudicate"), "adjudicate_take_adjudicate")
    said = words(page) + html(page)
    assert "a word of cho" in said
    assert SAID in said
    assert [name for name in ("ben", "dee", "starter") if f" {name} " in said] == []
    work = page.session_state["work_table_adjudicate"]
    for missing in ("how sure you are", "what was behind the dispute", "what decided it"):
        press(page, "adjudicate_rule_return_")
        assert missing in page.warning[0].value
        if missing.startswith("how"):
            press(page, "adjudicate_digit_3_")
        elif missing.endswith("dispute"):
            press(page, "adjudicate_ask_category_")
            press(page, "adjudicate_digit_5_")
        else:
            typed(reviewers.engine, ada, work.slot_id, REASON, "The reference is open.")
    press(page, "adjudicate_gap_")
    assert "the guideline does not settle it" in words(page)
    assert status(reviewers) is ItemStatus.ADJUDICATION
    press(page, "adjudicate_rule_return_")
    assert status(reviewers) is ItemStatus.RETURNED
    with reading(reviewers.engine) as session:
        (ruling,) = rulings_on(session, act_id)
    assert (ruling.ruling, ruling.confidence) == (Ruling.RETURN, Confidence.HIGH)
    assert (ruling.error_category, ruling.is_guideline_gap) == (
        ReasonCode.UNDECIDABLE_REFERENCE,
        True,
    )
    press(page, "adjudicate_undo_")
    assert status(reviewers) is ItemStatus.ADJUDICATION
    assert "adjudicate_rule_return_" in keys(page)


def test_an_adjudicator_has_no_part_for_leads(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ada"])
    page = opened("adjudicate")
    assert [one.value for one in page.subheader] == []
    assert "lead_" not in keys(page)


def test_a_lead_sees_who_holds_what_and_releases_it(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    now = datetime.now(UTC)
    claim(reviewers.engine, Stage.REVIEW, annotator_id=reviewers.people["ben"], now=now)
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = opened("adjudicate")
    assert "ben, Blind review, since" in words(page)
    assert f"items?item={ITEM}" in words(page)
    press(page, "lead_release_")
    assert "Released" in page.success[0].value
    with reading(reviewers.engine) as session:
        assert held_slots(session) == []


def test_a_lead_settles_what_was_passed_on_as_broken(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    now, ben = datetime.now(UTC), reviewers.people["ben"]
    found = claim(reviewers.engine, Stage.REVIEW, annotator_id=ben, now=now)
    assert isinstance(found, Claim)
    skip(
        reviewers.engine,
        found.slot_id,
        annotator_id=ben,
        fence=found.fence,
        reason=SkipReason.BROKEN,
        note="The table is cut off.",
        now=now,
    )
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = opened("adjudicate")
    assert "The table is cut off." in words(page)
    press(page, "lead_skip_")
    with reading(reviewers.engine) as session:
        assert skips_needing_attention(session) == []


def test_a_lead_rules_on_what_was_escalated_with_a_reason(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    review(reviewers, "ben", ReviewDecision.ESCALATE)
    assert status(reviewers) is ItemStatus.ESCALATED
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = opened("adjudicate")
    press(page, "lead_rule_return_")
    assert "Say first why you rule so." in page.warning[0].value
    assert status(reviewers) is ItemStatus.ESCALATED
    page.text_input(key=f"lead_reason_{ITEM}").set_value("Say which table.").run()
    press(page, "lead_rule_return_")
    assert status(reviewers) is ItemStatus.RETURNED


def test_a_lead_opens_again_what_a_reviewer_asks_for(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    review(reviewers, "ben", ReviewDecision.REJECT)
    review(reviewers, "cho", ReviewDecision.REJECT)
    assert status(reviewers) is ItemStatus.REJECTED
    request_reopen(
        reviewers.engine,
        Withdrawn.REVIEW,
        reviewers.reviews("ben")[0].id,
        annotator_id=reviewers.people["ben"],
        reason="I misread the table.",
        now=datetime.now(UTC),
    )
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = opened("adjudicate")
    assert "I misread the table." in words(page)
    press(page, "lead_request_True_")
    assert status(reviewers) is ItemStatus.IN_REVIEW


def test_who_asked_to_decide_again_reads_what_a_lead_said(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    review(reviewers, "ben", ReviewDecision.REJECT)
    review(reviewers, "cho", ReviewDecision.REJECT)
    ben, asked = reviewers.people["ben"], reviewers.reviews("ben")[0].id

    def shown() -> LastDecision:
        with reading(reviewers.engine) as session:
            return load_last(session, annotator_id=ben)[0]

    assert shown().about.startswith("Single choice. Which of the following")
    assert shown().request is None
    request_reopen(
        reviewers.engine,
        Withdrawn.REVIEW,
        asked,
        annotator_id=ben,
        reason="I misread the table.",
        now=datetime.now(UTC),
    )
    waiting = shown().request
    assert waiting is not None
    assert (waiting.is_granted, waiting.answered_at) == (None, None)
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = opened("adjudicate")
    page.text_input(key=f"lead_reason_{waiting.id}").set_value("Both of you saw it.").run()
    press(page, "lead_request_False_")
    answered = shown().request
    assert answered is not None
    assert (answered.is_granted, answered.answer) == (False, "Both of you saw it.")


def label_differently(reviewers: Reviewers) -> str:
    """Accept the item and let two people label a response of a model in two ways."""
    review(reviewers, "ben", ReviewDecision.ACCEPT)
    review(reviewers, "cho", ReviewDecision.ACCEPT)
    now = datetime.now(UTC)
    with writing(reviewers.engine) as session:
        with recording(
            session,
            now=now,
            actor_id=reviewers.people["lee"],
            action="response.add",
            subject_kind="item",
            subject_id=ITEM,
        ) as record:
            response = build_response(
                revision_id=f"{ITEM}.r1",
                source=ResponseSource.MODEL,
                source_name="secret-model-9000",
                text="Gallium.",
                now=now,
                event_id=record.event_id,
            )
            record.add(response)
            for who, decision in (("ben", Decision.FOLLOWS), ("cho", Decision.DOES_NOT_FOLLOW)):
                new = build_person_label(
                    label_id=f"label-of-{who}",
                    response_id=response.id,
                    annotator_id=reviewers.people[who],
                    source=LabelSource.BLIND_HUMAN,
                    turn=1,
                    decision=decision,
                    requirements={1: decision},
                    reason="It names one.",
                    now=now,
                    event_id=record.event_id,
                )
                for row in (new.label, *new.requirements):
                    record.add(row)
        reconcile(session, ITEM, now=now)
    return response.id


def test_labels_that_differ_are_ruled_on_without_the_model_s_name(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    response_id = label_differently(reviewers)
    ada = reviewers.people["ada"]
    acting_as(reviewers.engine, ada)
    page = press(opened("adjudicate"), "adjudicate_take_adjudicate_labels")
    said = words(page) + html(page)
    assert "Gallium." in said
    assert "Labeller A" in said
    assert [one for one in ("secret-model-9000", "starter", response_id) if one in said] == []
    typed(
        reviewers.engine,
        ada,
        page.session_state["work_table_adjudicate"].slot_id,
        REASON,
        "It names one of the four.",
    )
    press(page, "adjudicate_digit_2_")
    press(page, "adjudicate_ask_category_")
    press(page, "adjudicate_digit_O_")
    press(page, "adjudicate_rule_does_not_follow_")
    with reading(reviewers.engine) as session:
        (ruling,) = rulings_on(session, response_id)
    assert (ruling.ruling, ruling.confidence) == (Ruling.DOES_NOT_FOLLOW, Confidence.MEDIUM)
    assert ruling.reason == "It names one of the four."
