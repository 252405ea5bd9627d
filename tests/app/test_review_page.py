"""The page Review, started from the entry script; and what its view never holds."""

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from app.components import work_lease
from app.components import work_table as table
from app.components.editor.long_text import read_save
from app.views.review_page import EXPECTED, ReviewShown, SolveShown, load_review
from app.views.review_queue import load_review_queue
from curation.authoring.copies import open_item, save_part
from curation.authoring.submitting import Submitted, submit
from curation.claims.claiming import Claim, claim
from curation.comments.threads import add
from curation.review.acting import act
from curation.review.editing import edit_field
from curation.review.material import axis_field
from curation.review.reviewing import decide
from curation.review.solving import solve
from curation.review.texts import load_texts, save_text
from db.acts import ActKind
from db.engine import Engine, reading
from db.queries.item_facts import statuses
from db.queries.items import get_item
from db.queries.status import ItemStatus
from db.reviews import Answer, Axis, ReasonCode, ReviewDecision
from db.roles import Role
from db.slots import Stage
from db.working_copies import Part
from db.workspace import find_workspace
from tests.app.reading import html, words
from tests.app.reviewers import Reviewers, gather
from tests.login.people import person

Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]
ITEM = "starter-liquid-element"
SAID = "It says that no choices are given."
TYPES = 8


