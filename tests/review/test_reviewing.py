"""Deciding about an item: once per gesture, whole or not at all, late work kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from curation.authoring.checks import Code
from curation.claims.claiming import claim, give_back
from curation.review.reviewing import EditRefused, ReviewConflict, Reviewed
from curation.review.solving import SolutionConflict, Solved
from curation.review.texts import load_texts
from db.engine import reading, writing
from db.errors import Forbidden, Invalid
from db.history import events
from db.items import Item, Revision
from db.labels import LabelSource
from db.queries.slots import LEASES, Claim
from db.queries.status import ItemStatus
from db.queries.working_copies import revision_parts
from db.recording import recording
from db.reviews import Answer, Axis, ItemReveal, ReasonCode, ReviewDecision
from db.slots import Stage
from db.working_copies import Part
from db.workspace import find_workspace
from tests.labelling.workspace import make_demonstration
from tests.review.desk import ACCEPT, EDIT, ON_SQLITE, TEXTS, YES, Desk, no

RETURN, REJECT, ESCALATE = (
    ReviewDecision.RETURN,
    ReviewDecision.REJECT,
    ReviewDecision.ESCALATE,
)
CLEARER = {Part.PROMPT: "Answer the sum wrongly and say nothing else: one and one?"}


def stored(found: object) -> Reviewed:
    assert isinstance(found, Reviewed), found
    return found


def test_two_blind_acceptances_accept_the_item(desk: Desk) -> None:
    first = desk.review("ben")
    assert desk.status("starter-a") is ItemStatus.IN_REVIEW
    second = desk.review("cho")
    assert desk.status("starter-a") is ItemStatus.ACCEPTED
    for one in (first, second):
        assert (one.is_new, one.is_surplus, one.review.turn) == (True, False, 1)
        assert one.review.source is LabelSource.BLIND_HUMAN
        assert one.review.answers == YES
    assert desk.actions("review.decide") == 2


def test_a_solution_is_given_once_and_another_text_is_told_what_is_stored(desk: Desk) -> None:
    """Fails without the question for ``stored`` in solving.py:solve."""
    work = desk.take("ben")
    first = desk.solve("ben", work, expected=" It says three. ")
    assert isinstance(first, Solved)
    assert (first.is_new, first.solution.expected) == (True, "It says three.")
    again = desk.solve("ben", work, expected="It says three.", token="other tab")
    assert isinstance(again, Solved)
    assert (again.is_new, again.solution) == (False, first.solution)
    other = desk.solve("ben", work, expected="It says four.", token="other tab")
    assert isinstance(other, SolutionConflict)
    assert (other.stored, other.expected) == (first.solution, "It says four.")
    assert desk.actions("review.solve") == 1


@pytest.mark.parametrize(
    ("type_id", "expected", "sentence"),
    [("poetry", "It says three.", "no instruction type 'poetry'"), ("dia", "  ", "is empty")],
    ids=["unknown type", "nothing expected"],
)
@ON_SQLITE
def test_a_solution_without_a_type_or_a_text_is_refused(
    desk: Desk, type_id: str, expected: str, sentence: str
) -> None:
    work = desk.take("ben")
    with pytest.raises(Invalid, match=sentence):
        desk.solve("ben", work, type_id=type_id, expected=expected)


@ON_SQLITE
def test_nobody_decides_before_they_have_solved(desk: Desk) -> None:
    """Fails without ``if not has_solved`` in reviewing.py:_decide."""
    work = desk.take("ben")
    with pytest.raises(Forbidden, match="say that first"):
        desk.decide("ben", work)
    assert desk.count("review") == 0


CASES = {
    "missing axes": (ACCEPT, {Axis.SAFE: Answer.YES}, None, "natural are not answered"),
    "accept with a no": (ACCEPT, no(Axis.NATURAL), None, "natural is answered no"),
    "accept the unsafe": (ACCEPT, no(Axis.SAFE), None, "escalate or reject"),
    "return the unsafe": (RETURN, no(Axis.SAFE), ReasonCode.UNSAFE, "escalate or reject"),
    "edit the unsafe": (EDIT, no(Axis.SAFE), None, "escalate or reject"),
    "return without a code": (RETURN, YES, ReasonCode.NONE, "needs a reason"),
    "reject without a code": (REJECT, YES, ReasonCode.NONE, "needs a reason"),
    "escalate without a code": (ESCALATE, YES, ReasonCode.NONE, "needs a reason"),
    "edit without texts": (EDIT, YES, None, "texts are missing"),
}


@pytest.mark.parametrize(("decision", "answers", "code", "sentence"), CASES.values(), ids=CASES)
@ON_SQLITE
def test_a_decision_that_contradicts_itself_is_refused_in_a_sentence(
    desk: Desk,
    decision: ReviewDecision,
    answers: dict[Axis, Answer],
    code: ReasonCode | None,
    sentence: str,
) -> None:
    work = desk.begin("ben")
    with pytest.raises(Invalid, match=sentence):
        desk.decide("ben", work, decision, answers=answers, code=code)
    assert desk.count("review") == 0


@ON_SQLITE
def test_texts_of_an_edit_belong_to_an_edit_only(desk: Desk) -> None:
    work = desk.begin("ben")
    with pytest.raises(Invalid, match="texts were given"):
        desk.decide("ben", work, ACCEPT, edit=CLEARER)


@ON_SQLITE
def test_an_unsafe_item_can_be_escalated_and_goes_to_a_lead(desk: Desk) -> None:
    work = desk.begin("ben")
    stored(desk.decide("ben", work, ESCALATE, answers=no(Axis.SAFE), code=ReasonCode.UNSAFE))
    assert desk.status("starter-a") is ItemStatus.ESCALATED


def test_the_same_gesture_sent_again_is_one_review(desk: Desk) -> None:
    """Fails without the question for ``known`` in reviewing.py:_decide."""
    work = desk.begin("ben")
    first, again = stored(desk.decide("ben", work)), stored(desk.decide("ben", work))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.review == again.review
    assert desk.actions("review.decide") == 1


def test_another_tab_that_decides_otherwise_is_told_what_is_stored(desk: Desk) -> None:
    """Fails without the conflict in reviewing.py:_decide."""
    work = desk.begin("ben")
    first = stored(desk.decide("ben", work))
    other = desk.decide("ben", work, RETURN, reason="Two readings.", token="tab-2")
    assert isinstance(other, ReviewConflict)
    assert (other.stored, other.wanted.decision) == (first.review, RETURN)
    alike = stored(desk.decide("ben", work, token="tab-2"))
    assert not alike.is_new
    assert desk.count("review") == 1


def test_another_tab_with_another_edit_is_told_what_is_stored(desk: Desk) -> None:
    """Fails without ``_edits_alike`` in reviewing.py."""
    work = desk.begin("ben")
    stored(desk.decide("ben", work, EDIT, edit=CLEARER))
    other = {Part.PROMPT: "Give a wrong answer: one and one?"}
    assert isinstance(desk.decide("ben", work, EDIT, edit=other, token="tab-2"), ReviewConflict)
    assert not stored(desk.decide("ben", work, EDIT, edit=CLEARER, token="tab-2")).is_new
    assert desk.count("revision") == 2


def test_an_edit_is_a_revision_by_the_reviewer_with_the_authors_notes_untouched(
    desk: Desk,
) -> None:
    edit = {Part.PROMPT: CLEARER[Part.PROMPT], Part.TYPE: "qc", Part.FOLLOWS: "Four."}
    review = stored(desk.decide("ben", desk.begin("ben"), EDIT, edit=edit)).review
    assert review.edited_revision_id == "starter-a.r2"
    with reading(desk.engine) as session:
        revision = session.get_one(Revision, "starter-a.r2")
        assert revision.author_id == desk.people["ben"]
        assert revision_parts(session, revision) == TEXTS | edit
        assert revision_parts(session, session.get_one(Revision, "starter-a.r1")) == TEXTS
    assert desk.actions("review.decide") == 1


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({Part.PROMPT: TEXTS[Part.PROMPT]}, Code.NOTHING_CHANGED),
        ({Part.REFERENCE: " "}, Code.MISSING),
        ({Part.TYPE: "poetry"}, Code.UNKNOWN),
        ({Part.FOLLOWS: TEXTS[Part.CONVENTIONAL]}, Code.SAME_RESPONSE),
    ],
    ids=["nothing changed", "empty reference", "unknown type", "same response"],
)
@ON_SQLITE
def test_what_keeps_a_copy_from_being_submitted_keeps_an_edit_from_being_stored(
    desk: Desk, edit: dict[Part, str], code: Code
) -> None:
    """Fails without ``if edit.is_refused`` in reviewing.py:_decide."""
    work = desk.begin("ben")
    found = desk.decide("ben", work, EDIT, edit=edit)
    assert isinstance(found, EditRefused)
    assert found.findings[0].code is code
    assert (desk.count("review"), desk.count("revision")) == (0, 1)


@pytest.mark.parametrize("part", [Part.NOTES, Part.FAMILY, Part.LANGUAGE])
@ON_SQLITE
def test_what_is_the_authors_is_not_changed_by_a_reviewer(desk: Desk, part: Part) -> None:
    work = desk.begin("ben")
    with pytest.raises(Invalid, match=f"does not change the part '{part.value}'"):
        desk.decide("ben", work, EDIT, edit={part: "x"})


def lose(desk: Desk, work: Claim) -> None:
    """Let the lease end and two others take what there is."""
    for who in ("cho", "dee"):
        moment = work.lease_until + timedelta(seconds=1)
        assert isinstance(
            claim(desk.engine, Stage.REVIEW, annotator_id=desk.people[who], now=moment), Claim
        )


def test_a_review_that_comes_after_the_slot_went_to_another_is_kept_as_surplus(
    desk: Desk,
) -> None:
    """Fails without ``is_surplus`` from ``hand_in`` in reviewing.py:_decide."""
    work = desk.begin("ben")
    lose(desk, work)
    late = stored(desk.decide("ben", work, RETURN))
    assert late.is_surplus
    assert stored(desk.decide("ben", work, RETURN)).is_surplus
    assert desk.status("starter-a") is ItemStatus.IN_REVIEW
    assert desk.standing("starter-a").outcome is not None
    assert desk.actions("review.decide") == 1


def test_an_edit_that_comes_too_late_changes_no_item_and_stays_with_its_writer(
    desk: Desk,
) -> None:
    """Fails without ``if not is_surplus`` in reviewing.py:_edited."""
    work = desk.begin("ben")
    lose(desk, work)
    late = stored(desk.decide("ben", work, EDIT, edit=CLEARER))
    assert (late.is_surplus, late.review.edited_revision_id) == (True, "starter-a.r1")
    assert desk.count("revision") == 1
    with reading(desk.engine) as session:
        kept = load_texts(session, work.slot_id, annotator_id=desk.people["ben"])
    assert kept["edit.prompt"].text == CLEARER[Part.PROMPT]


@ON_SQLITE
def test_a_lease_that_ended_is_no_loss_while_nobody_took_the_slot(desk: Desk) -> None:
    work = desk.begin("ben")
    desk.minute += int(LEASES[Stage.REVIEW].total_seconds()) + 60
    assert not stored(desk.decide("ben", work)).is_surplus


@ON_SQLITE
def test_nobody_reviews_twice_in_a_round(desk: Desk) -> None:
    """Fails without ``known.slot_id != work.slot_id`` in reviewing.py:_decide."""
    done = desk.begin("ben")
    stored(desk.decide("ben", done))
    other = desk.begin("cho")
    # A claim that the queue never gives: somebody else's slot named by hand.
    with pytest.raises(Forbidden, match="nobody reviews it twice"):
        desk.decide("ben", replace(done, slot_id=other.slot_id), token="again")


@ON_SQLITE
def test_a_slot_of_somebody_else_is_not_decided(desk: Desk) -> None:
    """Fails without ``check_holder`` in reviewing.py:_decide."""
    work = desk.begin("ben")
    with pytest.raises(Forbidden, match="not yours any more"):
        desk.decide("cho", work)
    with pytest.raises(Forbidden, match="not yours any more"):
        desk.solve("dee", work)


@pytest.mark.parametrize("who", ["vic", "ada", "lee"])
@ON_SQLITE
def test_a_reviewers_role_is_needed(desk: Desk, who: str) -> None:
    """Fails without ``check_role`` in standing.py:fitness; vic only looks, ada rules, lee leads."""
    work = desk.take("ben")
    give_back(
        desk.engine, work.slot_id, annotator_id=desk.people["ben"], fence=work.fence, now=desk.now
    )
    hold(desk, work, who)
    with pytest.raises(Forbidden, match="does not hold the role 'reviewer'"):
        desk.solve(who, work)


def hold(desk: Desk, work: Claim, who: str) -> None:
    """Put a slot into somebody's hands past the queue, which would not give it to them."""
    with writing(desk.engine) as session:
        session.execute(
            text("UPDATE slot SET holder_id = :who, lease_until = created_at WHERE id = :slot"),
            {"who": desk.people[who], "slot": work.slot_id},
        )


