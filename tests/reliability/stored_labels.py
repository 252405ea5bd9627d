"""Owns comparing what labellers were told with what the database holds."""

from collections import Counter
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import col, select

from curation.labelling.consistency import derive
from curation.labelling.undoing import LABEL_UNDONE
from db.engine import reading
from db.history import Event
from db.labels import Decision, Label, LabelWithdrawal, RequirementLabel
from db.queries.labelling import LABEL_DECIDED
from db.verification import check_database
from tests.reliability.journal import Entry

Journals = Mapping[str, Sequence[Entry]]


def assert_labels_are_as_told(engine: Engine, journals: Journals) -> None:
    """Every answer is in the database exactly once; nothing else, and nothing half, is."""
    with reading(engine) as session:
        labels = list(session.exec(select(Label).where(col(Label.turn).is_not(None))))
        withdrawn = set(session.exec(select(LabelWithdrawal.label_id)))
        requirements: dict[str, list[str]] = {label.id: [] for label in labels}
        for row in session.exec(select(RequirementLabel).order_by(col(RequirementLabel.number))):
            requirements[row.label_id].append(row.decision.value)
        events = list(session.exec(select(Event)))
    by_token = {label.reason: label for label in labels}
    assert len(by_token) == len(labels), "a gesture is stored twice"
    wanted = {
        str(entry.gesture["token"]): entry.gesture
        for lines in journals.values()
        for entry in lines
        if entry.gesture["verb"] == "decide"
    }
    assert by_token.keys() <= wanted.keys(), "something was stored that nobody asked for"
    for token, label in by_token.items():
        asked = wanted[token]
        assert requirements[label.id] == asked["requirements"], "half a label"
        said = {n: Decision(one) for n, one in enumerate(requirements[label.id], start=1)}
        assert (label.response_id, label.decision) == (asked["response"], derive(said))
    _assert_answers(journals, by_token, withdrawn)
    _assert_events(events, {label.id for label in labels}, withdrawn)
    live = Counter(
        (label.response_id, label.annotator_id) for label in labels if label.id not in withdrawn
    )
    assert max(live.values()) == 1, "two live labels"
    assert check_database(engine).findings == ()


def _assert_answers(journals: Journals, by_token: Mapping[str, Label], withdrawn: set[str]) -> None:
    for lines in journals.values():
        for entry in lines:
            answer, token = entry.told.get("answer"), str(entry.gesture.get("token"))
            if answer == "decided":
                assert token in by_token, f"the acknowledged decision {token} is lost"
                assert by_token[token].id == entry.told["label"]
                replaced = entry.gesture["replaces"]
                assert replaced is None or replaced in withdrawn
            elif answer == "conflict":
                assert token not in by_token, "a conflict was stored all the same"
            elif answer == "undone":
                assert entry.told["label"] in withdrawn, "an acknowledged undo is lost"


def _assert_events(events: Sequence[Event], labels: set[str], withdrawn: set[str]) -> None:
    told = {action: [] for action in (LABEL_DECIDED, LABEL_UNDONE)}  # type: dict[str, list[str]]
    replaced: list[str] = []
    for event in events:
        if event.action in told:
            told[event.action].append(str((event.after or {})["label"]))
            if (event.after or {}).get("replaces"):
                replaced.append(str((event.after or {})["replaces"]))
    assert sorted(told[LABEL_DECIDED]) == sorted(labels), "not one event for each label"
    assert sorted(told[LABEL_UNDONE] + replaced) == sorted(withdrawn), "not one for each undo"


def log_pages(engine: Engine) -> tuple[int, int, int]:
    """Write SQLite's log back: whether somebody was in the way, pages left, pages written."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        row = connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    return int(row[0]), int(row[1]), int(row[2])
