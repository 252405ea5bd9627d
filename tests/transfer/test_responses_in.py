"""Importing responses."""

import pytest

from db.contents import hash_response
from db.engine import reading
from db.intake import FileRefused, RowsRefused
from db.responses import Response
from tests.transfer.conftest import ANSWERS, FIRST, NOW, SECOND, Desk, Rows, answer, item


def test_responses_come_in_as_one_event_and_again_change_nothing(desk: Desk) -> None:
    report = desk.take("responses", ANSWERS)
    assert (report.rows, report.created, report.unchanged, report.written) == (3, 3, 0, True)
    assert [(count.name, count.rows) for count in report.counts] == [
        ("construction", 1),
        ("model", 2),
    ]
    event = desk.history()[0]
    assert event.action == "responses.import"
    assert event.after == {
        "file": "responses.jsonl",
        "sha256": report.sha256,
        "rows": 3,
        "created": 3,
        "corrected": 0,
        "unchanged": 0,
    }
    assert event.facts["response"]["count"] == 3  # type: ignore[call-overload,index]

    again = desk.take("responses", ANSWERS)
    assert (again.created, again.unchanged, again.written) == (0, 3, False)
    assert desk.history()[0].id == event.id


def test_a_plan_writes_nothing(place: Desk) -> None:
    plan = place.plan("responses", ANSWERS)
    assert (plan.created, plan.written) == (3, False)
    assert place.history()[0].action == "items.import"


def test_a_text_is_kept_character_by_character(place: Desk) -> None:
    text = "  '=1+1\r\n\t差一点 \u202e<script> \n"
    place.take("responses", [answer("hard", text)])
    with reading(place.engine) as session:
        row = session.get_one(Response, "hard")
    assert row.text == text
    assert row.content_hash == hash_response(row)
    assert (row.source.value, row.source_name, row.created_at) == ("model", "model-a-2026", NOW)


def test_an_item_means_its_current_revision_and_a_later_revision_changes_nothing(
    place: Desk,
) -> None:
    rows = [answer("with-id"), {"item_id": FIRST, "response": "No id.", "model": "m"}]
    place.items(item(FIRST, "Which river, again?"))
    assert place.take("responses", rows).created == 2
    assert {row["revision_id"] for row in place.rows("responses")} == {f"{FIRST}.r2"}
    place.items(item(FIRST, "Which river, once more?"))
    again = place.take("responses", rows)
    assert (again.created, again.unchanged) == (0, 2)


def test_an_older_revision_can_be_named(place: Desk) -> None:
    place.items(item(FIRST, "Which river, again?"))
    place.take("responses", [answer("old", item_id=None, revision_id=f"{FIRST}.r1")])
    assert [row["revision_id"] for row in place.rows("responses")] == [f"{FIRST}.r1"]


def test_a_response_without_an_id_is_known_by_its_content_in_every_workspace(
    place: Desk, desk: Desk
) -> None:
    row = {"item_id": SECOND, "response": "Same.", "source": "human"}
    for where in (place, desk):
        where.take("responses", [row])
    assert place.rows("responses")[0]["response_id"] == desk.rows("responses")[0]["response_id"]


def test_an_empty_response_is_a_response_and_is_pointed_out(place: Desk) -> None:
    report = place.take("responses", [answer("silent", "")])
    assert report.created == 1
    assert [(entry.kind, entry.numbers) for entry in report.advice] == [("empty_response", (1,))]


def test_a_simulated_model_stays_marked(place: Desk) -> None:
    place.take("responses", [answer("sim", is_simulated="true"), answer("real")])
    assert {row["response_id"]: row["is_simulated"] for row in place.rows("responses")} == {
        "sim": True,
        "real": False,
    }


