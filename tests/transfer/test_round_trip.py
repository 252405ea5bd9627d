"""What left one workspace comes into another, and leaves it again, byte by byte."""

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from db.annotators import AnnotatorKind
from db.contents import build_label, build_person_label
from db.engine import open_engine, writing
from db.labels import Decision, LabelSource, LabelWithdrawal
from db.recording import recording
from db.workspace import add_annotator
from exports.transfer.formats import ENDINGS
from exports.transfer.protection import bare, protected
from exports.transfer.pseudonyms import pseudonym
from tests.transfer.conftest import ANSWERS, FIRST, NOW, SECOND, Desk, Rows, answer

KINDS = ("responses", "labels", "verdicts")
HOSTILE = [
    "=1+1",
    "'=1+1",
    "''=1+1",
    "-1",
    "'-1",
    "+x",
    "@x",
    "＝全角",
    "\t=x",
    "\r\n=x",
    "'",
    "a\r\nb\rc\nd\te",
    '"quoted", and\ncomma',
    " spaces ",
    "",
    "null",
    "[1]",
    "{}",
    "差一点的回答 \U0001f980 \u202e",
    "<script>alert(1)</script>",
]


def labels() -> Rows:
    return [
        *(
            {"response_id": f"hard-{at}", "label": said, "rater": rater, "reason": text}
            for at, text in enumerate(HOSTILE)
            for said, rater in ((1, "Ann Ö."), (0, "李"))
        ),
        {
            "response_id": "answer-1",
            "label": "",
            "label_id": "first",
            "status": "superseded",
            "source": "blind_human",
            "failed": [1, 3],
            "created_at": "2026-02-01T00:00:00.000001Z",
        },
        {
            "response_id": "answer-1",
            "label": 0,
            "label_id": "second",
            "supersedes": "first",
            "source": "blind_human",
            "requirements": {"1": "follows", "3": "does_not_follow"},
            "factually_right": "no",
            "is_surplus": True,
            "created_at": "2026-02-02T00:00:00Z",
        },
        {
            "response_id": "answer-2",
            "label": 1,
            "status": "withdrawn",
            "withdrawn_at": "2026-02-03T00:00:00Z",
            "rater": "Ann Ö.",
            "is_demonstration": True,
        },
        {"response_id": "built-1", "label": 0, "source": "construction"},
    ]


