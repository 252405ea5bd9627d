"""Taking a decision back: until somebody has built on it, and then a lead is asked."""

import pytest
from sqlmodel import select

from curation.claims.claiming import claim
from curation.review.reviewing import Reviewed
from curation.review.seeing import see_item
from curation.review.undoing import ReopenRequested, WhyNot, recent, request_reopen
from db.acts import ActKind
from db.base import Table
from db.contents import build_person_label
from db.engine import reading, writing
from db.errors import Forbidden, Invalid, NotFound
from db.labels import Decision, LabelSource
from db.queries.slots import Claim
from db.queries.status import ItemStatus
from db.recording import recording
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.reviews import ReviewDecision, Ruling, Withdrawn
from db.slots import Stage
from db.working_copies import Part
from tests.review.desk import EDIT, ON_SQLITE, Desk
from tests.review.test_ruling_and_confirming import EDITED, disputed, edited

REVIEW, CONFIRMATION, RULING = Withdrawn.REVIEW, Withdrawn.CONFIRMATION, Withdrawn.ADJUDICATION
RETURN = ReviewDecision.RETURN


def why_not(desk: Desk, who: str) -> list[WhyNot | None]:
    with reading(desk.engine) as session:
        return [one.why_not for one in recent(session, annotator_id=desk.people[who])]


def ask(desk: Desk, who: str, kind: Withdrawn | None, subject_id: str) -> ReopenRequested:
    return request_reopen(
        desk.engine,
        kind,
        subject_id,
        annotator_id=desk.people[who],
        reason="I misread it.",
        now=desk.now,
    )


def test_a_review_that_is_taken_back_is_decided_again_by_the_same_person(desk: Desk) -> None:
    """Fails without ``reopen_slot`` in undoing.py:_give_again."""
    first = desk.review("ben")
    undone = desk.undo("ben", REVIEW, first.review_id)
    assert undone.is_new
    assert undone.claim is not None
    again = desk.decide("ben", undone.claim, RETURN, token="second")
    assert isinstance(again, Reviewed)
    assert (again.is_new, again.is_surplus, again.review.turn) == (True, False, 2)
    desk.review("cho", RETURN)
    assert desk.status("starter-a") is ItemStatus.RETURNED
    assert (desk.actions("review.undo"), desk.count("review")) == (1, 3)


def test_undoing_twice_is_one_event(desk: Desk) -> None:
    """Fails without the question for ``taken_back_at`` in undoing.py:undo."""
    review_id = desk.review("ben").review_id
    first, again = (desk.undo("ben", REVIEW, review_id) for _ in range(2))
    assert (first.is_new, again.is_new, again.at) == (True, False, first.at)
    assert desk.actions("review.undo") == 1


def test_undoing_gives_the_work_back_though_the_next_one_is_claimed(desk: Desk) -> None:
    """Fails without ``free`` in undoing.py:_give_again: the slot would be anybody's."""
    desk.write("b")
    desk.send("b")
    review = desk.review("ben")
    following = desk.take("ben")
    undone = desk.undo("ben", REVIEW, review.review_id)
    assert undone.claim is not None
    assert undone.claim.slot_id == review.review.slot_id
    held = claim(desk.engine, Stage.REVIEW, annotator_id=desk.people["ben"], now=desk.now)
    assert isinstance(held, Claim)
    assert held.slot_id == undone.claim.slot_id != following.slot_id


@ON_SQLITE
def test_an_edit_that_is_taken_back_does_not_make_its_reviewer_an_author(desk: Desk) -> None:
    """Fails without ``edited`` in db/queries/reviews.py:_has_written or slot_rules.py:_own."""
    review = desk.review("ben", EDIT, edit={Part.PROMPT: EDITED})
    undone = desk.undo("ben", REVIEW, review.review_id)
    assert undone.claim is not None
    assert desk.take("ben").slot_id == undone.claim.slot_id
    assert isinstance(desk.decide("ben", undone.claim, token="second"), Reviewed)


