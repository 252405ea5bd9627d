"""Two people, two tabs each, lost answers, a clock that jumps: no text is ever lost."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine
from sqlmodel import col, select

from curation.authoring.copies import discard, load_copy, open_item, save_part, settle_part
from curation.authoring.copy_views import Choice, CopyView, SavedPart, StalePart
from curation.authoring.submitting import (
    BaseChoice,
    StaleBase,
    Submitted,
    read_neighbourhood,
    settle_base,
    submit,
)
from db.base import new_id
from db.engine import reading, writing
from db.errors import Conflict
from db.verification import check_database
from db.working_copies import Part, SetAside, WorkingCopy, WorkingText
from tests.authoring.workspace import NOW, annotator, furnish
from tests.db.content import add_item

PARTS = (Part.PROMPT, Part.NOTES, Part.FAMILY)
TYPED = st.sampled_from(["one", "two", "three"])
LOST = st.booleans()


@dataclass(kw_only=True)
class Tab:
    """What one browser tab shows and knows; an answer that got lost changes nothing here."""

    id: str
    annotator_id: str
    copy_id: str = ""
    numbers: dict[Part, int] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)

    def show(self, copy: CopyView) -> None:
        """Take over what the server says."""
        self.copy_id = copy.id
        self.numbers = {part: view.number for part, view in copy.parts.items()}
        self.late = {aside.id: self.numbers[aside.part] for aside in copy.unsettled}

    def heed(self, answer: SavedPart | StalePart) -> None:
        """Take over an answer."""
        self.copy_id = answer.copy_id
        if isinstance(answer, SavedPart):
            self.numbers[answer.part] = answer.number
        else:
            self.late[answer.aside_id] = answer.theirs_number


TABS = st.integers(min_value=0, max_value=3)


class Writing(RuleBasedStateMachine):
    """Whatever happens in whatever order, every text that was answered is in a table."""

    engine: Engine

    @initialize(jumps=st.lists(st.integers(min_value=-3_600, max_value=3_600), max_size=4))
    def begin(self, jumps: list[int]) -> None:
        self.items = [new_id("item"), new_id("item")]
        self.jumps, self.steps = jumps or [1], 0
        with writing(self.engine) as session:
            for item_id in self.items:
                add_item(session, item_id, prompt=f"Answer wrongly: {item_id}?")
        with reading(self.engine) as session:
            self.neighbourhood = read_neighbourhood(session)
        people = [annotator(self.engine), annotator(self.engine, "other")]
        self.tabs = [
            Tab(id=new_id("tab"), annotator_id=person) for person in people for _ in range(2)
        ]
        self.sent: dict[str, set[tuple[Part, str]]] = defaultdict(set)
        for tab in self.tabs:
            self.opened(tab, 0)

    @property
    def now(self) -> datetime:
        """Give a moment that may be before the last one."""
        self.steps += 1
        return NOW + timedelta(seconds=self.jumps[self.steps % len(self.jumps)] * self.steps)

    def opened(self, tab: Tab, item: int) -> None:
        tab.show(
            open_item(self.engine, self.items[item], annotator_id=tab.annotator_id, now=self.now)
        )

    @rule(tab=TABS, item=st.integers(min_value=0, max_value=1))
    def opens(self, tab: int, item: int) -> None:
        self.opened(self.tabs[tab], item)

    @rule(tab=TABS)
    def reloads(self, tab: int) -> None:
        at = self.tabs[tab]
        with reading(self.engine) as session:
            at.show(load_copy(session, at.copy_id, annotator_id=at.annotator_id))

    @rule(tab=TABS, part=st.sampled_from(PARTS[:2]), word=TYPED, lost=LOST)
    def types(self, tab: int, part: Part, word: str, lost: bool) -> None:
        self.saved(self.tabs[tab], part, f"{word} of {self.tabs[tab].id}", lost=lost)

    @rule(tab=TABS, family=st.sampled_from([0, 1, None]), lost=LOST)
    def links(self, tab: int, family: int | None, lost: bool) -> None:
        named = "" if family is None else self.items[family]
        self.saved(self.tabs[tab], Part.FAMILY, named, lost=lost)

    def saved(self, tab: Tab, part: Part, text: str, *, lost: bool) -> None:
        answer = save_part(
            self.engine,
            copy_id=tab.copy_id,
            annotator_id=tab.annotator_id,
            part=part,
            text=text,
            base_number=tab.numbers[part],
            tab=tab.id,
            now=self.now,
        )
        self.sent[tab.annotator_id].add((part, text))
        if isinstance(answer, SavedPart):
            # What a tab is told is saved is the newest text, unless another tab went on from it.
            with reading(self.engine) as session:
                after = session.exec(
                    select(WorkingText)
                    .where(
                        WorkingText.copy_id == answer.copy_id,
                        WorkingText.part == part,
                        WorkingText.number >= answer.number,
                    )
                    .order_by(col(WorkingText.number))
                ).all()
            assert after[0].text == text
            assert after[-1].text == text or {one.tab for one in after[1:]} - {tab.id}
        if not lost:
            tab.heed(answer)

    @rule(tab=TABS, choice=st.sampled_from(Choice), lost=LOST)
    def settles_a_text(self, tab: int, choice: Choice, lost: bool) -> None:
        at = self.tabs[tab]
        if not at.late:
            return
        aside_id, number = next(iter(at.late.items()))
        text = f"merged by {at.id} {self.steps}" if choice is Choice.MERGED else None
        answer = settle_part(
            self.engine,
            aside_id=aside_id,
            annotator_id=at.annotator_id,
            choice=choice,
            theirs_number=number,
            tab=at.id,
            now=self.now,
            text=text,
        )
        if text is not None:
            self.sent[at.annotator_id].add((answer.part, text))
        if not lost:
            at.late.pop(aside_id)
            at.heed(answer)

    @rule(tab=TABS)
    def discards(self, tab: int) -> None:
        at = self.tabs[tab]
        try:
            discard(self.engine, at.copy_id, annotator_id=at.annotator_id, now=self.now)
        except Conflict:
            with reading(self.engine) as session:
                assert session.get_one(WorkingCopy, at.copy_id).closed_as != "discarded"

    @rule(tab=TABS, twice=st.booleans())
    def submits(self, tab: int, twice: bool) -> None:
        at = self.tabs[tab]
        answers = []
        try:
            for _ in range(1 + twice):
                answers.append(
                    submit(
                        self.engine,
                        at.copy_id,
                        annotator_id=at.annotator_id,
                        now=self.now,
                        neighbourhood=self.neighbourhood,
                    )
                )
        except Conflict:
            with reading(self.engine) as session:
                assert session.get_one(WorkingCopy, at.copy_id).closed_at is not None
            return
        assert answers[0] == answers[-1]
        if isinstance(answers[0], Submitted):
            with reading(self.engine) as session:
                waiting = select(SetAside).where(
                    SetAside.copy_id == at.copy_id, col(SetAside.resolved_at).is_(None)
                )
                assert session.exec(waiting).all() == []

    @rule(tab=TABS, choice=st.sampled_from(BaseChoice), seen=st.integers(1, 3), lost=LOST)
    def settles_the_base(self, tab: int, choice: BaseChoice, seen: int, lost: bool) -> None:
        at = self.tabs[tab]
        with reading(self.engine) as session:
            item_id = session.get_one(WorkingCopy, at.copy_id).item_id
        texts = {part: f"merged base {part} {at.id} {self.steps}" for part in PARTS[:2]}
        try:
            answer = settle_base(
                self.engine,
                at.copy_id,
                annotator_id=at.annotator_id,
                choice=choice,
                current_revision_id=f"{item_id}.r{seen}",
                tab=at.id,
                now=self.now,
                texts=texts if choice is BaseChoice.MERGE else None,
            )
        except Conflict:
            with reading(self.engine) as session:
                assert session.get_one(WorkingCopy, at.copy_id).closed_at is not None
            return
        if choice is BaseChoice.MERGE:
            self.sent[at.annotator_id] |= set(texts.items())
        if not lost and not isinstance(answer, StaleBase):
            at.show(answer)

    @invariant()
    def nothing_is_lost(self) -> None:
        with reading(self.engine) as session:
            copies = {
                row.id: row
                for row in session.exec(
                    select(WorkingCopy).where(col(WorkingCopy.item_id).in_(self.items))
                )
            }
            texts = session.exec(
                select(WorkingText).where(col(WorkingText.copy_id).in_(copies))
            ).all()
            asides = session.exec(select(SetAside).where(col(SetAside.copy_id).in_(copies))).all()
        kept: dict[str, set[tuple[Part, str]]] = defaultdict(set)
        numbers: dict[tuple[str, Part], list[int]] = defaultdict(list)
        for one in (*texts, *asides):
            kept[copies[one.copy_id].annotator_id].add((one.part, one.text))
        for text in texts:
            numbers[text.copy_id, text.part].append(text.number)
        for person, sent in self.sent.items():
            assert sent <= kept[person]
        # Over all copies that a person has of an item, a number of a part names one text.
        named = {
            (copies[one.copy_id].annotator_id, copies[one.copy_id].item_id, one.part, one.number)
            for one in texts
        }
        worded = {
            (
                copies[one.copy_id].annotator_id,
                copies[one.copy_id].item_id,
                one.part,
                one.number,
                one.text,
            )
            for one in texts
        }
        assert len(named) == len(worded)
        for found in numbers.values():
            assert sorted(found) == list(range(min(found), max(found) + 1))
        opened = [(row.annotator_id, row.item_id) for row in copies.values() if not row.closed_at]
        assert len(opened) == len(set(opened))


def test_every_text_that_was_answered_is_in_a_table(engine: Engine) -> None:
    """Pins texts.py:store and begin and submitting.py:settle_base: what is answered is kept."""
    furnish(engine)
    machine = type("WritingHere", (Writing,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            # Twenty-five steps are read soon enough; making them fewer takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert check_database(engine).ok
