import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from db.engine import reading
from db.errors import Conflict, External, Invalid
from db.history import events
from db.intake import RowsRefused, Table
from db.queries.releases import find_release
from db.verification import verify_history
from exports.columns import FULL_COLUMNS, SIX_COLUMNS
from exports.cutting import CutOutcome, CutPoint, CutReport, cut_release, preview_release
from exports.importing import plan_import
from exports.rows import row_bytes, row_problem, row_sha256
from exports.snapshot import take_snapshot
from tests.exports.conftest import NOW, Place
from tests.exports.rows import six

TableOf = Callable[..., Table]
FILES = {
    "CHANGELOG.md",
    "CITATION.cff",
    "Inverse_IFEval_Dataset.json",
    "LICENSE",
    "README.md",
    "SHA256SUMS",
    "croissant.json",
    "data/test-00000-of-00001.parquet",
    "full/test-00000-of-00001.parquet",
    "manifest.json",
}


def cut(place: Place, version: str, out: Path, **changes: Any) -> CutReport:
    return cut_release(
        place.engine, version, out, **{"actor_id": place.actor_id, "now": NOW, **changes}
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def starter(**changes: Any) -> dict[str, Any]:
    return {
        **six("Which?"),
        "id": "starter-one",
        "origin": "starter",
        "domain": "Math",
        "judge_prompt_template": None,
        "judge_system_prompt": None,
        **changes,
    }


def test_a_cut_writes_the_files_and_records_the_release(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six("a"), six("b"), starter()]))

    report = cut(workspace, "1.0.0", tmp_path / "out")

    assert (report.outcome, report.rows, report.previous) == (CutOutcome.CUT, 3, None)
    assert {file.name for file in report.files} == FILES
    assert set(bytes_of(tmp_path / "out")) == FILES
    with reading(workspace.engine) as session:
        release = find_release(session, "1.0.0")
        event = events(session)[0]
        assert verify_history(session).ok
    assert release is not None
    assert release.content_hash == "sha256:" + report.content_sha256
    assert (release.row_count, len(release.rows)) == (3, 3)
    assert event.action == "release.cut"
    assert event.subject_id == "1.0.0"


def test_reported_hashes_and_sums_are_those_of_the_files(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    report = cut(place, "1.0.0", tmp_path / "out")

    found = bytes_of(tmp_path / "out")
    assert {file.name: file.sha256 for file in report.files} == {
        name: hashlib.sha256(data).hexdigest() for name, data in found.items()
    }
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=True,
    )
    # Every file but the sums themselves.
    assert checked.stdout.count(": OK") == len(FILES) - 1


def test_the_same_version_again_gives_the_same_bytes_at_any_time(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six("a"), six("b", language="chinese"), starter()]))
    first = cut(workspace, "1.0.0", tmp_path / "first")
    again = cut(workspace, "1.0.0", tmp_path / "again", now=NOW + timedelta(days=400))

    assert again.outcome is CutOutcome.WRITTEN_AGAIN
    assert bytes_of(tmp_path / "again") == bytes_of(tmp_path / "first")
    assert replace(again, out=first.out, outcome=first.outcome) == first


