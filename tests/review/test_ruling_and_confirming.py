"""What follows on a review: the other's word on an edit, a third reviewer, an adjudicator."""

import pytest

from curation.review.adjudicating import Ruled, RulingConflict
from curation.review.confirming import ConfirmConflict, Confirmed
from curation.review.disputes import ReviewDispute, dispute
from curation.review.reviewing import Reviewed
from db.annotators import AnnotatorKind
from db.engine import reading, writing
from db.errors import Forbidden, Invalid
from db.queries.slots import Claim
from db.queries.status import ItemStatus, accepted_revision
from db.reviews import ReviewDecision, Ruling
from db.roles import Role
from db.slots import Stage
from db.working_copies import Part
from db.workspace import add_annotator
from tests.people.team import give
from tests.review.desk import EDIT, ON_SQLITE, Desk
from tests.review.test_reviewing import hold

RETURN, REJECT = ReviewDecision.RETURN, ReviewDecision.REJECT
EDITED = "Answer this sum wrongly and say no more: one and one?"


def edited(desk: Desk) -> str:
    """Let ben edit and cho accept; give the review that edits."""
    review_id = desk.review("ben", EDIT, edit={Part.PROMPT: EDITED}).review_id
    desk.review("cho")
    return review_id


def disputed(desk: Desk) -> Claim:
    """Let three reviewers say three things, and an adjudicator take it."""
    desk.review("ben", EDIT, edit={Part.PROMPT: EDITED})
    desk.review("cho", RETURN)
    desk.review("dee", REJECT, stage=Stage.THIRD_REVIEW)
    return desk.take("ada", Stage.ADJUDICATE)


def test_an_edit_counts_when_the_other_has_confirmed_it(desk: Desk) -> None:
    review_id = edited(desk)
    assert desk.status("starter-a") is ItemStatus.IN_REVIEW
    found = desk.confirm("cho", review_id)
    assert isinstance(found, Confirmed)
    assert found.is_new
    assert desk.status("starter-a") is ItemStatus.ACCEPTED
    facts = desk.standing("starter-a").facts
    assert accepted_revision(facts) == "starter-a.r2"


def test_an_edit_that_is_refused_goes_to_a_third_reviewer(desk: Desk) -> None:
    review_id = edited(desk)
    desk.confirm("cho", review_id, yes=False, reason="It says less now.")
    assert desk.take("dee", Stage.THIRD_REVIEW).item_id == "starter-a"


def test_a_word_sent_again_is_one_and_another_one_is_told_what_is_stored(desk: Desk) -> None:
    """Fails without the question for ``known`` in confirming.py:confirm."""
    review_id = edited(desk)
    first, again = desk.confirm("cho", review_id), desk.confirm("cho", review_id)
    assert isinstance(first, Confirmed)
    assert isinstance(again, Confirmed)
    assert (again.is_new, again.confirmation) == (False, first.confirmation)
    other = desk.confirm("cho", review_id, yes=False, reason="No.", token="tab-2")
    assert isinstance(other, ConfirmConflict)
    assert other.stored == first.confirmation
    assert desk.actions("review.confirm") == 1


@ON_SQLITE
def test_only_whose_word_is_awaited_says_it(desk: Desk) -> None:
    """Fails without ``_check`` in confirming.py:confirm."""
    review_id = edited(desk)
    for who in ("ben", "dee"):
        with pytest.raises(Forbidden, match="is not awaited"):
            desk.confirm(who, review_id)
    with pytest.raises(Forbidden, match="'reviewer'"):
        desk.confirm("ann", review_id)


@ON_SQLITE
def test_a_refusal_says_why(desk: Desk) -> None:
    review_id = edited(desk)
    with pytest.raises(Invalid, match="no reason is given"):
        desk.confirm("cho", review_id, yes=False, reason="  ")


@ON_SQLITE
def test_a_third_review_makes_a_majority(desk: Desk) -> None:
    desk.review("ben")
    desk.review("cho", RETURN)
    desk.review("dee", RETURN, stage=Stage.THIRD_REVIEW)
    assert desk.status("starter-a") is ItemStatus.RETURNED


@pytest.mark.parametrize(
    ("ruling", "status"),
    [
        (Ruling.ACCEPT, ItemStatus.ACCEPTED),
        (Ruling.RETURN, ItemStatus.RETURNED),
        (Ruling.REJECT, ItemStatus.REJECTED),
    ],
)
@ON_SQLITE
def test_a_ruling_decides(desk: Desk, ruling: Ruling, status: ItemStatus) -> None:
    work = disputed(desk)
    assert desk.status("starter-a") is ItemStatus.ADJUDICATION
    found = desk.rule("ada", work, ruling)
    assert isinstance(found, Ruled)
    assert desk.status("starter-a") is status
    assert found.ruling.is_guideline_gap
    assert found.ruling.revision_id == ("starter-a.r1" if ruling is Ruling.ACCEPT else None)