def test_a_decided_round_is_not_undone_but_asked_about(desk: Desk) -> None:
    """Fails without ``ROUND_DECIDED`` in undoing.py:_why_not_review."""
    review_id = desk.review("ben").review_id
    with pytest.raises(Forbidden, match="can still be taken back"):
        ask(desk, "ben", REVIEW, review_id)
    desk.review("cho")
    assert why_not(desk, "ben") == [WhyNot.ROUND_DECIDED]
    with pytest.raises(Forbidden, match=r"the other review is in.*ask a lead"):
        desk.undo("ben", REVIEW, review_id)
    first, again = ask(desk, "ben", REVIEW, review_id), ask(desk, "ben", REVIEW, review_id)
    assert (first.is_new, again.is_new, again.request_id) == (True, False, first.request_id)
    assert desk.count("reopen_request") == 1


@ON_SQLITE
def test_reviews_that_differ_can_be_taken_back_until_a_third_reviewer_is_at_work(
    desk: Desk,
) -> None:
    """Fails without ``THIRD_REVIEW`` in undoing.py:_why_not_in_round."""
    desk.review("ben")
    desk.review("cho", RETURN)
    assert (why_not(desk, "ben"), why_not(desk, "cho")) == ([None], [None])
    desk.take("dee", Stage.THIRD_REVIEW)
    assert why_not(desk, "ben") == [WhyNot.THIRD_REVIEW]


@ON_SQLITE
def test_taking_a_differing_review_back_takes_the_third_reviewers_slot_away(desk: Desk) -> None:
    desk.review("ben")
    back = desk.review("cho", RETURN)
    undone = desk.undo("cho", REVIEW, back.review_id)
    assert undone.claim is not None
    assert isinstance(desk.decide("cho", undone.claim, token="second"), Reviewed)
    assert desk.status("starter-a") is ItemStatus.ACCEPTED


@ON_SQLITE
def test_a_review_whose_edit_was_spoken_about_stays(desk: Desk) -> None:
    """Fails without ``CONFIRMED`` in undoing.py:_why_not_review."""
    review_id = edited(desk)
    assert why_not(desk, "ben") == [None]
    desk.confirm("cho", review_id, yes=False, reason="No.")
    assert why_not(desk, "ben") == [WhyNot.CONFIRMED]
    assert why_not(desk, "cho") == [None, WhyNot.CONFIRMED]


def test_a_word_on_an_edit_can_be_taken_back_and_said_again(desk: Desk) -> None:
    review_id = edited(desk)
    desk.confirm("cho", review_id)
    assert desk.status("starter-a") is ItemStatus.ACCEPTED
    with reading(desk.engine) as session:
        newest = recent(session, annotator_id=desk.people["cho"])[0]
    assert (newest.decision.kind, newest.may_undo) == (CONFIRMATION, True)
    desk.undo("cho", CONFIRMATION, newest.decision.id)
    assert desk.status("starter-a") is ItemStatus.IN_REVIEW
    desk.confirm("cho", review_id, yes=False, reason="No.", token="second")
    assert desk.take("dee", Stage.THIRD_REVIEW).item_id == "starter-a"


def test_a_ruling_can_be_taken_back_and_ruled_again(desk: Desk) -> None:
    work = disputed(desk)
    desk.rule("ada", work)
    with reading(desk.engine) as session:
        [newest] = recent(session, annotator_id=desk.people["ada"])
    undone = desk.undo("ada", RULING, newest.decision.id)
    assert desk.status("starter-a") is ItemStatus.ADJUDICATION
    assert undone.claim is not None
    desk.rule("ada", undone.claim, Ruling.REJECT, token="second")
    assert desk.status("starter-a") is ItemStatus.REJECTED
    assert why_not(desk, "ben") == [WhyNot.RULED]


@ON_SQLITE
def test_nothing_is_taken_back_after_the_item_went_on(desk: Desk) -> None:
    """Fails without ``_went_on`` in undoing.py:_why_not_in_round."""
    desk.review("ben")
    desk.send("starter-a", kind=ActKind.REOPEN)
    assert why_not(desk, "ben") == [WhyNot.ACTED]


