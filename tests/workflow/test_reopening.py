"""Requests to decide again: granted, declined, by whom, and twice."""

import pytest
from sqlalchemy import Engine

from curation.review.reopening import Answered, answer
from curation.review.undoing import request_reopen
from db.engine import writing
from db.errors import Conflict, Forbidden, NotFound
from db.queries.status import ItemStatus
from db.reviews import ReviewDecision, Withdrawn
from db.roles import Role
from tests.people.team import give, join
from tests.review.desk import ON_SQLITE, Desk, furnish

RETURN = ReviewDecision.RETURN


@pytest.fixture
def asked(engine: Engine) -> tuple[Desk, str]:
    """An item that two reviewers returned, and the request of one of them to decide again."""
    desk = furnish(engine)
    desk.write("starter-a")
    desk.send("starter-a")
    one = desk.review("ben", RETURN)
    desk.review("cho", RETURN)
    assert desk.status("starter-a") is ItemStatus.RETURNED
    # The round is decided, so that neither can be taken back any more.
    made = request_reopen(
        desk.engine,
        Withdrawn.REVIEW,
        one.review_id,
        annotator_id=desk.people["ben"],
        reason="I misread it.",
        now=desk.now,
    )
    return desk, made.request_id


def answered(desk: Desk, request: str, *, granted: bool, by: str = "lee") -> Answered:
    return answer(
        desk.engine,
        request,
        lead_id=desk.people[by],
        is_granted=granted,
        reason="So.",
        now=desk.now,
    )


def test_granting_opens_a_new_round_once(asked: tuple[Desk, str]) -> None:
    desk, request = asked
    assert answered(desk, request, granted=True).status is ItemStatus.IN_REVIEW
    assert not answered(desk, request, granted=True).is_new
    acts = desk.standing("starter-a").facts.acts
    assert [(one.kind.value, one.slots) for one in acts] == [("submit", 2), ("reopen", 2)]
    assert desk.actions("review.answer_reopen") == 1


@ON_SQLITE
def test_declining_changes_nothing_and_another_answer_is_refused(asked: tuple[Desk, str]) -> None:
    desk, request = asked
    assert answered(desk, request, granted=False).status is ItemStatus.RETURNED
    with pytest.raises(Conflict, match="was declined by 'lee' meanwhile"):
        answered(desk, request, granted=True)


@ON_SQLITE
def test_nobody_answers_without_the_role_or_for_themselves_or_for_what_they_wrote(
    asked: tuple[Desk, str],
) -> None:
    desk, request = asked
    with pytest.raises(Forbidden, match="does not hold the role 'lead'"):
        answered(desk, request, granted=True, by="cho")
    with writing(desk.engine) as session:
        for who in ("ben", "ann"):
            give(session, desk.people[who], Role.LEAD)
        desk.people["zoe"] = join(session, "zoe", Role.ADMIN)
    with pytest.raises(Forbidden, match="'ben' asked for this"):
        answered(desk, request, granted=True, by="ben")
    with pytest.raises(Forbidden, match="who wrote in the family"):
        answered(desk, request, granted=True, by="ann")
    with pytest.raises(Forbidden, match="does not hold the role 'lead'"):
        answered(desk, request, granted=True, by="zoe")
    with pytest.raises(NotFound, match="'nothing'"):
        answered(desk, "nothing", granted=True)
    # Nothing was left behind by what was refused.
    assert desk.count("reopen_answer") == 0