def test_a_ruling_can_accept_an_edit(desk: Desk) -> None:
    work = disputed(desk)
    with reading(desk.engine) as session:
        found = dispute(session, work.slot_id, annotator_id=desk.people["ada"])
    assert isinstance(found, ReviewDispute)
    [letter] = [one.letter for one in found.opinions if one.edit]
    others = [one.letter for one in found.opinions if not one.edit]
    with pytest.raises(Invalid, match=f"There is no edit of '{others[0]}'"):
        desk.rule("ada", work, edit_of=others[0])
    ruled = desk.rule("ada", work, edit_of=letter)
    assert isinstance(ruled, Ruled)
    assert ruled.ruling.revision_id == "starter-a.r2"


def test_a_ruling_sent_again_is_one_and_another_one_is_told_what_is_stored(desk: Desk) -> None:
    """Fails without the question for ``known`` in adjudicating.py:_rule."""
    work = disputed(desk)
    first, again = desk.rule("ada", work), desk.rule("ada", work)
    assert isinstance(first, Ruled)
    assert isinstance(again, Ruled)
    assert (again.is_new, again.ruling) == (False, first.ruling)
    other = desk.rule("ada", work, Ruling.REJECT, token="tab-2")
    assert isinstance(other, RulingConflict)
    assert other.stored == first.ruling
    assert desk.actions("review.adjudicate") == 1


@pytest.mark.parametrize(
    ("ruling", "reason", "edit_of", "sentence"),
    [
        (Ruling.FOLLOWS, "Read.", "", "'follows' is not one on this dispute"),
        (Ruling.ACCEPT, " ", "", "has no reason"),
        (Ruling.RETURN, "Read.", "A", "only to accept it"),
    ],
    ids=["a label's", "no reason", "edit of a return"],
)
@ON_SQLITE
def test_a_ruling_that_contradicts_itself_is_refused(
    desk: Desk, ruling: Ruling, reason: str, edit_of: str, sentence: str
) -> None:
    work = disputed(desk)
    with pytest.raises(Invalid, match=sentence):
        desk.rule("ada", work, ruling, reason=reason, edit_of=edit_of)


def test_a_ruling_after_the_dispute_went_to_another_is_not_stored(desk: Desk) -> None:
    """Fails without ``if taken.is_surplus`` in adjudicating.py:_rule."""
    work = disputed(desk)
    old = Claim(**{**_fields(work), "fence": work.fence - 1})
    found = desk.rule("ada", old)
    assert isinstance(found, RulingConflict)
    assert found.stored is None
    assert desk.count("adjudication") == 0


def _fields(work: Claim) -> dict[str, object]:
    return {name: getattr(work, name) for name in Claim.__dataclass_fields__}


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("ann", "wrote or edited this item"), ("cho", "a reviewer of this round")],
    ids=["author", "reviewer"],
)
@ON_SQLITE
def test_whoever_had_a_part_in_it_does_not_rule(desk: Desk, who: str, sentence: str) -> None:
    """Fails without ``check_neutral`` in adjudicating.py:_rule."""
    work = disputed(desk)
    with writing(desk.engine) as session:
        give(session, desk.people[who], Role.ADJUDICATOR)
    hold(desk, work, who)
    with pytest.raises(Forbidden, match=sentence):
        desk.rule(who, work)


@ON_SQLITE
def test_an_adjudicators_role_is_needed(desk: Desk) -> None:
    work = disputed(desk)
    hold(desk, work, "lee")
    with pytest.raises(Forbidden, match="does not hold the role 'adjudicator'"):
        desk.rule("lee", work)


@ON_SQLITE
def test_an_edit_of_the_type_takes_nobodys_work_away(desk: Desk) -> None:
    """Fails when standing.py:check_role asks for the role for one of the two types only."""
    with writing(desk.engine) as session:
        for who, type_id in (("fay", "dia"), ("gus", "qc")):
            desk.people[who] = add_annotator(
                session, who, kind=AnnotatorKind.HUMAN, now=desk.now
            ).id
            give(session, desk.people[who], Role.REVIEWER, type_ids=[type_id])
    work = desk.begin("fay")
    review_id = desk.review("ben", EDIT, edit={Part.TYPE: "qc"}).review_id
    assert isinstance(desk.decide("fay", work), Reviewed)
    assert isinstance(desk.confirm("fay", review_id), Confirmed)
    desk.write("b")
    desk.send("b")
    desk.review("ben", EDIT, edit={Part.TYPE: "qc"})
    assert desk.review("gus").review.item_id == "b"
