"""Claims: a slot has one holder at a time, and a person one slot of a stage."""

from curation.claims.claiming import Claim, give_back, heartbeat
from curation.claims.releasing import release
from db.engine import writing
from db.queries.slots import HandIn, Lost, LostBecause, close_slots, hand_in, reopen_slot
from db.roles import Role
from tests.claims.desk import LEASE, ON_SQLITE, Desk, at


def handed_in(desk: Desk, held: Claim, who: str, *, minute: float) -> HandIn:
    with writing(desk.engine) as session:
        return hand_in(session, held.slot_id, annotator_id=who, fence=held.fence, now=at(minute))


@ON_SQLITE
def test_two_people_get_the_two_slots_of_a_round_and_a_third_nothing(desk: Desk) -> None:
    ann, ben, cem = (desk.person(name, Role.REVIEWER) for name in ("ann", "ben", "cem"))
    desk.item("a")
    act_id, slots = desk.round("a")
    first, second = desk.take(ann), desk.take(ben)
    assert {first.slot_id, second.slot_id} == set(slots)
    assert (first.act_id, first.revision_id, first.fence) == (act_id, "a.r1", 1)
    assert first.lease_until == at(20)
    assert desk.nothing(cem).next_free_at == at(20)


def test_a_person_gets_their_own_open_claim_back_and_a_longer_lease(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    for name in "ab":
        desk.item(name)
        desk.round(name)
    first = desk.take(ann)
    again = desk.take(ann, minute=5)
    assert (again.slot_id, again.fence, again.lease_until) == (first.slot_id, 1, at(25))
    # Also after it has ended, when nobody took it.
    late = desk.take(ann, minute=60)
    assert (late.slot_id, late.fence, late.lease_until) == (first.slot_id, 1, at(80))


def test_an_ended_lease_gives_the_slot_to_the_next_person_and_the_late_work_is_surplus(
    desk: Desk,
) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    desk.item("a")
    desk.round("a", count=1)
    first = desk.take(ann)
    assert desk.nothing(ben, minute=19).next_free_at == at(20)
    second = desk.take(ben, minute=20)
    assert (second.slot_id, second.fence) == (first.slot_id, 2)
    assert handed_in(desk, first, ann, minute=21).is_surplus
    assert handed_in(desk, first, ann, minute=22).is_surplus
    assert heartbeat(desk.engine, first.slot_id, annotator_id=ann, fence=1, now=at(22)) == Lost(
        slot_id=first.slot_id, because=LostBecause.TAKEN
    )
    assert not handed_in(desk, second, ben, minute=23).is_surplus
    assert not handed_in(desk, second, ben, minute=24).is_surplus
    assert handed_in(desk, first, ann, minute=25).is_surplus


def test_work_handed_in_after_an_ended_lease_counts_while_nobody_took_the_slot(
    desk: Desk,
) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    desk.item("a")
    desk.round("a", count=1)
    first = desk.take(ann)
    assert not handed_in(desk, first, ann, minute=500).is_surplus
    assert desk.nothing(ben, minute=501).total == 0


@ON_SQLITE
def test_a_heartbeat_keeps_a_claim_and_giving_back_frees_it_at_once(desk: Desk) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    desk.item("a")
    desk.round("a", count=1)
    first = desk.take(ann)
    kept = heartbeat(desk.engine, first.slot_id, annotator_id=ann, fence=1, now=at(15), lease=LEASE)
    assert isinstance(kept, Claim)
    assert kept.lease_until == at(35)
    desk.nothing(ben, minute=30)
    assert not give_back(desk.engine, first.slot_id, annotator_id=ben, fence=1, now=at(31))
    assert give_back(desk.engine, first.slot_id, annotator_id=ann, fence=1, now=at(31))
    assert not give_back(desk.engine, first.slot_id, annotator_id=ann, fence=1, now=at(31))
    gone = heartbeat(desk.engine, first.slot_id, annotator_id=ann, fence=1, now=at(32))
    assert gone == Lost(slot_id=first.slot_id, because=LostBecause.GIVEN_BACK)
    assert desk.take(ben, minute=32).fence == 2


@ON_SQLITE
def test_a_claim_given_back_is_not_the_one_that_its_person_takes_afterwards(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    desk.item("a")
    desk.round("a", count=1)
    first = desk.take(ann)
    give_back(desk.engine, first.slot_id, annotator_id=ann, fence=first.fence, now=at(1))
    second = desk.take(ann, minute=1)
    assert (second.slot_id, second.fence) == (first.slot_id, 2)
    gone = heartbeat(desk.engine, first.slot_id, annotator_id=ann, fence=1, now=at(2))
    assert gone == Lost(slot_id=first.slot_id, because=LostBecause.TAKEN)
    assert handed_in(desk, first, ann, minute=2).is_surplus
    assert not handed_in(desk, second, ann, minute=3).is_surplus


@ON_SQLITE
def test_a_lead_frees_a_slot_and_the_holders_work_becomes_surplus(desk: Desk) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    lead = desk.person("lea", Role.LEAD)
    desk.item("a")
    desk.round("a", count=1)
    first = desk.take(ann)
    assert release(desk.engine, first.slot_id, lead_id=lead, reason="away", now=at(1))
    assert not release(desk.engine, first.slot_id, lead_id=lead, reason="away", now=at(2))
    assert handed_in(desk, first, ann, minute=3).is_surplus
    assert desk.take(ben, minute=4).slot_id == first.slot_id


def test_closing_a_round_makes_what_is_on_the_way_surplus_and_keeps_what_is_in(
    desk: Desk,
) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    desk.item("a")
    act_id, _ = desk.round("a")
    first, second = desk.take(ann), desk.take(ben)
    handed_in(desk, first, ann, minute=1)
    with writing(desk.engine) as session:
        assert close_slots(session, act_id=act_id, now=at(2)) == 1
        assert close_slots(session, act_id=act_id, now=at(2)) == 0
    assert handed_in(desk, second, ben, minute=3).is_surplus
    assert not handed_in(desk, first, ann, minute=3).is_surplus
    gone = heartbeat(desk.engine, second.slot_id, annotator_id=ben, fence=1, now=at(3))
    assert gone == Lost(slot_id=second.slot_id, because=LostBecause.CLOSED)
    assert desk.nothing(ben, minute=4).total == 0


def test_a_slot_that_is_reopened_is_its_persons_again_unless_they_hold_another(
    desk: Desk,
) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    for name in "ab":
        desk.item(name)
        desk.round(name, count=1)
    first = desk.take(ann)
    handed_in(desk, first, ann, minute=1)
    with writing(desk.engine) as session:
        assert reopen_slot(session, first.slot_id, annotator_id=ben, now=at(2)) is None
        back = reopen_slot(session, first.slot_id, annotator_id=ann, now=at(2))
    assert back is not None
    assert (back.slot_id, back.fence) == (first.slot_id, 1)
    assert desk.take(ann, minute=3).slot_id == first.slot_id
    handed_in(desk, first, ann, minute=4)
    other = desk.take(ann, minute=5)
    with writing(desk.engine) as session:
        assert reopen_slot(session, first.slot_id, annotator_id=ann, now=at(6)) is None
    assert desk.take(ann, minute=7).slot_id == other.slot_id
    assert desk.take(ben, minute=7).slot_id == first.slot_id
