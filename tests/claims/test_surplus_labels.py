"""A label that comes when another has taken its slot is kept, says so, and counts nowhere."""

import pytest
import sqlalchemy as sa

from calibration.agreement.workspace.evidence import gather
from curation.claims.claiming import Claim, EmptyQueue, give_back
from curation.labelling.deciding import Decided, LabelConflict, decide
from curation.labelling.planning import open_label_slots
from curation.labelling.undoing import last_decisions, undo
from db.engine import reading, writing
from db.history import events
from db.items import ItemOrigin
from db.labels import Decision, LabelSource
from db.queries.agreement import live_by_source
from db.queries.decisions import labelled_at
from db.queries.item_facts import statuses
from db.queries.items import get_item
from db.queries.label_plan import label_needs
from db.queries.labelling import LABEL_DECIDED, blind_labels, labels_on, response_origin
from db.queries.labelling_queue import LabelFilter, count_queue
from db.queries.slots import close_slots
from db.queries.status import ItemStatus
from db.queries.totals import totals
from db.roles import Role
from db.slots import Stage
from db.verification import verify_history
from exports.transfer.lines import label_lines
from tests.claims.desk import NOW, ON_SQLITE, Desk, at
from tests.claims.test_label_work import say, take

NO = Decision.DOES_NOT_FOLLOW


@pytest.fixture
def team(desk: Desk) -> Desk:
    """Three labellers, an adjudicator, and one response to label."""
    for name in ("ann", "ben", "cem"):
        desk.person(name, Role.LABELLER)
    desk.person("ada", Role.ADJUDICATOR)
    desk.item("a", responses=1, origin=ItemOrigin.IMPORTED)
    desk.accept("a")
    return desk


def come_late(team: Desk) -> tuple[Claim, Claim, Decided]:
    """Ben labels; Ann's time ends, Cem takes her slot, and then she says the contrary."""
    held = {name: take(team, name) for name in ("ann", "ben")}
    say(team, "ben", held["ben"])
    taken = take(team, "cem", minute=21)
    assert taken.slot_id == held["ann"].slot_id
    return held["ann"], taken, say(team, "ann", held["ann"], NO, minute=22)


def stored(team: Desk, who: str, response_id: str) -> list[tuple[int, Decision, bool, bool]]:
    with reading(team.engine) as session:
        labels = labels_on(session, response_id=response_id, annotator_id=team.people[who])
    return [(one.turn, one.decision, one.is_live, one.is_surplus) for one in labels]


def test_a_late_label_is_stored_once_sealed_and_told(team: Desk) -> None:
    """Fails without ``is_surplus`` in deciding.py:_record, and without it in the seal."""
    mine, _, late = come_late(team)
    response = str(mine.response_id)
    again = say(team, "ann", mine, NO, minute=23)
    other = say(team, "ann", mine, NO, token="another tab", minute=23)
    assert (again.is_new, other.is_new) == (False, False)
    assert again.label == other.label == late.label
    assert (late.is_surplus, late.label.source) == (True, LabelSource.BLIND_HUMAN)
    assert stored(team, "ann", response) == [(1, NO, True, True)]
    with reading(team.engine) as session:
        told = [
            one
            for one in events(session)
            if (one.action, one.actor_id) == (LABEL_DECIDED, team.people["ann"])
        ]
        assert [(one.after or {})["is_surplus"] for one in told] == [True]
        assert verify_history(session).ok
        exported = {row["label_id"]: row["is_surplus"] for row in label_lines(session, names=False)}
        assert sorted(exported.values()) == [False, True]
        assert exported[late.label.id] is True
    with team.engine.begin() as connection:
        connection.execute(sa.text("UPDATE label SET is_surplus = (1 = 0)"))
    with reading(team.engine) as session:
        assert "label rows of event" in verify_history(session).summary


def test_a_late_label_counts_nowhere(team: Desk) -> None:
    """Fails without ``is_surplus`` where facts are read, and without ``is_counted`` elsewhere."""
    mine, taken, late = come_late(team)
    response = str(mine.response_id)
    ann, ben = team.people["ann"], team.people["ben"]
    # One blind label is in; were Ann's the second, the two would differ.
    with reading(team.engine) as session:
        assert statuses(session)["a"] is ItemStatus.LABELLING
        assert [one.annotator_id for one in blind_labels(session, response)] == [ben]
        # Ann's last decisions still name it.
        assert [one.id for one in last_decisions(session, annotator_id=ann).decisions] == [
            late.label.id
        ]
        seen = response_origin(session, response, annotator_id=team.people["ada"])
        assert [one.decision for one in seen.labels] == [Decision.FOLLOWS]
        # Who decided on the text is not kept from undoing by what counts nowhere.
        assert labelled_at(session, ["a.r1"]) == {"a.r1": at(1)}
    assert isinstance(team.ask(team.people["ada"], Stage.ADJUDICATE_LABELS), EmptyQueue)
    # Nothing more is asked for than Cem's.
    assert open_label_slots(team.engine, now=NOW) == 0
    say(team, "cem", taken, minute=24)
    with reading(team.engine) as session:
        assert statuses(session)["a"] is ItemStatus.READY
        counted = totals(session)
        assert (counted.human_labels, counted.surplus_labels) == (2, 1)
        assert live_by_source(session) == {LabelSource.BLIND_HUMAN: 2}
        study = gather(session, sources=(), where=())
        assert (study.raters, study.surplus) == (("ben", "cem"), 1)
        assert study.as_json()["surplus_left_out"] == 1
        counts = count_queue(
            session, annotator_id=ann, wanted=LabelFilter(), since=NOW.replace(hour=0)
        )
        assert (counts.labelled, counts.recent) == (0, 0)
        by_type = LabelFilter(type_ids=("dia",))
        counts = count_queue(session, annotator_id=ann, wanted=by_type, since=NOW)
        assert counts.labelled == 0
        shown = get_item(session, "a")
        assert shown.row.labels == {"blind_human": 2}
        assert [one.is_surplus for one in shown.responses[0].labels].count(True) == 1


