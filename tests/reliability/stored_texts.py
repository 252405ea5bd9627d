"""Owns comparing what authors were told with what the database holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import col, select

from curation.authoring.submitting import REVISED
from db.engine import Session, reading
from db.history import Event
from db.items import Revision
from db.verification import check_database
from db.working_copies import Closing, Part, Resolution, SetAside, WorkingCopy, WorkingText
from tests.reliability.journal import Entry

Journals = Mapping[str, Sequence[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Everything about working copies.

    Attributes:
        places: Where each text stands in a line of its part, and who sent it: a follow-up copy
            holds the same text under the same number.
        asides: The texts that were set aside.
        texts: Text by copy, part and number.
    """

    places: Mapping[tuple[str, str], set[tuple[Part, int]]]
    asides: Mapping[str, Sequence[SetAside]]
    texts: Mapping[tuple[str, str, int], str]
    copies: Mapping[str, WorkingCopy]
    revisions: Mapping[str, Revision]

    def newest(self, copy_id: str, part: Part) -> str:
        """Give the text of a part with the highest number."""
        number = max(
            number for copy, name, number in self.texts if (copy, name) == (copy_id, part.value)
        )
        return self.texts[copy_id, part.value, number]


def assert_texts_are_as_told(engine: Engine, journals: Journals) -> None:
    """Every answer is in the database exactly once; nothing that nobody sent, and nothing half."""
    with reading(engine) as session:
        stored = _read(session)
        revised = session.exec(select(Event).where(Event.action == REVISED)).all()
    named = {
        str(entry.gesture["text"])
        for lines in journals.values()
        for entry in lines
        if entry.gesture.get("text")
    }
    for (tab, text), places in stored.places.items():
        assert not tab or text in named, f"nobody sent what {tab} is said to have"
        assert not tab or len(places) == 1, f"{text!r} of {tab} is stored under two numbers"
    for text, asides in stored.asides.items():
        assert len(asides) == 1, f"{text!r} was set aside twice"
    for text in named & stored.asides.keys():
        if any(tab and said == text for tab, said in stored.places):
            resolution = stored.asides[text][0].resolution
            assert resolution is Resolution.MINE, f"{text!r} is stored twice"
    for lines in journals.values():
        for entry in lines:
            if entry.word == "answer":
                _assert_answer(entry, stored)
            elif entry.word == "failed" and entry.gesture["verb"] == "save":
                text = str(entry.gesture["text"])
                assert text not in stored.asides
                assert not any(text == said for _, said in stored.places), "stored, though refused"
    _assert_revisions(stored, [event.subject_id for event in revised])
    assert check_database(engine).findings == ()


def _read(session: Session) -> Stored:
    places: dict[tuple[str, str], set[tuple[Part, int]]] = defaultdict(set)
    texts = {}
    for row in session.exec(select(WorkingText)):
        places[row.tab, row.text].add((row.part, row.number))
        texts[row.copy_id, row.part.value, row.number] = row.text
    asides: dict[str, list[SetAside]] = defaultdict(list)
    for aside in session.exec(select(SetAside)):
        asides[aside.text].append(aside)
    return Stored(
        places=places,
        asides=asides,
        texts=texts,
        copies={row.id: row for row in session.exec(select(WorkingCopy))},
        revisions={
            row.id: row for row in session.exec(select(Revision).where(col(Revision.number) > 1))
        },
    )


def _assert_answer(entry: Entry, stored: Stored) -> None:
    told, gesture = entry.told, entry.gesture
    if told["answer"] == "saved":
        place = (str(told["copy"]), str(told["part"]), int(str(told["number"])))
        assert place in stored.texts, f"the acknowledged text at {place} is lost"
        if gesture.get("text"):
            assert stored.texts[place] == gesture["text"]
    elif told["answer"] == "stale":
        (aside,) = stored.asides[str(told["mine"])]
        assert aside.id == told["aside"]
        assert gesture.get("text") in {None, told["mine"]}
    elif told["answer"] == "submitted":
        copy = stored.copies[str(told["copy"])]
        assert (copy.closed_as, copy.revision_id) == (Closing.SUBMITTED, told["revision"])


def _assert_revisions(stored: Stored, events: Sequence[str]) -> None:
    """Each revision is one submitted copy, with its texts, and one event; no number is missing."""
    closed = {row.revision_id: row for row in stored.copies.values() if row.revision_id}
    assert closed.keys() == stored.revisions.keys()
    assert len(closed) == sum(row.closed_as is Closing.SUBMITTED for row in stored.copies.values())
    assert sorted(events) == sorted(row.item_id for row in stored.revisions.values())
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in stored.revisions.values():
        numbers[row.item_id].append(row.number)
        copy_id = closed[row.id].id
        assert stored.newest(copy_id, Part.PROMPT) == row.prompt
        assert stored.newest(copy_id, Part.REFERENCE) == row.reference
        assert (stored.newest(copy_id, Part.TWIN), stored.newest(copy_id, Part.NOTES)) == (
            row.twin,
            row.notes,
        )
    for found in numbers.values():
        assert sorted(found) == list(range(2, len(found) + 2))
