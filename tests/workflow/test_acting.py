"""Acts on an item: the whole table of states, acts and people, and what happens at once or twice.

``table.csv`` has one row per state and act and one column per person: the status that follows, or
why it is refused (``role``: not theirs to do; ``own``: it is their own; ``status``: not there).
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation.review.acting import Acted, act_in, actor_of
from curation.review.transitions import RULES, Actor, legal_acts, refusal
from db.acts import ActKind
from db.engine import Session, reading
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.items import Item
from db.queries.acts import list_acts
from db.queries.item_slots import slots_of_item
from db.queries.status import ItemStatus, Standing
from db.roles import Role
from db.slots import Stage
from db.verification import verify_history
from tests.workflow.bench import ACTORS, Bench
from tests.workflow.conftest import Furnished
from tests.workflow.states import ACCEPT, ESCALATE, RETURN, STATES, both, in_review

TABLE = Path(__file__).with_name("table.csv")
PEOPLE = (*ACTORS, "local", "machine")
KINDS = {"role": Forbidden, "own": Forbidden, "status": Conflict}


def rows(bench: Bench) -> Iterator[list[str]]:
    yield ["state", "act", *PEOPLE]
    for place, (state, (_, lead_there)) in enumerate(STATES.items()):
        item = bench.item(f"item-{place}")
        bench.item(f"kin-{place}", by="kin lead", family=f"family-item-{place}")
        lead_there(bench, item)
        standing = bench.standing(item)
        actors = {name: actor(bench, item, name, standing) for name in PEOPLE}
        for kind in ActKind:
            cells = []
            for name in PEOPLE:
                refused = refusal(kind, standing, actors[name])
                cells.append(refused.value if refused else tried(bench, item, kind, name))
            yield [state, kind.value, *cells]


def actor(bench: Bench, item: str, name: str, standing: Standing) -> Actor:
    head = bench.session.get_one(Item, item)
    return actor_of(bench.session, head, standing, annotator_id=bench.people[name])


def tried(bench: Bench, item: str, kind: ActKind, name: str) -> str:
    step = bench.session.begin_nested()
    acted = act(bench, item, kind, name)
    step.rollback()
    bench.session.expire_all()
    assert acted.is_new
    return acted.status.value


def act(
    bench: Bench,
    item: str,
    kind: ActKind,
    name: str,
    *,
    reason: str = "Because.",
    token: str | None = None,
    seen: int | None = None,
    revision_id: str | None = None,
) -> Acted:
    return act_in(
        bench.session,
        item,
        kind,
        annotator_id=bench.people[name],
        now=bench.now,
        reason=reason,
        token=token,
        seen=seen,
        revision_id=revision_id,
    )


def written(table: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def stored() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(TABLE.read_text(encoding="utf-8"))))


def test_every_state_act_and_person_gives_what_the_table_says(bench: Bench) -> None:
    assert written(list(rows(bench))) == TABLE.read_text(encoding="utf-8")


def test_what_the_table_refuses_is_refused_with_its_kind_of_error(bench: Bench) -> None:
    table = stored()
    seen = set()
    for place, (state, (_, lead_there)) in enumerate(STATES.items()):
        item = bench.item(f"item-{place}")
        bench.item(f"kin-{place}", by="kin lead", family=f"family-item-{place}")
        lead_there(bench, item)
        # What is refused leaves it as it is.
        newest = bench.standing(item).facts.acts[-1:]
        for row in (row for row in table if row["state"] == state):
            kind = ActKind(row["act"])
            for name in PEOPLE:
                # One person per act and refusal is enough here: the table has them all.
                if row[name] not in KINDS or (state, kind, row[name]) in seen:
                    continue
                seen.add((state, kind, row[name]))
                if [one.kind for one in newest] == [kind]:
                    continue
                with pytest.raises(KINDS[row[name]]) as refused:
                    act(bench, item, kind, name)
                assert str(refused.value).endswith(".")
        assert bench.standing(item).facts.acts[-1:] == newest
    assert {cell for _, _, cell in seen} == set(KINDS)


def test_no_person_without_a_role_and_no_machine_may_do_anything() -> None:
    for row in stored():
        assert {row["machine"], row["viewer"], row["admin"], row["labeller"]} == {"role"}


def test_a_lead_never_decides_about_their_own_family() -> None:
    decided = [kind for kind, rule in RULES.items() if rule.impartial]
    for row in stored():
        if ActKind(row["act"]) in decided:
            assert row["kin lead"] == "own"


def test_the_same_gesture_sent_twice_is_one_act(bench: Bench) -> None:
    bench.item("a")
    first = act(bench, "a", ActKind.SUBMIT, "author", token="t")
    again = act(bench, "a", ActKind.SUBMIT, "author", token="t")
    assert (first.is_new, again.is_new) == (True, False)
    assert first.act_id == again.act_id
    assert [one.number for one in list_acts(bench.session, "a")] == [1]


def test_a_double_click_without_a_token_is_answered_as_it_was(bench: Bench) -> None:
    bench.item("a")
    assert act(bench, "a", ActKind.RETIRE, "lead").is_new
    assert not act(bench, "a", ActKind.RETIRE, "lead").is_new
    assert len(list_acts(bench.session, "a")) == 1


def test_of_two_people_who_act_at_once_the_second_is_told_what_the_first_did(
    bench: Bench,
) -> None:
    both(bench, bench.item("a"), ACCEPT, ACCEPT)
    act(bench, "a", ActKind.FLAG, "adjudicator", seen=1)
    with pytest.raises(Conflict, match=r"'adjudicator' acted on the item 'a' meanwhile.*'flag'"):
        act(bench, "a", ActKind.RETIRE, "lead", seen=1)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"reason": "x" * 2_001}, "2,001 characters"),
        ({"reason": "\0"}, "NUL"),
        ({"revision_id": "b.r1"}, "'b.r1' is none of the item 'a'"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_nothing_is_written(
    bench: Bench, more: dict[str, str], error: str
) -> None:
    bench.item("b")
    STATES["escalated"][1](bench, bench.item("a"))
    with pytest.raises(Invalid, match=error):
        act(bench, "a", ActKind.RULE_ACCEPT, "lead", **more)
    assert len(list_acts(bench.session, "a")) == 1


def test_an_item_that_does_not_exist_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound, match="'nowhere'"):
        act(bench, "nowhere", ActKind.RETIRE, "lead")


def open_slots(session: Session, item: str) -> list[tuple[Stage, int, int]]:
    return [
        (one.stage, one.round, one.number) for one in slots_of_item(session, item) if one.is_open
    ]


def test_slots_follow_the_facts_and_reconciling_again_changes_nothing(anywhere: Bench) -> None:
    in_review(anywhere, anywhere.item("a"))
    assert open_slots(anywhere.session, "a") == [(Stage.REVIEW, 1, 1), (Stage.REVIEW, 1, 2)]
    anywhere.reconcile("a")
    assert len(slots_of_item(anywhere.session, "a")) == 2
    # Facts put in directly hand nothing in: what is not needed any more is closed.
    anywhere.review("a", ACCEPT, by="first")
    assert open_slots(anywhere.session, "a") == [(Stage.REVIEW, 1, 1)]
    anywhere.review("a", RETURN, by="second")
    assert open_slots(anywhere.session, "a") == [(Stage.THIRD_REVIEW, 1, 1)]
    anywhere.revise("a")
    anywhere.act("a", ActKind.SUBMIT, by="author")
    assert open_slots(anywhere.session, "a") == [(Stage.REVIEW, 2, 1), (Stage.REVIEW, 2, 2)]
    anywhere.act("a", ActKind.MARK_SEED)
    opened = [one for one in slots_of_item(anywhere.session, "a") if one.is_open]
    assert [(one.round, one.other_background) for one in opened] == [(2, True), (2, True)]
    anywhere.act("a", ActKind.RETIRE)
    assert open_slots(anywhere.session, "a") == []
    anywhere.act("a", ActKind.REINSTATE)
    assert len(open_slots(anywhere.session, "a")) == 2


def test_every_state_is_reached_on_both_databases_and_the_history_verifies(
    anywhere: Bench,
) -> None:
    for place, (status, lead_there) in enumerate(STATES.values()):
        item = anywhere.item(f"item-{place}")
        lead_there(anywhere, item)
        assert anywhere.status(item) is status
    assert verify_history(anywhere.session).findings == ()


def test_a_lead_who_reviewed_an_item_does_not_rule_on_it(bench: Bench) -> None:
    bench.grant("second", Role.LEAD)
    STATES["escalated"][1](bench, bench.item("a"))
    with pytest.raises(Forbidden, match="'second', who wrote in the family of 'a' or reviewed it"):
        act(bench, "a", ActKind.RULE_ACCEPT, "second")
    # The review came from somebody else's round: a new round is theirs to rule again.
    act(bench, "a", ActKind.REOPEN, "lead")
    bench.review("a", ESCALATE, by="third")
    assert act(bench, "a", ActKind.RULE_RETURN, "second").status is ItemStatus.RETURNED


def test_what_is_offered_is_what_is_legal(shared_workspace: Furnished) -> None:
    with shared_workspace.bench() as bench:
        both(bench, bench.item("a"), ACCEPT, ACCEPT)
        standing = bench.standing("a")
        assert legal_acts(standing, actor(bench, "a", "lead", standing)) == (
            ActKind.REOPEN,
            ActKind.FLAG,
            ActKind.RETIRE,
        )
    with reading(shared_workspace.engine) as session:
        assert session.get(Item, "a") is None


def test_one_person_alone_may_do_everything_that_is_legal(solo: Bench) -> None:
    solo.item("a", by="local")
    act(solo, "a", ActKind.SUBMIT, "local")
    assert solo.status("a") is ItemStatus.IN_REVIEW
    act(solo, "a", ActKind.RECALL, "local")
    act(solo, "a", ActKind.DISCARD, "local")
    with pytest.raises(Conflict, match="stands at 'discarded', and 'retire' is for items at"):
        act(solo, "a", ActKind.RETIRE, "local")
    assert act(solo, "a", ActKind.RESTORE, "local").status is ItemStatus.DRAFTED
