"""The page Label in a shared workspace: what is shown is claimed, and everything says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from app.components import label_gestures
from app.state import LABEL_CLAIM, LABEL_TOKEN, LABEL_TRAIL, WORK_REOPEN
from curation.claims.claiming import Claim, ClaimFilter, claim, held
from curation.labelling.deciding import ForSlot, decide
from curation.labelling.planning import claim_label
from curation.labelling.undoing import undo
from db.annotators import AnnotatorKind
from db.engine import Engine, reading, writing
from db.hashing import content_hash
from db.labels import Decision, LabelSource
from db.queries.decisions import item_of_response
from db.queries.labelling import last_live
from db.queries.lead_desk import reopen_wanted
from db.queries.skips import skips_needing_attention
from db.recording import recording
from db.reviews import Adjudication, Confidence, ReasonCode, Ruling
from db.roles import Role
from db.slots import SkipReason, Stage
from db.workspace import add_annotator
from tests.app.reading import words
from tests.people.team import MOMENT, give, share

SURPLUS = ":gray-badge[:material/inventory_2: surplus]"
Opened = Callable[..., AppTest]
ActingAs = Callable[[Engine, str | None], str]


@pytest.fixture(autouse=True)
def reads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let decisions count that come sooner than a person reads."""
    monkeypatch.setattr(label_gestures, "READING_SECONDS", 0.0)


@pytest.fixture
def ann(starter_engine: Engine, acting_as: ActingAs) -> str:
    """Ann, who labels in a shared workspace and has signed in."""
    with writing(starter_engine) as session:
        share(session)
    person = labeller(starter_engine, "ann")
    acting_as(starter_engine, person)
    return person


def labeller(engine: Engine, handle: str) -> str:
    with writing(engine) as session:
        person = add_annotator(session, handle, kind=AnnotatorKind.HUMAN, now=MOMENT).id
        give(session, person, Role.LABELLER)
    return person


def press(page: AppTest, name: str) -> AppTest:
    (button,) = [one for one in page.button if str(one.key).startswith(name)]
    button.click().run()
    assert not page.exception, page.exception
    return page


def held_by(engine: Engine, who: str) -> Claim | None:
    with reading(engine) as session:
        return held(session, annotator_id=who, stage=Stage.LABEL)


def shown(page: AppTest) -> str:
    return str(page.session_state[LABEL_TRAIL][-1])


