"""A person at work: the gestures of the authoring tests, each a call of the program."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import col, select

from curation.authoring.copies import load_copy, open_item, open_new, save_part, settle_part
from curation.authoring.copy_views import Choice, CopyView, SavedPart, StalePart
from db.engine import reading
from db.working_copies import Part, SetAside, WorkingText
from tests.authoring.workspace import LATER, NOW


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
                    .order_by(col(WorkingText.number))
                )
            )

    def asides(self) -> list[SetAside]:
        with reading(self.engine) as session:
            return list(session.exec(select(SetAside)))
