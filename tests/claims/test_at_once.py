"""Several who act at the same moment, in threads that start together."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from curation.claims.claiming import Claim, EmptyQueue, Skipped, release, skip
from curation.labelling.deciding import Decided, ForSlot, decide
from curation.labelling.planning import claim_label
from curation.labelling.undoing import undo
from db.engine import reading, writing
from db.items import ItemOrigin
from db.labels import Decision
from db.queries.slots import close_slots, hand_in
from db.roles import Role
from db.slots import SkipReason
from db.verification import verify_history
from tests.claims.desk import Desk, at

ROUNDS = 12


def test_two_of_one_background_never_get_the_two_slots_of_a_seed_item(desk: Desk) -> None:
    people = [desk.person(name, Role.REVIEWER, background="Lehrer") for name in ("ann", "ben")]
    for number in range(ROUNDS):
        desk.item(f"i{number}")
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            act_id, _ = desk.round(f"i{number}", seed=True)
            start = Barrier(2)

            def ask(who: str, start: Barrier = start) -> Claim | EmptyQueue:
                start.wait()
                return desk.ask(who)

            got = list(pool.map(ask, people))
            assert sorted(isinstance(one, Claim) for one in got) == [False, True]
            with writing(desk.engine) as session:
                close_slots(session, act_id=act_id, now=at(1))


def test_two_tabs_of_one_person_get_the_same_slot(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    for number in range(ROUNDS):
        desk.item(f"i{number}")
        desk.round(f"i{number}", count=1)
    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            start = Barrier(2)

            def ask(_: int, start: Barrier = start) -> Claim | EmptyQueue:
                start.wait()
                return desk.ask(ann)

            first, second = pool.map(ask, range(2))
            assert isinstance(first, Claim)
            assert isinstance(second, Claim)
            assert (first.slot_id, first.fence) == (second.slot_id, second.fence)
            with writing(desk.engine) as session:
                answer = hand_in(
                    session, first.slot_id, annotator_id=ann, fence=first.fence, now=at(1)
                )
            assert not answer.is_surplus


def test_of_skipping_and_handing_in_at_once_one_counts(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    counted = set()
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            desk.item(f"i{number}")
            desk.round(f"i{number}", count=1)
            mine = desk.take(ann)
            start = Barrier(2)

            def pass_on(mine: Claim = mine, start: Barrier = start) -> bool:
                start.wait()
                answer = skip(
                    desk.engine,
                    mine.slot_id,
                    annotator_id=ann,
                    fence=mine.fence,
                    reason=SkipReason.UNCLEAR,
                    now=at(1),
                )
                return isinstance(answer, Skipped)

            def submit(mine: Claim = mine, start: Barrier = start) -> bool:
                start.wait()
                with writing(desk.engine) as session:
                    answer = hand_in(
                        session, mine.slot_id, annotator_id=ann, fence=mine.fence, now=at(1)
                    )
                return not answer.is_surplus

            skipped, submitted = pool.submit(pass_on), pool.submit(submit)
            assert skipped.result() != submitted.result()
            counted.add(submitted.result())
    assert counted


def test_labelling_skipping_undoing_and_releasing_at_once_never_stand_in_each_others_way(
    desk: Desk,
) -> None:
    people = [desk.person(f"p{number}", Role.LABELLER) for number in range(4)]
    lead = desk.person("lead", Role.LEAD)
    for number in range(3):
        desk.item(f"i{number}", responses=4, origin=ItemOrigin.IMPORTED)
        desk.accept(f"i{number}")

    def work(place: int) -> int:
        chance, who, done = random.Random(place), people[place], 0
        for minute in range(14):
            got = claim_label(desk.engine, annotator_id=who, now=at(minute))
            if not isinstance(got, Claim):
                break
            if chance.random() < 0.15:
                release(desk.engine, got.slot_id, lead_id=lead, now=at(minute))
            if chance.random() < 0.1:
                skip(
                    desk.engine,
                    got.slot_id,
                    annotator_id=who,
                    fence=got.fence,
                    reason=SkipReason.BROKEN,
                    now=at(minute),
                )
                continue
            answer = decide(
                desk.engine,
                annotator_id=who,
                response_id=got.subject_id,
                decision=chance.choice([Decision.FOLLOWS, Decision.DOES_NOT_FOLLOW]),
                token=f"{minute}",
                slot=ForSlot(slot_id=got.slot_id, fence=got.fence),
                now=at(minute),
            )
            assert isinstance(answer, Decided)
            done += 1
            if chance.random() < 0.2:
                undo(desk.engine, annotator_id=who, label_id=answer.label.id, now=at(minute))
        return done

    with ThreadPoolExecutor(len(people)) as pool:
        done = list(pool.map(work, range(len(people))))
    assert min(done) > 0
    with reading(desk.engine) as session:
        assert verify_history(session).ok