def test_what_is_shown_is_claimed_and_a_decision_hands_it_in(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    page = opened("label")
    first = shown(page)
    mine = held_by(starter_engine, ann)
    assert mine is not None
    assert mine.response_id == first
    assert "yours until" in words(page)
    press(page, f"label_follows_1_{page.session_state[LABEL_TOKEN]}")
    with reading(starter_engine) as session:
        (label,) = last_live(session, annotator_id=ann, limit=9)
    assert (label.response_id, label.source) == (first, LabelSource.BLIND_HUMAN)
    second = held_by(starter_engine, ann)
    assert second is not None
    assert second.response_id == shown(page) != first


def test_undo_claims_the_response_again_and_lets_go_of_the_next(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    page = press(opened("label"), "label_cannot_tell")
    first = page.session_state[LABEL_TRAIL][0]
    press(page, "label_do_undo_label")
    again = held_by(starter_engine, ann)
    assert again is not None
    assert again.response_id == shown(page) == first
    assert "Taken back" in words(page)
    press(page, "label_follows")
    with reading(starter_engine) as session:
        (label,) = last_live(session, annotator_id=ann, limit=9)
    assert (label.response_id, label.turn) == (first, 2)


def test_a_change_in_one_tab_of_what_another_took_back_and_left_to_others_is_surplus(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    """Fails without ``not ground.is_solo`` in deciding.py:_is_unasked."""
    page = press(press(opened("label"), "label_follows_1"), "label_do_previous")
    now = datetime.now(UTC)
    with reading(starter_engine) as session:
        (label,) = last_live(session, annotator_id=ann, limit=9)
    # The other tab: the next response stays in hand, so this one's slot is free for others.
    undo(starter_engine, annotator_id=ann, label_id=label.id, now=now)
    bob, only = labeller(starter_engine, "bob"), ClaimFilter(only=label.response_id)
    taken = claim_label(starter_engine, annotator_id=bob, now=now, wanted=only)
    assert isinstance(taken, Claim)
    press(page, "label_does_not_follow_1")
    with reading(starter_engine) as session:
        (changed,) = last_live(session, annotator_id=ann, limit=9)
    assert changed.response_id == label.response_id
    assert (changed.decision, changed.is_surplus) == (Decision.DOES_NOT_FOLLOW, True)
    assert "Kept as surplus" in page.warning[0].value


def test_skipping_asks_why_and_digits_answer_instead_of_deciding(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    page = opened("label")
    first = shown(page)
    press(page, "label_do_skip")
    assert not [one for one in page.button if str(one.key).startswith("label_follows")]
    # The same key goes back to deciding.
    press(page, "label_do_skip")
    press(page, "label_do_skip")
    press(page, "label_skip_broken")
    assert shown(page) != first
    assert "a lead looks at it" in page.success[0].value
    assert [one for one in page.button if str(one.key).startswith("label_follows")]
    with reading(starter_engine) as session:
        (skipped,) = skips_needing_attention(session)
    assert (skipped.response_id, skipped.reason) == (first, SkipReason.BROKEN)


def test_passing_on_to_the_lead_takes_a_reason(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    page = opened("label")
    first, token = shown(page), page.session_state[LABEL_TOKEN]
    press(page, "label_do_escalate")
    assert shown(page) == first
    assert "what the lead should look at" in page.error[0].value
    page.text_input(key=f"label_reason_{token}").set_value("The prompt is cut off.").run()
    press(page, "label_do_escalate")
    assert shown(page) != first
    with reading(starter_engine) as session:
        (skipped,) = skips_needing_attention(session)
    assert (skipped.response_id, skipped.note) == (first, "The prompt is cut off.")


def test_a_late_decision_is_stored_and_called_surplus(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    page = opened("label")
    first = shown(page)
    mine = held_by(starter_engine, ann)
    assert mine is not None
    # Ann stays away, and somebody who comes later gets her slot.
    got = claim(
        starter_engine,
        Stage.LABEL,
        annotator_id=labeller(starter_engine, "ben"),
        now=datetime.now(UTC) + timedelta(hours=1),
        wanted=ClaimFilter(only=first),
    )
    assert isinstance(got, Claim)
    assert got.slot_id == mine.slot_id
    press(page, "label_follows")
    assert "Kept as surplus" in page.warning[0].value
    with reading(starter_engine) as session:
        (label,) = last_live(session, annotator_id=ann, limit=9)
    assert (label.response_id, label.is_surplus) == (first, True)
    said = "the response was no longer yours to label when this came"
    assert said not in words(page)
    page.session_state["label_last"] = True
    page.run()
    assert (words(page).count(said), words(page).count(SURPLUS)) == (1, 1)
    press(page, "label_do_previous")
    assert (words(page).count(said), words(page).count(SURPLUS)) == (2, 2)
    page.switch_page("app_pages/overview.py").run()
    assert "1 label was handed in too late" in words(page)
    with reading(starter_engine) as session:
        item_id = item_of_response(session, first)
    assert SURPLUS in words(opened("items", item=item_id))


def test_walking_on_and_leaving_the_page_give_the_slot_back(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    page = opened("label")
    first = shown(page)
    press(page, "label_do_next")
    second = held_by(starter_engine, ann)
    assert second is not None
    assert second.response_id != first
    page.switch_page("app_pages/overview.py").run()
    assert not page.exception, page.exception
    assert held_by(starter_engine, ann) is None
    page.switch_page("app_pages/label.py").run()
    back = held_by(starter_engine, ann)
    assert back is not None
    assert back.response_id == second.response_id


def test_an_empty_queue_counts_what_keeps_the_rest_away(
    starter_engine: Engine, acting_as: ActingAs, opened: Opened
) -> None:
    with writing(starter_engine) as session:
        local = share(session, now=datetime.now(UTC))
    # Everything is older than sharing, and the first person may have seen it.
    acting_as(starter_engine, local)
    page = opened("label")
    assert "Nothing is open for you now" in page.info[0].value
    assert "from the time when you worked alone" in words(page)
    assert not [one for one in page.button if str(one.key).startswith("label_follows")]


def test_a_response_that_another_tab_took_is_the_same_in_both(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    got = claim_label(starter_engine, annotator_id=ann, now=datetime.now(UTC))
    assert isinstance(got, Claim)
    page = opened("label")
    assert shown(page) == got.response_id
    assert page.session_state[LABEL_CLAIM].fence == got.fence


def test_a_label_that_was_ruled_on_offers_a_question_to_a_lead_and_no_undo(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    """Fails without ``is_ruled`` in label_queue.py:_draw_last."""
    page = press(opened("label"), "label_follows")
    with reading(starter_engine) as session:
        (label,) = last_live(session, annotator_id=ann, limit=9)
    rule(starter_engine, label.response_id)
    page.session_state["label_last"] = True
    page.run()
    names = [str(one.key) for one in page.button]
    assert f"label_undo_1_{label.id}" not in names
    assert "an adjudicator has ruled" in words(page)
    page.text_input(key=f"{WORK_REOPEN}{label.id}").set_value("I misread it.").run()
    press(page, f"work_reopen_1_{label.id}")
    with reading(starter_engine) as session:
        (asked,) = reopen_wanted(session)
    assert (asked.subject_kind, asked.handle, asked.reason) == ("label", "ann", "I misread it.")
    assert "there is no answer yet" in words(page)
    assert not [one for one in page.button if str(one.key).startswith("work_reopen_")]


def rule(engine: Engine, response_id: str) -> None:
    """Let an adjudicator rule on the labels of a response, as far as the facts go."""
    with writing(engine) as session:
        ada = add_annotator(session, "ada", kind=AnnotatorKind.HUMAN, now=MOMENT).id
        with recording(
            session,
            now=MOMENT,
            actor_id=ada,
            action="label.adjudicate",
            subject_kind="response",
            subject_id=response_id,
        ) as record:
            record.add(
                Adjudication(
                    id="ruling",
                    subject_id=response_id,
                    turn=1,
                    response_id=response_id,
                    annotator_id=ada,
                    ruling=Ruling.DOES_NOT_FOLLOW,
                    confidence=Confidence.HIGH,
                    error_category=ReasonCode.AMBIGUOUS,
                    reason="Read both.",
                    reason_hash=content_hash("Read both."),
                    created_at=MOMENT,
                )
            )


def test_the_overview_counts_what_two_people_could_not_tell(
    starter_engine: Engine, ann: str, opened: Opened
) -> None:
    """Fails without ``undecidable_responses`` in evidence_table.py:draw_evidence."""
    now = datetime.now(UTC)
    wanted = None
    for who in (ann, labeller(starter_engine, "bob")):
        got = claim_label(starter_engine, annotator_id=who, now=now, wanted=wanted)
        assert isinstance(got, Claim)
        wanted = ClaimFilter(only=got.subject_id)
        decide(
            starter_engine,
            annotator_id=who,
            response_id=got.subject_id,
            decision=Decision.CANNOT_TELL,
            reason="It could be read either way.",
            token="t",
            slot=ForSlot(slot_id=got.slot_id, fence=got.fence),
            now=now,
        )
    assert "1 response of which people cannot tell whether it follows" in words(opened("overview"))
