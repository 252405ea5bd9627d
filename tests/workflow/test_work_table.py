"""Reviews and rulings: the whole table of states, decisions and people.

``work_table.csv`` has one row per state and decision that is asked for there, and one column per
person: the status that follows when the work is theirs to take, else the rule that keeps it from
them. In a state that has no row for a stage nobody is asked for such work. Here the author may
review and rule elsewhere, and so may "first", who reviewed or labelled each item before.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from db.errors import Forbidden
from db.queries.item_slots import slots_of_item
from db.queries.slot_queue import take
from db.queries.slot_rules import ClaimFilter
from db.queries.slots import Claim
from db.reviews import ReviewDecision, Ruling
from db.roles import Role
from db.slots import Stage
from tests.workflow.bench import ACTORS, Bench
from tests.workflow.states import ROUNDS, STATES

TABLE = Path(__file__).with_name("work_table.csv")
PEOPLE = (*ACTORS, "first", "second", "third", "local", "machine")
REVIEWS = (
    ReviewDecision.ACCEPT,
    ReviewDecision.ACCEPT_WITH_EDIT,
    ReviewDecision.RETURN,
    ReviewDecision.REJECT,
    ReviewDecision.ESCALATE,
)
DECISIONS: dict[Stage, tuple[ReviewDecision | Ruling, ...]] = {
    Stage.REVIEW: REVIEWS,
    Stage.THIRD_REVIEW: REVIEWS,
    Stage.ADJUDICATE: (Ruling.ACCEPT, Ruling.RETURN, Ruling.REJECT),
    Stage.ADJUDICATE_LABELS: (Ruling.FOLLOWS, Ruling.DOES_NOT_FOLLOW, Ruling.CANNOT_TELL),
}


def rows(bench: Bench) -> Iterator[list[str]]:
    bench.grant("author", Role.REVIEWER, Role.ADJUDICATOR)
    bench.grant("first", Role.ADJUDICATOR)
    yield ["state", "stage", "decision", *PEOPLE]
    for place, (state, (_, lead_there)) in enumerate({**STATES, **ROUNDS}.items()):
        item = bench.item(f"item-{place}")
        bench.item(f"kin-{place}", by="kin lead", family=f"family-item-{place}")
        lead_there(bench, item)
        asked = {
            one.stage: one.subject_id for one in slots_of_item(bench.session, item) if one.is_open
        }
        for stage, decisions in DECISIONS.items():
            if stage not in asked:
                continue
            for decision in decisions:
                cells = [cell(bench, item, stage, asked[stage], decision, name) for name in PEOPLE]
                yield [state, stage.value, decision.value, *cells]


def cell(
    bench: Bench,
    item: str,
    stage: Stage,
    subject: str,
    decision: ReviewDecision | Ruling,
    name: str,
) -> str:
    step = bench.session.begin_nested()
    try:
        got = take(
            bench.session,
            stage,
            annotator_id=bench.people[name],
            now=bench.now,
            wanted=ClaimFilter(only=subject),
        )
        if not isinstance(got, Claim):
            return next(why.value for why in got.excluded if why.value != "filter")
        if isinstance(decision, ReviewDecision):
            bench.review(item, decision, by=name)
        else:
            on_labels = stage is Stage.ADJUDICATE_LABELS
            bench.rule(item, decision, subject=subject if on_labels else "")
        return bench.status(item).value
    except Forbidden:
        return "no person"
    finally:
        step.rollback()
        bench.session.expire_all()


def written(table: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def test_every_state_decision_and_person_gives_what_the_table_says(bench: Bench) -> None:
    assert written(list(rows(bench))) == TABLE.read_text(encoding="utf-8")


def test_the_table_names_every_reason_that_keeps_a_reviewer_from_work() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert {row["author"] for row in found} == {"own_family"}
    assert {row["first"] for row in found if row["state"] != "in review"} == {"already_done"}
    assert {row["viewer"] for row in found} == {"role"}
    assert {row["machine"] for row in found} == {"no person"}
