"""Whatever people do in whatever order, a slot has one holder and its work comes in once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.claims.claiming import Claim, claim, give_back, heartbeat, release, skip
from curation.claims.skipping import Skipped
from db.engine import writing
from db.queries.slots import close_slots, hand_in, reopen_slot
from db.roles import Role
from db.slots import SkipReason, Stage
from tests.claims.desk import LEASE, NOW, Desk

PEOPLE = 4
DEEDS = ("claim", "claim", "beat", "back", "hand_in", "skip", "free", "wait", "expire", "undo")
STEPS = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, PEOPLE - 1), st.integers(0, 9)),
    min_size=4,
    max_size=25,
)


@dataclass(slots=True)
class Model:
    """What the answers so far say about every slot, kept apart from the database.

    Attributes:
        current: By slot, who holds it with which number, and until when.
        done: By slot, whose work came in.
        given: Every claim that anybody was ever given.
    """

    current: dict[str, tuple[str, int, datetime]] = field(default_factory=dict)
    done: dict[str, tuple[str, int]] = field(default_factory=dict)
    given: list[tuple[str, Claim]] = field(default_factory=list)
    numbers: set[tuple[str, int]] = field(default_factory=set)

    def is_current(self, who: str, held: Claim) -> bool:
        return self.current.get(held.slot_id, ("", 0, NOW))[:2] == (who, held.fence)

    def take(self, who: str, got: Claim, now: datetime) -> None:
        before = self.current.get(got.slot_id)
        assert got.slot_id not in self.done
        if before is None or before[0] != who:
            # Free, or its lease had ended; and the number is a new one.
            assert before is None or before[2] <= now
            assert (got.slot_id, got.fence) not in self.numbers
            self.given.append((who, got))
        else:
            assert before[1] == got.fence
        self.numbers.add((got.slot_id, got.fence))
        # One open claim each: whatever else was theirs has to be gone by now.
        mine = [slot for slot, (holder, _, _) in self.current.items() if holder == who]
        assert mine in ([], [got.slot_id])
        self.current[got.slot_id] = (who, got.fence, got.lease_until)


@dataclass(slots=True)
class Play:
    desk: Desk
    people: list[str]
    lead: str
    model: Model = field(default_factory=Model)
    now: datetime = NOW

    def do(self, deed: str, place: int, pick: int) -> None:
        who = self.people[place]
        if deed in {"wait", "expire"}:
            self.now += timedelta(minutes=3) if deed == "wait" else LEASE
        elif deed == "claim":
            got = claim(self.desk.engine, Stage.REVIEW, annotator_id=who, now=self.now, lease=LEASE)
            if isinstance(got, Claim):
                self.model.take(who, got, self.now)
        elif self.model.given:
            holder, held = self.model.given[pick % len(self.model.given)]
            getattr(self, deed)(holder, held)

    def beat(self, who: str, held: Claim) -> None:
        kept = heartbeat(
            self.desk.engine,
            held.slot_id,
            annotator_id=who,
            fence=held.fence,
            now=self.now,
            lease=LEASE,
        )
        assert isinstance(kept, Claim) == self.model.is_current(who, held)
        if isinstance(kept, Claim):
            self.model.current[held.slot_id] = (who, held.fence, kept.lease_until)

    def back(self, who: str, held: Claim) -> None:
        was = give_back(
            self.desk.engine, held.slot_id, annotator_id=who, fence=held.fence, now=self.now
        )
        assert was == self.model.is_current(who, held)
        if was:
            del self.model.current[held.slot_id]

    def skip(self, who: str, held: Claim) -> None:
        answer = skip(
            self.desk.engine,
            held.slot_id,
            annotator_id=who,
            fence=held.fence,
            reason=SkipReason.BROKEN,
            now=self.now,
        )
        is_new = isinstance(answer, Skipped) and answer.is_new
        assert is_new == self.model.is_current(who, held)
        if is_new:
            del self.model.current[held.slot_id]

    def free(self, _: str, held: Claim) -> None:
        was = release(self.desk.engine, held.slot_id, lead_id=self.lead, now=self.now)
        assert was == (held.slot_id in self.model.current)
        self.model.current.pop(held.slot_id, None)

    def hand_in(self, who: str, held: Claim) -> None:
        with writing(self.desk.engine) as session:
            answer = hand_in(
                session, held.slot_id, annotator_id=who, fence=held.fence, now=self.now
            )
        again = self.model.done.get(held.slot_id) == (who, held.fence)
        assert answer.is_surplus != (self.model.is_current(who, held) or again)
        if not answer.is_surplus and not again:
            assert held.slot_id not in self.model.done
            self.model.done[held.slot_id] = (who, held.fence)
            del self.model.current[held.slot_id]

    def undo(self, who: str, held: Claim) -> None:
        if self.model.done.get(held.slot_id) != (who, held.fence):
            return
        with writing(self.desk.engine) as session:
            back = reopen_slot(session, held.slot_id, annotator_id=who, now=self.now)
        del self.model.done[held.slot_id]
        if back is not None:
            assert back.fence == held.fence
            self.model.current[held.slot_id] = (who, back.fence, back.lease_until)


def test_any_order_of_deeds_gives_no_slot_two_holders_and_loses_none(desk: Desk) -> None:
    people = [desk.person(f"p{place}", Role.REVIEWER) for place in range(PEOPLE)]
    lead = desk.person("lead", Role.LEAD)
    # Two fresh people, whom nothing excludes, take what is left in the end.
    rest = [desk.person(f"rest-{place}", Role.REVIEWER) for place in range(2)]
    numbers = count()

    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS)
    def play_once(steps: list[tuple[str, int, int]]) -> None:
        number = next(numbers)
        slots: list[str] = []
        acts: list[str] = []
        for name in (f"a-{number}", f"b-{number}"):
            desk.item(name)
            act_id, opened = desk.round(name)
            slots += opened
            acts.append(act_id)
        play = Play(desk=desk, people=people, lead=lead)
        for step in steps:
            play.do(*step)
        # Nothing was lost: what is neither done nor held now is there for somebody else.
        later = play.now + timedelta(days=1)
        taken = set()
        for who in rest * 2:
            got = claim(desk.engine, Stage.REVIEW, annotator_id=who, now=later, lease=LEASE)
            if isinstance(got, Claim):
                taken.add(got.slot_id)
                with writing(desk.engine) as session:
                    hand_in(session, got.slot_id, annotator_id=who, fence=got.fence, now=later)
        assert taken == set(slots) - play.model.done.keys()
        with writing(desk.engine) as session:
            for act_id in acts:
                assert close_slots(session, act_id=act_id, now=later) == 0

    play_once()
