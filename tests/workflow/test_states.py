"""Where an item stands: every state, what decides a round, what labels do, solo workspaces."""

import pytest

from db.acts import ActKind
from db.labels import Decision, LabelSource
from db.queries.item_facts import load_item_facts
from db.queries.status import (
    Because,
    ItemStatus,
    accepted_revision,
    explain,
    item_status,
    next_needed,
)
from db.queries.totals import totals
from db.reviews import ReviewDecision, Ruling, Withdrawn
from db.slots import Stage
from tests.workflow.bench import Bench
from tests.workflow.states import ACCEPT, EDIT, ESCALATE, REJECT, RETURN, STATES, both, in_review


def test_every_status_has_a_state_that_leads_there() -> None:
    assert {status for status, _ in STATES.values()} == set(ItemStatus)


@pytest.mark.parametrize("state", STATES)
def test_facts_lead_to_the_state_and_reading_them_again_gives_the_same(
    bench: Bench, state: str
) -> None:
    wanted, lead_there = STATES[state]
    lead_there(bench, bench.item("a"))
    facts = load_item_facts(bench.session, ["a"])["a"]
    assert item_status(facts) is wanted
    assert explain(facts).status is wanted
    assert load_item_facts(bench.session)["a"] == facts


def outcome(bench: Bench) -> tuple[ItemStatus, Because]:
    found = explain(load_item_facts(bench.session, ["a"])["a"])
    return found.status, found.because


DECIDED = {
    "both accept": (ACCEPT, ACCEPT, ItemStatus.ACCEPTED, Because.BY_REVIEWERS),
    "both return": (RETURN, RETURN, ItemStatus.RETURNED, Because.BY_REVIEWERS),
    "both reject": (REJECT, REJECT, ItemStatus.REJECTED, Because.BY_REVIEWERS),
    "one escalates": (ACCEPT, ESCALATE, ItemStatus.ESCALATED, Because.ESCALATED),
    "accept and return": (ACCEPT, RETURN, ItemStatus.IN_REVIEW, Because.THIRD_AWAITED),
    "return and reject": (RETURN, REJECT, ItemStatus.IN_REVIEW, Because.THIRD_AWAITED),
    "two edits": (EDIT, EDIT, ItemStatus.IN_REVIEW, Because.THIRD_AWAITED),
    "edit and return": (EDIT, RETURN, ItemStatus.IN_REVIEW, Because.THIRD_AWAITED),
    "edit and accept": (EDIT, ACCEPT, ItemStatus.IN_REVIEW, Because.CONFIRMATIONS_AWAITED),
}


@pytest.mark.parametrize("case", DECIDED)
def test_two_reviews_decide_or_ask_for_more(bench: Bench, case: str) -> None:
    one, other, status, because = DECIDED[case]
    both(bench, bench.item("a"), one, other)
    assert outcome(bench) == (status, because)


# The first two differ; the third makes a majority of three, or not.
THIRDS = {
    "accept": (ACCEPT, RETURN, ACCEPT, ItemStatus.ACCEPTED, Because.BY_MAJORITY),
    "return": (ACCEPT, RETURN, RETURN, ItemStatus.RETURNED, Because.BY_MAJORITY),
    "reject": (REJECT, RETURN, REJECT, ItemStatus.REJECTED, Because.BY_MAJORITY),
    "neither": (ACCEPT, RETURN, REJECT, ItemStatus.ADJUDICATION, Because.RULING_AWAITED),
    # An edit and a plain acceptance are two texts.
    "edit": (EDIT, RETURN, ACCEPT, ItemStatus.ADJUDICATION, Because.RULING_AWAITED),
    "escalate": (ACCEPT, RETURN, ESCALATE, ItemStatus.ESCALATED, Because.ESCALATED),
}


@pytest.mark.parametrize("case", THIRDS)
def test_a_third_reviewer_makes_a_majority_or_leaves_it_to_an_adjudicator(
    bench: Bench, case: str
) -> None:
    one, other, third, status, because = THIRDS[case]
    both(bench, bench.item("a"), one, other)
    bench.review("a", third, by="third")
    assert outcome(bench) == (status, because)


@pytest.mark.parametrize(
    ("ruling", "status"),
    [
        (Ruling.ACCEPT, ItemStatus.ACCEPTED),
        (Ruling.RETURN, ItemStatus.RETURNED),
        (Ruling.REJECT, ItemStatus.REJECTED),
    ],
)
def test_an_adjudicator_decides_and_may_take_it_back(
    bench: Bench, ruling: Ruling, status: ItemStatus
) -> None:
    STATES["adjudication of reviews"][1](bench, bench.item("a"))
    made = bench.rule("a", ruling)
    assert outcome(bench) == (status, Because.BY_ADJUDICATOR)
    bench.withdraw("a", Withdrawn.ADJUDICATION, made, by="adjudicator")
    assert bench.status("a") is ItemStatus.ADJUDICATION


