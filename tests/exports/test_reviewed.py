"""What a cut takes of reviewed items, what it says about them, and what it leaves out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from sqlalchemy import Engine

from db.acts import ActKind
from db.base import new_id
from db.comments import Comment, ThreadMark
from db.engine import reading, writing
from db.errors import Conflict, Invalid
from db.hashing import content_hash
from db.intake import read_table
from db.items import ItemOrigin
from db.labels import LabelSource
from db.queries.items import get_item
from db.queries.status import ItemStatus
from db.reviews import Ruling, Withdrawn
from db.working_copies import Part
from exports.columns import LATER_COLUMNS
from exports.cutting import CutOutcome, CutPoint, CutReport, cut_release, preview_release
from exports.importing import import_items
from exports.releasable import evidence_now
from exports.rows import row_sha256
from tests.db.content import NOON
from tests.exports.conftest import Place
from tests.workflow.bench import Bench
from tests.workflow.states import ACCEPT, EDIT, ESCALATE, REJECT, RETURN, STATES, both

CARD = "README.md"
FULL = "full/test-00000-of-00001.parquet"
TYPE = "question-correction"


@pytest.fixture
def bench(workspace: Place) -> Iterator[Bench]:
    """A shared workspace on both databases, with the program's taxonomy."""
    with writing(workspace.engine) as session:
        yield Bench(session, type_id=TYPE).furnish()


@pytest.fixture
def alone(workspace: Place) -> Iterator[Bench]:
    """The workspace of one person."""
    with writing(workspace.engine) as session:
        yield Bench(session, type_id=TYPE).furnish(solo=True)


def cut(bench: Bench, engine: Engine, out: Path, version: str = "1.0.0") -> CutReport:
    bench.session.commit()
    return cut_release(engine, version, out, actor_id=bench.people["local"], now=NOON)


def rows_of(folder: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in parquet.read_table(folder / FULL).to_pylist()}


def columns(row: dict[str, Any]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("review", "blind_reviewers", "edited_in_review"))


def confirmed_edit(bench: Bench, item: str) -> None:
    bench.act(item, ActKind.SUBMIT, by="author")
    edit = bench.review(item, EDIT, by="first")
    bench.review(item, ACCEPT, by="second")
    bench.confirm(item, edit, by="second", yes=True)


def majority(bench: Bench, item: str) -> None:
    both(bench, item, ACCEPT, RETURN)
    bench.review(item, ACCEPT, by="third")


def adjudicated(bench: Bench, item: str) -> None:
    both(bench, item, ACCEPT, RETURN)
    bench.review(item, REJECT, by="third")
    bench.rule(item, Ruling.ACCEPT)


def ruled(bench: Bench, item: str) -> None:
    both(bench, item, ACCEPT, ESCALATE)
    bench.act(item, ActKind.RULE_ACCEPT)


# How an item is accepted, and every word that its row says about it.
STORIES = {
    "unanimous": (
        STATES["accepted"][1],
        ("blind_unanimous", 2, "no"),
        "written by a person, accepted by 2 blind reviewers",
    ),
    "edited": (
        confirmed_edit,
        ("blind_unanimous", 2, "yes"),
        "written by a person, accepted by 2 blind reviewers, edited in review",
    ),
    "majority": (
        majority,
        ("blind_majority", 3, "no"),
        "written by a person, accepted by a majority of 3 blind reviewers",
    ),
    "adjudicated": (
        adjudicated,
        ("adjudicated", 3, "no"),
        "written by a person, accepted by an adjudicator after 3 blind reviewers differed",
    ),
    "ruled": (
        ruled,
        ("lead_ruling", 2, "no"),
        "written by a person, accepted by a lead's ruling, 2 blind reviewers before it",
    ),
}