BAD: dict[str, tuple[Rows, str]] = {
    "unknown item": ([answer("a", item_id="nobody")], "an item_id that is not here in line 1; imp"),
    "unknown revision": (
        [answer("a", revision_id=f"{FIRST}.r9")],
        "a revision_id that is not here in line 1",
    ),
    "revision of another item": (
        [answer("a", revision_id=f"{SECOND}.r1")],
        "a revision_id of another item in line 1",
    ),
    "revision of another text": (
        [answer("a", revision_hash="sha256:0")],
        "a revision_hash of another text than the revision has here in line 1",
    ),
    "no item": ([answer("a", item_id=None)], "neither an item_id nor a revision_id in line 1"),
    "no source": ([answer("a", model=None)], "no source in line 1; name a source (model, human"),
    "model without a name": (
        [answer("a", model="", source="model")],
        "a source and a source_name that do not fit each other in line 1",
    ),
    "human with a model": (
        [answer("a", source="human")],
        "a source and a source_name that do not fit each other in line 1",
    ),
    "construction without a role": (
        [answer("a", model=None, source="construction")],
        "a source and a role that do not fit each other in line 1; a response of construction "
        "has a role (follows, conventional, near_miss)",
    ),
    "unknown source": (
        [answer("a", source="llm")],
        "the unknown source 'llm' in line 1; source is one of 'model', 'human', 'construction'",
    ),
    "simulated person": (
        [answer("a", model=None, source="human", is_simulated=True)],
        "a simulated response that is of no model in line 1",
    ),
    "bad flag": ([answer("a", is_simulated="maybe")], "the is_simulated 'maybe' in line 1"),
    "bad id": ([answer("A b")], "the response_id 'A b' in line 1; ids have at most 100"),
    "null response": ([answer("a", None)], "no response in line 1"),  # type: ignore[arg-type]
    "number as response": ([answer("a", 7)], "a response that is no text in line 1"),  # type: ignore[arg-type]
    "control character": ([answer("a", "\x1b[31m")], "a control character in response in line 1"),
    "line end in a name": (
        [answer("a", model="x\ny")],
        "a line end or a control character in model in line 1",
    ),
    "long name": ([answer("a", model="x" * 201)], "a model of more than 200 characters in line 1"),
    "id twice": (
        [answer("a"), answer("b"), answer("a", "Other.")],
        "a response_id that an earlier row has already in line 3",
    ),
    "content twice": (
        [answer(""), answer("")],
        "a response that an earlier row has already in line 2; give repeats ids of their own",
    ),
    "moment without a zone": (
        [answer("a", created_at="2026-03-01T12:00:00")],
        "the created_at '2026-03-01T12:00:00' in line 1; a moment has date, time and zone",
    ),
    "future": (
        [answer("a", created_at="2026-03-02T09:30:01Z")],
        "a created_at in the future in line 1",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_with_its_number_and_nothing_is_written(
    answered: Desk, name: str
) -> None:
    rows, words = BAD[name]
    before = answered.give("responses")
    with pytest.raises(RowsRefused) as refused:
        answered.take("responses", [*rows, answer("good", "Good.")])
    assert str(refused.value).startswith("The responses file 'responses.jsonl' is refused: ")
    assert words in str(refused.value)
    assert str(refused.value).endswith("mend these places and hand the file in again.")
    assert answered.give("responses") == before


def test_an_id_that_stands_for_another_text_is_refused(answered: Desk) -> None:
    with pytest.raises(RowsRefused, match="a response_id that another response has here in line 2"):
        answered.take("responses", [answer("answer-1", "First."), answer("answer-2", "Other.")])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"item_id": FIRST}, "lacks the column 'response'; it has 'item_id'"),
        ({"response": "x"}, "has neither 'item_id' nor 'revision_id'; add one of them"),
        (answer("a", modle="x"), "has columns that our own form does not know ('modle')"),
        (answer("a", id="b"), "has both 'response_id' and 'id', which mean the same; keep one"),
    ],
    ids=["missing", "no item", "unknown", "twice"],
)
def test_columns_are_checked_by_name(place: Desk, row: dict[str, str], sentence: str) -> None:
    with pytest.raises(FileRefused) as refused:
        place.take("responses", [row])
    assert sentence in str(refused.value)
