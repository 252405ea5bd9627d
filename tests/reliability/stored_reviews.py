"""Owns comparing what reviewers were told with what the database holds."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from curation.review.confirming import EDIT_CONFIRMED
from curation.review.reviewing import REVIEW_DECIDED
from curation.review.rounds import reconcile
from curation.review.solving import REVIEW_SOLVED
from curation.review.undoing import DECISION_UNDONE
from db.acts import ActKind, ItemAct
from db.engine import reading, writing
from db.history import Event
from db.items import Item, Revision
from db.reviews import Axis, Confirmation, Review, ReviewAxis, ReviewDecision, Solution, Withdrawal
from db.slots import Slot, SlotText
from db.verification import check_database
from tests.reliability.journal import Entry

Journals = Mapping[str, Sequence[Entry]]


def assert_reviews_are_as_told(engine: Engine, journals: Journals) -> None:
    """Every answer is in the database exactly once; nothing else, and nothing half, is."""
    with reading(engine) as session:
        reviews = list(session.exec(select(Review)))
        solutions = list(session.exec(select(Solution)))
        confirmations = list(session.exec(select(Confirmation)))
        undone = list(session.exec(select(Withdrawal)))
        _assert_whole(session, reviews)
        _assert_live(reviews, {row.subject_id for row in undone})
        _assert_slots(session, reviews, {row.subject_id for row in undone})
        _assert_events(
            session,
            {
                REVIEW_DECIDED: ("review", [row.id for row in reviews]),
                EDIT_CONFIRMED: ("confirmation", [row.id for row in confirmations]),
                DECISION_UNDONE: ("decision", [row.subject_id for row in undone]),
            },
            solutions=len(solutions),
        )
        stored = {
            "decide": {row.reason: row.id for row in reviews},
            "solve": {row.expected: row.id for row in solutions},
            "confirm": {row.reason: row.id for row in confirmations},
            "reopen": {
                row.reason: row.id
                for row in session.exec(select(ItemAct).where(ItemAct.kind == ActKind.REOPEN))
            },
            "type": {row.text: row.slot_id for row in session.exec(select(SlotText))},
        }
    assert len(stored["decide"]) == len(reviews), "a gesture is stored twice"
    assert len(stored["solve"]) == len(solutions), "a solution is stored twice"
    _assert_answers(journals, stored, {row.subject_id for row in undone})
    _assert_settled(engine)
    assert check_database(engine).findings == ()


def _assert_whole(session: Session, reviews: Sequence[Review]) -> None:
    axes = Counter(session.exec(select(ReviewAxis.review_id)))
    assert axes == {row.id: len(Axis) for row in reviews}, "half a review"
    edited = [
        row.edited_revision_id
        for row in reviews
        if row.decision is ReviewDecision.ACCEPT_WITH_EDIT and not row.is_surplus
    ]
    later = session.exec(select(Revision.id).where(Revision.number > 1)).all()
    assert sorted(later) == sorted(map(str, edited)), "a revision without its review"


def _assert_live(reviews: Sequence[Review], undone: set[str]) -> None:
    live = Counter((row.act_id, row.annotator_id) for row in reviews if row.id not in undone)
    assert max(live.values()) == 1, "somebody reviewed twice in a round"


def _assert_slots(session: Session, reviews: Sequence[Review], undone: set[str]) -> None:
    counting = Counter(
        row.slot_id for row in reviews if row.id not in undone and not row.is_surplus
    )
    assert max(counting.values()) == 1, "two reviews for one slot"
    done = set(session.exec(select(Slot.id).where(col(Slot.done_at).is_not(None))))
    assert done == set(counting), "a slot is done without a review, or the other way round"


def _assert_events(
    session: Session, wanted: Mapping[str, tuple[str, list[str]]], *, solutions: int
) -> None:
    events = list(session.exec(select(Event)))
    for action, (name, ids) in wanted.items():
        told = [str((one.after or {})[name]) for one in events if one.action == action]
        assert sorted(told) == sorted(ids), f"not one event for each: {action}"
    assert sum(one.action == REVIEW_SOLVED for one in events) == solutions


def _assert_answers(
    journals: Journals, stored: Mapping[str, Mapping[str, str]], undone: set[str]
) -> None:
    wanted = {
        (entry.gesture["verb"], str(entry.gesture.get("token")))
        for lines in journals.values()
        for entry in lines
    }
    for verb, found in stored.items():
        for token in found:
            assert (verb, token) in wanted, "something was stored that nobody asked for"
    told = {"Solved", "Reviewed", "Confirmed"}
    for lines in journals.values():
        for entry in lines:
            verb, token = str(entry.gesture["verb"]), str(entry.gesture.get("token"))
            answer = entry.told.get("answer")
            if answer in told:
                assert stored[verb][token] == entry.told["id"], f"acknowledged and lost: {token}"
            elif answer in {"SavedText", "StaleText"}:
                assert stored["type"][token] == entry.gesture["slot"], f"a text is lost: {token}"
            elif answer == "Undone":
                assert entry.told["id"] in undone, "an acknowledged undo is lost"


def _assert_settled(engine: Engine) -> None:
    """Every item has just the slots that it waits for: to reconcile again changes nothing."""
    with writing(engine) as session:
        before = _slots(session)
        for item_id in session.exec(select(Item.id)).all():
            moment = max(session.exec(select(Event.at)))
            reconcile(session, item_id, now=moment)
        assert _slots(session) == before, "a slot is missing or too many"


def _slots(session: Session) -> set[tuple[str, bool]]:
    found = session.exec(select(Slot.id, Slot.closed_at))
    return {(slot_id, closed_at is None) for slot_id, closed_at in found}