def test_accepted_items_go_in_and_say_how_they_were_accepted(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    for name, (accept, _, _) in STORIES.items():
        accept(bench, bench.item(name))
    report = cut(bench, workspace.engine, tmp_path / "cut")
    found = rows_of(report.out)
    assert {name: columns(row) for name, row in found.items()} == {
        name: said for name, (_, said, _) in STORIES.items()
    }
    assert {name: row["evidence"] for name, row in found.items()} == {
        name: said for name, (_, _, said) in STORIES.items()
    }
    # The edit is the second revision; all others are released as they were sent.
    assert {name: row["revision"] for name, row in found.items()} == {
        name: 2 if name == "edited" else 1 for name in STORIES
    }
    assert {name: row["content_sha256"] for name, row in found.items()} == {
        name: row_sha256(row) for name, row in found.items()
    }


def test_every_status_that_is_not_accepted_waits_and_is_counted(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    for place, (_, lead_there) in enumerate(STATES.values()):
        lead_there(bench, bench.item(f"item-{place}"))
    # The state "released" left a release of one row behind.
    report = cut(bench, workspace.engine, tmp_path / "cut", "2.0.0")
    let_in = {ItemStatus.ACCEPTED, ItemStatus.LABELLING, ItemStatus.READY, ItemStatus.RELEASED}
    statuses = [status for status, _ in STATES.values()]
    assert report.rows == sum(status in let_in for status in statuses) == 4
    assert dict(report.waiting) == {
        status: statuses.count(status) for status in ItemStatus if status not in let_in
    }
    assert dict(preview_release(workspace.engine).waiting) == dict(report.waiting)


def test_a_refused_edit_stays_out_though_it_is_the_newest_text(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    bench.act(bench.item("a"), ActKind.SUBMIT, by="author")
    edit = bench.review("a", EDIT, by="first")
    bench.review("a", ACCEPT, by="second")
    bench.confirm("a", edit, by="second", yes=False)
    bench.review("a", ACCEPT, by="third")
    row = rows_of(cut(bench, workspace.engine, tmp_path / "cut").out)["a"]
    assert (row["revision"], columns(row)) == (1, ("blind_majority", 3, "no"))
    with reading(workspace.engine) as session:
        assert get_item(session, "a").row.revision_number == 2


def test_the_card_says_no_more_than_the_facts(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    STATES["accepted"][1](bench, bench.item("a"))
    bench.item("b", origin=ItemOrigin.IMPORTED, by="machine")
    card = (cut(bench, workspace.engine, tmp_path / "cut").out / CARD).read_text(encoding="utf-8")
    assert "- 1 accepted unanimously by blind reviewers" in card
    assert "- 1 without any person's review" in card
    assert "waived: no panel is connected" in card
    assert "No person's review" not in card
    assert "adjudicator after" not in card
    assert "No person's label is in the files." in card
    assert "license: other" in card


def test_nothing_reviewed_is_said_to_be_nothing_reviewed(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    bench.item("b", origin=ItemOrigin.IMPORTED, by="machine")
    report = cut(bench, workspace.engine, tmp_path / "cut")
    card = (report.out / CARD).read_text(encoding="utf-8")
    assert "No person's review stands behind any row of this release." in card
    assert columns(rows_of(report.out)["b"]) == ("not_reviewed", 0, "no")


def test_what_one_person_reviewed_alone_is_never_called_independent(
    alone: Bench, workspace: Place, tmp_path: Path
) -> None:
    unblinded = LabelSource.HUMAN_UNBLINDED
    alone.item("own", by="local")
    alone.act("own", ActKind.SUBMIT, by="local")
    alone.review("own", ACCEPT, by="local", source=unblinded)
    report = cut(alone, workspace.engine, tmp_path / "cut")
    row = rows_of(report.out)["own"]
    assert columns(row) == ("human_unblinded", 0, "no")
    assert row["evidence"] == "written by a person, reviewed by its own author alone, not blind"
    card = (report.out / CARD).read_text(encoding="utf-8")
    assert "who was not blind and may be the author: no independent review" in card


def test_machine_written_items_that_a_person_edited_say_so(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    bench.item("starter-a", origin=ItemOrigin.STARTER, by="machine")
    bench.item("starter-b", origin=ItemOrigin.STARTER, by="machine")
    bench.revise("starter-a", by="author")
    both(bench, "starter-a", ACCEPT, ACCEPT)
    found = rows_of(cut(bench, workspace.engine, tmp_path / "cut").out)
    assert found["starter-a"]["evidence"] == (
        "machine-written, edited by a person, accepted by 2 blind reviewers"
    )
    assert found["starter-b"]["evidence"] == "machine-written, not human-reviewed"


def test_a_starter_item_that_was_sent_to_review_waits_like_any_other(
    bench: Bench, workspace: Place
) -> None:
    bench.item("starter-a", origin=ItemOrigin.STARTER, by="machine")
    bench.act("starter-a", ActKind.SUBMIT)
    bench.session.commit()
    preview = preview_release(workspace.engine)
    assert (preview.rows, dict(preview.waiting)) == (0, {ItemStatus.IN_REVIEW: 1})
    (problem,) = preview.problems
    assert "(left out: 1 in_review)" in problem


def test_a_starter_item_that_was_taken_back_unread_is_what_it_was_before(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    """Fails without ``_is_kept_back``, and without the reviews or acts in ``_is_as_it_came``."""
    back = ("as it was", "undone", "edited", "reviewed", "ruled on", "written here")
    for name in back:
        authored = name == "written here"
        origin = ItemOrigin.AUTHORED if authored else ItemOrigin.STARTER
        bench.item(name, origin=origin, by="author" if authored else "machine")
    bench.revise("edited", by="author")
    for name in back:
        bench.act(name, ActKind.SUBMIT, by="author")
    taken_back = bench.review("undone", RETURN, by="first")
    bench.withdraw("undone", Withdrawn.REVIEW, taken_back, by="first")
    bench.review("reviewed", RETURN, by="first")
    bench.review("reviewed", RETURN, by="second")
    bench.act("ruled on", ActKind.FLAG)
    bench.act("ruled on", ActKind.RULE_RETURN)
    for name in ("reviewed", "ruled on"):
        bench.act(name, ActKind.SUBMIT)
    for name in back:
        bench.act(name, ActKind.RECALL, by="author")
    bench.session.commit()
    assert {bench.status(name) for name in back} == {ItemStatus.DRAFTED}
    said = evidence_now(bench.session, back)
    assert said["as it was"] == said["undone"] == "machine-written, not human-reviewed"
    assert said["reviewed"] == "machine-written, drafted"
    report = cut(bench, workspace.engine, tmp_path / "cut")
    found = rows_of(report.out)
    assert set(found) == {"as it was", "undone"}
    assert columns(found["undone"]) == ("not_reviewed", 0, "no")
    assert dict(report.waiting) == {ItemStatus.DRAFTED: 4}


def comment(bench: Bench, item: str) -> str:
    row = Comment(
        id=new_id("comment"),
        item_id=item,
        revision_id=f"{item}.r1",
        part=Part.PROMPT,
        annotator_id=bench.people["second"],
        text="Which one?",
        text_hash=content_hash("Which one?"),
        created_at=bench.now,
    )
    bench.record("second", [row])
    return row.id


def test_an_unsettled_thread_blocks_a_release_and_a_settled_one_does_not(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    STATES["accepted"][1](bench, bench.item("a"))
    thread = comment(bench, "a")
    # A thread on an item that is not in it blocks nothing.
    comment(bench, bench.item("b"))
    with pytest.raises(Invalid, match=r"Comment threads are not settled on 'a' \(1\); settle"):
        cut(bench, workspace.engine, tmp_path / "cut")
    mark = ThreadMark(
        comment_id=thread,
        number=1,
        is_settled=True,
        annotator_id=bench.people["second"],
        created_at=bench.now,
    )
    bench.record("second", [mark])
    assert cut(bench, workspace.engine, tmp_path / "cut").outcome is CutOutcome.CUT


def test_a_decision_that_is_taken_back_while_the_files_are_written_stops_the_cut(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    STATES["accepted"][1](bench, bench.item("a"))
    STATES["accepted"][1](bench, bench.item("b"))
    bench.session.commit()

    def retire(point: CutPoint) -> None:
        if point is CutPoint.STAGED:
            with writing(workspace.engine) as session:
                Bench(session, bench.people, type_id=TYPE).act("b", ActKind.RETIRE)

    with pytest.raises(Conflict, match="Items changed while the release was being cut"):
        cut_release(
            workspace.engine,
            "1.0.0",
            tmp_path / "cut",
            actor_id=bench.people["local"],
            now=NOON,
            at=retire,
        )
    assert not (tmp_path / "cut").exists()


def test_a_release_is_imported_with_its_checks_and_exported_again_the_same(
    bench: Bench, workspace: Place, tmp_path: Path, new_place: Callable[[], Place]
) -> None:
    STATES["accepted"][1](bench, bench.item("a"))
    bench.item("starter-b", origin=ItemOrigin.STARTER, by="machine")
    bench.revise("starter-b", by="machine", checks="1 words <= 20")
    first = cut(bench, workspace.engine, tmp_path / "cut").out
    # Where it was cut, its own rows are nothing new.
    table = read_table(first / FULL, what="items")
    again = import_items(workspace.engine, table, actor_id=bench.people["local"], now=NOON)
    assert (again.created, again.revised, again.unchanged) == (0, 0, 2)
    other = new_place()
    report = other.take(table)
    assert (report.created, report.revised) == (2, 0)
    second = cut_release(
        other.engine, "1.0.0", tmp_path / "other", actor_id=other.actor_id, now=NOON
    ).out
    here, there = rows_of(first), rows_of(second)
    assert there["starter-b"]["checks"] == "1 words <= 20"
    assert there["starter-b"] == here["starter-b"] | {"canary": there["starter-b"]["canary"]}
    # What was accepted elsewhere was not reviewed there.
    assert there["a"]["origin"] == "imported"
    assert there["a"]["evidence"] == "imported, not reviewed in this workspace"
    assert columns(there["a"]) == ("not_reviewed", 0, "no")


def test_a_row_that_says_nothing_new_keeps_the_hash_of_earlier_releases(
    bench: Bench, workspace: Place, tmp_path: Path
) -> None:
    bench.item("b", origin=ItemOrigin.IMPORTED, by="machine")
    row = rows_of(cut(bench, workspace.engine, tmp_path / "cut").out)["b"]
    before = {name: cell for name, cell in row.items() if name not in LATER_COLUMNS}
    assert row_sha256(row) == row_sha256(before) == row["content_sha256"]
    assert row_sha256(row | {"checks": "1 words <= 20"}) != row["content_sha256"]
