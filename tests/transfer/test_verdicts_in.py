"""Importing verdicts and their judges."""

from typing import Any

import pytest

from db.contents import build_judge
from db.engine import writing
from db.intake import RowsRefused
from db.recording import recording
from db.verdicts import JudgeKind, JudgeOrigin
from tests.transfer.conftest import ANSWERS, NOW, SECOND, Desk, Rows


def verdict(response_id: str, said: Any = 1, judge: str = "j", **changes: Any) -> dict[str, Any]:
    return {"response_id": response_id, "judge": judge, "verdict": said, **changes}


def test_verdicts_bring_their_judges_as_one_event_and_again_change_nothing(desk: Desk) -> None:
    desk.take("responses", ANSWERS)
    rows = [
        verdict("answer-1", 1, kind="llm"),
        verdict("answer-1", 0.0, repeat=1),
        verdict("answer-2", "", reason="timeout"),
        verdict("answer-2", None, judge="k", is_simulated=True),
    ]
    report = desk.take("verdicts", rows)
    assert (report.created, report.new_judges) == (4, ("j", "k"))
    assert [(count.name, count.rows) for count in report.counts] == [("j", 3), ("k", 1)]
    event = desk.history()[0]
    assert event.action == "verdicts.import"
    assert {table: facts["count"] for table, facts in event.facts.items()} == {  # type: ignore[call-overload,index]
        "judge": 2,
        "verdict": 4,
    }
    found = [(v.judge, v.kind.value, v.repeat, v.value, v.reason) for v in desk.verdicts()]
    assert found == [
        ("j", "llm", 0, 1, ""),
        ("j", "llm", 1, 0, ""),
        ("j", "llm", 0, None, "timeout"),
        ("k", "unknown", 0, None, "imported without a verdict"),
    ]
    assert {(v.judge, v.is_simulated, v.origin.value) for v in desk.verdicts()} == {
        ("j", False, "imported"),
        ("k", True, "imported"),
    }
    again = desk.take("verdicts", rows)
    assert (again.created, again.unchanged, again.written) == (0, 4, False)
    assert desk.history()[0].id == event.id


def test_a_later_file_adds_to_a_judge_without_describing_it_again(answered: Desk) -> None:
    answered.take("verdicts", [verdict("answer-1", kind="rule")])
    report = answered.take("verdicts", [verdict("answer-2", judge="j"), verdict("answer-1")])
    assert (report.created, report.unchanged, report.new_judges) == (1, 1, ())


def test_the_judge_may_stand_under_judge_id(answered: Desk) -> None:
    data = b"response_id,judge_id,verdict\nanswer-1,j,1.0\nanswer-2,j,\n"
    answered.take_bytes("verdicts", "v.csv", data)
    assert [(v.judge, v.value) for v in answered.verdicts()] == [("j", 1), ("j", None)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (verdict("answer-1", 0), "another verdict than the judge's here in line 1; a verdict is"),
        (verdict("answer-1", ""), "another verdict than the judge's here in line 1"),
        (verdict("answer-1", kind="rule"), "another kind than its judge has here in line 1"),
        (
            verdict("answer-1", is_simulated=True),
            "another is_simulated than its judge has here in line 1",
        ),
    ],
    ids=["other value", "no value", "kind", "simulated"],
)
def test_what_is_known_of_a_verdict_or_a_judge_is_never_overwritten(
    answered: Desk, row: dict[str, Any], words: str
) -> None:
    answered.take("verdicts", [verdict("answer-1", 1, kind="llm", is_simulated=False)])
    before = answered.give("verdicts")
    with pytest.raises(RowsRefused) as refused:
        answered.take("verdicts", [row, verdict("answer-2")])
    assert words in str(refused.value)
    assert answered.give("verdicts") == before


def test_a_judge_that_was_registered_here_gets_no_verdicts_from_a_file(answered: Desk) -> None:
    with (
        writing(answered.engine) as session,
        recording(
            session,
            now=NOW,
            actor_id=answered.actor_id,
            action="judge.register",
            subject_kind="judge",
            subject_id="ours",
        ) as record,
    ):
        record.add(
            build_judge(
                "ours",
                kind=JudgeKind.RULE,
                origin=JudgeOrigin.REGISTERED,
                definition={},
                now=NOW,
            )
        )
    with pytest.raises(RowsRefused, match="a judge that this workspace registered in line 1; give"):
        answered.take("verdicts", [verdict("answer-1", judge="ours")])


BAD: dict[str, tuple[Rows, str]] = {
    "unknown response": (
        [verdict("nobody")],
        "a response_id that is not here in line 1; import the responses first",
    ),
    "item of another": (
        [verdict("answer-1", item_id=SECOND)],
        "an item_id that is not the response's in line 1",
    ),
    "no judge": ([verdict("answer-1", judge="")], "no judge in line 1"),
    "blank judge": ([verdict("answer-1", judge="  ")], "a blank judge in line 1"),
    "unknown verdict": (
        [verdict("answer-1", "pass"), verdict("answer-2", 100)],
        "the verdict 'pass' in line 1; the verdict 100 in line 2; a verdict is one of '1', '0', "
        "or empty",
    ),
    "reason beside a verdict": (
        [verdict("answer-1", 1, reason="Good.")],
        "a reason beside a verdict in line 1; a reason says why a verdict is missing",
    ),
    "negative repeat": (
        [verdict("answer-1", repeat=-1)],
        "the repeat -1, which is no number from 0 to 999999999 in line 1",
    ),
    "huge repeat": ([verdict("answer-1", repeat=2**62)], "which is no number from 0 to"),
    "half a repeat": ([verdict("answer-1", repeat=0.5)], "the repeat 0.5, which is no number"),
    "unknown kind": ([verdict("answer-1", kind="human")], "the unknown kind 'human' in line 1"),
    "twice": (
        [verdict("answer-1"), verdict("answer-1", repeat=0)],
        "a response, judge and repeat that an earlier row has already in line 2",
    ),
    "two kinds": (
        [verdict("answer-1", kind="llm"), verdict("answer-2", kind="rule")],
        "another kind than an earlier row gives its judge in line 2",
    ),
    "simulated and not": (
        [verdict("answer-1", is_simulated=True), verdict("answer-2", is_simulated=False)],
        "another is_simulated than an earlier row of its judge in line 2",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_with_its_number_and_nothing_is_written(
    answered: Desk, name: str
) -> None:
    rows, words = BAD[name]
    with pytest.raises(RowsRefused) as refused:
        answered.take("verdicts", [*rows, verdict("answer-2", judge="good")])
    assert str(refused.value).startswith("The verdicts file 'verdicts.jsonl' is refused: ")
    assert words in str(refused.value)
    assert answered.verdicts() == []