def test_a_confirmed_edit_is_what_is_accepted(bench: Bench) -> None:
    in_review(bench, bench.item("a"))
    edit = bench.review("a", EDIT, by="first")
    bench.review("a", ACCEPT, by="second")
    needed = next_needed(load_item_facts(bench.session, ["a"])["a"])
    assert needed.confirmers == (bench.people["second"],)
    assert needed.edit_review_id == edit
    bench.confirm("a", edit, by="second", yes=True)
    facts = load_item_facts(bench.session, ["a"])["a"]
    assert (item_status(facts), accepted_revision(facts)) == (ItemStatus.ACCEPTED, "a.r2")


def test_a_refused_edit_asks_a_third_who_may_accept_the_text_as_it_was(bench: Bench) -> None:
    in_review(bench, bench.item("a"))
    edit = bench.review("a", EDIT, by="first")
    bench.review("a", ACCEPT, by="second")
    refused = bench.confirm("a", edit, by="second", yes=False)
    assert outcome(bench) == (ItemStatus.IN_REVIEW, Because.THIRD_AWAITED)
    bench.review("a", ACCEPT, by="third")
    facts = load_item_facts(bench.session, ["a"])["a"]
    # Two of three stand for the text without the edit.
    assert (item_status(facts), accepted_revision(facts)) == (ItemStatus.ACCEPTED, "a.r1")
    bench.withdraw("a", Withdrawn.CONFIRMATION, refused, by="second")
    assert bench.status("a") is ItemStatus.ACCEPTED


def test_seeds_need_unanimity_and_go_from_difference_to_an_adjudicator(bench: Bench) -> None:
    bench.act(bench.item("a"), ActKind.MARK_SEED)
    in_review(bench, "a")
    (slot,) = next_needed(load_item_facts(bench.session, ["a"])["a"]).slots
    assert (slot.stage, slot.count, slot.other_background) == (Stage.REVIEW, 2, True)
    bench.review("a", ACCEPT, by="first")
    bench.review("a", RETURN, by="second")
    assert outcome(bench) == (ItemStatus.ADJUDICATION, Because.RULING_AWAITED)


@pytest.mark.parametrize("decides", [True, False], ids=["live", "surplus"])
def test_a_surplus_review_decides_nothing(bench: Bench, decides: bool) -> None:
    in_review(bench, bench.item("a"))
    bench.review("a", ACCEPT, by="first")
    bench.review("a", ACCEPT, by="second", surplus=not decides)
    assert (bench.status("a") is ItemStatus.ACCEPTED) is decides


def test_a_review_that_is_not_blind_decides_nothing_in_a_shared_workspace(bench: Bench) -> None:
    in_review(bench, bench.item("a"))
    bench.review("a", ACCEPT, by="first")
    bench.review("a", ACCEPT, by="second", source=LabelSource.HUMAN_UNBLINDED)
    assert outcome(bench) == (ItemStatus.IN_REVIEW, Because.REVIEWS_AWAITED)


def test_a_withdrawn_review_is_asked_for_again_and_its_next_turn_counts(bench: Bench) -> None:
    in_review(bench, bench.item("a"))
    made = bench.review("a", RETURN, by="first")
    bench.review("a", ACCEPT, by="second")
    bench.withdraw("a", Withdrawn.REVIEW, made, by="first")
    assert outcome(bench) == (ItemStatus.IN_REVIEW, Because.REVIEWS_AWAITED)
    bench.review("a", ACCEPT, by="first", turn=2)
    assert bench.status("a") is ItemStatus.ACCEPTED


def test_a_new_revision_sent_starts_over_whatever_the_round_before_came_to(bench: Bench) -> None:
    both(bench, bench.item("a"), ACCEPT, ACCEPT)
    bench.revise("a")
    assert explain(load_item_facts(bench.session, ["a"])["a"]).has_newer_text
    assert bench.status("a") is ItemStatus.ACCEPTED
    in_review(bench, "a")
    assert outcome(bench) == (ItemStatus.IN_REVIEW, Because.REVIEWS_AWAITED)
    assert accepted_revision(load_item_facts(bench.session, ["a"])["a"]) is None


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (ActKind.RULE_ACCEPT, ItemStatus.ACCEPTED),
        (ActKind.RULE_RETURN, ItemStatus.RETURNED),
        (ActKind.RULE_REJECT, ItemStatus.REJECTED),
    ],
)
def test_a_lead_rules_on_what_was_escalated(
    bench: Bench, kind: ActKind, status: ItemStatus
) -> None:
    STATES["escalated"][1](bench, bench.item("a"))
    assert next_needed(load_item_facts(bench.session, ["a"])["a"]).lead
    bench.act("a", kind)
    assert outcome(bench) == (status, Because.BY_LEAD)


def test_retiring_and_reinstating_gives_the_status_back(bench: Bench) -> None:
    STATES["ready"][1](bench, bench.item("a"))
    bench.act("a", ActKind.RETIRE)
    assert bench.status("a") is ItemStatus.RETIRED
    bench.act("a", ActKind.REINSTATE)
    assert bench.status("a") is ItemStatus.READY


