"""What an author is told of a round: its reasons, once it is decided, and never who gave them."""

import dataclasses

from curation.review.material import axis_field
from curation.review.reviewing import Reviewed
from curation.review.said import Said, find_said, returned_to
from curation.review.texts import save_text
from db.engine import reading
from db.reviews import Answer, Axis, ReasonCode, ReviewDecision, Ruling
from db.slots import Stage
from tests.review.desk import ON_SQLITE, Desk, no

RETURN = ReviewDecision.RETURN


def said(desk: Desk, who: str) -> Said | None:
    with reading(desk.engine) as session:
        return find_said(session, "starter-a", annotator_id=desk.people[who])


def returned(desk: Desk, who: str) -> list[str]:
    with reading(desk.engine) as session:
        found = returned_to(session, annotator_id=desk.people[who])
    return [one.item_id for one in found]


def send_back(desk: Desk, who: str, reason: str) -> None:
    found = desk.decide(
        who,
        desk.begin(who),
        RETURN,
        answers=no(Axis.UNAMBIGUOUS) | {Axis.NATURAL: Answer.UNSURE},
        reason=reason,
    )
    assert isinstance(found, Reviewed), found


def test_an_author_reads_why_an_item_came_back_once_the_round_is_decided(desk: Desk) -> None:
    """Fails without the look at ``DECIDED`` in said.py:find_said."""
    send_back(desk, "ben", "One and one of what?")
    assert said(desk, "ann") is None
    assert returned(desk, "ann") == []
    send_back(desk, "cho", "Say whether words count.")
    found = said(desk, "ann")
    assert found is not None
    assert [(one.letter, one.decision, one.reason_code, one.reason) for one in found.reviews] == [
        ("A", RETURN, ReasonCode.AMBIGUOUS, "One and one of what?"),
        ("B", RETURN, ReasonCode.AMBIGUOUS, "Say whether words count."),
    ]
    assert found.reviews[0].doubts == {Axis.UNAMBIGUOUS: Answer.NO}
    # Nobody is named.
    told = str(dataclasses.asdict(found))
    assert not [person for person in desk.people.values() if person in told]


@ON_SQLITE
def test_an_author_reads_what_a_reviewer_said_to_be_unsure_of(desk: Desk) -> None:
    """Fails without ``load_texts`` in said.py:_doubts, and when it lists every unsure answer."""
    work = desk.begin("ben")
    save_text(
        desk.engine,
        work.slot_id,
        axis_field(Axis.NATURAL),
        Answer.UNSURE.value,
        annotator_id=desk.people["ben"],
        base_number=0,
        tab="tab",
        now=desk.now,
    )
    unsure = {Axis.NATURAL: Answer.UNSURE, Axis.SAFE: Answer.UNSURE}
    desk.decide("ben", work, RETURN, answers=no(Axis.UNAMBIGUOUS) | unsure, reason="One.")
    send_back(desk, "cho", "Two.")
    found = said(desk, "ann")
    assert found is not None
    # What ben left open is stored as unsure as well and is not told.
    assert found.reviews[0].doubts == {Axis.UNAMBIGUOUS: Answer.NO, Axis.NATURAL: Answer.UNSURE}
    assert found.reviews[1].doubts == {Axis.UNAMBIGUOUS: Answer.NO}


@ON_SQLITE
def test_what_came_back_waits_for_its_author_until_it_is_sent_again(desk: Desk) -> None:
    """Fails when said.py:returned_to gives all that was returned."""
    send_back(desk, "ben", "One.")
    send_back(desk, "cho", "Two.")
    assert (returned(desk, "ann"), returned(desk, "dee")) == (["starter-a"], [])


@ON_SQLITE
def test_who_contributes_nothing_reads_no_reasons(desk: Desk) -> None:
    """Fails without CONTRIBUTORS in said.py:find_said."""
    send_back(desk, "ben", "One.")
    send_back(desk, "cho", "Two.")
    assert said(desk, "vic") is None
    assert said(desk, "lee") is not None


@ON_SQLITE
def test_the_ruling_of_an_adjudicator_is_told_with_its_reason(desk: Desk) -> None:
    send_back(desk, "ben", "One.")
    desk.review("cho")
    desk.review("dee", ReviewDecision.REJECT, stage=Stage.THIRD_REVIEW, reason="Known.")
    work = desk.take("ada", Stage.ADJUDICATE)
    desk.rule("ada", work, Ruling.RETURN, reason="Name the unit.")
    found = said(desk, "ann")
    assert found is not None
    assert found.ruling is not None
    assert (found.ruling.ruling, found.ruling.reason) == (Ruling.RETURN, "Name the unit.")
    assert returned(desk, "ann") == ["starter-a"]
