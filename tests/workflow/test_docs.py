"""The tables in the docs are those that the program asks and that the tests hold it to."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from curation.review.transitions import RULES
from db.queries.slot_rules import Why
from db.queries.status import ItemStatus
from tests.workflow.doing import EVENTS, NOTHING
from tests.workflow.prepared import PEOPLE
from tests.workflow.test_doing import GUARDS
from tests.workflow.work_states import WORK_STATES

DOING = Path(__file__).with_name("doing.csv")
# In the table, and said in the docs in words: who may take part at all, and what cannot be done.
_OF_PERSONS = {"role", "all", "no person", "withdrawn", NOTHING, "as the lead"}
DOC = Path(__file__).parents[2] / "docs" / "workflow.md"


def generated() -> str:
    lines = ["| act | where it is legal | who |", "| --- | --- | --- |"]
    for kind, rule in RULES.items():
        left_out = [status for status in ItemStatus if status not in rule.statuses]
        where = (
            "everywhere but " + ", ".join(f"`{status}`" for status in left_out)
            if len(left_out) < len(rule.statuses)
            else ", ".join(f"`{status}`" for status in ItemStatus if status in rule.statuses)
        )
        who = " or ".join(rule.roles) + (", their own only" if rule.writers else "")
        lines.append(f"| `{kind}` | {where} | {who}{', not of their own' * rule.impartial} |")
    return "\n".join(lines)


def summed_up() -> str:
    """Say of each event where somebody can do it, what follows and what else may refuse it."""
    with DOING.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    refusing = {*GUARDS, *Why}
    lines = [
        "| what | where | what follows | refused to those with the role |",
        "| --- |" + " --- |" * 3,
    ]
    for event in EVENTS:
        cells = [
            (WORK_STATES[row["state"]][0].value, row[name])
            for row in rows
            if row["event"] == event
            for name in PEOPLE
            if row[name] not in _OF_PERSONS
        ]
        done = [(status, cell) for status, cell in cells if cell not in refusing]
        where = [one for one in ItemStatus if one in {status for status, _ in done}]
        refused = sorted({cell for _, cell in cells if cell in refusing})
        line = [
            event,
            _listed(where),
            _listed(sorted({cell for _, cell in done})),
            _listed(refused),
        ]
        lines.append(f"| {' | '.join(line)} |")
    return "\n".join(lines)


def _listed(words: Sequence[str]) -> str:
    if len(words) == len(ItemStatus):
        return "everywhere"
    return ", ".join(str(one).replace("_", " ") for one in words) or "–"


@pytest.mark.parametrize(("name", "table"), [("acts", generated), ("doing", summed_up)])
def test_the_docs_show_the_tables_that_the_program_is_held_to(
    name: str, table: Callable[[], str]
) -> None:
    text = DOC.read_text(encoding="utf-8")
    shown = text.partition(f"<!-- {name} -->\n")[2].partition(f"\n<!-- end of {name} -->")[0]
    assert shown == table()
