"""Whatever the program knows as a state, a thing to do, a role or an action is in a table.

Fails when one of them exists in code and has no rows: then what it does is to be written down.
"""

import csv
import re
from pathlib import Path

import pytest

from db.acts import ActKind
from db.annotators import AnnotatorKind
from db.engine import reading
from db.labels import Decision
from db.queries.item_slots import slots_of_item
from db.queries.roles import find_standing
from db.queries.status import ItemStatus
from db.reviews import ReviewDecision, Ruling, Withdrawn
from db.roles import Role
from db.slots import Stage
from tests.workflow.bench import Bench
from tests.workflow.doing import EVENTS
from tests.workflow.prepared import PEOPLE, Prepared
from tests.workflow.states import STATES
from tests.workflow.test_acting import PEOPLE as OF_ACTS
from tests.workflow.test_work_table import PEOPLE as OF_WORK
from tests.workflow.work_states import WORK_STATES

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ACTS, WORK, DOING = "table.csv", "work_table.csv", "doing.csv"
# What the program records about an item, and which table says when and by whom.
IN_TABLES = {
    "item.act": ACTS,
    "review.decide": WORK,
    "review.adjudicate": WORK,
    "label.adjudicate": WORK,
    "review.confirm": DOING,
    "review.undo": DOING,
    "review.request_reopen": DOING,
    "review.answer_reopen": DOING,
    "label.decide": DOING,
    "label.undo": DOING,
    "slot.skip": DOING,
    "skip.settle": DOING,
    "slot.release": DOING,
    "comment.add": DOING,
    "comment.mark": DOING,
}
# These move nothing: a first step that a decision asks for, and what somebody has seen.
MOVE_NOTHING = {"review.solve", "item.reveal", "label.reveal"}
_RECORDED = re.compile(
    r'^[A-Z_]+(?:: Final)? = "((?:item|review|label|slot|skip|comment)\.\w+)"', re.M
)
_TEXTS = {"item.author", "item.revise"}


def stored(table: str) -> list[dict[str, str]]:
    with (HERE / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_action_on_an_item_is_in_a_table() -> None:
    found = {
        action
        for folder in ("curation/review", "curation/labelling", "curation/claims")
        for file in (*(ROOT / folder).glob("*.py"), *(ROOT / "db/queries").glob("*.py"))
        for action in _RECORDED.findall(file.read_text(encoding="utf-8"))
    } | {
        action
        for file in (ROOT / "curation/comments").glob("*.py")
        for action in _RECORDED.findall(file.read_text(encoding="utf-8"))
    }
    assert found - _TEXTS == set(IN_TABLES) | MOVE_NOTHING


def test_every_status_state_thing_and_person_has_its_row() -> None:
    assert {status for status, _ in WORK_STATES.values()} == set(ItemStatus)
    assert [(row["state"], row["act"]) for row in stored(ACTS)] == [
        (state, kind.value) for state in STATES for kind in ActKind
    ]
    assert [(row["state"], row["event"]) for row in stored(DOING)] == [
        (state, name)
        for state in WORK_STATES
        for name, event in EVENTS.items()
        if event.finely or state in STATES
    ]
    for table, key, people in ((ACTS, 2, OF_ACTS), (WORK, 3, OF_WORK), (DOING, 2, PEOPLE)):
        assert all(tuple(row)[key:] == people and all(row.values()) for row in stored(table))


def test_every_decision_that_somebody_can_make_is_in_a_table() -> None:
    assert {row["decision"] for row in stored(WORK)} == {*ReviewDecision, *Ruling}
    names = set(EVENTS)
    assert {f"label: {one.value}" for one in Decision} <= names
    for what in (*Withdrawn, "label"):
        for verb in ("take back", "ask about", "grant about", "decline about"):
            assert any(re.fullmatch(f"{verb} an? {what}", name) for name in names)


@pytest.mark.parametrize("state", STATES)
def test_whatever_work_a_state_asks_for_has_its_rows(bench: Bench, state: str) -> None:
    STATES[state][1](bench, bench.item("a"))
    bench.ask_for_labels()
    asked = {one.stage for one in slots_of_item(bench.session, "a") if one.is_open}
    rows = {Stage(row["stage"]) for row in stored(WORK) if row["state"] == state}
    assert rows == asked - {Stage.LABEL}
    labelled = [row for row in stored(DOING) if row["state"] == state and "label: " in row["event"]]
    given = {row[name] for row in labelled for name in PEOPLE} & set(ItemStatus)
    assert bool(given) == (Stage.LABEL in asked)


def test_every_stage_of_work_is_asked_for_in_some_state() -> None:
    # Labels are in the other table, and to write an item is asked of nobody.
    assert {row["stage"] for row in stored(WORK)} == set(Stage) - {Stage.LABEL, Stage.AUTHOR}


def test_every_role_and_kind_of_person_has_a_column(prepared: Prepared) -> None:
    prepared.stand("drafted")
    with reading(prepared.engine) as session:
        people = [find_standing(session, one) for one in prepared.people.values()]
    found = [one for one in people if one is not None]
    assert {one.kind for one in found} == set(AnnotatorKind)
    for role in Role:
        assert any(one.holds(role) for one in found)
        # Beside the person of the first start, who holds them all.
        assert any(one.holds(role) and not one.is_local for one in found)
