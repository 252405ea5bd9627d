"""Decide and undo as fast as it goes; a program: URL annotator journal stop seed responses.

Most of the gestures that a kill left without an answer are sent again, as a browser does.
"""

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path

from curation.labelling.consistency import derive
from curation.labelling.deciding import LabelConflict, decide
from curation.labelling.undoing import last_decisions, undo
from db.engine import Engine, open_engine, reading
from db.errors import GainsayError
from db.labels import Decision
from tests.reliability.journal import Fields, Journal, entries, unanswered

REQUIREMENTS = 3
UNDONE, REPLACED, REPEATED = 0.35, 0.5, 0.7
ON_THE_WAY_SECONDS = 0.03


class Labeller:
    """One tab of one person."""

    def __init__(self, engine: Engine, annotator_id: str, journal: Journal, seed: str) -> None:
        self.engine, self.annotator_id, self.journal = engine, annotator_id, journal
        self.number = len(entries(journal.file))
        self.random = random.Random(f"{seed} {self.number}")
        self.in_the_way: tuple[str, str] | None = None

    def send(self, gesture: Fields) -> None:
        """Make one gesture and write down how it was answered."""
        self.journal.intend(gesture)
        try:
            told = self._decide(gesture) if gesture["verb"] == "decide" else self._undo(gesture)
        except GainsayError as error:
            self.journal.fail(gesture, error)
        else:
            # An answer takes a while to its reader: a kill then finds it stored and not told.
            time.sleep(self.random.choice((0, ON_THE_WAY_SECONDS)))
            self.journal.answer(gesture, told)

    def choose(self, responses: list[str]) -> Fields:
        """Think of something to do."""
        self.number += 1
        if self.random.random() < UNDONE:
            with reading(self.engine) as session:
                last = last_decisions(session, annotator_id=self.annotator_id).decisions
            if last:
                return {"verb": "undo", "label": self.random.choice(last).id}
        said = [self.random.choice(list(Decision)) for _ in range(REQUIREMENTS)]
        response, replaces = self.random.choice(responses), None
        if self.in_the_way is not None and self.random.random() < REPLACED:
            response, replaces = self.in_the_way
        self.in_the_way = None
        return {
            "verb": "decide",
            "response": response,
            "requirements": [one.value for one in said],
            "token": f"{self.journal.file.stem}-{self.number}",
            "replaces": replaces,
        }

    def _decide(self, gesture: Fields) -> Fields:
        requirements = {
            number: Decision(one)
            for number, one in enumerate(list_of(gesture["requirements"]), start=1)
        }
        answer = decide(
            self.engine,
            annotator_id=self.annotator_id,
            response_id=str(gesture["response"]),
            decision=derive(requirements),
            requirements=requirements,
            reason=str(gesture["token"]),
            token=str(gesture["token"]),
            replaces=str(gesture["replaces"]) if gesture["replaces"] else None,
            now=datetime.now(UTC),
        )
        if isinstance(answer, LabelConflict):
            self.in_the_way = answer.response_id, answer.stored.id
            return {"answer": "conflict", "stored": answer.stored.id}
        return {"answer": "decided", "label": answer.label.id}

    def _undo(self, gesture: Fields) -> Fields:
        answer = undo(
            self.engine,
            annotator_id=self.annotator_id,
            label_id=str(gesture["label"]),
            now=datetime.now(UTC),
        )
        return {"answer": "undone", "label": answer.label.id}


def list_of(value: object) -> list[str]:
    """Take a list out of a gesture."""
    assert isinstance(value, list)
    return value


def main(url: str, annotator_id: str, log: str, stop: str, seed: str, responses: str) -> None:
    """Work until the file ``stop`` is there."""
    engine = open_engine(url)
    labeller = Labeller(engine, annotator_id, Journal(Path(log)), seed)
    left = unanswered(Path(log))
    if left is not None and labeller.random.random() < REPEATED:
        labeller.send(left.gesture)
    while not Path(stop).exists():
        labeller.send(labeller.choose(list_of(json.loads(responses))))
    engine.dispose()
