"""Labels that differ: shown by letters without names or models, and ruled on once."""

import pytest

from curation.labelling.deciding import Decided, decide
from curation.labelling.undoing import Undone, last_decisions, undo
from curation.review.adjudicating import Ruled
from curation.review.disputes import LabelDispute, dispute
from curation.review.reopening import answer
from curation.review.rounds import reconcile
from curation.review.undoing import WhyNot, recent, request_reopen
from db.contents import build_person_label, build_response
from db.engine import reading, writing
from db.errors import Forbidden, Invalid
from db.labels import Decision, LabelSource, Reveal
from db.queries.slots import Claim
from db.queries.status import ItemStatus
from db.recording import recording
from db.responses import ResponseSource
from db.reviews import Ruling, Withdrawn
from db.roles import Role
from db.slots import Stage
from tests.labelling.asking import asked
from tests.people.team import give
from tests.review.desk import ON_SQLITE, Desk
from tests.review.test_material import said
from tests.review.test_reviewing import hold

LABELS = {"ben": Decision.FOLLOWS, "cho": Decision.DOES_NOT_FOLLOW}


def differ(desk: Desk) -> tuple[Claim, str]:
    """Accept the item, let two label a response differently, let ada take the dispute."""
    desk.review("ben")
    desk.review("cho")
    moment = desk.now
    with writing(desk.engine) as session:
        with recording(
            session,
            now=moment,
            actor_id=desk.people["local"],
            action="response.add",
            subject_kind="item",
            subject_id="starter-a",
        ) as record:
            response = build_response(
                revision_id="starter-a.r1",
                source=ResponseSource.MODEL,
                source_name="secret-model-9000",
                text="Three.",
                now=moment,
                event_id=record.event_id,
            )
            record.add(response)
            for who, decision in LABELS.items():
                new = build_person_label(
                    label_id=f"label-of-{who}",
                    response_id=response.id,
                    annotator_id=desk.people[who],
                    source=LabelSource.BLIND_HUMAN,
                    turn=1,
                    decision=decision,
                    requirements={1: decision},
                    reason=f"{decision.value}, I think.",
                    now=moment,
                    event_id=record.event_id,
                )
                for row in (new.label, *new.requirements):
                    record.add(row)
        reconcile(session, "starter-a", now=moment)
    return desk.take("ada", Stage.ADJUDICATE_LABELS), response.id


def test_labels_that_differ_are_shown_by_letters_without_names_or_models(desk: Desk) -> None:
    """Fails without ``show_response`` in disputes.py: only that leaves the model out."""
    work, _ = differ(desk)
    with reading(desk.engine) as session:
        found = dispute(session, work.slot_id, annotator_id=desk.people["ada"])
    assert isinstance(found, LabelDispute)
    assert [one.letter for one in found.opinions] == ["A", "B"]
    assert {one.decision for one in found.opinions} == set(LABELS.values())
    assert found.response == "Three."
    for text in ("secret-model-9000", "starter-a", "label-of", *desk.people.values()):
        assert text not in said(found)


@pytest.mark.parametrize("ruling", [Ruling.FOLLOWS, Ruling.DOES_NOT_FOLLOW])
def test_a_ruling_on_labels_settles_the_response(desk: Desk, ruling: Ruling) -> None:
    work, response_id = differ(desk)
    assert desk.status("starter-a") is not ItemStatus.READY
    found, again = desk.rule("ada", work, ruling), desk.rule("ada", work, ruling)
    assert isinstance(found, Ruled)
    assert isinstance(again, Ruled)
    assert (found.ruling.response_id, found.ruling.act_id) == (response_id, None)
    assert (found.is_new, again.is_new, again.ruling) == (True, False, found.ruling)
    assert desk.status("starter-a") is ItemStatus.READY
    assert desk.actions("label.adjudicate") == 1


@ON_SQLITE
def test_a_ruling_on_labels_can_be_taken_back_until_the_response_was_seen(desk: Desk) -> None:
    """Fails without ``revealed_to`` in undoing.py:_why_not."""
    work, response_id = differ(desk)
    ruled = desk.rule("ada", work, Ruling.FOLLOWS)
    assert isinstance(ruled, Ruled)
    undone = desk.undo("ada", Withdrawn.ADJUDICATION, ruled.ruling.id)
    assert undone.claim is not None
    assert desk.status("starter-a") is not ItemStatus.READY
    desk.rule("ada", undone.claim, Ruling.FOLLOWS, token="second")
    reveal(desk, "ada", response_id)
    with reading(desk.engine) as session:
        found = recent(session, annotator_id=desk.people["ada"])
    assert [one.why_not for one in found] == [WhyNot.SEEN, WhyNot.TAKEN_BACK]