@ON_SQLITE
def test_a_late_label_takes_no_slot_from_its_response(team: Desk) -> None:
    """Fails without ``is_counted`` in label_plan.py:_blind."""
    mine, _, _ = come_late(team)
    with writing(team.engine) as session:
        close_slots(session, subject_id=str(mine.response_id), now=at(23))
        # Ben's label is one of the two.
        assert [one.missing for one in label_needs(session, limit=9)] == [1]


@ON_SQLITE
def test_somebody_late_who_cannot_tell_either_leaves_the_response_undecided(team: Desk) -> None:
    """Fails without ``is_counted`` in totals.py:_undecidable."""
    mine = take(team, "ann")
    say(team, "ben", take(team, "ben"), Decision.CANNOT_TELL)
    take(team, "cem", minute=21)
    assert say(team, "ann", mine, Decision.CANNOT_TELL, minute=22).is_surplus
    with reading(team.engine) as session:
        assert totals(session).undecidable_responses == 0
        assert statuses(session)["a"] is ItemStatus.LABELLING


@ON_SQLITE
def test_a_change_of_a_late_label_is_as_late_and_undoing_leaves_what_it_was(team: Desk) -> None:
    """Fails without ``live.is_surplus`` in deciding.py:_is_unasked."""
    mine, taken, late = come_late(team)
    response = str(mine.response_id)
    ann = team.people["ann"]
    changed = decide(
        team.engine,
        annotator_id=ann,
        response_id=response,
        decision=Decision.CANNOT_TELL,
        token="changed",
        replaces=late.label.id,
        now=at(25),
    )
    assert isinstance(changed, Decided)
    assert changed.is_surplus
    undo(team.engine, annotator_id=ann, label_id=changed.label.id, now=at(26))
    assert stored(team, "ann", response) == [
        (1, NO, False, True),
        (2, Decision.CANNOT_TELL, False, True),
    ]
    # Undoing it took nothing from Cem.
    assert not say(team, "cem", taken, minute=27).is_surplus
    with reading(team.engine) as session:
        assert (totals(session).human_labels, totals(session).surplus_labels) == (2, 0)


@ON_SQLITE
def test_who_has_the_slot_again_says_the_same_and_then_it_counts(team: Desk) -> None:
    """Fails without ``comes_to_count`` in deciding.py:_decide."""
    first = take(team, "ann")
    say(team, "ben", take(team, "ben"))
    other = take(team, "cem", minute=21)
    give_back(
        team.engine,
        other.slot_id,
        annotator_id=team.people["cem"],
        fence=other.fence,
        now=at(22),
    )
    # One tab has the slot again, the other still shows the claim that ended.
    again = take(team, "ann", minute=23)
    assert say(team, "ann", first, token="old tab", minute=24).is_surplus
    counted = say(team, "ann", again, token="new tab", minute=25)
    assert (counted.is_new, counted.is_surplus) == (True, False)
    assert stored(team, "ann", str(first.response_id)) == [
        (1, Decision.FOLLOWS, False, True),
        (2, Decision.FOLLOWS, True, False),
    ]


@ON_SQLITE
def test_a_label_whose_claim_was_given_back_before_it_came_counts_nowhere(team: Desk) -> None:
    """Fails without ``not ground.is_solo`` in deciding.py:_is_unasked.

    Two tabs: one takes the label back and leaves the response to others, the other still shows the
    label and changes it.
    """
    ann, mine = team.people["ann"], take(team, "ann")
    first = say(team, "ann", mine).label
    undo(team.engine, annotator_id=ann, label_id=first.id, now=at(2))
    again = take(team, "ann", minute=3)
    give_back(team.engine, again.slot_id, annotator_id=ann, fence=again.fence, now=at(3))
    changed = decide(
        team.engine,
        annotator_id=ann,
        response_id=first.response_id,
        decision=NO,
        token="other tab",
        replaces=first.id,
        now=at(4),
    )
    assert isinstance(changed, Decided)
    assert changed.is_surplus
    for who in ("ben", "cem"):
        assert not say(team, who, take(team, who, minute=5), minute=6).is_surplus
    with reading(team.engine) as session:
        assert statuses(session)["a"] is ItemStatus.READY


@ON_SQLITE
def test_what_was_said_in_time_and_again_too_late_stays_in_time(team: Desk) -> None:
    mine = take(team, "ann")
    in_time = say(team, "ann", mine)
    late = decide(
        team.engine,
        annotator_id=team.people["ann"],
        response_id=str(mine.response_id),
        decision=NO,
        token="another",
        now=at(30),
    )
    assert isinstance(late, LabelConflict)
    assert not late.stored.is_surplus
    assert not say(team, "ann", mine, token="yet another", minute=31).is_surplus
    assert stored(team, "ann", str(mine.response_id)) == [(1, in_time.label.decision, True, False)]