@ON_SQLITE
def test_nothing_is_taken_back_after_its_round_was_seen(desk: Desk) -> None:
    """Fails without ``was_revealed`` in undoing.py:_why_not_in_round."""
    review_id = edited(desk)
    desk.confirm("cho", review_id)
    see_item(desk.engine, "starter-a", annotator_id=desk.people["cho"], now=desk.now)
    assert why_not(desk, "cho")[0] is WhyNot.SEEN


@ON_SQLITE
def test_only_the_last_ten_can_be_taken_back(desk: Desk) -> None:
    """Fails when undoing.py:undo asks ``_why_not`` without looking at the last ten."""
    review_id = desk.review("ben").review_id
    for number in range(10):
        desk.write(f"more-{number}")
        desk.send(f"more-{number}")
        desk.review("ben")
    assert why_not(desk, "ben") == [None] * 10
    with pytest.raises(Forbidden, match="older than your last 10"):
        desk.undo("ben", REVIEW, review_id)
    assert ask(desk, "ben", REVIEW, review_id).is_new


@ON_SQLITE
def test_nobody_undoes_or_asks_about_what_another_decided(desk: Desk) -> None:
    review_id = desk.review("ben").review_id
    with pytest.raises(Forbidden, match="another person's"):
        desk.undo("cho", REVIEW, review_id)
    with pytest.raises(Forbidden, match="another person's"):
        ask(desk, "cho", REVIEW, review_id)
    with pytest.raises(NotFound, match="There is no review 'review-x'"):
        desk.undo("ben", REVIEW, "review-x")
    with pytest.raises(Invalid, match="has no reason"):
        request_reopen(
            desk.engine,
            REVIEW,
            review_id,
            annotator_id=desk.people["ben"],
            reason=" ",
            now=desk.now,
        )


@ON_SQLITE
def test_the_one_person_of_a_solo_workspace_can_take_a_review_back(solo: Desk) -> None:
    review = solo.review("local")
    undone = solo.undo("local", REVIEW, review.review_id)
    assert solo.status("starter-a") is ItemStatus.IN_REVIEW
    assert undone.claim is not None
    solo.decide("local", undone.claim, RETURN, token="second")
    assert solo.status("starter-a") is ItemStatus.RETURNED


def test_nothing_is_taken_back_after_a_label_or_a_release(solo: Desk) -> None:
    """Fails without ``LABELLED`` or ``RELEASED`` in undoing.py."""
    solo.review("local")
    assert why_not(solo, "local") == [None]
    with reading(solo.engine) as session:
        response_id = session.exec(select(Response.id)).first()
    moment = solo.now
    label = build_person_label(
        label_id="label-1",
        response_id=str(response_id),
        annotator_id=solo.people["local"],
        source=LabelSource.HUMAN_UNBLINDED,
        turn=1,
        decision=Decision.FOLLOWS,
        requirements={},
        now=moment,
        event_id="",
    )
    put(solo, label.label)
    assert why_not(solo, "local") == [WhyNot.LABELLED]
    release = Release(
        version="1.0.0",
        content_hash="sha256:0",
        row_count=1,
        author_id=solo.people["local"],
        created_at=moment,
    )
    row = ReleaseRow(
        release_version="1.0.0",
        position=1,
        item_id="starter-a",
        revision_id="starter-a.r1",
        content_sha256="0",
    )
    put(solo, release, row)
    assert why_not(solo, "local") == [WhyNot.RELEASED]


def put(desk: Desk, *rows: Table) -> None:
    """Record facts as they are."""
    with (
        writing(desk.engine) as session,
        recording(
            session,
            now=desk.now,
            actor_id=desk.people["local"],
            action="test.fact",
            subject_kind="item",
            subject_id="starter-a",
        ) as record,
    ):
        for row in rows:
            record.add(row)