def test_a_release_that_is_there_intact_is_left_alone(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    cut(place, "1.0.0", tmp_path / "out")
    before = (tmp_path / "out").stat().st_ino
    assert cut(place, "1.0.0", tmp_path / "out").outcome is CutOutcome.UNCHANGED
    assert (tmp_path / "out").stat().st_ino == before


@pytest.mark.parametrize("name", ["README.md", "manifest.json", "SHA256SUMS", "extra.txt"])
def test_a_damaged_release_is_refused_naming_the_file(
    place: Place, table_of: TableOf, tmp_path: Path, name: str
) -> None:
    place.take(table_of([six("a")]))
    cut(place, "1.0.0", tmp_path / "out")
    with (tmp_path / "out" / name).open("ab") as file:
        file.write(b"!")
    with pytest.raises(Conflict, match=f"damaged, missing or foreign file '{name}'"):
        cut(place, "1.0.0", tmp_path / "out")


def test_a_missing_file_counts_as_damage(place: Place, table_of: TableOf, tmp_path: Path) -> None:
    place.take(table_of([six("a")]))
    cut(place, "1.0.0", tmp_path / "out")
    (tmp_path / "out" / "LICENSE").unlink()
    with pytest.raises(Conflict, match="foreign file 'LICENSE'"):
        cut(place, "1.0.0", tmp_path / "out")


def test_files_of_another_program_version_are_intact_when_their_own_sums_hold(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    cut(place, "1.0.0", tmp_path / "out")
    written_by(tmp_path / "out", "0.0.9")
    assert cut(place, "1.0.0", tmp_path / "out").outcome is CutOutcome.UNCHANGED
    (tmp_path / "out" / "README.md").write_text("other", encoding="utf-8")
    with pytest.raises(Conflict, match=r"foreign file 'README\.md'"):
        cut(place, "1.0.0", tmp_path / "out")


def written_by(folder: Path, program: str) -> None:
    """Make a release look as another version of the program would have written it."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["program"]["version"] = program
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    names = sorted(set(bytes_of(folder)) - {"SHA256SUMS"})
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def test_a_folder_of_something_else_is_left_alone(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("years of work", encoding="utf-8")
    # Whoever names a home folder by mistake: a link shows that nothing in it was read.
    (out / "link").symlink_to("nowhere")
    with pytest.raises(Conflict, match="not empty and holds something else"):
        cut(place, "1.0.0", out)
    (out / "link").unlink()
    assert bytes_of(out) == {"thesis.tex": b"years of work"}
    assert preview_release(place.engine).previous is None


def test_a_file_in_place_of_the_folder_is_refused(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(Conflict, match="is a file"):
        cut(place, "1.0.0", tmp_path / "out")


def test_the_folder_of_another_release_is_left_alone(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    cut(place, "1.0.0", tmp_path / "out")
    with pytest.raises(Conflict, match=r"holds release '1\.0\.0'"):
        cut(place, "1.0.1", tmp_path / "out")


def test_an_empty_folder_is_taken(place: Place, table_of: TableOf, tmp_path: Path) -> None:
    place.take(table_of([six("a")]))
    (tmp_path / "out").mkdir()
    assert cut(place, "1.0.0", tmp_path / "out").outcome is CutOutcome.CUT


def test_a_folder_that_cannot_be_written_is_a_sentence_and_no_release(
    place: Place, table_of: TableOf
) -> None:
    place.take(table_of([six("a")]))
    with pytest.raises(External, match="cannot be used"):
        cut(place, "1.0.0", Path("/proc/release"))
    assert preview_release(place.engine).previous is None


def test_the_same_version_with_other_content_is_refused_with_what_differs(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([starter()]))
    cut(workspace, "1.0.0", tmp_path / "one")
    workspace.take(table_of([starter(id="starter-two", prompt="And?")]))
    with pytest.raises(Conflict) as refused:
        cut(workspace, "1.0.0", tmp_path / "two")
    assert str(refused.value) == (
        "The version '1.0.0' was cut on 2026-03-01 with other content; since then 1 rows added, 0 "
        "changed and 0 removed ('starter-two'): a version is never changed, cut 1.1.0 instead."
    )
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize(
    ("second", "smallest"),
    [
        ([starter(), starter(id="starter-two", prompt="And?")], "1.3.0"),
        ([starter(prompt="Which now?")], "2.0.0"),
        ([starter()], "1.2.4"),
    ],
    ids=["added", "changed", "same"],
)
def test_too_small_a_step_is_refused_naming_the_smallest_legal_version(
    place: Place,
    table_of: TableOf,
    tmp_path: Path,
    second: list[dict[str, Any]],
    smallest: str,
) -> None:
    place.take(table_of([starter()]))
    cut(place, "1.2.3", tmp_path / "one")
    place.take(table_of(second))

    assert preview_release(place.engine).next_version == smallest
    with pytest.raises(Invalid, match=f"use {smallest} or a larger one"):
        cut(place, "1.2.2", tmp_path / "two")
    if smallest != "1.2.4":
        with pytest.raises(Invalid, match=f"use {smallest} or a larger one"):
            cut(place, "1.2.4", tmp_path / "two")
    assert cut(place, smallest, tmp_path / "two").previous == "1.2.3"


@pytest.mark.parametrize(
    "version", ["1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.0.x", "", "1.0.0 ", "١.0.0", "../1.0.0"]
)
def test_a_version_of_another_form_is_refused(
    place: Place, table_of: TableOf, tmp_path: Path, version: str
) -> None:
    place.take(table_of([six("a")]))
    with pytest.raises(Invalid, match=r"is not MAJOR\.MINOR\.PATCH"):
        cut(place, version, tmp_path / "out")


def test_an_empty_workspace_is_refused(workspace: Place, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is nothing to release"):
        cut(workspace, "1.0.0", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert preview_release(workspace.engine).problems[0].startswith("There is nothing to release")


def test_a_type_without_default_judge_texts_is_refused_naming_the_items(
    workspace: Place, table_of: TableOf, tmp_path: Path, new_type: str
) -> None:
    workspace.take(
        table_of([starter(), starter(id="starter-odd", prompt="Odd?", instruction_types=new_type)])
    )
    with pytest.raises(Invalid, match="'starter-odd' has no judge_prompt_template"):
        cut(workspace, "1.0.0", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_imported_row_of_the_largest_size_can_be_cut_and_one_byte_more_cannot_come_in(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    def big(notes: int) -> Table:
        # The requirements repeat the reference, so the row has it twice: 1.8 MB with the twin.
        texts = {"response_reference": "x" * 600_000, "twin": "y" * 600_000}
        return table_of([starter(**texts, notes="z" * notes)])

    place.take(big(0))
    with reading(place.engine) as session:
        (row,) = take_snapshot(session).rows
    # A note's letter is a byte of the row; the revision's number has one digit all along.
    free = 2_000_000 - row_bytes(row.cells)

    with pytest.raises(RowsRefused, match="2,000,000 bytes as a row of a release in line 1"):
        place.take(big(free + 1))
    with pytest.raises(RowsRefused, match="2,000,000 bytes as a row of a release in line 1"):
        plan_import(place.engine, big(free + 1))
    assert place.take(big(free)).revised == 1
    assert cut(place, "1.0.0", tmp_path / "out").rows == 1


def test_a_row_above_two_million_bytes_is_a_problem_of_its_own(
    place: Place, table_of: TableOf
) -> None:
    # An item that was written here, or came in before the limit, meets the limit at the cut.
    place.take(table_of([starter()]))
    with reading(place.engine) as session:
        (row,) = take_snapshot(session).rows
    large = replace(row, cells={**row.cells, "notes": "z" * 2_000_000})
    assert re.fullmatch(r"2,00\d,\d{3} bytes where 2,000,000 is the limit", str(row_problem(large)))
    assert row_problem(row) is None


def test_rows_come_by_type_language_and_id_whatever_the_order_of_import(
    new_place: Callable[[], Place], table_of: TableOf, tmp_path: Path
) -> None:
    rows = [
        six("a", instruction_types="Counterfactual Answering"),
        six("b"),
        six("c", language="chinese"),
        starter(),
    ]
    hashes = []
    for number, order in enumerate((rows, rows[::-1])):
        place = new_place()
        for minute, row in enumerate(order):
            place.take(table_of([row]), now=NOW + timedelta(minutes=minute))
        hashes.append(cut(place, "1.0.0", tmp_path / str(number)).content_sha256)
    six_rows = json.loads((tmp_path / "0" / "Inverse_IFEval_Dataset.json").read_bytes())

    assert hashes[0] == hashes[1]
    assert bytes_of(tmp_path / "0") == bytes_of(tmp_path / "1")
    assert [(row["instruction_types"], row["language"]) for row in six_rows] == [
        ("Question Correction", "chinese"),
        ("Question Correction", "english"),
        ("Question Correction", "english"),
        ("Counterfactual Answering", "english"),
    ]


def test_the_change_log_names_the_ids_of_every_release(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([starter(), starter(id="starter-two", prompt="Two?")]))
    cut(place, "1.0.0", tmp_path / "one")
    place.take(table_of([starter(id="starter-three", prompt="Three?")]))
    cut(place, "1.1.0", tmp_path / "two", now=NOW + timedelta(days=1))
    place.take(table_of([starter(id="starter-two", prompt="Two, again?")]))
    report = cut(place, "2.0.0", tmp_path / "three", now=NOW + timedelta(days=2))

    text = (tmp_path / "three" / "CHANGELOG.md").read_text(encoding="utf-8")
    newest, middle, first = text.split("\n## ")[1:]
    assert newest.startswith("2.0.0 (2026-03-03)")
    assert "Changed (1):\n\n- `starter-two` (revision 1 -> 2)" in newest
    assert "Added (1):\n\n- `starter-three`" in middle
    assert "First release: every row is new." in first
    assert (report.changes.changed, report.previous) == (("starter-two",), "1.1.0")
    # An old version written again knows nothing of later ones, and only its own rows make it so.
    with pytest.raises(Conflict, match=r"cut 2\.0\.1 instead"):
        cut(place, "1.0.0", tmp_path / "four")


def test_every_row_hash_can_be_recomputed_from_the_file(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a"), starter()]))
    report = cut(place, "1.0.0", tmp_path / "out")
    rows = parquet.read_table(tmp_path / "out" / "full").to_pylist()
    assert [row["content_sha256"] for row in rows] == [row_sha256(row) for row in rows]
    listed = json.dumps([row["content_sha256"] for row in rows], separators=(",", ":"))
    assert report.content_sha256 == hashlib.sha256(listed.encode()).hexdigest()


def test_no_cell_is_null_and_no_cell_of_the_six_columns_is_empty(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a"), six("nan"), starter()]))
    cut(place, "1.0.0", tmp_path / "out")
    full = parquet.read_table(tmp_path / "out" / "full")
    plain = parquet.read_table(tmp_path / "out" / "data")
    assert tuple(plain.column_names) == SIX_COLUMNS
    assert tuple(full.column_names) == FULL_COLUMNS
    assert [column.null_count for column in full.columns] == [0] * len(FULL_COLUMNS)
    assert all(text.strip() for column in plain.columns for text in column.to_pylist())


def test_the_canaries_of_rows_and_documents_differ_and_the_third_is_in_no_file(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a"), six("b")]))
    cut(place, "1.0.0", tmp_path / "out")
    files = bytes_of(tmp_path / "out")
    with reading(place.engine) as session:
        third = str((events(session)[0].after or {})["unpublished_canary"])
    rows = set(parquet.read_table(tmp_path / "out" / "full")["canary"].to_pylist())

    assert len(rows) == 1
    (canary,) = rows
    assert canary.encode() in files["data/test-00000-of-00001.parquet"]
    assert canary.encode() not in files["README.md"]
    assert "    " + canary not in files["README.md"].decode()
    assert all(third.encode() not in data for data in files.values())


def test_evidence_and_licence_stand_in_every_row_and_on_the_card(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([starter()]))
    cut(place, "1.0.0", tmp_path / "one")
    place.take(table_of([six("a")]))
    cut(place, "1.1.0", tmp_path / "two")
    one = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    two = (tmp_path / "two" / "README.md").read_text(encoding="utf-8")
    rows = parquet.read_table(tmp_path / "two" / "full").to_pylist()

    assert {(row["origin"], row["evidence"]) for row in rows} == {
        ("starter", "machine-written, not human-reviewed"),
        ("imported", "imported, not reviewed in this workspace"),
    }
    assert "\nlicense: cc-by-4.0\n" in one
    assert "\nlicense: other\nsize" in two
    assert "the licence of their source is unknown" in two
    assert "the licence of their source is unknown" not in one
    assert "1 row of origin `starter`: machine-written, not human-reviewed" in two
    assert (
        'What stands behind the rows (the mark "machine-written, not human-reviewed") and a '
        "canary stand in the config `full`, on this card and in `manifest.json`; the files of six "
        "columns have no column for them"
    ) in two
    plain = parquet.read_table(tmp_path / "two" / "data")
    assert plain.column_names == list(SIX_COLUMNS)
    assert plain.schema.metadata[b"gainsay.evidence"].decode().splitlines() == [
        "1 row of origin `imported`: imported, not reviewed in this workspace",
        "1 row of origin `starter`: machine-written, not human-reviewed",
    ]
    assert "No accuracy of a judge and no agreement between raters is claimed" in two


def test_nothing_of_the_machine_or_the_person_is_in_the_files(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")], name="secret-name.jsonl"))
    cut(place, "1.0.0", tmp_path / "out")
    data = b"".join(bytes_of(tmp_path / "out").values())
    for word in (str(tmp_path), "secret-name", place.actor_id, "annotator-"):
        assert word.encode() not in data


def test_a_change_between_reading_and_recording_stops_the_cut(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six("a")]))

    def somebody_else(point: CutPoint) -> None:
        if point is CutPoint.STAGED:
            workspace.take(table_of([six("b")]))

    with pytest.raises(Conflict, match="Items changed while the release was being cut"):
        cut(workspace, "1.0.0", tmp_path / "out", at=somebody_else)
    assert not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.glob(".out*")] == []
    assert cut(workspace, "1.0.0", tmp_path / "out").rows == 2


def test_a_folder_filled_meanwhile_is_not_overwritten(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    out = tmp_path / "out"

    def somebody_else(point: CutPoint) -> None:
        if point is CutPoint.RECORDED:
            out.mkdir()
            (out / "theirs").write_text("x", encoding="utf-8")

    with pytest.raises(Conflict, match="filled the folder"):
        cut(place, "1.0.0", out, at=somebody_else)
    assert bytes_of(out) == {"theirs": b"x"}
    # The release is recorded: its files can be written elsewhere.
    assert cut(place, "1.0.0", tmp_path / "other").outcome is CutOutcome.WRITTEN_AGAIN


def test_a_preview_says_what_a_cut_then_holds(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six("a"), starter()]))
    before = preview_release(workspace.engine)
    report = cut(workspace, "1.0.0", tmp_path / "out")
    after = preview_release(workspace.engine)

    assert (before.rows, before.content_sha256) == (report.rows, report.content_sha256)
    assert (before.previous, before.same_as, before.next_version) == (None, None, "1.0.0")
    assert before.problems == ()
    assert {(cell.origin, cell.rows) for cell in before.counts} == {("starter", 1), ("imported", 1)}
    assert (after.previous, after.same_as, after.next_version) == ("1.0.0", "1.0.0", "1.0.1")


def test_a_cut_names_a_column_that_a_reader_would_take_for_moments(
    place: Place, table_of: TableOf, tmp_path: Path
) -> None:
    place.take(table_of([six("2024-01-01 00:00:00"), six("2024-01-02T03:04:05Z")]))
    (advice,) = cut(place, "1.0.0", tmp_path / "one").advice
    assert advice.startswith("Every text of the column 'prompt' looks like a date")

    place.take(table_of([six("Since 2024-01-02?")]))
    assert cut(place, "1.1.0", tmp_path / "two").advice == ()
