"""Importing labels: no import is human evidence, and a correction keeps both."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from curation.labelling.deciding import decide
from db.engine import Session, reading
from db.intake import FileRefused, RowsRefused
from db.labels import BY_PEOPLE, Decision, LabelSource
from db.queries.totals import totals
from exports.transfer import Kind, incoming
from exports.transfer.arrivals import Arrivals, Settle
from exports.transfer.labels import check_labels
from tests.transfer.conftest import ANSWERS, FIRST, NOW, SECOND, Desk, Rows, jsonl


def label(response_id: str, said: Any = "follows", **changes: Any) -> dict[str, Any]:
    return {"response_id": response_id, "label": said, **changes}


def live(desk: Desk) -> dict[tuple[str, str], str]:
    return {
        (row["response_id"], row["rater"]): row["label"]
        for row in desk.rows("labels", names=True)
        if row["status"] == "live"
    }


def test_labels_come_in_as_one_event_and_again_change_nothing(desk: Desk) -> None:
    desk.take("responses", ANSWERS)
    rows = [
        label("answer-1", rater="ann", source="blind_human", failed=[1, 3], reason="No why."),
        label("answer-1", "does_not_follow", rater="bob", factually_right="no"),
        label("answer-2", "cannot_tell", rater="ann", requirements={"1": "follows"}),
    ]
    report = desk.take("labels", rows)
    assert (report.created, report.corrected, report.unchanged) == (3, 0, 0)
    assert [(count.name, count.rows) for count in report.counts] == [
        ("imported", 2),
        ("imported (blind_human)", 1),
    ]
    event = desk.history()[0]
    assert (event.action, event.facts["label"]["count"]) == ("labels.import", 3)  # type: ignore[call-overload,index]
    again = desk.take("labels", rows)
    assert (again.created, again.corrected, again.unchanged, again.written) == (0, 0, 3, False)
    assert desk.history()[0].id == event.id


def test_no_import_is_human_evidence_whatever_the_file_says(answered: Desk) -> None:
    words = [*(source.value for source in LabelSource), "experts", ""]
    report = answered.take(
        "labels", [label("answer-1", rater=f"r{at}", source=w) for at, w in enumerate(words)]
    )
    # "construction" counts too: the response is a model's, so it is no self-test.
    assert {row.source for row in answered.labels()} == {LabelSource.IMPORTED}
    assert Counter(row.declared_source for row in answered.labels()) == Counter(
        ["" if word == "imported" else word for word in words]
    )
    assert BY_PEOPLE.isdisjoint(row.source for row in answered.labels())
    with reading(answered.engine) as session:
        assert totals(session).human_labels == 0
    assert [(entry.kind, entry.rows) for entry in report.advice] == [
        ("no_human_evidence", len(words))
    ]


def test_a_label_by_construction_of_a_response_by_construction_stays_one(answered: Desk) -> None:
    answered.take("labels", [label("built-1", "does_not_follow", source="construction")])
    (found,) = answered.labels()
    assert (found.source, found.declared_source) == (LabelSource.CONSTRUCTION, "")


def test_a_label_by_construction_with_a_rater_is_an_import(answered: Desk) -> None:
    answered.take("labels", [label("built-1", source="construction", rater="ann")])
    (found,) = answered.labels()
    assert (found.source, found.declared_source) == (LabelSource.IMPORTED, "construction")


@pytest.mark.parametrize(
    ("said", "decision"),
    [
        ("follows", Decision.FOLLOWS),
        (1, Decision.FOLLOWS),
        (1.0, Decision.FOLLOWS),
        ("1.0", Decision.FOLLOWS),
        ("does_not_follow", Decision.DOES_NOT_FOLLOW),
        (0, Decision.DOES_NOT_FOLLOW),
        ("0.0", Decision.DOES_NOT_FOLLOW),
        ("", Decision.CANNOT_TELL),
        (None, Decision.CANNOT_TELL),
        ("cannot_tell", Decision.CANNOT_TELL),
    ],
    ids=repr,
)
def test_a_decision_is_a_word_a_number_or_an_empty_cell(
    answered: Desk, said: object, decision: Decision
) -> None:
    answered.take("labels", [label("answer-1", said)])
    assert [row.decision for row in answered.labels()] == [decision]


def test_everything_about_a_label_is_kept(answered: Desk) -> None:
    answered.take(
        "labels",
        [
            label(
                "answer-1",
                "does_not_follow",
                id="my-label",
                rater="Ann Ö. 李",
                source="experts",
                factually_right="not_applicable",
                requirements={"1": "follows", "3": "does_not_follow"},
                reason="It\nsays <b>nothing</b>.",
                created_at="2026-03-01T20:00:00+08:00",
            )
        ],
    )
    (found,) = answered.rows("labels", names=True)
    assert found == {
        "label_id": "my-label",
        "response_id": "answer-1",
        "item_id": FIRST,
        "label": "does_not_follow",
        "source": "imported",
        "declared_source": "experts",
        "rater": "Ann Ö. 李",
        "factually_right": "not_applicable",
        "failed": [3],
        "requirements": {"1": "follows", "3": "does_not_follow"},
        "reason": "It\nsays <b>nothing</b>.",
        "status": "live",
        "supersedes": "",
        "withdrawn_at": "",
        "response_source": "model",
        "response_is_simulated": False,
        "is_demonstration": False,
        # 20:00 in UTC+8.
        "created_at": "2026-03-01T12:00:00+00:00",
        "is_surplus": False,
    }


def test_a_label_that_came_too_late_elsewhere_stays_so_and_counts_nowhere(answered: Desk) -> None:
    """Fails without ``is_surplus`` in labels.py:_build, and in labels.py:_is_same."""
    late = label("answer-1", label_id="late", is_surplus=True)
    answered.take("labels", [late, label("answer-2")])
    assert {row["label_id"] == "late": row["is_surplus"] for row in answered.rows("labels")} == {
        True: True,
        False: False,
    }
    with reading(answered.engine) as session:
        counted = totals(session)
        assert (counted.labels_by_source, counted.surplus_labels) == ({"imported": 1}, 1)
    # A file that does not say it is the same file.
    silent = label("answer-1", label_id="late")
    assert not answered.take("labels", [late]).written
    assert not answered.take("labels", [silent]).written
    with pytest.raises(RowsRefused, match="a label_id that another label has here in line 1"):
        answered.take("labels", [{**late, "is_surplus": False}])


def test_a_rater_who_changes_a_decision_supersedes_it_and_both_are_kept(desk: Desk) -> None:
    desk.take("responses", ANSWERS)
    first = [label("answer-1", 1, rater="ann"), label("answer-1", 1, rater="bob")]
    desk.take("labels", first)
    second = [label("answer-1", 0, rater="ann"), label("answer-1", 1, rater="bob")]
    report = desk.take("labels", second)
    assert (report.created, report.corrected, report.unchanged) == (0, 1, 1)
    assert live(desk) == {("answer-1", "ann"): "does_not_follow", ("answer-1", "bob"): "follows"}
    assert Counter(row["status"] for row in desk.rows("labels")) == {"live": 2, "superseded": 1}
    with reading(desk.engine) as session:
        assert totals(session).labels_by_source == {"imported": 2}

    # The older file does not undo the correction, and says so.
    older = desk.take("labels", first)
    assert (older.written, older.unchanged) == (False, 2)
    assert [(entry.kind, entry.numbers) for entry in older.advice] == [
        ("no_human_evidence", (1, 2)),
        ("older_label", (1,)),
    ]
    assert desk.take("labels", second).written is False
    desk.history()


def test_a_change_back_names_the_label_that_it_supersedes(answered: Desk) -> None:
    for said in (1, 0):
        answered.take("labels", [label("answer-1", said, rater="ann")])
    current = next(row for row in answered.rows("labels") if row["status"] == "live")
    back = [label("answer-1", 1, rater="ann", supersedes=current["label_id"])]
    assert answered.take("labels", back).corrected == 1
    assert live(answered) == {("answer-1", "ann"): "follows"}
    assert answered.take("labels", back).written is False
    assert len(answered.labels()) == 3


def test_a_chain_inside_a_file_may_stand_in_any_order(answered: Desk) -> None:
    rows = [
        label("answer-1", 1, id="third", supersedes="second", rater="ann"),
        label("answer-1", 0, id="second", supersedes="first", rater="ann", status="superseded"),
        label("answer-1", 1, id="first", rater="ann", status="superseded"),
    ]
    assert answered.take("labels", rows).created == 3
    assert live(answered) == {("answer-1", "ann"): "follows"}
    assert answered.take("labels", rows).written is False


def test_a_withdrawn_label_comes_in_withdrawn(answered: Desk) -> None:
    rows = [
        label("answer-1", 0, id="undone", rater="ann", status="withdrawn"),
        label("answer-1", 1, id="again", rater="ann"),
    ]
    assert answered.take("labels", rows).created == 2
    assert live(answered) == {("answer-1", "ann"): "follows"}
    assert answered.take("labels", rows).written is False
    answered.history()


def test_a_later_file_can_take_an_imported_label_back(answered: Desk) -> None:
    answered.take("labels", [label("answer-1", 0, id="undone", rater="ann")])
    report = answered.take(
        "labels", [label("answer-1", 0, id="undone", rater="ann", status="withdrawn")]
    )
    assert (report.corrected, report.created) == (1, 0)
    assert live(answered) == {}
    answered.history()


def test_demonstration_people_stay_marked_wherever_their_labels_go(answered: Desk) -> None:
    answered.take("labels", [label("answer-1", source="blind_human", is_demonstration=True)])
    (found,) = answered.rows("labels")
    assert found["is_demonstration"] is True
    assert found["declared_source"] == "demonstration:blind_human"


def test_a_numbered_rater_is_one_rater_in_every_format(answered: Desk) -> None:
    answered.take("labels", [label("answer-1", rater=3), label("answer-2", rater=3.0)])
    csv = answered.take_bytes("labels", "l.csv", b"response_id,label,rater\nanswer-1,1,3\n")
    assert (csv.unchanged, csv.written) == (1, False)
    assert {row.rater for row in answered.labels()} == {"3"}


def test_two_imports_at_once_leave_each_rater_one_live_label(desk: Desk) -> None:
    desk.take("responses", ANSWERS)
    start = threading.Barrier(2)

    def take(said: int) -> None:
        start.wait()
        desk.take("labels", [label("answer-1", said, rater=f"r{at}") for at in range(50)])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take, (0, 1)))
    assert Counter(row["status"] for row in desk.rows("labels")) == {"live": 50, "superseded": 50}
    desk.history()


@pytest.mark.parametrize("meanwhile", ["a label of a person", "an import"])
def test_rows_are_compared_before_the_lock_and_again_only_after_an_import(
    desk: Desk, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take("responses", ANSWERS)
    compared: list[str] = []

    def check(*given: Any) -> Settle:
        settle = check_labels(*given)

        def settled(session: Session, actor_id: str) -> Arrivals:
            arrivals = settle(session, actor_id)
            compared.append(meanwhile)
            if len(compared) == 1:
                happen()
            return arrivals

        return settled

    def happen() -> None:
        # Between the comparison and the lock: nobody has to wait for it, and none is missed.
        with monkeypatch.context() as plain:
            plain.setattr(incoming, "CHECKS", {Kind.LABELS: check_labels})
            if meanwhile == "an import":
                desk.take("labels", [label("answer-1", 0, rater="ann")])
            else:
                decide(
                    desk.engine,
                    annotator_id=desk.actor_id,
                    response_id="answer-1",
                    decision=Decision.FOLLOWS,
                    token="a-gesture",
                    now=NOW,
                )

    monkeypatch.setattr(incoming, "CHECKS", {Kind.LABELS: check})
    report = desk.take("labels", [label("answer-1", 1, rater="ann")])
    imported = meanwhile == "an import"
    assert len(compared) == (2 if imported else 1)
    assert (report.created, report.corrected) == ((0, 1) if imported else (1, 0))
    assert live(desk)["answer-1", "ann"] == "follows"
    desk.history()


@pytest.mark.parametrize(
    ("cell", "failed"),
    [("[1, 3]", (1, 3)), ("3; 1", (1, 3)), ("2", (2,)), ("", ()), ("[]", ())],
    ids=["JSON", "semicolon", "one", "none", "empty list"],
)
def test_failed_requirements_are_read_from_csv(
    answered: Desk, cell: str, failed: tuple[int, ...]
) -> None:
    data = f'response_id,label,failed\nanswer-1,0,"{cell}"\n'.encode()
    answered.take_bytes("labels", "l.csv", data)
    assert answered.labels()[0].failed == failed


BAD: dict[str, tuple[Rows, str]] = {
    "unknown response": (
        [label("nobody")],
        "a response_id that is not here in line 1; import the responses first",
    ),
    "no response": ([label("")], "no response_id in line 1"),
    "item of another": (
        [label("answer-1", item_id=SECOND)],
        "an item_id that is not the response's in line 1",
    ),
    "unknown decision": (
        [label("answer-1", "pass"), label("answer-2", 2)],
        "the label 'pass' in line 1; the label 2 in line 2; a label is one of 'follows', "
        "'does_not_follow', 'cannot_tell', '1', '0', or empty",
    ),
    "true": ([label("answer-1", True)], "the label True in line 1"),
    "half": ([label("answer-1", 0.5)], "the label 0.5 in line 1"),
    "point nothing": ([label("answer-1", ".0")], "the label '.0' in line 1"),
    "unknown requirement": (
        [label("answer-1", failed=[4])],
        "a requirement number that its revision does not have in line 1",
    ),
    "failed zero": (
        [label("answer-1", failed=[0])],
        "failed that is no list of different requirement numbers in line 1; failed is written",
    ),
    "failed twice": ([label("answer-1", failed=[1, 1])], "failed that is no list of different"),
    "failed huge": ([label("answer-1", failed=[2**62])], "failed that is no list of different"),
    "requirements as a list": (
        [label("answer-1", requirements=["follows"])],
        "requirements that are no object of decisions by number in line 1",
    ),
    "unknown requirement decision": (
        [label("answer-1", requirements={"1": "ok"})],
        "requirements that are no object of decisions by number in line 1",
    ),
    "contradiction": (
        [label("answer-1", failed=[2], requirements={"1": "does_not_follow"})],
        "failed and requirements that contradict each other in line 1",
    ),
    "unknown truth": (
        [label("answer-1", factually_right="maybe")],
        "the unknown factually_right 'maybe' in line 1",
    ),
    "labelled twice": (
        [label("answer-1", rater="ann"), label("answer-1", rater="ann")],
        "a response that its rater labelled in an earlier row in line 2",
    ),
    "id twice": (
        [label("answer-1", id="x"), label("answer-2", id="x")],
        "a label_id that an earlier row has already in line 2",
    ),
    "declared beside a source": (
        [label("answer-1", source="machine", declared_source="blind_human")],
        "a declared_source beside a source of its own in line 1",
    ),
    "supersedes nothing": (
        [label("answer-1", id="x", supersedes="gone")],
        "a label that supersedes one that is not here in line 1",
    ),
    "supersedes itself": (
        [label("answer-1", id="x", supersedes="x")],
        "a label that supersedes itself in line 1",
    ),
    "circle": (
        [label("answer-1", id="x", supersedes="y"), label("answer-1", id="y", supersedes="x")],
        "a label that supersedes itself by way of others in lines 1 and 2",
    ),
    "supersedes another's": (
        [label("answer-1", id="x", rater="ann"), label("answer-1", supersedes="x", rater="bob")],
        "a label that supersedes one of another rater or source in line 2",
    ),
    "superseded twice": (
        [label("answer-1", id="x"), *(label("answer-1", s, supersedes="x") for s in (0, 1))],
        "a label that supersedes one that is superseded already in line 3",
    ),
    "superseded by nobody": (
        [label("answer-1", status="superseded")],
        "a superseded label without the one that supersedes it in line 1",
    ),
    "live and superseded": (
        [label("answer-1", id="x", status="live"), label("answer-1", 0, supersedes="x")],
        "a live label that another one supersedes in line 1",
    ),
    "withdrawn when live": (
        [label("answer-1", withdrawn_at="2026-03-01T00:00:00Z")],
        "a withdrawn_at of a label that is not withdrawn in line 1",
    ),
    "control character in a rater": (
        [label("answer-1", rater="a\tb")],
        "a line end or a control character in rater in line 1",
    ),
    "unknown status": ([label("answer-1", status="dead")], "the unknown status 'dead' in line 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_with_its_number_and_nothing_is_written(
    answered: Desk, name: str
) -> None:
    rows, words = BAD[name]
    with pytest.raises(RowsRefused) as refused:
        answered.take("labels", [*rows, label("answer-2", rater="good")])
    assert str(refused.value).startswith("The labels file 'labels.jsonl' is refused: ")
    assert words in str(refused.value)
    assert answered.labels() == []


def test_a_key_that_stands_twice_in_a_json_cell_is_refused(answered: Desk) -> None:
    cell = '{""1"": ""follows"", ""1"": ""does_not_follow""}'
    data = f'response_id,label,requirements\nanswer-1,0,"{cell}"\n'.encode()
    with pytest.raises(RowsRefused, match="requirements that are no object of decisions by number"):
        answered.take_bytes("labels", "l.csv", data)


def test_a_source_is_refused_that_would_be_too_long_with_its_mark(answered: Desk) -> None:
    # "demonstration:" has 14 characters, a source at most 200.
    fits, over = "s" * 186, "s" * 187
    rows = [label("answer-1", source=fits, is_demonstration=True)]
    answered.take("labels", rows)
    assert not answered.take("labels", answered.rows("labels", names=True)).written
    rows[0]["source"] = over
    with pytest.raises(RowsRefused, match="a source that has more than 200 characters with its"):
        answered.take("labels", rows)


def test_an_id_of_another_label_is_refused(answered: Desk) -> None:
    answered.take("labels", [label("answer-1", 1, id="mine", rater="ann")])
    for other in ({"rater": "bob"}, {"rater": "ann", "reason": "Because."}):
        with pytest.raises(RowsRefused, match="a label_id that another label has here in line 1"):
            answered.take("labels", [label("answer-1", 1, id="mine", **other)])


def test_missing_and_unknown_columns_are_named(answered: Desk) -> None:
    with pytest.raises(FileRefused, match="lacks the column 'response_id'"):
        answered.take("labels", [{"label": 1}])
    with pytest.raises(FileRefused, match=r"does not know \('item'\)"):
        answered.take("labels", [label("answer-1", item="x")])


def test_now_is_the_moment_of_a_label_that_gives_none(answered: Desk) -> None:
    answered.take("labels", [label("answer-1")])
    assert answered.labels()[0].created_at == NOW


def test_jsonl_is_what_the_rows_are_written_as() -> None:
    assert jsonl([{"a": "李"}]) == '{"a": "李"}'.encode()