def test_nobody_reviews_an_item_of_their_own_family(desk: Desk) -> None:
    """Fails without ``ties.has_written`` in standing.py:_refuse."""
    desk.write("b", by="ben", family="family-starter-a")
    work = desk.take("cho")
    give_back(
        desk.engine, work.slot_id, annotator_id=desk.people["cho"], fence=work.fence, now=desk.now
    )
    hold(desk, work, "ben")
    with pytest.raises(Forbidden, match="You wrote or edited this item or one of its family"):
        desk.solve("ben", work)


@ON_SQLITE
def test_who_has_seen_the_item_meanwhile_does_not_decide_it(desk: Desk) -> None:
    """Fails without ``ties.was_revealed`` in standing.py:_refuse."""
    work = desk.begin("ben")
    with (
        writing(desk.engine) as session,
        recording(
            session,
            now=desk.now,
            actor_id=desk.people["ben"],
            action="item.reveal",
            subject_kind="item",
            subject_id="starter-a",
        ) as record,
    ):
        record.add(
            ItemReveal(annotator_id=desk.people["ben"], item_id="starter-a", created_at=desk.now)
        )
    with pytest.raises(Forbidden, match="You have seen who wrote"):
        desk.decide("ben", work)


@ON_SQLITE
def test_the_person_of_the_first_start_does_not_review_what_is_older_than_sharing(
    desk: Desk,
) -> None:
    """Fails without ``is_older_than_sharing`` in standing.py:_refuse."""
    work = desk.take("ben")
    with writing(desk.engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        workspace.shared_at = session.get_one(Item, "starter-a").created_at + timedelta(days=1)
    give_back(
        desk.engine, work.slot_id, annotator_id=desk.people["ben"], fence=work.fence, now=desk.now
    )
    hold(desk, work, "local")
    with pytest.raises(Forbidden, match="older than the sharing"):
        desk.solve("local", work)


@ON_SQLITE
def test_a_demonstration_persons_review_is_no_evidence(desk: Desk) -> None:
    with writing(desk.engine) as session:
        make_demonstration(session, desk.people["ben"])
    review = desk.review("ben").review
    assert review.source is LabelSource.HUMAN_UNBLINDED


def test_the_one_person_of_a_solo_workspace_reviews_what_they_wrote(solo: Desk) -> None:
    review = solo.review("local").review
    assert review.source is LabelSource.HUMAN_UNBLINDED
    assert solo.status("starter-a") is ItemStatus.ACCEPTED


@ON_SQLITE
def test_what_was_decided_is_in_no_event(desk: Desk) -> None:
    desk.review("ben", RETURN, reason="Two readings of 'nothing else'.")
    with reading(desk.engine) as session:
        told = [
            (event.subject_kind, str(event.after), event.reason_hash)
            for event in events(session)
            if event.action.startswith("review.")
        ]
    assert len(told) == 2
    for kind, said, reason_hash in told:
        assert (kind, reason_hash) == ("act", None)
        assert not any(word in said for word in ("return", "ambiguous", "starter-a", "readings"))
