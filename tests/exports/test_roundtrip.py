from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from curation.starter.loading import load_starter
from db.engine import writing
from db.intake import RowsRefused, Table, read_table
from exports.cutting import cut_release
from tests.exports.conftest import NOW, Place
from tests.exports.rows import hostile_rows, six
from tests.exports.test_cutting import bytes_of


def test_a_release_imported_elsewhere_is_cut_into_the_same_bytes(
    new_place: Callable[[], Place], table_of: Callable[..., Table], tmp_path: Path
) -> None:
    first, second = new_place(), new_place()
    with writing(first.engine) as session:
        load_starter(session, now=NOW)
    first.take(table_of(hostile_rows()))
    own = {**six("Own?"), "id": "own-one", "domain": "Biology", "twin": "T?", "notes": "N."}
    first.take(table_of([own]))
    first.take(table_of([{**own, "prompt": "Own, revised?"}]))
    cut_release(first.engine, "1.0.0", tmp_path / "a", actor_id=first.actor_id, now=NOW)

    full = read_table(tmp_path / "a" / "full" / "test-00000-of-00001.parquet", what="items")
    report = second.take(full, now=NOW + timedelta(days=7))
    cut_release(second.engine, "1.0.0", tmp_path / "b", actor_id=second.actor_id, now=NOW)

    assert (report.created, report.unchanged) == (report.rows, 0)
    assert bytes_of(tmp_path / "b") == bytes_of(tmp_path / "a")


def test_a_release_imported_where_it_was_cut_changes_nothing(
    workspace: Place, table_of: Callable[..., Table], tmp_path: Path
) -> None:
    with writing(workspace.engine) as session:
        load_starter(session, now=NOW)
    workspace.take(table_of(hostile_rows()))
    cut_release(workspace.engine, "1.0.0", tmp_path / "a", actor_id=workspace.actor_id, now=NOW)
    for name in ("full/test-00000-of-00001.parquet", "Inverse_IFEval_Dataset.json"):
        report = workspace.take(read_table(tmp_path / "a" / name, what="items"))
        if name.startswith("full"):
            assert (report.created, report.revised, report.written) == (0, 0, False)


def test_six_columns_that_went_out_come_back_as_the_same_items(
    new_place: Callable[[], Place], table_of: Callable[..., Table], tmp_path: Path
) -> None:
    first, second = new_place(), new_place()
    first.take(table_of(hostile_rows()))
    cut_release(first.engine, "1.0.0", tmp_path / "a", actor_id=first.actor_id, now=NOW)
    second.take(read_table(tmp_path / "a" / "Inverse_IFEval_Dataset.json", what="items"))
    cut_release(second.engine, "1.0.0", tmp_path / "b", actor_id=second.actor_id, now=NOW)
    assert bytes_of(tmp_path / "b") == bytes_of(tmp_path / "a")


def test_a_row_of_a_release_that_somebody_edited_is_refused_until_its_hash_is_dropped(
    place: Place, table_of: Callable[..., Table], tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    cut_release(place.engine, "1.0.0", tmp_path / "a", actor_id=place.actor_id, now=NOW)
    file = tmp_path / "a" / "full" / "test-00000-of-00001.parquet"
    (row,) = (dict(row) for row in read_table(file, what="items").rows)
    row["prompt"] = "b"

    with pytest.raises(RowsRefused) as refused:
        place.take(table_of([row]))
    assert "a content_sha256 that does not fit the row in line 1" in str(refused.value)
    del row["content_sha256"]
    assert place.take(table_of([row])).revised == 1
