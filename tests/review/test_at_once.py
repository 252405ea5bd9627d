"""Two processes at the same moment: a double click, two tabs, two reviewers, skip and submit."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from db.acts import ActKind
from db.engine import reading
from db.queries.slots import Claim, read_slot
from db.queries.status import ItemStatus
from db.slots import Stage
from db.verification import check_database
from tests.programs import Program, program
from tests.review.desk import Desk, furnish

TIMES = 4
# Enough for both to have read their line.
AHEAD_SECONDS = 0.01
Told = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A workspace and two processes at it."""

    desk: Desk
    one: Program
    two: Program

    def at_once(self, one: dict[str, object], two: dict[str, object]) -> list[Told]:
        """Make two gestures at one moment; give the answers by their kind."""
        moment = time.monotonic() + AHEAD_SECONDS
        for process, gesture in ((self.one, one), (self.two, two)):
            process.tell(json.dumps(gesture | {"moment": moment}))
        told: list[Told] = [json.loads(process.line()) for process in (self.one, self.two)]
        return sorted(told, key=lambda one: (one["kind"], one.get("id", "")))

    def gesture(self, call: str, who: str, work: Claim, **more: object) -> dict[str, object]:
        """Say what is asked for in a piece of work."""
        return {
            "call": call,
            "annotator_id": self.desk.people[who],
            "slot_id": work.slot_id,
            "fence": work.fence,
            **more,
        }


@pytest.fixture
def meeting(engine: Engine, migrated_url: str) -> Iterator[Meeting]:
    desk = furnish(engine)
    for number in range(TIMES):
        desk.write(f"item-{number}")
    with (
        program("tests.review.gestures", migrated_url) as one,
        program("tests.review.gestures", migrated_url) as two,
    ):
        for process in (one, two):
            assert process.line() == "ready"
        yield Meeting(desk=desk, one=one, two=two)
    assert check_database(engine).findings == ()


def kinds(told: list[Told]) -> list[str]:
    return [one["kind"] for one in told]


def test_a_decision_sent_twice_at_once_is_one_review_with_the_same_answer(
    meeting: Meeting,
) -> None:
    """Fails without the question for ``known`` in reviewing.py:_decide."""
    for number in range(TIMES):
        meeting.desk.send(f"item-{number}")
        gesture = meeting.gesture(
            "decide", "ben", meeting.desk.begin("ben"), decision="accept", token="t"
        )
        one, two = meeting.at_once(gesture, dict(gesture))
        assert one == two
        assert one["kind"] == "Reviewed"
    assert meeting.desk.actions("review.decide") == TIMES


def test_of_two_tabs_that_decide_otherwise_one_is_asked(meeting: Meeting) -> None:
    """Fails without the conflict in reviewing.py:_decide."""
    for number in range(TIMES):
        meeting.desk.send(f"item-{number}")
        work = meeting.desk.begin("ben")
        told = meeting.at_once(
            meeting.gesture("decide", "ben", work, decision="accept", token="tab-1"),
            meeting.gesture("decide", "ben", work, decision="return", token="tab-2"),
        )
        assert kinds(told) == ["ReviewConflict", "Reviewed"]
    assert meeting.desk.count("review") == TIMES


def test_two_tabs_that_solve_otherwise_store_one_solution(meeting: Meeting) -> None:
    """Fails without ``stored`` in solving.py:solve."""
    for number in range(TIMES):
        meeting.desk.send(f"item-{number}")
        work = meeting.desk.take("ben")
        told = meeting.at_once(
            meeting.gesture("solve", "ben", work, expected="Three.", token="tab-1"),
            meeting.gesture("solve", "ben", work, expected="Four.", token="tab-2"),
        )
        assert kinds(told) == ["SolutionConflict", "Solved"]
        meeting.desk.decide("ben", work)
    assert meeting.desk.count("solution") == TIMES


def test_two_reviewers_who_decide_at_once_decide_the_round(meeting: Meeting) -> None:
    """Fails when ``after`` is called before the review is recorded: nobody sees the second one."""
    desk = meeting.desk
    for number in range(TIMES):
        item_id = f"item-{number}"
        desk.send(item_id)
        other = "accept" if number % 2 else "return"
        told = meeting.at_once(
            meeting.gesture("decide", "ben", desk.begin("ben"), decision="accept", token="t"),
            meeting.gesture("decide", "cho", desk.begin("cho"), decision=other, token="t"),
        )
        assert kinds(told) == ["Reviewed", "Reviewed"]
        if other == "accept":
            assert desk.status(item_id) is ItemStatus.ACCEPTED
        else:
            assert desk.review("dee", stage=Stage.THIRD_REVIEW).review.item_id == item_id


