"""Save, settle and submit as fast as it goes; a program: URL annotator journal stop seed item.

The journal's name is the tab. Most of what a kill left without an answer is sent again.
"""

import random
import time
from datetime import UTC, datetime
from pathlib import Path

from curation.authoring.copies import load_copy, open_item, save_part, settle_part
from curation.authoring.copy_views import Choice, CopyView, SavedPart, StalePart
from curation.authoring.submitting import BaseChoice, StaleBase, Submitted, settle_base, submit
from db.engine import Engine, open_engine, reading
from db.errors import Conflict, GainsayError
from db.working_copies import Part
from tests.reliability.journal import Fields, Journal, entries, unanswered

PARTS = (Part.PROMPT, Part.REFERENCE, Part.TWIN, Part.NOTES)
SUBMITTED, REPEATED = 0.12, 0.7
ON_THE_WAY_SECONDS = 0.03


class Author:
    """One tab of one person at one item."""

    def __init__(
        self, engine: Engine, annotator_id: str, journal: Journal, seed: str, item_id: str
    ) -> None:
        self.engine, self.annotator_id, self.journal = engine, annotator_id, journal
        self.item_id, self.tab = item_id, journal.file.stem
        self.number = len(entries(journal.file))
        self.random = random.Random(f"{seed} {self.number}")
        self.next: list[Fields] = []
        self._take(self._open())

    def send(self, gesture: Fields) -> None:
        """Make one gesture and write down how it was answered."""
        self.journal.intend(gesture)
        try:
            told = getattr(self, f"_{gesture['verb']}")(gesture)
        except GainsayError as error:
            self.journal.fail(gesture, error)
            if isinstance(error, Conflict):
                self._take(self._open())
        else:
            # An answer takes a while to its reader: a kill then finds it stored and not told.
            time.sleep(self.random.choice((0, ON_THE_WAY_SECONDS)))
            self.journal.answer(gesture, told)

    def choose(self) -> Fields:
        """Think of something to do; a conflict is settled first."""
        if self.next:
            return self.next.pop(0)
        if self.random.random() < SUBMITTED:
            return {"verb": "submit", "copy": self.copy_id}
        part = self.random.choice(PARTS)
        return {
            "verb": "save",
            "copy": self.copy_id,
            "part": part.value,
            "text": self.new_text(),
            "base": self.numbers[part],
        }

    def new_text(self) -> str:
        """Write something that nobody wrote before."""
        self.number += 1
        token = f"{self.tab}-{self.number}"
        return f"1. Say a wrong number for {token}.\n2. Say why {token} is what it is."

    def _open(self) -> CopyView:
        return open_item(
            self.engine, self.item_id, annotator_id=self.annotator_id, now=datetime.now(UTC)
        )

    def _take(self, view: CopyView) -> None:
        self.copy_id = view.id
        self.numbers = {part: row.number for part, row in view.parts.items()}

    def _told(self, answer: SavedPart | StalePart) -> Fields:
        if isinstance(answer, StalePart):
            self.next = [self._settlement(answer)]
            return {"answer": "stale", "aside": answer.aside_id, "mine": answer.mine}
        if answer.copy_id != self.copy_id:
            self._take(self._open())
        else:
            self.numbers[answer.part] = answer.number
        return {
            "answer": "saved",
            "copy": answer.copy_id,
            "part": answer.part.value,
            "number": answer.number,
        }

    def _settlement(self, stale: StalePart) -> Fields:
        choice = self.random.choice(list(Choice))
        return {
            "verb": "settle",
            "aside": stale.aside_id,
            "choice": choice.value,
            "theirs_number": stale.theirs_number,
            "text": self.new_text() if choice is Choice.MERGED else None,
        }

    def _save(self, gesture: Fields) -> Fields:
        answer = save_part(
            self.engine,
            copy_id=str(gesture["copy"]),
            annotator_id=self.annotator_id,
            part=Part(str(gesture["part"])),
            text=str(gesture["text"]),
            base_number=int(str(gesture["base"])),
            tab=self.tab,
            now=datetime.now(UTC),
        )
        return self._told(answer)

    def _settle(self, gesture: Fields) -> Fields:
        answer = settle_part(
            self.engine,
            aside_id=str(gesture["aside"]),
            annotator_id=self.annotator_id,
            choice=Choice(str(gesture["choice"])),
            theirs_number=int(str(gesture["theirs_number"])),
            tab=self.tab,
            now=datetime.now(UTC),
            text=str(gesture["text"]) if gesture["text"] is not None else None,
        )
        return self._told(answer)

    def _submit(self, gesture: Fields) -> Fields:
        copy_id = str(gesture["copy"])
        now = datetime.now(UTC)
        answer = submit(self.engine, copy_id, annotator_id=self.annotator_id, now=now)
        if isinstance(answer, Submitted):
            self._take(self._open())
            return {"answer": "submitted", "copy": copy_id, "revision": answer.revision_id}
        if isinstance(answer, StaleBase):
            self.next = [
                {"verb": "rebase", "copy": copy_id, "current": answer.current_revision_id},
                {"verb": "submit", "copy": copy_id},
            ]
            return {"answer": "stale base"}
        with reading(self.engine) as session:
            view = load_copy(session, copy_id, annotator_id=self.annotator_id)
        self._take(view)
        self.next = [
            {
                "verb": "settle",
                "aside": aside.id,
                "choice": self.random.choice((Choice.MINE, Choice.THEIRS)).value,
                "theirs_number": view.parts[aside.part].number,
                "text": None,
            }
            for aside in view.asides
            if aside.resolution is None
        ]
        return {"answer": "refused", "codes": [one.code.value for one in answer.findings]}

    def _rebase(self, gesture: Fields) -> Fields:
        settle_base(
            self.engine,
            str(gesture["copy"]),
            annotator_id=self.annotator_id,
            choice=BaseChoice.MINE,
            current_revision_id=str(gesture["current"]),
            tab=self.tab,
            now=datetime.now(UTC),
        )
        return {"answer": "rebased"}


def main(url: str, annotator_id: str, log: str, stop: str, seed: str, item_id: str) -> None:
    """Work until the file ``stop`` is there."""
    engine = open_engine(url)
    author = Author(engine, annotator_id, Journal(Path(log)), seed, item_id)
    left = unanswered(Path(log))
    if left is not None and author.random.random() < REPEATED:
        author.send(left.gesture)
    while not Path(stop).exists():
        author.send(author.choose())
    engine.dispose()