FOLLOWS, FAILS, UNTOLD = Decision.FOLLOWS, Decision.DOES_NOT_FOLLOW, Decision.CANNOT_TELL
LABELS = {
    "none": ([], ItemStatus.LABELLING, Because.LABELS_AWAITED),
    "one": ([FOLLOWS], ItemStatus.LABELLING, Because.LABELS_AWAITED),
    "two equal": ([FAILS, FAILS], ItemStatus.READY, Because.ALL_LABELLED),
    "two differ": ([FOLLOWS, FAILS], ItemStatus.ADJUDICATION, Because.LABELS_DIFFER),
    "one cannot tell": ([FOLLOWS, UNTOLD], ItemStatus.ADJUDICATION, Because.LABELS_DIFFER),
    "two cannot tell": ([UNTOLD, UNTOLD], ItemStatus.RETURNED, Because.UNDECIDABLE),
}


@pytest.mark.parametrize("case", LABELS)
def test_two_blind_labels_settle_a_response(bench: Bench, case: str) -> None:
    decisions, status, because = LABELS[case]
    both(bench, bench.item("a"), ACCEPT, ACCEPT)
    response = bench.response("a")
    for decision, by in zip(decisions, ("first", "second"), strict=False):
        bench.label("a", response, decision, by=by)
    assert outcome(bench) == (status, because)


@pytest.mark.parametrize(
    ("ruling", "status"),
    [(Ruling.FOLLOWS, ItemStatus.READY), (Ruling.CANNOT_TELL, ItemStatus.RETURNED)],
)
def test_an_adjudicator_settles_labels_that_differ(
    bench: Bench, ruling: Ruling, status: ItemStatus
) -> None:
    both(bench, bench.item("a"), ACCEPT, ACCEPT)
    response = bench.response("a")
    bench.label("a", response, FOLLOWS, by="first")
    bench.label("a", response, FAILS, by="second")
    bench.rule("a", ruling, subject=response)
    assert bench.status("a") is status


def test_labels_that_are_not_blind_and_simulated_responses_ask_nothing_and_settle_nothing(
    bench: Bench,
) -> None:
    both(bench, bench.item("a"), ACCEPT, ACCEPT)
    bench.response("a", simulated=True)
    assert bench.status("a") is ItemStatus.ACCEPTED
    response = bench.response("a")
    for by in ("first", "second"):
        bench.label("a", response, FOLLOWS, by=by, source=LabelSource.HUMAN_UNBLINDED)
    assert bench.status("a") is ItemStatus.LABELLING


def test_a_release_holds_over_labelling_but_not_over_what_nobody_can_tell(bench: Bench) -> None:
    STATES["released"][1](bench, bench.item("a"))
    response = bench.response("a")
    bench.label("a", response, UNTOLD, by="first")
    assert bench.status("a") is ItemStatus.RELEASED
    bench.label("a", response, UNTOLD, by="second")
    assert bench.status("a") is ItemStatus.RETURNED


def test_one_person_alone_reviews_what_they_wrote_and_one_label_settles(solo: Bench) -> None:
    solo.item("a", by="local")
    solo.act("a", ActKind.SUBMIT, by="local")
    (slot,) = next_needed(load_item_facts(solo.session, ["a"])["a"]).slots
    assert (slot.stage, slot.count) == (Stage.REVIEW, 1)
    unblinded = LabelSource.HUMAN_UNBLINDED
    solo.review("a", ReviewDecision.ACCEPT_WITH_EDIT, by="local", source=unblinded)
    facts = load_item_facts(solo.session, ["a"])["a"]
    assert (explain(facts).because, accepted_revision(facts)) == (
        Because.BY_ONE_ALONE,
        "a.r2",
    )
    response = solo.response("a")
    assert solo.status("a") is ItemStatus.LABELLING
    solo.label("a", response, UNTOLD, by="local", source=unblinded)
    assert solo.status("a") is ItemStatus.READY


def test_what_nobody_can_tell_stays_counted_when_the_item_is_written_anew(bench: Bench) -> None:
    """Fails without the labels or the rulings in totals.py:_undecidable."""
    both(bench, bench.item("a"), ACCEPT, ACCEPT)
    # Two who cannot tell; two of whom one can; a ruling of cannot tell; one that settles it.
    responses = [bench.response("a") for _ in range(4)]
    for response, second in zip(responses, (UNTOLD, FAILS, FAILS, UNTOLD), strict=True):
        bench.label("a", response, UNTOLD, by="first")
        bench.label("a", response, second, by="second")
    bench.rule("a", Ruling.CANNOT_TELL, subject=responses[2])
    bench.rule("a", Ruling.FOLLOWS, subject=responses[3])
    assert totals(bench.session).undecidable_responses == 2
    bench.revise("a")
    bench.act("a", ActKind.SUBMIT, by="author")
    assert bench.status("a") is ItemStatus.IN_REVIEW
    assert totals(bench.session).undecidable_responses == 2