def test_of_skip_and_submit_at_once_one_has_the_work(meeting: Meeting) -> None:
    """Fails without ``is_surplus`` from ``hand_in`` in reviewing.py:_decide."""
    for number in range(TIMES):
        meeting.desk.send(f"item-{number}")
        work = meeting.desk.begin("ben")
        told = meeting.at_once(
            meeting.gesture("decide", "ben", work, decision="accept", token="t"),
            meeting.gesture("skip", "ben", work),
        )
        with reading(meeting.desk.engine) as session:
            is_done = read_slot(session, work.slot_id).done_at is not None
        reviewed = next(one for one in told if one["kind"] == "Reviewed")
        assert kinds(told) == (["Lost", "Reviewed"] if is_done else ["Reviewed", "Skipped"])
        assert reviewed["id"].endswith(str(not is_done))
    assert meeting.desk.count("review") == TIMES


def test_an_undo_sent_twice_at_once_is_one(meeting: Meeting) -> None:
    """Fails without the question for ``taken_back_at`` in undoing.py:undo."""
    for number in range(TIMES):
        meeting.desk.send(f"item-{number}")
        review = meeting.desk.review("ben")
        gesture: dict[str, object] = {
            "call": "undo",
            "kind": "review",
            "subject_id": review.review_id,
            "annotator_id": meeting.desk.people["ben"],
        }
        one, two = meeting.at_once(gesture, dict(gesture))
        assert one == two
        assert one["kind"] == "Undone"
        work = meeting.desk.take("ben")
        meeting.desk.decide("ben", work, token="again")
    assert meeting.desk.actions("review.undo") == TIMES


def test_of_an_undo_and_the_others_review_one_is_first(meeting: Meeting) -> None:
    """Fails without ``_give_again`` in undoing.py:undo."""
    desk = meeting.desk
    for number in range(TIMES):
        item_id = f"item-{number}"
        desk.send(item_id)
        review, work = desk.review("ben"), desk.begin("cho")
        told = meeting.at_once(
            {
                "call": "undo",
                "kind": "review",
                "subject_id": review.review_id,
                "annotator_id": desk.people["ben"],
            },
            meeting.gesture("decide", "cho", work, decision="accept", token="t"),
        )
        if kinds(told) == ["Forbidden", "Reviewed"]:
            assert "the other review is in" in told[0]["sentence"]
            assert desk.status(item_id) is ItemStatus.ACCEPTED
        else:
            assert kinds(told) == ["Reviewed", "Undone"]
            assert desk.status(item_id) is ItemStatus.IN_REVIEW
            desk.decide("ben", desk.take("ben"), token="again")
            assert desk.status(item_id) is ItemStatus.ACCEPTED


def test_a_text_saved_in_two_tabs_at_once_is_kept_in_both(meeting: Meeting) -> None:
    """Fails without ``if not others`` in texts.py:save_text."""
    meeting.desk.send("item-0")
    work = meeting.desk.take("ben")
    for number in range(TIMES):
        gesture: dict[str, object] = {
            "call": "save",
            "annotator_id": meeting.desk.people["ben"],
            "slot_id": work.slot_id,
            "field": f"field-{number}",
            "base_number": 0,
        }
        told = meeting.at_once(
            gesture | {"text": "One.", "tab": "tab-1"}, gesture | {"text": "Two.", "tab": "tab-2"}
        )
        assert kinds(told) == ["SavedText", "StaleText"]
    assert meeting.desk.count("slot_text") == 2 * TIMES


def test_a_round_opened_again_while_somebody_decides_makes_late_work_surplus(
    meeting: Meeting,
) -> None:
    desk = meeting.desk
    desk.send("item-0")
    work = desk.begin("ben")
    desk.send("item-0", kind=ActKind.REOPEN)
    told = meeting.at_once(
        meeting.gesture("decide", "ben", work, decision="accept", token="t"),
        meeting.gesture("decide", "ben", work, decision="accept", token="t"),
    )
    assert told[0] == told[1]
    assert told[0]["id"].endswith("True")