def verdicts() -> Rows:
    return [
        {"response_id": f"hard-{at}", "judge": judge, "verdict": said, "reason": reason}
        for at, text in enumerate(HOSTILE)
        for judge, said, reason in (("=judge", at % 2, ""), ("李", None, text))
    ] + [
        {"response_id": "answer-1", "judge": "李", "verdict": 1, "repeat": n, "kind": "llm"}
        for n in range(12)
    ]


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A workspace on each backend whose every fact came from a file."""
    hard = [answer(f"hard-{at}", text, item_id=SECOND) for at, text in enumerate(HOSTILE)]
    desk.take("responses", [*ANSWERS, *hard, answer("sim", is_simulated=True)])
    desk.take("labels", labels())
    desk.take("verdicts", verdicts())
    return desk


def test_export_import_export_is_identical_in_every_format(
    full: Desk, new_desk: Callable[[], Desk], tmp_path: Path
) -> None:
    empty = new_desk()
    empty.engine.dispose()
    file = Path(str(empty.engine.url.database))
    for ending in ENDINGS:
        copy = shutil.copyfile(file, tmp_path / f"copy{ending}.db")
        other = Desk(engine=open_engine(f"sqlite:///{copy}"), actor_id=empty.actor_id)
        for kind in KINDS:
            first = full.give(kind, ending)
            report = other.take_bytes(kind, f"file{ending}", first)
            assert (report.created, report.unchanged) == (report.rows, 0)
            assert other.give(kind, ending) == first
            # Asked again, the first workspace gives the same bytes.
            assert full.give(kind, ending) == first
        other.history()
        other.engine.dispose()


def chains(seed: int) -> Rows:
    """Make labels of a few raters: chains of corrections, some taken back, in any order."""
    chance = random.Random(seed)
    rows: Rows = []
    for response_id in ("answer-1", "answer-2", "built-1"):
        for rater in ("ann", "bob", ""):
            before = None
            for step in range(chance.randrange(5)):
                label_id = f"label-{seed}-{len(rows)}"
                withdrawn = chance.random() < 0.2
                rows.append(
                    {
                        "label_id": label_id,
                        "response_id": response_id,
                        "label": chance.choice(["follows", "does_not_follow", "cannot_tell"]),
                        "rater": rater,
                        "source": chance.choice(["", "blind_human", "machine"]),
                        "supersedes": before,
                        "status": "withdrawn" if withdrawn else None,
                        "reason": chance.choice(["", "why", "=why"]),
                        "created_at": f"2026-02-{1 + chance.randrange(20):02}T0{step}:00:00Z",
                    }
                )
                before = None if withdrawn else label_id
    assert any(row["supersedes"] for row in rows), "the seed makes no correction"
    chance.shuffle(rows)
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_any_chain_of_corrections_comes_back_as_it_was(
    answered: Desk, new_desk: Callable[[], Desk], seed: int
) -> None:
    rows = chains(seed)
    assert answered.take("labels", rows).created == len(rows)
    other = new_desk()
    other.take("responses", ANSWERS)
    other.take_bytes("labels", "l.csv", answered.give("labels", ".csv"))
    assert other.give("labels") == answered.give("labels")
    live = [(r["response_id"], r["rater"]) for r in other.rows("labels") if r["status"] == "live"]
    assert len(live) == len(set(live))
    assert not answered.take("labels", rows).written
    other.history()


def test_importing_an_export_where_it_came_from_changes_nothing(full: Desk) -> None:
    for kind in KINDS:
        for names in (False, True):
            data = full.give(kind, ".csv", names=names)
            report = full.take_bytes(kind, "again.csv", data)
            assert (report.written, report.unchanged) == (False, report.rows)


def test_no_name_of_a_rater_leaves_unless_it_is_asked_for(full: Desk) -> None:
    raters = {row["rater"] for row in full.rows("labels")}
    assert all(name == "" or name.startswith("rater-") for name in raters)
    assert "Ann Ö.".encode() not in full.give("labels")
    assert {row["rater"] for row in full.rows("labels", names=True)} == {"Ann Ö.", "李", ""}


def by_people(desk: Desk) -> None:
    """Record labels as the screens do: by the local person, and by one for demonstration."""
    with writing(desk.engine) as session:
        shown = add_annotator(session, "demo", kind=AnnotatorKind.HUMAN, now=NOW)
        shown.is_demonstration = True
        with recording(
            session,
            now=NOW,
            actor_id=desk.actor_id,
            action="label.give",
            subject_kind="response",
            subject_id="answer-1",
        ) as record:
            for label_id, person, source, turn in (
                ("label-undone", desk.actor_id, LabelSource.HUMAN_UNBLINDED, 1),
                ("label-kept", desk.actor_id, LabelSource.BLIND_HUMAN, 2),
                ("label-shown", shown.id, LabelSource.BLIND_HUMAN, 1),
            ):
                new = build_person_label(
                    label_id=label_id,
                    response_id="answer-1",
                    annotator_id=person,
                    source=source,
                    turn=turn,
                    decision=Decision.FOLLOWS,
                    requirements={1: Decision.FOLLOWS},
                    now=NOW,
                    event_id=record.event_id,
                )
                record.add(new.label)
                for row in new.requirements:
                    record.add(row)
            record.add(
                LabelWithdrawal(label_id="label-undone", annotator_id=desk.actor_id, created_at=NOW)
            )
            record.add(
                build_label(
                    response_id="answer-2",
                    annotator_id=desk.actor_id,
                    source=LabelSource.MACHINE,
                    decision=Decision.DOES_NOT_FOLLOW,
                    now=NOW,
                    event_id=record.event_id,
                )
            )


def test_what_people_decided_here_is_an_import_elsewhere_and_stays_as_it_then_is(
    answered: Desk, new_desk: Callable[[], Desk]
) -> None:
    by_people(answered)
    first = {row["label_id"]: row for row in answered.rows("labels")}
    assert first["label-kept"]["source"] == "blind_human"
    assert first["label-kept"]["rater"] == pseudonym(answered.actor_id, "")
    assert first["label-undone"]["status"] == "withdrawn"
    assert first["label-shown"]["is_demonstration"] is True

    # Back where it came from, nothing is new, by pseudonym or by name.
    for names in (False, True):
        assert not answered.take("labels", answered.rows("labels", names=names)).written

    second, third = new_desk(), new_desk()
    for desk in (second, third):
        desk.take("responses", ANSWERS)
    second.take("labels", answered.rows("labels"))
    for row in second.rows("labels"):
        before = first[row["label_id"]]
        shown = row["label_id"] == "label-shown"
        assert row == {
            **before,
            "source": "imported",
            "declared_source": ("demonstration:" if shown else "") + before["source"],
        }
    third.take_bytes("labels", "l.parquet", second.give("labels", ".parquet"))
    assert third.give("labels") == second.give("labels")


def test_no_cell_of_a_csv_begins_like_a_formula(full: Desk) -> None:
    for kind in KINDS:
        text = full.give(kind, ".csv").decode("utf-8")
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                assert cell == "-1" or not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")), cell


@given(st.text("'=+-@\t\r\n＝＠1a", max_size=6))
@settings(max_examples=300, deadline=None)
def test_a_protected_cell_gives_its_text_back(text: str) -> None:
    assert bare(protected(text)) == text


def test_an_apostrophe_that_is_taken_away_is_told(place: Desk) -> None:
    data = f"item_id,response,model\n{FIRST},'=1+1,m\n".encode()
    report = place.take_bytes("responses", "r.csv", data)
    assert [row["response"] for row in place.rows("responses")] == ["=1+1"]
    assert [entry.kind for entry in report.advice] == ["protection"]


def test_order_does_not_depend_on_the_locale_of_a_server(desk: Desk, backend: str) -> None:
    ids = ["a-b", "ab", "a.b", "a_b", "abc", "a-c"]
    desk.take("responses", [answer(one, one) for one in ids])
    asked: list[str] = []
    event.listen(desk.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert [row["response_id"] for row in desk.rows("responses")] == sorted(ids)
    # The server of the tests has no other locale than C, so the order is read from the statement.
    (statement,) = (text for text in asked if "ORDER BY" in text)
    order = statement.partition("ORDER BY")[2]
    assert order.count('COLLATE "C"') == (2 if backend == "postgresql" else 0)


def test_rows_of_json_are_typed(full: Desk) -> None:
    row = json.loads(full.give("verdicts").splitlines()[0])
    assert (row["verdict"], row["repeat"], row["is_simulated"]) == (1, 0, False)
    assert all(row["verdict"] in (0, 1, None) for row in full.rows("verdicts"))
