"""Eight processes claim 500 slots while holders are killed at random."""

import random
import time
from collections import Counter
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from db.engine import open_engine, reading
from db.roles import Role
from db.slots import Slot
from tests.claims.crew import work
from tests.claims.desk import Desk
from tests.programs import loaded

PEOPLE = 8
ITEMS = 250  # two slots each
LEASE = timedelta(seconds=0.4)
KILLS = 12
# Far more than it takes; a slot that starved would wait for ever.
DEADLINE_SECONDS = 180


def start(url: str, person: str, log: Path, seed: int) -> BaseProcess:
    one = loaded().Process(target=work, args=(url, person, log, LEASE, seed))
    one.start()
    return one


def said(log: Path) -> list[list[str]]:
    # A line that a kill cut short was never acknowledged.
    whole = log.read_text(encoding="ascii").rpartition("\n")[0]
    return [line.split() for line in whole.splitlines()]


def test_no_slot_is_handed_in_twice_lost_or_starved_when_holders_are_killed(
    desk: Desk, migrated_url: str, tmp_path: Path
) -> None:
    people = [desk.person(f"p{number}", Role.REVIEWER) for number in range(PEOPLE)]
    desk.items_with_rounds(ITEMS)
    logs = [tmp_path / f"{number}.log" for number in range(PEOPLE)]
    desk.engine.dispose()
    chance = random.Random(4)
    crew = [
        start(migrated_url, *one, seed=place)
        for place, one in enumerate(zip(people, logs, strict=True))
    ]
    kills = 0
    deadline = time.monotonic() + DEADLINE_SECONDS
    try:
        while any(one.is_alive() for one in crew):
            assert time.monotonic() < deadline
            time.sleep(0.1)
            place = chance.randrange(PEOPLE)
            begun = logs[place].exists() and len(said(logs[place])) > 5
            if kills < KILLS and begun and crew[place].is_alive():
                crew[place].kill()
                crew[place].join()
                kills += 1
                crew[place] = start(migrated_url, people[place], logs[place], seed=100 + kills)
        assert [one.exitcode for one in crew] == [0] * PEOPLE
    finally:
        for one in crew:
            one.kill()
            one.join()
    judge(migrated_url, people, [said(log) for log in logs])
    assert kills == KILLS


def judge(url: str, people: list[str], logs: list[list[list[str]]]) -> None:
    """Compare what every process was told with what is stored."""
    engine = open_engine(url)
    with reading(engine) as session:
        slots = session.execute(
            sa.select(
                Slot.id, Slot.subject_id, Slot.holder_id, Slot.fence, Slot.done_at, Slot.closed_at
            )
        ).all()
    engine.dispose()
    assert len(slots) == 2 * ITEMS
    assert all(slot.done_at is not None and slot.closed_at is None for slot in slots)
    # No slot was handed in by two: of all that were told "done" each stands for another slot.
    done = Counter(line[1] for log in logs for line in log if line[0] == "done")
    assert max(done.values()) == 1
    stored = {slot.id: (slot.holder_id, slot.fence) for slot in slots}
    # What was acknowledged is stored under its person and number; what is stored and was never
    # acknowledged was on its way when its process was killed.
    for person, log in zip(people, logs, strict=True):
        told = {(line[1], int(line[2])) for line in log if line[0] == "done"}
        sent = {(line[1], int(line[2])) for line in log if line[0] == "hands_in"}
        held = {(slot, fence) for slot, (holder, fence) in stored.items() if holder == person}
        assert told <= held <= sent
        surplus = {(line[1], int(line[2])) for line in log if line[0] == "surplus"}
        assert not surplus & held
        # Nobody starves: everybody got at least a fifth of an equal share.
        assert len(held) >= 2 * ITEMS / PEOPLE / 5
    # No number of a slot was given to two people, and nobody has both slots of a round.
    given = Counter(
        (line[1], line[2])
        for log in logs
        for line in {tuple(line) for line in log if line[0] == "claimed"}
    )
    assert max(given.values()) == 1
    assert len({(slot.subject_id, slot.holder_id) for slot in slots}) == 2 * ITEMS
