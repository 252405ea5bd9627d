"""Two people who claim at the same moment, in threads that start together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from curation.claims.claiming import Claim, EmptyQueue
from db.engine import writing
from db.queries.slots import close_slots, hand_in
from db.roles import Role
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