def reveal(desk: Desk, who: str, response_id: str) -> None:
    """Record that somebody saw what a response is."""
    with (
        writing(desk.engine) as session,
        recording(
            session,
            now=desk.now,
            actor_id=desk.people[who],
            action="label.reveal",
            subject_kind="response",
            subject_id=response_id,
        ) as record,
    ):
        record.add(
            Reveal(annotator_id=desk.people[who], response_id=response_id, created_at=desk.now)
        )


@ON_SQLITE
def test_whoever_labelled_or_knows_the_response_does_not_rule(desk: Desk) -> None:
    """Fails without ``labels_on`` and ``revealed_to`` in adjudicating.py:check_neutral."""
    work, response_id = differ(desk)
    with pytest.raises(Invalid, match="'accept' is not one on this dispute"):
        desk.rule("ada", work)
    reveal(desk, "ada", response_id)
    with pytest.raises(Forbidden, match="You have seen what this response is"):
        desk.rule("ada", work, Ruling.FOLLOWS)
    with writing(desk.engine) as session:
        give(session, desk.people["ben"], Role.ADJUDICATOR)
    hold(desk, work, "ben")
    with pytest.raises(Forbidden, match="You have labelled this response"):
        desk.rule("ben", work, Ruling.FOLLOWS)


@pytest.fixture
def ruled(desk: Desk) -> tuple[str, str]:
    """Ben's label on a response, and ada's ruling after cho labelled it differently."""
    desk.review("ben")
    desk.review("cho")
    with (
        writing(desk.engine) as session,
        recording(
            session,
            now=desk.now,
            actor_id=desk.people["local"],
            action="response.add",
            subject_kind="item",
            subject_id="starter-a",
        ) as record,
    ):
        response = build_response(
            revision_id="starter-a.r1",
            source=ResponseSource.MODEL,
            source_name="model-1",
            text="Three.",
            now=desk.now,
            event_id=record.event_id,
        )
        record.add(response)
    for who in LABELS:
        with writing(desk.engine) as session:
            give(session, desk.people[who], Role.LABELLER)
    said = [say(desk, who, response.id, decision) for who, decision in LABELS.items()]
    ruling = desk.rule("ada", desk.take("ada", Stage.ADJUDICATE_LABELS), Ruling.DOES_NOT_FOLLOW)
    assert isinstance(ruling, Ruled)
    return said[0].label.id, ruling.ruling.id


def say(
    desk: Desk, who: str, response_id: str, decision: Decision, *, replaces: str | None = None
) -> Decided:
    person = desk.people[who]
    slot = None
    if replaces is None:
        slot = asked(desk.engine, response_id, annotator_id=person, now=desk.now)
    answer = decide(
        desk.engine,
        annotator_id=person,
        response_id=response_id,
        decision=decision,
        reason="Read twice.",
        token=f"{who}-{decision.value}",
        replaces=replaces,
        slot=slot,
        now=desk.now,
    )
    assert isinstance(answer, Decided)
    return answer


def take_back(desk: Desk, label_id: str) -> Undone:
    return undo(desk.engine, annotator_id=desk.people["ben"], label_id=label_id, now=desk.now)


def test_a_label_that_was_ruled_on_is_neither_undone_nor_changed_but_asked_about(
    desk: Desk, ruled: tuple[str, str]
) -> None:
    """Fails without ``refuse_ruled_on`` in labelling/undoing.py:_undo and deciding.py:_decide."""
    label_id, ben = ruled[0], desk.people["ben"]
    with reading(desk.engine) as session:
        found = last_decisions(session, annotator_id=ben)
    assert found.ruled == {label_id}
    response_id = found.decisions[0].response_id
    for refused in (
        lambda: take_back(desk, label_id),
        lambda: say(desk, "ben", response_id, Decision.CANNOT_TELL, replaces=label_id),
    ):
        with pytest.raises(Forbidden, match="An adjudicator has ruled on the labels"):
            refused()
    asked = request_reopen(
        desk.engine, None, label_id, annotator_id=ben, reason="I misread it.", now=desk.now
    )
    lee = desk.people["lee"]
    answer(desk.engine, asked.request_id, lead_id=lee, is_granted=True, now=desk.now)
    with reading(desk.engine) as session:
        assert not last_decisions(session, annotator_id=ben).decisions


@ON_SQLITE
def test_a_label_can_be_undone_once_its_ruling_was_taken_back(
    desk: Desk, ruled: tuple[str, str]
) -> None:
    """Fails without ``taken_back`` in db/queries/decisions.py:ruled_on."""
    label_id, ruling_id = ruled
    desk.undo("ada", Withdrawn.ADJUDICATION, ruling_id)
    assert take_back(desk, label_id).is_new