@pytest.fixture(autouse=True)
def reads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let decisions count that come sooner than a person reads."""
    monkeypatch.setattr(table, "READING_SECONDS", 0.0)


@pytest.fixture
def reviewers(starter_engine: Engine) -> Reviewers:
    return gather(starter_engine, [ITEM])


def press(page: AppTest, name: str) -> AppTest:
    """Press the button whose key starts so."""
    (button,) = [one for one in page.button if str(one.key).startswith(name)]
    button.click().run()
    assert not page.exception, page.exception
    return page


def keys(page: AppTest) -> str:
    return " ".join(str(one.key) for one in page.button)


def typed(engine: Engine, who: str, slot_id: str, field: str, text: str) -> None:
    """Save a text as the editor would."""
    with reading(engine) as session:
        before = load_texts(session, slot_id, annotator_id=who).get(field)
    save_text(
        engine,
        slot_id,
        field,
        text,
        annotator_id=who,
        base_number=before.number if before else 0,
        tab="tab",
        now=datetime.now(UTC),
    )


def on_table(page: AppTest) -> table.OnTable:
    found = page.session_state["work_table_review"]
    assert isinstance(found, table.OnTable)
    return found


def solved(page: AppTest, engine: Engine, *, place: int = 1) -> AppTest:
    """Take the next review and say step 1."""
    if "review_take_review" in keys(page):
        press(page, "review_take_review")
    work = on_table(page)
    press(page, f"review_type_{place}_")
    typed(engine, work.annotator_id, work.slot_id, EXPECTED, SAID)
    return press(page, "review_solve_")


def review(
    reviewers: Reviewers,
    who: str,
    decision: ReviewDecision,
    edit: dict[Part, str] | None = None,
    *,
    stage: Stage = Stage.REVIEW,
) -> Claim:
    """Review the next item without the screen."""
    now = datetime.now(UTC)
    me = reviewers.people[who]
    found = claim(reviewers.engine, stage, annotator_id=me, now=now)
    assert isinstance(found, Claim)
    told = {"annotator_id": me, "fence": found.fence, "now": now}
    solve(
        reviewers.engine,
        found.slot_id,
        type_id="question-correction",
        expected=SAID,
        token="one",
        **told,
    )
    decide(
        reviewers.engine,
        found.slot_id,
        answers=dict.fromkeys(Axis, Answer.YES),
        decision=decision,
        reason_code=ReasonCode.NONE if decision.value.startswith("accept") else ReasonCode.OTHER,
        reason=f"a word of {who}",
        edit=edit,
        token="one",
        **told,
    )
    return found


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_queue_says_so(opened: Opened) -> None:
    page = opened("review")
    assert "Nothing waits for you" in page.info[0].value
    assert "review_take" not in keys(page)


def test_an_empty_queue_says_what_keeps_the_open_work_away(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    review(reviewers, "ben", ReviewDecision.ACCEPT)
    page = opened("review")
    assert "Nothing waits for you" in page.info[0].value
    # Of the two places of the round one is done; the other is not for the same person.
    assert "1 · you have already decided about it" in words(page)


def test_the_page_is_closed_to_who_reviews_nothing(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["lee"])
    page = opened("review")
    assert page.error
    assert "review_take" not in keys(page)


def test_nothing_is_claimed_before_it_is_begun(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = opened("review")
    assert "2 free places" in words(page)
    with reading(reviewers.engine) as session:
        queue = load_review_queue(
            session, annotator_id=reviewers.people["ben"], now=datetime.now(UTC)
        )
    assert not any(stage.is_held for stage in queue.stages)


def test_step_one_shows_the_prompt_and_nothing_else(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = press(opened("review"), "review_take_review")
    said = words(page) + html(page)
    with reading(reviewers.engine) as session:
        row = get_item(session, ITEM).row
    assert row.prompt.splitlines()[0][:30] in html(page)
    assert len(page.html) == 1
    for hidden in (row.reference[:40], row.requirements[0][:30], "starter", "machine", row.id):
        assert hidden not in said
    assert sum(key.startswith("review_type_") for key in keys(page).split()) == TYPES
    assert "yours until" in words(page)


def test_a_plain_accept_is_one_key_that_answers_what_was_left(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = solved(opened("review"), reviewers.engine)
    assert "you said so too" in words(page)
    assert SAID in [one.value for one in page.text]
    press(page, "review_axis_6_")
    press(page, "review_axis_6_")
    press(page, "review_axis_6_")
    press(page, "review_accept_")
    (stored,) = reviewers.reviews("ben")
    assert stored.decision is ReviewDecision.ACCEPT
    assert stored.answers[Axis.NATURAL] is Answer.UNSURE
    assert set(stored.answers.values()) == {Answer.YES, Answer.UNSURE}
    assert "· accepted" in words(page)
    assert "Nothing waits for you" in page.info[0].value
    assert not any("correct" in one.label.lower() for one in page.button)


@pytest.mark.parametrize(
    ("what", "decision"),
    [
        ("return", ReviewDecision.RETURN),
        ("reject", ReviewDecision.REJECT),
        ("escalate", ReviewDecision.ESCALATE),
    ],
)
def test_a_refusal_takes_one_key_and_a_digit(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs, what: str, decision: ReviewDecision
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = solved(opened("review"), reviewers.engine)
    press(page, f"review_ask_{what}_")
    assert ("review_reason_V_" in keys(page)) is (what != "return")
    press(page, "review_reason_3_")
    (stored,) = reviewers.reviews("ben")
    assert (stored.decision, stored.reason_code) == (decision, ReasonCode.AMBIGUOUS)
    # What was not answered is not vouched for.
    assert stored.answers.pop(Axis.UNAMBIGUOUS) is Answer.NO
    assert set(stored.answers.values()) == {Answer.UNSURE}


def test_a_digit_typed_right_behind_x_means_a_reason_on_the_screen_before(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    """Fails without the look at ``asking`` in app/components/review_gestures.py:digit."""
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = solved(opened("review"), reviewers.engine)
    press(page, "review_ask_reject_")
    # The button of the axis, as a screen that was not drawn again yet still has it.
    press(page, "review_axis_3_")
    (stored,) = reviewers.reviews("ben")
    assert (stored.decision, stored.reason_code) == (ReviewDecision.REJECT, ReasonCode.AMBIGUOUS)


def test_what_contradicts_itself_is_refused_and_stays_on_the_table(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = solved(opened("review"), reviewers.engine)
    press(page, "review_axis_3_")
    press(page, "review_axis_3_")
    press(page, "review_accept_")
    assert "you answered no to “It can be read in one way only”" in page.warning[0].value
    assert reviewers.reviews("ben") == []
    assert "review_accept_" in keys(page)
    for _ in range(2):
        press(page, "review_axis_7_")
    press(page, "review_ask_return_")
    press(page, "review_reason_3_")
    assert "reject it (X) or give it to the lead (U)" in page.warning[0].value.replace("\\", "")
    assert reviewers.reviews("ben") == []


def test_passing_on_takes_one_key_and_a_digit_and_is_not_offered_again(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = press(opened("review"), "review_take_review")
    press(page, "review_skip_")
    press(page, "review_reason_4_")
    assert "Passed on: I cannot make up my mind" in page.success[0].value
    assert "you passed it on" in words(page)


@pytest.mark.parametrize(
    ("who", "told", "is_compared"),
    [
        ("dee", "you have reviewed no earlier text of this item", False),
        ("ben", "Since you reviewed it before", True),
    ],
)
def test_d_compares_with_the_text_that_one_has_reviewed_and_with_no_other(
    reviewers: Reviewers,
    opened: Opened,
    acting_as: ActingAs,
    who: str,
    told: str,
    is_compared: bool,
) -> None:
    for one in ("ben", "cho"):
        review(reviewers, one, ReviewDecision.RETURN)
    rewrite(reviewers.engine, ITEM, Part.TWIN, "A twin in other words.")
    acting_as(reviewers.engine, reviewers.people[who])
    page = solved(opened("review"), reviewers.engine)
    assert "Since you reviewed" not in words(page)
    press(page, "review_difference_")
    assert told in words(page)
    assert ("<ins" in html(page)) is is_compared
    press(page, "review_difference_")
    assert "Since you reviewed" not in words(page)


def test_a_change_that_was_not_handed_in_is_not_left_behind_by_a_plain_accept(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    ben = reviewers.people["ben"]
    acting_as(reviewers.engine, ben)
    page = solved(opened("review"), reviewers.engine)
    assert "You have changed this item" not in words(page)
    changed = edit_field(Part.TWIN)
    typed(reviewers.engine, ben, on_table(page).slot_id, changed, "A twin in other words.")
    page = opened("review")
    assert "You have changed this item" in words(page)
    press(page, "review_accept_")
    assert "Nothing is stored yet" in page.warning[0].value
    assert reviewers.reviews("ben") == []
    press(page, "review_accept_edited_")
    assert [one.decision for one in reviewers.reviews("ben")] == [ReviewDecision.ACCEPT_WITH_EDIT]


def rewrite(engine: Engine, item_id: str, part: Part, text: str) -> None:
    """Let an author write an item anew and send it."""
    now = datetime.now(UTC)
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    admin = workspace.local_annotator_id
    me = person(engine, "wei", admin_id=admin, password=None, roles=[Role.AUTHOR], now=now)
    copy = open_item(engine, item_id, annotator_id=me, now=now)
    save_part(
        engine,
        copy_id=copy.id,
        annotator_id=me,
        part=part,
        text=text,
        base_number=copy.parts[part].number,
        tab="tab",
        now=now,
    )
    sent = submit(engine, copy.id, annotator_id=me, now=now)
    assert isinstance(sent, Submitted), sent


def test_undo_brings_the_item_back_with_what_was_answered(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = solved(opened("review"), reviewers.engine)
    press(page, "review_axis_2_")
    press(page, "review_accept_")
    press(page, "review_undo_")
    assert reviewers.reviews("ben") == []
    assert "Taken back: accepted" in page.success[0].value
    (answered,) = [one for one in page.button if str(one.key).startswith("review_axis_2_")]
    assert "yes" in answered.label
    press(page, "review_ask_reject_")
    press(page, "review_reason_9_")
    (stored,) = reviewers.reviews("ben")
    assert (stored.turn, stored.reason_code) == (2, ReasonCode.DUPLICATE)


def test_one_s_own_decisions_are_looked_at_with_keys(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = press(solved(opened("review"), reviewers.engine), "review_accept_")
    press(page, "review_older")
    assert "Your review of" in words(page)
    assert "review_accept_" not in keys(page)
    press(page, "review_newer")
    assert "Nothing waits for you" in page.info[0].value


def test_an_edit_is_accepted_and_confirmed_by_the_other_without_a_name(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    review(reviewers, "cho", ReviewDecision.ACCEPT)
    ben = reviewers.people["ben"]
    acting_as(reviewers.engine, ben)
    page = solved(opened("review"), reviewers.engine)
    press(page, "review_edit_")
    slot_id = on_table(page).slot_id
    with reading(reviewers.engine) as session:
        prompt = get_item(session, ITEM).row.prompt
    typed(reviewers.engine, ben, slot_id, edit_field(Part.PROMPT), prompt + " Be brief.")
    press(page, "review_difference_")
    assert "Be brief." in html(page)
    press(page, "review_accept_edited_")
    (stored,) = reviewers.reviews("ben")
    assert stored.decision is ReviewDecision.ACCEPT_WITH_EDIT

    acting_as(reviewers.engine, reviewers.people["cho"])
    other = AppTest.from_file(page._script_path, default_timeout=120)
    other.context = page.context
    other.run()
    other.switch_page("app_pages/review.py").run()
    press(other, "review_take_edit")
    assert "Does this edit hold?" in [one.value for one in other.subheader]
    assert "<ins" in html(other)
    assert "ben" not in re.findall(r"\w+", words(other) + html(other))
    press(other, "review_confirm_True_")
    with reading(reviewers.engine) as session:
        assert statuses(session, [ITEM])[ITEM] not in {ItemStatus.IN_REVIEW, ItemStatus.RETURNED}


def test_a_refusal_of_an_edit_asks_for_a_reason(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    review(reviewers, "cho", ReviewDecision.ACCEPT)
    with reading(reviewers.engine) as session:
        prompt = get_item(session, ITEM).row.prompt
    edit = {Part.PROMPT: prompt + " Be brief."}
    review(reviewers, "ben", ReviewDecision.ACCEPT_WITH_EDIT, edit)
    cho = reviewers.people["cho"]
    acting_as(reviewers.engine, cho)
    page = press(opened("review"), "review_take_edit")
    press(page, "review_confirm_False_")
    assert "Say first why the edit does not hold" in page.warning[0].value
    typed(reviewers.engine, cho, on_table(page).slot_id, "confirm", "It says less now.")
    press(page, "review_confirm_False_")
    acting_as(reviewers.engine, reviewers.people["dee"])
    with reading(reviewers.engine) as session:
        queue = load_review_queue(
            session, annotator_id=reviewers.people["dee"], now=datetime.now(UTC)
        )
    assert [stage.waiting for stage in queue.stages if stage.stage is Stage.THIRD_REVIEW] == [1]


def test_a_lease_that_somebody_else_took_is_told_and_the_text_is_kept(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    ben = reviewers.people["ben"]
    acting_as(reviewers.engine, ben)
    page = press(opened("review"), "review_take_review")
    typed(reviewers.engine, ben, on_table(page).slot_id, EXPECTED, SAID)
    later = datetime.now(UTC) + timedelta(hours=1)
    # Both slots: one that is free and the one whose lease has ended by then.
    for who in ("cho", "dee"):
        me = reviewers.people[who]
        assert isinstance(claim(reviewers.engine, Stage.REVIEW, annotator_id=me, now=later), Claim)
    page.run()
    assert "what you typed is kept" in page.error[0].value
    assert SAID in html(page)
    assert "review_solve_" not in keys(page)
    press(page, "review_to_queue")
    assert "Nothing waits for you" in page.info[0].value


def test_the_lease_is_renewed_while_the_person_is_at_work_and_not_when_they_are_away(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_lease, "BEAT_SECONDS", 0.0)
    acting_as(reviewers.engine, reviewers.people["ben"])
    page = press(opened("review"), "review_take_review")
    first = on_table(page).lease_until
    page.run()
    renewed = on_table(page).lease_until
    assert renewed > first
    monkeypatch.setattr(table, "IDLE_SECONDS", -1.0)
    page.run()
    assert on_table(page).lease_until == renewed


def test_of_two_windows_texts_the_later_is_set_beside_and_can_be_taken(
    reviewers: Reviewers, opened: Opened, acting_as: ActingAs
) -> None:
    ben = reviewers.people["ben"]
    acting_as(reviewers.engine, ben)
    page = press(opened("review"), "review_take_review")
    slot_id = on_table(page).slot_id
    for tab, text in (("one", "Of one window."), ("two", "Of the other.")):
        save_text(
            reviewers.engine,
            slot_id,
            EXPECTED,
            text,
            annotator_id=ben,
            base_number=0,
            tab=tab,
            now=datetime.now(UTC),
        )
    page.run()
    assert "Another window of yours saved" in words(page)
    press(page, "work_settle_True_")
    with reading(reviewers.engine) as session:
        text = load_texts(session, slot_id, annotator_id=ben)[EXPECTED]
    assert (text.text, text.late) == ("Of the other.", ())


def test_a_solo_workspace_says_that_the_review_is_not_blind(
    starter_engine: Engine, opened: Opened
) -> None:
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        local = workspace.local_annotator_id
    act(starter_engine, ITEM, ActKind.SUBMIT, annotator_id=local, now=datetime.now(UTC))
    page = opened("review")
    # Before something is on the table there is no item to say it of.
    assert "certifies nothing" not in words(page)
    solved(page, starter_engine)
    assert "stored as not blind and certifies nothing" in words(page)
    press(page, "review_accept_")
    with reading(starter_engine) as session:
        assert statuses(session, [ITEM])[ITEM] is not ItemStatus.IN_REVIEW


def test_what_is_hidden_is_in_no_field_of_the_view(reviewers: Reviewers) -> None:
    """Names of fields and every value, in both steps, while the other review is in."""
    review(reviewers, "cho", ReviewDecision.ACCEPT)
    ben = reviewers.people["ben"]
    now = datetime.now(UTC)
    add(
        reviewers.engine,
        ITEM,
        annotator_id=reviewers.people["lee"],
        revision_id=f"{ITEM}.r1",
        part=Part.PROMPT,
        text="a comment of the lead",
        token="one",
        now=now,
    )
    found = claim(reviewers.engine, Stage.REVIEW, annotator_id=ben, now=now)
    assert isinstance(found, Claim)
    with reading(reviewers.engine) as session:
        notes = get_item(session, ITEM).row.notes
        first = load_review(session, found.slot_id, annotator_id=ben, language="en")
    assert isinstance(first, SolveShown)
    told = {"annotator_id": ben, "fence": found.fence, "now": now}
    solve(
        reviewers.engine,
        found.slot_id,
        type_id="question-correction",
        expected=SAID,
        token="two",
        **told,
    )
    with reading(reviewers.engine) as session:
        second = load_review(session, found.slot_id, annotator_id=ben, language="en")
    assert isinstance(second, ReviewShown)
    hidden = ("starter", "a word of", "a comment of the lead", "cho", "lee", *notes.splitlines())
    for shown in (first, second):
        text = json.dumps(dataclasses.asdict(shown), default=str, ensure_ascii=False)
        assert [
            one for one in hidden if one and re.search(rf"\b{re.escape(one)}(?!\w)", text)
        ] == []
        names = set(re.findall(r'"(\w+)":', text))
        assert not names & {"item_id", "author", "author_id", "origin", "notes", "family_id"}
    assert "reference" not in json.dumps(
        dict.fromkeys(dataclasses.asdict(first), 0), ensure_ascii=False
    )


def test_an_editor_s_gesture_of_another_form_is_left_unanswered() -> None:
    assert read_save({"save": {"id": "a", "text": "t", "base": -1, "tab": "b"}}) is None
    assert axis_field(Axis.SAFE) == "axis.safe"
