"""Working copies: nothing typed is lost, nothing is doubled, nobody reads another's."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from curation.authoring.copies import (
    load_copy,
    open_item,
    open_new,
    save_part,
    settle_part,
)
from curation.authoring.copy_views import Choice, CopyView, SavedPart, StalePart
from db.engine import reading
from db.working_copies import Part, SetAside, WorkingText
from tests.authoring.workspace import LATER, NOW, annotator, furnish


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A person at work in a workspace."""

    engine: Engine
    annotator_id: str

    def save(
        self, copy_id: str, text: str, *, base: int, tab: str = "tab-1", part: Part = Part.PROMPT
    ) -> SavedPart | StalePart:
        return save_part(
            self.engine,
            copy_id=copy_id,
            annotator_id=self.annotator_id,
            part=part,
            text=text,
            base_number=base,
            tab=tab,
            now=LATER,
        )

    def saved(
        self, copy_id: str, text: str, *, base: int, tab: str = "tab-1", part: Part = Part.PROMPT
    ) -> SavedPart:
        answer = self.save(copy_id, text, base=base, tab=tab, part=part)
        assert isinstance(answer, SavedPart)
        return answer

    def stale(self, copy_id: str, text: str, *, base: int, tab: str) -> StalePart:
        answer = self.save(copy_id, text, base=base, tab=tab)
        assert isinstance(answer, StalePart)
        return answer

    def settle(
        self, aside_id: str, choice: Choice, *, theirs_number: int, text: str | None = None
    ) -> SavedPart | StalePart:
        return settle_part(
            self.engine,
            aside_id=aside_id,
            annotator_id=self.annotator_id,
            choice=choice,
            theirs_number=theirs_number,
            tab="tab-2",
            now=LATER,
            text=text,
        )

    def new(self) -> CopyView:
        return open_new(self.engine, annotator_id=self.annotator_id, now=NOW)

    def item(self, item_id: str = "a") -> CopyView:
        return open_item(self.engine, item_id, annotator_id=self.annotator_id, now=NOW)

    def load(self, copy_id: str) -> CopyView:
        with reading(self.engine) as session:
            return load_copy(session, copy_id, annotator_id=self.annotator_id)

    def texts(self, copy_id: str, part: Part = Part.PROMPT) -> list[str]:
        with reading(self.engine) as session:
            return list(
                session.exec(
                    select(WorkingText.text)
                    .where(WorkingText.copy_id == copy_id, WorkingText.part == part)
                    .order_by(WorkingText.number)
                )
            )

    def asides(self) -> list[SetAside]:
        with reading(self.engine) as session:
            return list(session.exec(select(SetAside)))


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    furnish(engine)
    return Desk(engine=engine, annotator_id=annotator(engine))


def test_a_new_copy_has_every_part_empty_with_number_0(desk: Desk) -> None:
    copy = desk.new()
    assert copy.parts.keys() == set(Part)
    assert {(part.text, part.number) for part in copy.parts.values()} == {("", 0)}
    assert (copy.item_id, copy.base_revision_id, copy.current_revision_id) == (None, None, None)
    assert copy.is_open
    assert not copy.is_stale


def test_a_copy_of_an_item_begins_with_the_text_of_its_current_revision(desk: Desk) -> None:
    copy = desk.item()
    assert {part: view.text for part, view in copy.parts.items() if view.text} == {
        Part.TYPE: "dia",
        Part.DOMAIN: "math",
        Part.LANGUAGE: "en",
        Part.PROMPT: "Answer wrongly: 1 + 1?",
        Part.REFERENCE: "1. It answers 3.",
        Part.FOLLOWS: "3",
    }
    assert copy.base_revision_id == copy.current_revision_id == "a.r1"
    assert desk.item().id == copy.id


def test_a_save_is_the_next_number_and_is_read_back(desk: Desk) -> None:
    copy = desk.new()
    assert desk.saved(copy.id, "写", base=0).number == 1
    assert desk.saved(copy.id, "写一", base=1).number == 2
    loaded = desk.load(copy.id).parts[Part.PROMPT]
    assert (loaded.text, loaded.number, loaded.saved_at) == ("写一", 2, LATER)
    assert desk.load(copy.id).touched_at == LATER


def test_the_same_save_sent_twice_is_one_text(desk: Desk) -> None:
    copy = desk.new()
    first = desk.saved(copy.id, "once", base=0)
    assert desk.saved(copy.id, "once", base=0) == first
    desk.saved(copy.id, "once more", base=1, tab="tab-2")
    assert desk.saved(copy.id, "once", base=0) == first
    assert desk.texts(copy.id) == ["", "once", "once more"]
    assert desk.asides() == []


def test_the_text_of_a_late_save_is_set_aside_once_and_answered_with_both(desk: Desk) -> None:
    copy = desk.new()
    desk.saved(copy.id, "base", base=0)
    desk.saved(copy.id, "base, theirs", base=1, tab="tab-1")
    late = desk.stale(copy.id, "base, mine", base=1, tab="tab-2")
    assert (late.base, late.theirs, late.mine) == ("base", "base, theirs", "base, mine")
    assert late.theirs_number == 2
    assert desk.stale(copy.id, "base, mine", base=1, tab="tab-2") == late
    (aside,) = desk.load(copy.id).unsettled
    assert (aside.id, aside.base, aside.text) == (late.aside_id, "base", "base, mine")
    assert desk.texts(copy.id) == ["", "base", "base, theirs"]
